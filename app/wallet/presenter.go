// Package wallet is the screen on which one of several wallets is chosen.
package wallet

import (
	"strconv"
	"strings"

	"paydesk/app/customer"
	"paydesk/app/keys"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	// Changed is called when View is to be shown again, Chosen with what is to be
	// paid and the wallet, Cancel to step back.
	Changed func()
	Chosen  func(engine.Charge, order.WalletOffer)
	Cancel  func()

	charge engine.Charge
	offers []order.WalletOffer
}

// New makes a presenter.
func New() *Presenter {
	return &Presenter{Changed: func() {}, Chosen: func(engine.Charge, order.WalletOffer) {}, Cancel: func() {}}
}

// View is what the screen shows.
type View struct {
	Title string
	Tiles []Tile
}

// Tile is a wallet to choose.
type Tile struct {
	// Words are what people call it, and under that why it can't be chosen, where
	// it does not work.
	Words string
	Works bool
	// Test: no real money moves.
	Test bool
	// Digit is the key that chooses it, "" beyond the ninth.
	Digit string
}

// View is the present view.
func (p *Presenter) View() View {
	v := View{Title: text.Get("wallet.title", text.Money(p.charge.Amount))}
	for i, o := range p.offers {
		t := Tile{Words: Name(o.Title), Test: o.Test, Works: true}
		if why := Why(o, p.charge.Amount); why != "" {
			t.Words, t.Works = Name(o.Title)+"\n"+why, false
		}
		if i < 9 {
			t.Digit = strconv.Itoa(i + 1)
		}
		v.Tiles = append(v.Tiles, t)
	}
	return v
}

// Name is what people call a wallet, where a mark beside it says that it is a test.
func Name(title string) string { return strings.TrimSuffix(title, " (TEST)") }

// Why says why an amount can't be paid by a wallet; it is ""
// where it can.
func Why(o order.WalletOffer, a money.Amount) string {
	switch {
	case !o.In(a.Currency):
		return text.Get("wallet.currency", string(a.Currency))
	case o.Least.Currency == a.Currency && a.Minor < o.Least.Minor:
		return text.Get("wallet.least", text.Money(o.Least))
	case o.Most.Currency == a.Currency && o.Most.Minor > 0 && a.Minor > o.Most.Minor:
		return text.Get("wallet.most", text.Money(o.Most))
	}
	return ""
}

// Begin asks how an amount is to be paid.
func (p *Presenter) Begin(c engine.Charge) {
	p.charge = c
	p.Changed()
}

// Apply takes a snapshot: it has the wallets.
func (p *Presenter) Apply(s engine.Snapshot) {
	p.offers = s.Wallets
	p.Changed()
}

// Choose takes a wallet, if it can be paid by.
func (p *Presenter) Choose(i int) {
	if i >= 0 && i < len(p.offers) && Why(p.offers[i], p.charge.Amount) == "" {
		p.Chosen(p.charge, p.offers[i])
	}
}

// Enter takes the only wallet that is possible.
func (p *Presenter) Enter() {
	only := -1
	for i, o := range p.offers {
		if Why(o, p.charge.Amount) == "" {
			if only >= 0 {
				return
			}
			only = i
		}
	}
	p.Choose(only)
}

// Key handles a key of the keyboard.
func (p *Presenter) Key(k keys.Key) bool {
	switch k {
	case keys.Enter:
		p.Enter()
	case keys.Escape:
		p.Cancel()
	default:
		return false
	}
	return true
}

// Rune handles a sign of the keyboard.
func (p *Presenter) Rune(r rune) {
	if digit, ok := keys.Digit(r); ok {
		p.Choose(int(digit) - '1')
	}
}

// Customer is what the customer sees meanwhile.
func (p *Presenter) Customer() customer.View {
	return customer.View{Stage: customer.Sum, Due: customer.Due{Total: p.charge.Amount}}
}
