package main

import (
	"os"
	"slices"
	"testing"
)

// The program starts anew with the same arguments and the other mode.
func TestRestartArgs(t *testing.T) {
	before := os.Args
	t.Cleanup(func() { os.Args = before })
	for _, tt := range []struct{ args, want []string }{
		{nil, []string{"--live"}},
		{[]string{"--training", "--data", "/shop"}, []string{"--live", "--data", "/shop"}},
		{[]string{"--training=true", "--fullscreen"}, []string{"--live", "--fullscreen"}},
	} {
		os.Args = append([]string{"paydesk"}, tt.args...)
		if got := restartArgs("live"); !slices.Equal(got, tt.want) {
			t.Errorf("%q gives %q, want %q", tt.args, got, tt.want)
		}
	}
}
