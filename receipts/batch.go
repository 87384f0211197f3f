package receipts

import (
	"fmt"
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

// BatchFacts is everything that the slip of a closed batch tells.
type BatchFacts struct {
	Shop         Shop
	Batch        string
	Device, Host string // names
	Operator     string
	OpenedAt     time.Time
	ClosedAt     time.Time
	CopyNumber   int // 0 is the original; n prints "COPY n"

	AtTerminal  Tally
	AtHost      *Tally   // nil when the host gave no totals
	Differences []string // sentences on single sales that do not agree
	Training    bool
}

// Matches reports whether terminal and host agree on the counts and amounts of
// sales and returns, and on every single sale.
func (f BatchFacts) Matches() bool {
	return f.AtHost != nil && *f.AtHost == f.AtTerminal && len(f.Differences) == 0
}

// BatchClose lays out the slip that the closing of a batch prints.
func BatchClose(f BatchFacts) Document {
	p := page{}
	p.head(f.Shop, f.Training)
	title := "BATCH CLOSE"
	if f.CopyNumber > 0 {
		title = fmt.Sprintf("%s - COPY %d", title, f.CopyNumber)
	}
	p.add(Line{Text: title, Align: Centre, Bold: true}, Blank{})
	p.verdict(f)
	p.add(Blank{}, Total{"TOTAL", f.AtTerminal.net().Display()}, Blank{})
	p.tally("At this terminal", f.AtTerminal)
	if f.AtHost != nil {
		p.tally("At the host", *f.AtHost)
	}
	p.add(Rule{})
	p.row("Batch", f.Batch)
	p.row("Opened", moment(f.OpenedAt))
	p.row("Closed", moment(f.ClosedAt))
	p.row("Terminal", f.Device)
	p.row("Host", f.Host)
	p.row("Operator", f.Operator)
	p.foot(f.Training)
	return Document{Title: "Batch " + f.Batch, Author: f.Shop.Name, Lang: "en", At: f.ClosedAt, Blocks: p.blocks}
}

func (p *page) verdict(f BatchFacts) {
	switch {
	case f.Matches():
		p.add(Heading{"MATCHES"})
		p.line("Terminal and host agree.")
		return
	case f.AtHost == nil:
		p.add(Banner{"NOT COMPARED"}, Blank{})
		p.line("The host gave no totals. Compare with the host's own report.")
	default:
		p.add(Banner{"DOES NOT MATCH"}, Blank{})
		p.line("Keep this slip and tell the manager.")
	}
	for _, d := range f.Differences {
		p.add(Line{Text: "- " + d})
	}
}

func (p *page) tally(where string, t Tally) {
	p.add(Line{Text: where, Bold: true})
	p.add(Row{Left: "Sales", Right: strconv.Itoa(t.Count)})
	p.add(Row{Left: "Amount", Right: t.Amount.Display()})
	if t.Returns > 0 {
		p.add(Row{Left: "Returns", Right: strconv.Itoa(t.Returns)})
		p.add(Row{Left: "Returned", Right: t.Returned.Display()})
	}
}
