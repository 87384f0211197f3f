package escpos

import (
	"bytes"
	"testing"
)

func TestHarmless(t *testing.T) {
	tests := []struct{ name, data, want string }{
		{"status request", "\x00\x10\x04\x01", "\x00\x18\x04\x01"},
		{"recovery", "\x10\x05", "\x18\x05"},
		{"drawer pulse", "\x10\x14\x01", "\x18\x14\x01"},
		{"after another one", "\x10\x10\x04", "\x10\x18\x04"},
		{"other dots", "\x10\x06\x04\x10", "\x10\x06\x04\x10"},
	}
	for _, tt := range tests {
		if got := harmless([]byte(tt.data)); !bytes.Equal(got, []byte(tt.want)) {
			t.Errorf("%s: got % X, want % X", tt.name, got, tt.want)
		}
	}
}

func TestNormalise(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"spaces of formatters", "1\u00a0234\u202f567\u2009,00", "1 234 567 ,00"},
		{"minus and dash", "\u22121 \u2013 2", "-1 - 2"},
		{"quotes", "\u2018a\u2019 \u201cb\u201d\u2026", `'a' "b"...`},
		{"composed", "e\u0301", "é"},
		{"commands", "a\x1b@\x10\x14\u0085b", "a @  " + " b"},
		{"invisible", "a\u200bb\u202ec", "abc"},
	}
	for _, tt := range tests {
		if got := Normalise(tt.text); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
