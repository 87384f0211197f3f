package xtest

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/order"
)

// TestDayWindow takes a fresh terminal through a day in the real window, by
// keyboard alone: it sells nothing before somebody counted the drawer, and then
// cash and cards, and closes the day step by step up to the Z report. What the
// window did is read in the journal, and by the command line afterwards.
func TestDayWindow(t *testing.T) {
	c, s := &dayCrash{desk: newDesk(t)}, newScreen(t, "800x480")
	c.must("settings", "set", "day.drawer", "counted")
	w := s.open(c.desk, "--fullscreen")
	s.signIn()
	pictures := map[string][]byte{}
	shot := func(name string) {
		t.Helper()
		pictures[name] = s.settled()
		s.shot(name)
	}

	// Keys that would sell do not: the sale asks for the count. The amount stays.
	shot("1-no-shift")
	s.typed("1250")
	s.key("F5")
	if l := c.papers(); len(l.cash) != 0 || l.shift.ID != "" {
		t.Fatalf("without a shift there is %+v", l)
	}
	s.press("Return")
	s.counts("0", "0", "3", "2", "2", "0", "8", "0", "8") // 20, 10, 5, 1 and quarters
	shot("2-shift-open")
	s.key("F10")
	c.shows(s, "an open shift over 100.00", func(p papers) bool { return p.shift.State == order.ShiftOpen && p.shift.Float.Total.Minor == 10000 })
	shot("3-shift-is-open")

	for before, amount := range []string{"", "840"} {
		s.typed(amount)
		s.press("F5")
		s.press("F5") // exactly so much was given
		s.key("Return")
		c.shows(s, "the cash", func(p papers) bool { return len(p.cash) == before+1 })
		s.newSale()
	}
	for i, card := range []string{"4111111111111111", "5499740000000057"} {
		s.cardSale([]string{"4275", "1999"}[i], card, "999")
		s.key("Return")
		c.state(s, i, "APPROVED")
		s.newSale()
	}

	// The closing of the day is behind the transactions.
	s.press("F4")
	s.press("F10")
	shot("4-close-day")
	s.press("Return")
	s.counts("1", "0", "0", "2", "0", "0", "0", "1", "1", "1", "1") // what was taken is in it
	shot("5-count")
	s.key("F10")
	c.shows(s, "the count", func(p papers) bool { return p.shift.State == order.ShiftCounting })
	shot("6-counted")
	if p := c.papers(); p.shift.Off.Minor != 0 {
		t.Errorf("the drawer of 120.90 is off by %s", p.shift.Off.Decimal())
	}
	s.key("Return")
	c.shows(s, "the closed shift", func(p papers) bool { return p.shift.State == order.ShiftClosed })
	s.press("Return")
	shot("7-drawer-done")
	s.key("Return")
	c.shows(s, "the closed batch", func(p papers) bool { return len(p.batches) == 1 })
	s.until("the batch is compared without anybody's asking", 20*time.Second, func() bool {
		p := c.papers()
		return len(p.proofs[p.batches[0].ID]) == 1
	})
	shot("8-batch-closed")
	s.until("the Z report is written", 60*time.Second, func() bool {
		s.key("Return") // on to it, and then to write it
		for range 20 {
			if len(c.papers().zs) == 1 {
				return true
			}
			pause(100 * time.Millisecond)
		}
		return false
	})
	shot("9-close-day-done")
	s.press("Return")
	shot("10-report")
	s.press("3")
	shot("11-report-by-tender")
	for a, picture := range pictures {
		for b, other := range pictures {
			if a < b && bytes.Equal(picture, other) {
				t.Errorf("%s shows the same as %s", a, b)
			}
		}
	}
	kill(w.Cmd)
	c.dayIsClosed()
	if err := c.agree(); err != nil {
		t.Error(err)
	}
	c.noCardData()
}

// press presses a key and waits until the screen shows it.
func (s *screen) press(key string) {
	s.t.Helper()
	before := s.settled()
	s.key(key)
	s.changed(before)
}

// counts types how many there are of notes and coins, the largest first.
func (s *screen) counts(pieces ...string) {
	s.t.Helper()
	for _, n := range pieces {
		s.typed(n)
		s.key("Return")
	}
}

// shows waits until the journal of the open window has something.
func (c *dayCrash) shows(s *screen, what string, is func(papers) bool) {
	c.t.Helper()
	s.until("the journal has "+what, 40*time.Second, func() bool { return is(c.papers()) })
}

// dayIsClosed reads the closed day by the command line.
func (c *dayCrash) dayIsClosed() {
	c.t.Helper()
	var z struct {
		Number  int
		Figures []struct {
			Net      string
			ByTender []struct{ Name, Net string } `json:"by_tender"`
		}
		Shifts []struct{ State string }
		Proofs []struct{ Agrees bool }
	}
	lines := strings.Split(strings.TrimSpace(c.must("report", "list", "--json")), "\n")
	if err := json.Unmarshal([]byte(lines[0]), &z); err != nil || len(lines) != 1 || len(z.Figures) != 1 {
		c.t.Fatalf("%v in %s", err, lines)
	}
	var tenders []string
	for _, part := range z.Figures[0].ByTender {
		tenders = append(tenders, part.Name+" "+part.Net)
	}
	slices.Sort(tenders)
	if z.Number != 1 || z.Figures[0].Net != "83.64" || !slices.Equal(tenders, []string{"CARD 62.74", "CASH 20.90"}) {
		c.t.Errorf("the Z report is %+v", z)
	}
	if len(z.Shifts) != 1 || len(z.Proofs) != 1 || !z.Proofs[0].Agrees {
		c.t.Errorf("the Z report has the shifts %+v and the proofs %+v", z.Shifts, z.Proofs)
	}
}
