//go:build !windows

package sound

import (
	"bytes"
	"context"
	"os/exec"
)

// players are the programs that play a WAV file from standard input. The first
// that is there and succeeds is the one.
var players = [][]string{
	{"paplay"},
	{"aplay", "-q", "-"},
	{"pw-play", "-"},
}

// playFile plays and returns when the sound is over.
func playFile(ctx context.Context, wav []byte) {
	for _, p := range players {
		c := exec.CommandContext(ctx, p[0], p[1:]...)
		c.Stdin = bytes.NewReader(wav)
		if c.Run() == nil {
			return
		}
	}
}
