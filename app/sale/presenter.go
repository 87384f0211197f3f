// Package sale is the screen on which the amount is entered and the way to
// pay chosen.
package sale

import (
	"slices"
	"strings"

	"paydesk/app/entry"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
)

// Desk is what the screen needs of the terminal. No call blocks.
type Desk interface {
	NewOrderID() string
	CheckAmount(a money.Amount) error
	Settings() settings.Settings
}

// Presenter is the screen without its looks. All methods are for the window's
// goroutine. What was entered stays until Clear.
type Presenter struct {
	desk Desk
	// Changed is called when View is to be shown again.
	Changed func()
	// Told is called when what Customer gives may have changed.
	Told func()
	// Card, Cash, OnFile and Wallet are called with what is to be paid that way;
	// Split with a bill that is to be paid in parts, new or unfinished.
	Card, Cash, OnFile, Wallet func(engine.Charge)
	Split                      func(order.Bill)
	// Cleared is called with the bill of a sale that was cleared.
	Cleared func(bill string)
	// History is called to see the transactions, Attention to see what the strip
	// tells of, Menu and Extras to see those.
	History, Attention, Menu, Extras func()
	// Shift leads to the drawer, where nothing is sold before it is counted.
	Shift func()

	minor int64
	owed  bool // the amount is what another sale left over: it has its tax in it
	tip   Tip
	lines [lines]*entry.Line
	// bill is the id under which a part of this sale may have been tried.
	bill     string
	paying   bool // a way to pay was chosen
	sent     bool // a part of it went out
	notice   string
	snapshot engine.Snapshot
}

// New makes a presenter.
func New(desk Desk) *Presenter {
	p := &Presenter{desk: desk, Changed: func() {}, Told: func() {}, Split: func(order.Bill) {}, Cleared: func(string) {},
		Card: func(engine.Charge) {}, Cash: func(engine.Charge) {}, OnFile: func(engine.Charge) {}, Wallet: func(engine.Charge) {},
		History: func() {}, Attention: func() {}, Menu: func() {}, Extras: func() {}, Shift: func() {}}
	for l, most := range mostLetters {
		p.lines[l] = entry.NewLine(most, nil)
	}
	return p
}

// View is what the screen shows.
type View struct {
	Label  string
	Amount string
	Empty  bool // nothing entered: the amount is shown faintly
	// Ready: a card may be charged. Otherwise Reason says why not, and Wrong
	// whether that is a mistake and not just the beginning. Counts: there is
	// something to be paid, on whatever way.
	Ready, Counts bool
	OnFile        bool // the same of a card on file
	Wallet        bool // wallets are set up
	Reason        string
	Wrong         bool
	// Parts are what was added to the goods, Total all of it; both are empty
	// where nothing was. Parts are left out where Wrong needs the room.
	Parts, Total string
	// Added is what else was entered; Extras names what can be.
	Added, Extras string
	// Strip tells of earlier payments that are being settled, Notice of
	// something that needs attention. Unfinished: the strip leads to a bill.
	Strip      string
	StripKind  look.Kind
	Unfinished bool
	Notice     string
	// Shut tells in place of the ways to pay that nothing is sold; nil where it is.
	Shut *Shut
}

// View is the present view.
func (p *Presenter) View() View {
	sums := p.Sums()
	v := View{Label: text.Get("sale.label"), Amount: text.Money(sums.Goods), Empty: p.minor == 0, Notice: p.attention(), Added: p.added()}
	if v.Extras = text.Get("sale.extras"); !p.asksTip() {
		v.Extras = text.Get("sale.extras.notip")
	}
	if p.owed {
		v.Label = text.Get("sale.rest")
	}
	signedIn := p.snapshot.Operator != nil
	card := slices.ContainsFunc(p.lines[:], func(l *entry.Line) bool { return order.HasCard(l.Text()) })
	v.Shut = p.shut()
	v.Counts = signedIn && p.minor > 0 && !card && v.Shut == nil
	switch err := p.desk.CheckAmount(sums.Total); {
	case !signedIn:
		v.Reason = text.Get("sale.signin")
	case p.minor == 0:
		v.Reason = text.Get("sale.enter")
	case card:
		v.Reason, v.Wrong = text.Get("extras.card"), true
	case err != nil:
		v.Reason, v.Wrong = text.Of(err), true
	default:
		v.Ready = v.Shut == nil
	}
	v.OnFile = v.Ready && p.snapshot.Offer.Can(order.FeatureTokens)
	v.Wallet = len(p.snapshot.Wallets) > 0
	if !sums.Plain() && p.minor > 0 {
		v.Total = text.Get("sale.total", text.Money(sums.Total))
		if !v.Wrong {
			v.Parts = p.parts(sums)
		}
	}
	v.Strip, v.StripKind, v.Unfinished = p.strip()
	return v
}

// parts are tax and tip in words.
func (p *Presenter) parts(sums Sums) string {
	var parts []string
	if now := p.desk.Settings().Sales; sums.Tax.Minor > 0 {
		parts = append(parts, text.Get("sale.part", now.TaxName+" "+p.taxRate().String(), text.Money(sums.Tax)))
	}
	if name := text.Get("sale.tip"); sums.Tip.Minor > 0 {
		if p.tip.Rate != 0 {
			name += " " + p.tip.Rate.String()
		}
		parts = append(parts, text.Get("sale.part", name, text.Money(sums.Tip)))
	}
	return strings.Join(parts, " · ")
}

