package printer

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"paydesk/terminal/clock"
)

// TestUSBPrinterIsFoundAgain: after it was unplugged it may come back under
// another number, and another printer under its own.
func TestUSBPrinterIsFoundAgain(t *testing.T) {
	u := usbNode{class: t.TempDir(), dev: t.TempDir()}
	plug := func(node, says string) {
		dir := filepath.Join(u.class, node, "device")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		for _, f := range []string{filepath.Join(dir, "ieee1284_id"), filepath.Join(u.dev, node)} {
			if err := os.WriteFile(f, []byte(says+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	unplug := func(node string) {
		_ = os.RemoveAll(filepath.Join(u.class, node))
		_ = os.Remove(filepath.Join(u.dev, node))
	}
	const ours, other = "MFG:EPSON;MDL:TM-T88V;SN:1;", "MFG:HP;MDL:LaserJet;SN:2;"
	want := func(what, name, node string) {
		t.Helper()
		if got := u.find(filepath.Join(u.dev, name)); got != filepath.Join(u.dev, node) {
			t.Errorf("%s: got %s, want %s", what, got, node)
		}
	}
	plug("lp0", ours)
	want("at first", "lp0", "lp0")
	unplug("lp0")
	want("unplugged", "lp0", "lp0")
	plug("lp0", other)
	plug("lp1", ours)
	want("under another number", "lp0", "lp1")
	u.identity = ""
	unplug("lp0")
	want("a pattern", "lp*", "lp1")
	unplug("lp1")
	want("a pattern without a printer", "lp*", "lp*")
}

// shelf is the print queues of a system: why they do not print, and what they got.
type shelf struct {
	ready, refuse error
	got           []string
}

func (s *shelf) Ready(context.Context, string) error { return s.ready }
func (s *shelf) Print(_ context.Context, name string, pdf []byte) error {
	if s.refuse == nil {
		s.got = append(s.got, name+" "+string(pdf))
	}
	return s.refuse
}

func TestQueueTakesPDF(t *testing.T) {
	s := &shelf{}
	p := New(mustParse(t, "queue:Office"), Traits{Torn: true}, Openers{Queue: s}, hurried{})
	if p.Form() != PDF {
		t.Error("a queue takes no PDF")
	}
	if got := p.Print(t.Context(), []byte("%PDF-")); got.Proof != Sent || len(s.got) != 1 || s.got[0] != "Office %PDF-" {
		t.Errorf("got %+v, %v", got, s.got)
	}
	told := watched(t, p)
	s.ready = errors.New("The print queue Office is stopped.")
	if got := p.Print(t.Context(), nil); got.Proof != NotSent || got.Text != s.ready.Error() || len(s.got) != 1 {
		t.Errorf("stopped: %+v", got)
	}
	until(t, told, "stopped", func(st Status) bool { return st.State == Trouble })
	if got := p.Kick(t.Context()); got.Proof != NotSent || got.Text != noDrawer {
		t.Errorf("kick: %+v", got)
	}
	none := New(mustParse(t, "queue:Office"), Traits{}, Openers{}, clock.Real{})
	if got := none.Print(t.Context(), nil); !strings.Contains(got.Text, "no print queues") {
		t.Errorf("without a system: %+v", got)
	}
}
