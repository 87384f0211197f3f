// Package onfile is the screen on which a card is charged that an earlier
// payment left on file. It shows what may be shown of a card, and never has more.
package onfile

import (
	"context"
	"time"

	"paydesk/app/bridge"
	"paydesk/app/cardentry"
	"paydesk/app/entry"
	"paydesk/app/keys"
	"paydesk/app/text"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// Desk is what the screen needs of the terminal.
type Desk interface {
	List(ctx context.Context, q order.Query) (engine.Listing, error)
	cardentry.Desk
}

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	desk  Desk
	run   bridge.Run
	clock clock.Clock
	// Changed is called when View is to be shown again, Ask when Asked is to be
	// asked.
	Changed, Ask func()
	// Cancel steps back: nothing was sent. Started and Ended are those of a card
	// that is typed.
	Cancel  func()
	Started func(cardentry.Payment)
	Ended   func(cardentry.Payment, engine.Sale, error)

	charge engine.Charge
	words  *entry.Line
	cards  []filed
	chosen int // -1: none
	busy   bool
	asked  time.Time
	offer  order.Offer
	// looking: the journal is being asked; again: what is looked for has changed
	// meanwhile.
	looking, again bool
	problem        string
}

// mostWords is how much can be looked for.
const mostWords = 60

// New makes a presenter.
func New(desk Desk, run bridge.Run, c clock.Clock) *Presenter {
	return &Presenter{desk: desk, run: run, clock: c, words: entry.NewLine(mostWords, nil), chosen: -1,
		Changed: func() {}, Ask: func() {}, Cancel: func() {}, Started: func(cardentry.Payment) {}, Ended: func(cardentry.Payment, engine.Sale, error) {}}
}

// View is what the screen shows.
type View struct {
	Title  string
	Words  string
	Rows   []Row
	Chosen int
	// Charge is the button; Ready says that a card is chosen.
	Charge string
	Ready  bool
	// Said is told in place of rows, or of what went wrong.
	Said    string
	Problem string
}

// Row is a card on file.
type Row struct{ Name, Card, Used string }

// View is the present view.
func (p *Presenter) View() View {
	v := View{Title: text.Get("onfile.title", text.Money(p.charge.Amount)), Words: p.words.Raw(), Chosen: p.chosen, Problem: p.problem,
		Charge: text.Get("onfile.choose")}
	for _, c := range p.cards {
		v.Rows = append(v.Rows, c.row())
	}
	if c, ok := p.card(); ok {
		v.Charge, v.Ready = text.Get("onfile.charge", text.Money(p.charge.Amount), c.row().Card), !p.busy
	}
	switch {
	case len(p.cards) > 0:
	case p.looking:
		v.Said = text.Get("onfile.looking")
	case p.words.Len() > 0:
		v.Said = text.Get("onfile.none")
	default:
		v.Said = text.Get("onfile.empty")
	}
	return v
}

func (f filed) row() Row {
	r := Row{Name: f.Holder, Card: f.Brand + " •••• " + f.Last4, Used: text.Dated(f.used.Local())}
	if r.Name == "" {
		r.Name = text.Get("onfile.noname")
	}
	return r
}

// card is the one that is chosen.
func (p *Presenter) card() (filed, bool) {
	if p.chosen < 0 || p.chosen >= len(p.cards) {
		return filed{}, false
	}
	return p.cards[p.chosen], true
}

// Begin begins to look for a card to charge. A customer whose name was entered
// with the sale is looked for at once.
func (p *Presenter) Begin(c engine.Charge) {
	p.charge, p.busy, p.problem, p.cards = c, false, "", nil
	p.words.Clear()
	if c.Bill != nil {
		p.words.Set(c.Bill.Customer)
	}
	p.look()
}

// Apply takes a snapshot.
func (p *Presenter) Apply(s engine.Snapshot) { p.offer = s.Offer }

// Choose chooses a row.
func (p *Presenter) Choose(i int) {
	if !p.busy && i >= 0 && i < len(p.cards) {
		p.chosen = i
		p.Changed()
	}
}

// Rune takes a sign of the keyboard.
func (p *Presenter) Rune(r rune) {
	if p.words.Type(r) {
		p.words.KeepCardEnd()
		p.look()
	}
}

// Paste takes text of any length.
func (p *Presenter) Paste(words string) {
	p.words.Paste(words)
	p.words.KeepCardEnd()
	p.look()
}

// Key handles a key of the keyboard.
func (p *Presenter) Key(k keys.Key) bool {
	switch k {
	case keys.Enter:
		p.Charge()
	case keys.Escape:
		p.Back()
	case keys.Up:
		p.Choose(p.chosen - 1)
	case keys.Down, keys.Tab:
		p.Choose(p.chosen + 1)
	case keys.Erase:
		p.words.Erase()
		p.look()
	default:
		return false
	}
	return true
}

// Back steps back. Nothing was sent.
func (p *Presenter) Back() {
	if !p.busy {
		p.Cancel()
	}
}

// Charge asks before the chosen card is charged.
func (p *Presenter) Charge() {
	if _, ok := p.card(); ok && !p.busy {
		p.asked = p.clock.Now()
		p.Ask()
	}
}

// Asked is the question about the chosen card.
func (p *Presenter) Asked() (title, words, yes string) {
	c, _ := p.card()
	amount := text.Money(p.charge.Amount)
	row := c.row()
	return text.Get("onfile.ask", amount), text.Get("onfile.ask.text", row.Name, row.Card, row.Used), text.Get("card.charge", amount)
}

// calm is how long the question stands before it can be answered: whoever
// pressed twice has not read it.
const calm = 700 * time.Millisecond

// Confirm charges the card: once, however often it is pressed.
func (p *Presenter) Confirm() {
	c, ok := p.card()
	if !ok || p.busy {
		return
	}
	if p.clock.Now().Sub(p.asked) < calm {
		p.Ask()
		return
	}
	p.busy = true
	p.charge.OnFile = c.number
	payment := cardentry.Payment{Charge: p.charge, Brand: c.Brand, Last4: c.Last4}
	p.Changed()
	p.Started(payment)
	p.run(func(ctx context.Context) func() {
		// The window may close meanwhile; the payment goes on to its end.
		sale, err := p.desk.Charge(context.WithoutCancel(ctx), payment.Charge, nil)
		return func() { p.Ended(payment, sale, err) }
	})
}