// added is what was entered beside the amounts.
func (p *Presenter) added() string {
	var words []string
	for l := range lines {
		if entered := p.lines[l].Text(); entered != "" {
			words = append(words, order.Cover(entered))
		}
	}
	return strings.Join(words, " · ")
}

func (p *Presenter) amount() money.Amount {
	return money.New(p.minor, p.Currency())
}

// Currency is that of the shop.
func (p *Presenter) Currency() money.Currency { return p.snapshot.Unit() }

// strip tells of earlier payments. Money that is missing comes first, then what
// a person must look at.
func (p *Presenter) strip() (string, look.Kind, bool) {
	checking, alarms := 0, 0
	for _, s := range p.snapshot.Live {
		if s.Alarm {
			alarms++
		} else if !s.Stored {
			checking++
		}
	}
	for _, f := range p.snapshot.Recon.Findings {
		if f.Alarm {
			alarms++
		}
	}
	for _, c := range p.snapshot.Codes {
		switch {
		case c.Alarm || len(c.Strays()) > 0:
			alarms++
		case c.State == order.QRTaking || c.State == order.QRClosing:
			checking++
		}
	}
	stored := p.snapshot.Stored
	bill, kind, unfinished := p.unfinished()
	switch {
	case stored.MissingCount > 0:
		return text.Count("sale.missing", stored.MissingCount, text.Money(stored.MissingTotal)), look.KindMissing, false
	case unfinished:
		return bill, kind, true
	case alarms > 0:
		return text.Count("sale.alarm", alarms), look.KindReview, false
	case checking > 0:
		return text.Count("sale.checking", checking), look.KindChecking, false
	case stored.Room.Unsent.Count > 0:
		return text.Count("sale.stored", stored.Room.Unsent.Count, text.Money(stored.Room.Unsent.Total)), look.KindStored, false
	}
	return "", "", false
}

// attention is the first sentence of a part that is in trouble.
func (p *Presenter) attention() string {
	if p.notice != "" {
		return p.notice
	}
	host := p.snapshot.Host
	if !p.snapshot.OfflineSince.IsZero() {
		host = engine.Part{Health: engine.HealthTrouble, Text: text.Get("sale.away")}
		if room := p.snapshot.Stored.Room; room.Limits.Enabled && room.Left > 0 && room.LeftTotal.Minor > 0 {
			host.Text = text.Get("sale.away.store", text.Money(room.Limits.PerSale))
		}
	}
	for _, part := range []engine.Part{p.snapshot.Journal, host} {
		if part.Health == engine.HealthTrouble && part.Text != "" {
			return text.Say(part.Text)
		}
	}
	switch printer := p.snapshot.Printer; {
	case printer.Health == engine.HealthTrouble && printer.Text != "":
		return text.Say(printer.Text) + " " + text.Get("counter.waits")
	case p.snapshot.DrawerTrouble != "":
		return text.Say(p.snapshot.DrawerTrouble)
	case p.snapshot.Drawer == engine.DrawerOpen:
		return text.Get("counter.drawer.shut")
	}
	return ""
}

// Apply takes a snapshot. What was entered is the desk's, whoever is at it.
func (p *Presenter) Apply(s engine.Snapshot) {
	p.snapshot = s
	p.Changed()
}

// Press takes a key of the pad or of the keyboard. Cents roll in from the
// right.
func (p *Presenter) Press(c caps.Cap) {
	p.notice = ""
	p.minor, p.owed = entry.Roll(p.minor, c), false
	p.changed()
}

// changed shows what was entered, here and to the customer.
func (p *Presenter) changed() {
	p.Changed()
	p.Told()
}

// Escape takes the amount back, and what else was entered with a second press.
func (p *Presenter) Escape() {
	if p.notice = ""; p.minor == 0 || p.tip == (Tip{}) && p.added() == "" {
		p.Clear()
		return
	}
	p.minor = 0
	p.changed()
}

// Clear takes everything back.
func (p *Presenter) Clear() {
	if p.bill != "" {
		p.Cleared(p.bill)
	}
	p.minor, p.owed, p.tip, p.bill, p.paying, p.sent, p.notice = 0, false, Tip{}, "", false, false, ""
	for _, l := range p.lines {
		l.Clear()
	}
	p.changed()
}

// Start begins with what another sale left over.
func (p *Presenter) Start(rest money.Amount) {
	p.Clear()
	p.minor, p.owed = rest.Minor, true
	p.changed()
}

// Rest reports whether the amount is still the one that Start began with.
func (p *Presenter) Rest() bool { return p.owed }

// Idle reports whether nothing has been entered.
func (p *Presenter) Idle() bool {
	return p.minor == 0 && p.tip == Tip{} && p.added() == ""
}

// Tell shows a sentence until the next key.
func (p *Presenter) Tell(sentence string) {
	p.notice = sentence
	p.Changed()
}

// ToCard does what Tender does, for a card that was swiped here.
func (p *Presenter) ToCard() { p.Tender(ByCard) }
