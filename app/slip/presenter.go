package slip

import (
	"context"
	"strings"

	"paydesk/app/bridge"
	"paydesk/app/text"
	"paydesk/receipts"
	paper "paydesk/receipts/text"
)

// Columns is the width of the paper on the screen.
const Columns = 42

// Desk is what the view of a receipt needs of the terminal.
type Desk interface {
	Receipt(ctx context.Context, number, copy string) (receipts.Document, error)
	// Slip is the receipt of what is no payment by card.
	Slip(ctx context.Context, document, id, copy string) (receipts.Document, error)
	Reprint(ctx context.Context, number, copy string) error
}

// Presenter is the view of a receipt without its looks. All methods are for
// the window's goroutine.
type Presenter struct {
	desk Desk
	run  bridge.Run
	// Changed is called when View is to be shown again.
	Changed func()

	open   bool
	number string
	// document is what number is the id of, "" where it is a sale's number.
	document string
	copy     string
	lines    []string
	said     string
	busy     bool
}

// New makes a presenter.
func New(desk Desk, run bridge.Run) *Presenter {
	return &Presenter{desk: desk, run: run, Changed: func() {}}
}

// View is what is shown.
type View struct {
	Open  bool
	Copy  string
	Lines []string
	// Said is a sentence about printing.
	Said string
	Busy bool
	// MayPrint: a further copy can be printed.
	MayPrint bool
}

// View is the present view.
func (p *Presenter) View() View {
	return View{Open: p.open, Copy: p.copy, Lines: p.lines, Said: p.said, Busy: p.busy,
		MayPrint: p.open && !p.busy && p.lines != nil && p.document == ""}
}

// Open shows the customer's receipt of a sale.
func (p *Presenter) Open(number string) {
	p.open, p.number, p.document = true, number, ""
	p.Choose(Customer)
}

// OpenSlip shows the customer's receipt of a document other than a sale's.
func (p *Presenter) OpenSlip(document, id string) {
	p.open, p.number, p.document = true, id, document
	p.Choose(Customer)
}

// Close ends the view.
func (p *Presenter) Close() {
	p.open, p.lines, p.busy, p.said = false, nil, false, ""
	p.Changed()
}

// Choose shows a copy.
func (p *Presenter) Choose(copy string) {
	if !p.open {
		return
	}
	p.copy, p.lines, p.said = copy, nil, ""
	number, of := p.number, p.document
	p.Changed()
	p.run(func(ctx context.Context) func() {
		document, err := p.read(ctx, of, number, copy)
		var lines []string
		if err == nil {
			lines = strings.Split(strings.TrimRight(paper.Render(document, Columns), "\n"), "\n")
		}
		return func() { p.loaded(number, copy, lines, err) }
	})
}

func (p *Presenter) read(ctx context.Context, of, id, copy string) (receipts.Document, error) {
	if of != "" {
		return p.desk.Slip(ctx, of, id, copy)
	}
	return p.desk.Receipt(ctx, id, copy)
}

func (p *Presenter) loaded(number, copy string, lines []string, err error) {
	if !p.open || p.number != number || p.copy != copy {
		return
	}
	p.lines, p.said = lines, text.Of(err)
	p.Changed()
}

// Print prints the copy that is shown once more.
func (p *Presenter) Print() {
	if !p.View().MayPrint {
		return
	}
	p.busy, p.said = true, ""
	number, copy := p.number, p.copy
	p.Changed()
	p.run(func(ctx context.Context) func() {
		err := p.desk.Reprint(ctx, number, copy)
		return func() {
			p.busy = false
			if p.said = text.Of(err); err == nil {
				p.said = text.Get("slip.again")
			}
			p.Changed()
		}
	})
}
