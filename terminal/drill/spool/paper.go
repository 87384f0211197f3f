package spool

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"paydesk/terminal/order"
)

// shopName heads each receipt, and ending is its last line.
const (
	shopName = "SPOOL DRILL"
	ending   = "CUSTOMER COPY"
)

// print is one receipt on the paper, whole or begun.
type print struct {
	number string // "" where the paper ends above it
	copy   int    // 0 is the original
	titled bool   // the line that says which copy it is is there
	whole  bool
}

// prints are the receipts in the order in which they were printed.
type prints []print

// read reads the paper. A receipt goes from its head to its last line, on
// whatever pieces of paper: where the roll ended within it, on two.
func (s *shop) read() (all prints) {
	for _, slip := range append(s.printer.Slips(), s.printer.Strip()) {
		for line := range strings.Lines(slip.Text) {
			line = strings.TrimSpace(line)
			if line == shopName {
				all = append(all, print{})
			}
			if len(all) == 0 {
				continue
			}
			all[len(all)-1].take(line)
		}
	}
	return all
}

// take reads one more line of a receipt.
func (p *print) take(line string) {
	words := strings.Fields(line)
	switch {
	case line == "SALE":
		p.titled = true
	case strings.HasPrefix(line, "SALE - COPY "):
		n, err := strconv.Atoi(words[len(words)-1])
		p.titled, p.copy = err == nil, n
	case len(words) == 2 && words[0] == "Number":
		p.number = words[1]
	case line == ending:
		p.whole = p.titled && p.number != ""
	}
}

// complete reports that a copy of a sale came out whole.
func (all prints) complete(number string, n int) bool {
	return slices.Contains(all, print{number: number, copy: n, titled: true, whole: true})
}

// judge holds the paper against the journal.
func (s *shop) judge() {
	all := s.read()
	s.report.Slips, s.report.Sales = len(s.printer.Slips()), len(s.sales)
	for _, number := range s.sales {
		jobs, err := s.journal.Jobs(context.Background(), number)
		if err != nil {
			s.fail("%v", err)
			return
		}
		s.judgeSale(number, jobs, slices.DeleteFunc(slices.Clone(all), func(p print) bool { return p.number != number }))
	}
}

// judgeSale: a receipt is there; of those without the word COPY one at most was
// begun, and of each copy one too; what the journal has as printed is on the
// paper, and nothing else is.
func (s *shop) judgeSale(number string, jobs []order.Job, all prints) {
	if !slices.ContainsFunc(all, func(p print) bool { return p.whole }) {
		s.fail("%s has no whole receipt: %+v", number, jobs)
	}
	numbers := map[int]bool{}
	for _, j := range jobs {
		if j.Reprint > 0 {
			s.report.Copies++
		}
		if numbers[j.Reprint] {
			s.fail("%s has two jobs for copy %d: %+v", number, j.Reprint, jobs)
		}
		numbers[j.Reprint] = true
		begun, whole := 0, 0
		for _, p := range all {
			if p.titled && p.copy == j.Reprint {
				begun++
				if p.whole {
					whole++
				}
			}
		}
		if begun > 1 {
			s.fail("%s: copy %d was begun %d times: %+v", number, j.Reprint, begun, all)
		}
		if done := j.State == order.JobDone; done != (whole == 1) {
			s.fail("%s: copy %d is %s in the journal and %d times whole on the paper: %+v", number, j.Reprint, j.State, whole, all)
		}
	}
}
