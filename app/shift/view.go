package shift

import (
	"paydesk/app/form"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// View is what the screen shows: a page, what is counted, or what it came to.
type View struct {
	Page form.Page
	// Count is nil where nothing is counted, Result where nothing was.
	Count  *CountView
	Result *Result
}

// CountView is what is counted.
type CountView struct {
	Title, Hint string
	// Back, Turn and Main are the words of the buttons.
	Back, Turn, Main string
	Ready            bool
	Pieces           []Piece
	Total            string
	Problem          string
}

// Result is what a count came to.
type Result struct {
	Title              string
	Word, Amount, Said string
	Shape              look.Shape
	Tint               look.Colour
	// Rows are what should be there, and why.
	Rows []Figure
	// Main, Other and Third are the words of the buttons; "" leaves one away.
	Back, Main, Other, Third string
	ThirdKey                 keys.Key
	Busy                     bool
	Problem                  string
}

// Figure is one line of what should be there. Sum is the line below it all.
type Figure struct {
	Name, Value string
	Sum         bool
}

// View is the present view.
func (p *Presenter) View() View {
	switch {
	case p.counting():
		return View{Count: p.countView()}
	case p.stage == Told && p.now() != nil:
		return View{Result: p.result(*p.now())}
	case p.stage == Ended:
		return View{Result: p.closed()}
	}
	return View{Page: p.page()}
}

// stages are the catalogue's keys of what is counted.
var stages = map[Stage]string{Opening: "shift.opening", Closing: "shift.closing", Handing: "shift.handing"}

func (p *Presenter) countView() *CountView {
	key := stages[p.stage]
	v := &CountView{Title: text.Get(key), Hint: text.Get(key + ".say"), Back: text.Get("step.back"), Main: text.Get(key + ".main"),
		Pieces: p.sheet.pieces(), Total: text.Money(p.sheet.total()), Ready: p.sheet.begun && !p.task.Busy(), Turn: text.Get("shift.total")}
	if last := p.snapshot.Shift.Last; p.stage == Opening && last != nil && len(last.Counts) > 0 {
		v.Hint = text.Get("shift.left", text.Money(last.Counts[len(last.Counts)-1].Total))
	}
	if p.sheet.whole {
		v.Turn = text.Get("shift.pieces")
	}
	if len(p.sheet.faces) == 0 {
		v.Turn = ""
	}
	if p.wrong {
		v.Problem = p.note
	}
	return v
}

// result tells how the count stands against what should be there.
func (p *Presenter) result(now order.Shift) *Result {
	v := &Result{Title: text.Get("shift.result"), Back: text.Get("step.back"), Main: text.Get("shift.close.main"), Other: text.Get("shift.recount"),
		Third: text.Get("shift.resume"), ThirdKey: keys.Keep, Busy: p.task.Busy(), Rows: figures(now)}
	v.differ(now.Off)
	if n := len(now.Counts); n > 0 {
		c := now.Counts[n-1]
		if now.Off.Minor == 0 {
			v.Amount = text.Money(c.Total)
		}
		v.Said = text.Get("shift.counted", p.name(c.By), text.Clock(c.At))
	}
	if p.wrong {
		v.Problem = p.note
	}
	return v
}

// differ says in a word, a shape and a colour how much is there too much or is
// missing.
func (v *Result) differ(off money.Amount) {
	v.Shape, v.Tint = look.Alert, look.TintReview
	switch {
	case off.Minor == 0:
		v.Shape, v.Tint, v.Word = look.Check, look.TintApproved, text.Get("shift.agrees")
	case off.Minor < 0:
		v.Word, v.Amount = text.Get("shift.missing"), text.Money(money.New(-off.Minor, off.Currency))
	default:
		v.Word, v.Amount = text.Get("shift.over"), text.Money(off)
	}
}

// figures are what should be in the drawer, and what is.
func figures(s order.Shift) []Figure {
	d := s.Drawer
	rows := []Figure{{Name: text.Get("shift.fig.float"), Value: text.Money(d.Float)}, {Name: text.Get("shift.fig.sales"), Value: plus(d.Sales)}}
	for _, f := range []struct {
		key   string
		value money.Amount
		sign  string
	}{{"shift.fig.back", d.Back, "−"}, {"shift.fig.in", d.In, "+"}, {"shift.fig.out", d.Out, "−"}} {
		if f.value.Minor != 0 {
			rows = append(rows, Figure{Name: text.Get(f.key), Value: f.sign + " " + text.Money(f.value)})
		}
	}
	rows = append(rows, Figure{Name: text.Get("shift.fig.expected"), Value: text.Money(d.Expected), Sum: true})
	if n := len(s.Counts); n > 0 {
		rows = append(rows, Figure{Name: text.Get("shift.fig.counted"), Value: text.Money(s.Counts[n-1].Total), Sum: true})
	}
	return rows
}

func plus(a money.Amount) string { return "+ " + text.Money(a) }

// closed tells of the shift that was closed.
func (p *Presenter) closed() *Result {
	s := p.ended
	v := &Result{Title: text.Get("shift.title"), Back: text.Get("step.back"), Main: text.Get("shift.day"), Other: text.Get("shift.next"),
		Third: text.Get("batch.slip"), ThirdKey: keys.Receipt, Rows: figures(s)}
	v.differ(s.Off)
	v.Word, v.Said = text.Get("shift.ended", text.Number(s.Number)), text.Get("shift.ended.say")
	if s.Off.Minor == 0 {
		v.Amount = text.Get("shift.agrees")
	} else {
		v.Amount = text.Get("shift.off."+sign(s.Off), v.Amount)
	}
	return v
}

func sign(off money.Amount) string {
	if off.Minor < 0 {
		return "missing"
	}
	return "over"
}

// page is what is neither counted nor a result.
func (p *Presenter) page() form.Page {
	v := form.Page{Title: text.Get("shift.title"), Back: text.Get("step.back"), RightAt: -1, Note: p.note, NoteWrong: p.wrong, Busy: p.task.Busy()}
	switch p.stage {
	case Amount, Own:
		v.Title, v.Say, v.Form, v.Main = p.doing(), text.Get("shift.amount.say"), p.fill, text.Get("shift.next.step")
		if p.stage == Own {
			v.Say, v.Main = text.Get("shift.why.own.say"), text.Get("shift.done")
		}
	case Reason:
		v.Title, v.Say, v.Right, v.RightAt, v.Inside = p.doing(), text.Get("shift.why.say"), p.reasonRows(), p.row, true
	case Hand:
		p.handPage(&v)
	default:
		p.home(&v)
	}
	return v
}

// doing is what is being done, with how much.
func (p *Presenter) doing() string {
	now := p.now()
	switch {
	case p.why() == "" && now != nil:
		off := now.Off
		return text.Get("shift.off."+sign(off), text.Money(money.New(max(off.Minor, -off.Minor), off.Currency)))
	case p.stage == Amount:
		return text.Get("shift.move." + string(p.move.Kind))
	}
	return text.Get("shift.moving."+string(p.move.Kind), text.Money(p.move.Amount))
}

func (p *Presenter) reasonRows() []form.Item {
	var rows []form.Item
	for _, key := range p.reasons() {
		rows = append(rows, form.Item{Name: text.Get(key), Shape: look.Dot})
	}
	return append(rows, form.Item{Name: text.Get("counter.reason.own"), Shape: look.Board})
}

// home says who answers for the drawer, and what can be done.
func (p *Presenter) home(v *form.Page) {
	v.LeftAt = p.at
	for _, a := range p.acts() {
		v.Left = append(v.Left, form.Item{Name: text.Get(a.key), Say: text.Get(a.key + ".say"), Shape: a.shape})
	}
	now := p.now()
	if now == nil {
		v.Right = []form.Item{{Name: text.Get("shift.none"), Say: text.Get("shift.none.say"), Shape: look.Unsure, Tint: look.Soft}}
		return
	}
	v.Say = text.Get("shift.holder", p.name(now.Holder), p.since(*now))
	v.Right = []form.Item{
		{Name: text.Get("shift.holds", p.name(now.Holder)), Say: text.Get("shift.since", p.since(*now)), Shape: look.Person},
		{Name: text.Get("shift.number", text.Number(now.Number)), Say: text.Get("shift.opened", p.name(now.OpenedBy), text.Moment(now.Opened)), Shape: look.Clock},
	}
	if !now.Uncounted {
		v.Right = append(v.Right, form.Item{Name: text.Get("shift.fig.float"), Value: text.Money(now.Float.Total), Shape: look.Tray})
	}
	for _, h := range now.Hands {
		v.Right = append(v.Right, form.Item{Name: text.Get("shift.handed", p.name(h.From), p.name(h.To)), Say: text.Moment(h.At), Shape: look.Right})
	}
	v.Whole = v.Title
}

// since is from when the holder answers for the drawer.
func (p *Presenter) since(now order.Shift) string {
	if n := len(now.Hands); n > 0 {
		return text.Clock(now.Hands[n-1].At)
	}
	return text.Clock(now.Opened)
}

// handPage says what handing over means, to the one who gives and the one who
// takes.
func (p *Presenter) handPage(v *form.Page) {
	v.Title, v.Say = text.Get("shift.hand"), text.Get("shift.hand.say")
	holder := ""
	if now := p.now(); now != nil {
		holder = p.name(now.Holder)
	}
	v.Tall = true
	if p.mine() {
		v.Main = text.Get("shift.hand.leave")
		v.Right = []form.Item{
			{Name: text.Get("shift.hand.one"), Say: text.Get("shift.hand.one.say"), Shape: look.Person},
			{Name: text.Get("shift.hand.two"), Say: text.Get("shift.hand.two.say"), Shape: look.Tray},
		}
		return
	}
	v.Main, v.Other = text.Get("shift.hand.take"), text.Get("shift.hand.count")
	v.Right = []form.Item{
		{Name: text.Get("shift.hand.from", holder), Say: text.Get("shift.hand.from.say"), Shape: look.Person},
		{Name: text.Get("shift.hand.counted"), Say: text.Get("shift.hand.counted.say"), Shape: look.Tray},
	}
}
