package devicetest_test

import (
	"errors"
	"strings"
	"testing"

	"paydesk/terminal/device/devicetest"
)

func TestDecodeReadsASlip(t *testing.T) {
	job := "\x1b@\x1c.\x1bR\x00\x1bt\x10\x1ba\x00caf\xe9 \x80 1\n\x1d!\x11BIG\n\x1d!\x00" +
		"\x1d(k\x05\x001P0ab\x1d(k\x03\x001Q0\x1dv0\x00\x01\x00\x02\x00\x80\x01\x1dVB\x18"
	got, err := devicetest.Decode([]byte(job))
	if err != nil {
		t.Fatal(err)
	}
	if want := "café € 1\nBIG"; got.Text() != want {
		t.Errorf("got text %q, want %q", got.Text(), want)
	}
	if got.Width != 8 || got.Cuts != 1 || len(got.QR) != 1 || got.QR[0] != "ab" || len(got.Images) != 1 {
		t.Errorf("got %+v", got)
	}
	if img := got.Images[0]; img.GrayAt(0, 0).Y != 0 || img.GrayAt(7, 1).Y != 0 || img.GrayAt(1, 0).Y != 0xFF {
		t.Errorf("got dots %v", img.Pix)
	}
	if want := " |café € 1\n2|BIG\n[QR ab]\n[image 8x2]\n[cut]\n"; got.String() != want {
		t.Errorf("got slip %q, want %q", got.String(), want)
	}
}

func TestDecodeRefuses(t *testing.T) {
	tests := []struct{ name, job, want string }{
		{"unknown command", "\x1bX", "unknown command 1B 58"},
		{"control character", "a\r\n", "control character 0D"},
		{"page of one vendor", "\x1bt\x2d", "code page 45"},
		{"another national set", "\x1bR\x05", "1B 52"},
		{"QR without data", "\x1d(k\x03\x001Q0", "before its data"},
		{"image within a line", "a\x1dv0\x00\x01\x00\x01\x00\x00", "within a line"},
		{"line without end", "abc", "not fed"},
		{"half an image", "\x1dv0\x00\x09\x00\x01\x00\x00", "too early"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := devicetest.Decode([]byte(tt.job))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	if _, err := devicetest.Decode([]byte("\x1b")); !errors.Is(err, devicetest.ErrTruncated) {
		t.Errorf("got %v, want ErrTruncated", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("\x1b@text\n\x1d(k\x05\x001P0ab\x1d(k\x03\x001Q0\x1dVB\x18"))
	f.Add([]byte("\x1dv0\x00\xff\xff\x01\x00"))
	f.Fuzz(func(t *testing.T, job []byte) {
		got, err := devicetest.Decode(job)
		if err == nil && len(got.Lines) > 0 && got.String() == "" {
			t.Error("lines without a slip")
		}
	})
}
