package bill

import (
	"slices"
	"strconv"

	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// View is what the screen shows.
type View struct {
	Title               string
	Legs                []Leg  // the newest first
	Paid, Pending, Left string // "" where there is nothing to tell
	// Amount is the next part, Typed whether somebody entered it. Where it can't
	// be paid by card, Reason says why, and Wrong whether that is a mistake;
	// Counts that it can be paid at all.
	Amount        string
	Typed         bool
	Ready, Counts bool
	OnFile        bool // cards are kept on file, and one may be charged
	Wallet        bool // wallets are set up
	Reason        string
	Wrong         bool
	Parts         []Part
	// Open: parts can be paid. Otherwise Look, Word and Said tell how far it is.
	Open  bool
	Look  look.Look
	Word  string
	Said  string
	Final bool
	Leave string
	Undo  bool // there is something to cancel
}

// Leg is a part of the bill.
type Leg struct {
	Look         look.Look
	Amount, Word string
	Way          string
}

// Part divides what is left.
type Part struct {
	Words  string
	Parts  int
	Chosen bool
}

var legKinds = map[order.LegState]look.Kind{
	order.LegPending: look.KindChecking, order.LegPaid: look.KindApproved, order.LegFailed: look.KindDeclined,
	order.LegBacking: look.KindTakingBack, order.LegBack: look.KindReturned, order.LegStuck: look.KindReview,
}

// View is the present view.
func (p *Presenter) View() View {
	left := p.left()
	v := View{Title: text.Get("bill.title", text.Money(p.asked.Total())), Left: text.Money(left), Amount: text.Money(p.amount()), Typed: p.minor > 0,
		Undo: !p.untouched(), Open: p.view.ID == "" || p.view.State == order.BillOpen, Leave: text.Get("bill.leave")}
	v.Paid = text.Money(money.New(0, p.asked.Goods.Currency))
	if p.view.ID != "" {
		v.Paid = text.Money(p.view.Paid)
		if p.view.Pending.Minor > 0 {
			v.Pending = text.Money(p.view.Pending)
		}
	}
	for _, l := range slices.Backward(p.view.Parts) {
		v.Legs = append(v.Legs, p.leg(l))
	}
	if !v.Open {
		v.Left = ""
		p.ended(&v)
		return v
	}
	p.next(&v)
	return v
}

// next is what is to be said of the next part.
func (p *Presenter) next(v *View) {
	left, amount := p.left(), p.amount()
	err := p.desk.CheckAmount(amount)
	switch {
	case p.problem != "":
		v.Reason, v.Wrong = p.problem, true
	case left.Minor == 0:
		v.Reason = text.Get("bill.wait")
	case amount.Minor > left.Minor:
		v.Reason, v.Wrong = text.Get("bill.over", text.Money(left)), true
	case err != nil:
		v.Reason, v.Wrong = text.Of(err), true
	}
	v.Counts = !p.busy && amount.Minor > 0 && amount.Minor <= left.Minor
	v.Ready = v.Counts && err == nil
	v.OnFile = v.Ready && p.offer.Can(order.FeatureTokens)
	v.Wallet = len(p.wallets) > 0
	for _, parts := range []int{1, 2, 3, max(4, p.parts)} {
		words := text.Get("bill.all")
		if parts > 1 {
			words = text.Get("bill.part", strconv.Itoa(parts))
		}
		v.Parts = append(v.Parts, Part{Words: words, Parts: parts, Chosen: p.minor == 0 && parts == p.parts})
	}
}

// ended tells how far the end of the bill is.
func (p *Presenter) ended(v *View) {
	back, of, stuck, cash := 0, 0, 0, false
	for _, l := range p.view.Parts {
		cash = cash || l.Cash != nil
		switch l.State {
		case order.LegBack:
			back++
			of++
		case order.LegBacking, order.LegPending:
			of++
		case order.LegStuck:
			stuck++
			of++
		}
	}
	kind, say := look.KindTakingBack, "bill.say.cancelling"
	switch {
	case p.view.State == order.BillPaid:
		kind, say = look.KindApproved, "bill.say.paid"
	case p.view.State == order.BillCancelled && cash:
		kind, say = look.KindReturned, "bill.say.cancelled.cash"
	case p.view.State == order.BillCancelled:
		kind, say = look.KindReturned, "bill.say.cancelled"
	case stuck > 0:
		kind, say = look.KindReview, "bill.say.stuck"
	}
	v.Look, v.Final, v.Leave = look.Of(kind), p.view.State.Final(), text.Get("cash.new")
	v.Word = text.Get("bill.word." + string(kind))
	v.Said = text.Get(say, strconv.Itoa(back), strconv.Itoa(of))
}

// leg is a part as it is shown.
func (p *Presenter) leg(l engine.LegView) Leg {
	kind := legKinds[l.State]
	out := Leg{Amount: text.Money(l.Amount), Way: text.Get("bill.way.cash")}
	if l.Tender == order.TenderWallet {
		out.Way = p.wallet(l.Code)
		if l.State == order.LegFailed {
			kind = look.KindNotCharged
		}
	}
	if s := l.Sale; s != nil {
		out.Way = s.Brand + " •••• " + s.Last4
		if l.State == order.LegFailed && s.State != order.Declined {
			kind = look.KindNotCharged
		}
	}
	out.Look, out.Word = look.Of(kind), text.Get("bill.leg."+string(kind))
	if l.Cash != nil && (l.State == order.LegBack || l.State == order.LegBacking) {
		out.Word = text.Get("bill.leg.handback")
	}
	return out
}

// wallet is what people call the wallet of a code.
func (p *Presenter) wallet(code *order.QR) string {
	for _, o := range p.wallets {
		if code != nil && o.Name == code.Provider {
			return o.Title
		}
	}
	return text.Get("sale.wallet")
}
