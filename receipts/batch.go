package receipts

import (
	"strconv"
	"time"

	"paydesk/terminal/money"
)

// Tally is how many sales and returns there are and what they add up to.
type Tally struct {
	Count    int
	Amount   money.Amount
	Returns  int
	Returned money.Amount // not negative
}

// net is what is left of the sales after the returns; below zero where more
// was returned.
func (t Tally) net() money.Amount {
	t.Amount.Minor -= t.Returned.Minor
	return t.Amount
}

// BatchFacts is everything that the slip of a closed batch tells. At is when
// it was closed.
type BatchFacts struct {
	Slip
	OpenedAt    time.Time
	How         string // it was closed: ClosedHere or another of these
	ApprovedBy  string // a name; "" where nobody had to
	AtTerminal  Tally
	AtHost      *Tally   // nil when the host gave no totals
	Differences []string // sentences on single sales that do not agree
	Carried     []CarriedFacts
}

// Matches reports whether terminal and host agree on the counts and amounts of
// sales and returns, and on every single sale.
func (f BatchFacts) Matches() bool {
	return f.AtHost != nil && *f.AtHost == f.AtTerminal && len(f.Differences) == 0
}

// BatchClose lays out the slip that the closing of a batch prints. It has one
// copy, the shop's.
func BatchClose(f BatchFacts) Document {
	f.Copy = Merchant
	p := begin(f.Slip, "BATCH CLOSE")
	p.comparison(f)
	p.add(Blank{})
	p.total("TOTAL", f.AtTerminal.net())
	p.add(Blank{})
	p.tally("At this terminal", f.AtTerminal)
	if f.AtHost != nil {
		p.tally("At the host", *f.AtHost)
	}
	p.carried(f.Carried)
	p.details(f.Slip, Row{Left: "Opened", Right: p.moment(f.OpenedAt)}, Row{Left: "Closed", Right: p.say(f.How)}, Row{Left: "Approved by", Right: f.ApprovedBy})
	return p.document(f.Slip, join(p.say("BATCH CLOSE"), f.Batch))
}

func (p *page) comparison(f BatchFacts) {
	switch {
	case f.Matches():
		p.result("MATCHES", true)
		p.note("Terminal and host agree.")
		return
	case f.AtHost == nil:
		p.result("NOT COMPARED", false)
		p.note("The host gave no totals. Compare with the host's own report.")
	default:
		p.result("DOES NOT MATCH", false)
		p.note("Keep this slip and tell the manager.")
	}
	for _, d := range f.Differences {
		p.add(Line{Text: "- " + d})
	}
}

func (p *page) tally(where string, t Tally) {
	p.add(Line{Text: p.say(where), Bold: true})
	p.row("Sales", strconv.Itoa(t.Count))
	p.row("Amount", p.money(t.Amount))
	if t.Returns > 0 {
		p.row("Returns", strconv.Itoa(t.Returns))
		p.row("Returned", p.money(t.Returned))
	}
}
