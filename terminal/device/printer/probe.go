package printer

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"paydesk/terminal/clock"
)

// Finding is what a probe found out about a printer.
type Finding struct {
	Maker, Model string // as it says itself; empty: it does not say
	Baud         int    // of a serial line that answered; else 0
	Answers      bool
	Star         bool   // it speaks Star's language
	Text         string // what to do next, as a sentence
}

// likeliest are the speeds of serial printers in the order of trying.
var likeliest = []int{9600, 19200, 38400, 115200, 57600, 4800, 2400, 1200}

// probeTime is how long a printer may be tried at one speed.
const probeTime = 3 * time.Second

// Probe finds out at which speed a printer answers, and what it is. It prints
// nothing on a printer of a known language. Nobody else may use the device
// meanwhile.
func Probe(ctx context.Context, target Target, openers Openers, clk clock.Clock) Finding {
	switch target.kind {
	case none:
		return Finding{Text: noPrinter}
	case file, queued:
		return Finding{Text: fmt.Sprintf("What is on %s cannot be asked for its model.", target)}
	}
	bauds := []int{target.baud}
	if target.kind == serialLine {
		bauds = append(bauds, slices.DeleteFunc(slices.Clone(likeliest), func(b int) bool { return b == target.baud })...)
	}
	for _, baud := range bauds {
		target.baud = baud
		p := New(target, Traits{}, openers, clk)
		f, err := p.probe(ctx)
		switch {
		case err != nil && f.Text != "":
			return f // it cannot be opened: other speeds do not help
		case f.Answers:
			if target.kind == serialLine {
				f.Baud = baud
			}
			return f
		}
	}
	return Finding{Text: fmt.Sprintf("Nothing answers on %s. Check power and cable; a printer without status can be used all the same, with a plain profile.", target)}
}

// probe asks at one speed. An error with a text says that the device cannot be
// opened.
func (p *Printer) probe(ctx context.Context) (f Finding, err error) {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	port, err := p.open(ctx)
	if err != nil {
		return Finding{Text: openText(p.target, err)}, err
	}
	s := p.begin(ctx, port)
	defer func() { _ = s.close() }() // nothing was printed that could be lost
	r, err := s.look(ctx, 1, answerTime)
	if err == nil && r.answered {
		f.Answers = true
		f.Maker = s.name(ctx, 0x42)
		f.Model = s.name(ctx, 0x43)
		if f.Text = r.trouble(); f.Text == "" {
			f.Text = fmt.Sprintf("The receipt printer on %s answers.", p.target)
		}
		return f, nil
	}
	if f.Star = s.isStar(ctx); f.Star {
		f.Answers, f.Maker = true, "Star"
		f.Text = "This printer is in Star mode, which is not spoken here. Set it to ESC/POS: on many models by the DIP switches 1-1 and 1-2 to OFF, on others by Star's setup program (its manual says which). Then switch it off and on."
	}
	return f, nil
}

// longestName is more than any printer calls itself.
const longestName = 40

// name asks for maker (42) or model (43), and keeps what can be shown of it.
func (s *session) name(ctx context.Context, n byte) string {
	said, err := s.request(ctx, 0x1D, 0x49, n)
	if err != nil {
		return ""
	}
	name := strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7E {
			return -1
		}
		return r
	}, string(said))
	return strings.TrimSpace(name[:min(len(name), longestName)])
}

// starReport is how many bytes of status a printer in Star mode sends at least.
const starReport = 7

// isStar asks for the status in Star's language (1B 06 01). Its first byte has
// bit 0 set and the bits 4 and 7 clear.
func (s *session) isStar(ctx context.Context) bool {
	s.mu.Lock()
	s.raw = nil
	s.mu.Unlock()
	if _, err := s.port.Write(ctx, []byte{0x1B, 0x06, 0x01}); err != nil {
		return false
	}
	ok, _ := s.await(ctx, answerTime, func() bool { return len(s.raw) >= starReport })
	s.mu.Lock()
	defer s.mu.Unlock()
	return ok && s.raw[0]&0x91 == 0x01
}
