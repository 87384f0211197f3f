// Package holds is the screen with the money that is held on cards: until when,
// and what is to become of it.
package holds

import (
	"context"
	"slices"
	"strconv"
	"time"

	"paydesk/app/bridge"
	"paydesk/app/entry"
	"paydesk/app/followup"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/nav"
	"paydesk/app/step"
	"paydesk/app/text"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Desk is what the screen needs of the terminal. NewOrderID and CheckAmount
// return at once.
type Desk interface {
	Holds(ctx context.Context) ([]engine.Hold, error)
	Capture(ctx context.Context, number string, amount money.Amount) (order.FollowUp, error)
	Void(ctx context.Context, number, reason string) (order.FollowUp, error)
	NewOrderID() string
	CheckAmount(a money.Amount) error
}

// Stage is how far somebody is.
type Stage int

// The stages.
const (
	// Listing shows the open holds, Deciding one of them, Holding begins one.
	Listing Stage = iota
	Deciding
	Holding
)

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	desk  Desk
	run   bridge.Run
	clock clock.Clock
	// Changed is called when View is to be shown again, Counted when the number
	// of open holds is another, Back to leave,
	// Home to begin a sale.
	Changed, Counted func()
	Back, Home       func()
	// Card goes on to the card of a new hold, Work does something about one.
	Card func(engine.Charge)
	Work func(followup.Task)

	stage    Stage
	direct   bool // opened with a hold chosen
	shown    bool
	holds    []engine.Hold
	loading  int // the newest question; answers to older ones are dropped
	read     bool
	problem  string
	number   string // of the chosen hold
	sum      entry.Sum
	asked    bool // whether to release it
	snapshot engine.Snapshot
	counted  uint64 // the list of sales that was counted
	counts   bool
}

// New makes a presenter.
func New(desk Desk, run bridge.Run, c clock.Clock) *Presenter {
	return &Presenter{desk: desk, run: run, clock: c, Changed: func() {}, Counted: func() {}, Back: func() {}, Home: func() {},
		Card: func(engine.Charge) {}, Work: func(followup.Task) {}}
}

// View is what the screen shows.
type View struct {
	Stage  Stage
	List   step.PickView
	Amount step.AmountView
	// Asked: whether to release the hold is being asked.
	Asked bool
}

// View is the present view.
func (p *Presenter) View() View {
	v := View{Stage: p.stage, Asked: p.asked}
	switch h, ok := p.chosen(); {
	case p.stage == Holding:
		v.Amount = p.beginning()
	case p.stage == Deciding && ok:
		v.Amount = p.deciding(h)
	default:
		v.Stage, v.List = Listing, p.list()
	}
	return v
}

func (p *Presenter) list() step.PickView {
	v := step.PickView{Title: text.Get("holds.title"), Problem: p.problem, Chosen: slices.IndexFunc(p.holds, p.is),
		Extra: step.Act{Words: text.Get("holds.new"), Ready: true, Hint: keys.Another}}
	for _, h := range p.holds {
		kind, word := p.word(h)
		v.Rows = append(v.Rows, step.Row{Time: step.When(h.Created, p.clock.Now()), Amount: text.Money(h.Approved), Word: word, Under: card(h), Look: look.Of(kind)})
	}
	switch {
	case len(v.Rows) > 0:
	case !p.read && p.problem == "":
		v.Empty = text.Get("step.loading")
	case p.problem == "":
		v.Empty = text.Get("holds.none")
	}
	return v
}

// soon is how long before its end a hold is pointed out.
const soon = 24 * time.Hour

// word is how a hold stands, with its deadline.
func (p *Presenter) word(h engine.Hold) (look.Kind, string) {
	left := h.Until.Sub(p.clock.Now())
	switch {
	case h.Asked != nil:
		return look.KindChecking, text.Get("holds.asked." + followName(*h.Asked))
	case left <= 0:
		return look.KindNotCharged, text.Get("holds.lapsed", text.Near(h.Until))
	case left <= soon:
		return look.KindReview, text.Get("holds.until", text.Near(h.Until)+" "+text.Clock(h.Until))
	}
	return look.KindStored, text.Get("holds.until", text.Near(h.Until))
}

func followName(f order.FollowUp) string {
	if f.Act == order.Capture {
		return "capture"
	}
	return "release"
}

func card(h engine.Hold) string {
	words := h.Brand + " •••• " + h.Last4
	if h.Holder != "" {
		words += " · " + h.Holder
	}
	return words
}

func (p *Presenter) is(h engine.Hold) bool { return h.Number == p.number }

func (p *Presenter) chosen() (engine.Hold, bool) {
	if i := slices.IndexFunc(p.holds, p.is); i >= 0 {
		return p.holds[i], true
	}
	return engine.Hold{}, false
}

// part reports that the account captures less than was held.
func (p *Presenter) part() bool { return p.snapshot.Offer.Can(order.FeaturePartCapture) }

func (p *Presenter) deciding(h engine.Hold) step.AmountView {
	amount := p.sum.Amount()
	v := step.AmountView{Title: text.Get("holds.of", card(h)), Label: text.Get("holds.capture.label"), Amount: text.Money(amount), Pad: p.part()}
	v.Facts = []step.Fact{
		{Name: text.Get("holds.fact.since"), Value: text.Whole(h.Created.In(p.clock.Now().Location()))},
		{Name: text.Get("holds.fact.until"), Value: text.Near(h.Until) + " " + text.Clock(h.Until)},
		{Name: text.Get("holds.fact.held"), Value: text.Money(h.Approved)},
	}
	free := h.Asked == nil
	v.Main = step.Act{Words: text.Get("holds.capture", text.Money(amount)), Ready: free && p.problemOf(h) == "", Hint: keys.Enter}
	v.Side = step.Act{Words: text.Get("holds.release"), Ready: free, Hint: keys.TakeBack}
	switch wrong := p.problemOf(h); {
	case !free:
		v.Say = text.Get("holds.say.asked")
	case wrong != "":
		v.Say, v.Wrong = wrong, true
	case !p.clock.Now().Before(h.Until):
		v.Say = text.Get("holds.say.lapsed", strconv.Itoa(order.HoldDays))
	case !p.part():
		v.Say = text.Get("holds.say.whole")
	case amount != h.Approved:
		v.Say = text.Get("holds.say.part", text.Money(money.New(h.Approved.Minor-amount.Minor, amount.Currency)))
	default:
		v.Say = text.Get("holds.say")
	}
	if p.problem != "" {
		v.Say, v.Wrong = p.problem, true
	}
	return v
}

// problemOf is what is wrong with the amount to capture.
func (p *Presenter) problemOf(h engine.Hold) string {
	switch a := p.sum.Amount(); {
	case a.Minor <= 0:
		return text.Get("holds.wrong.zero")
	case a.Minor > h.Approved.Minor:
		return text.Get("holds.wrong.most", text.Money(h.Approved))
	}
	return ""
}

func (p *Presenter) beginning() step.AmountView {
	amount := p.sum.Amount()
	v := step.AmountView{Title: text.Get("holds.begin"), Label: text.Get("holds.begin.label"), Amount: text.Money(amount), Pad: true,
		Say:  text.Get("holds.begin.say", strconv.Itoa(order.HoldDays)),
		Main: step.Act{Words: text.Get("holds.begin.card"), Ready: true, Hint: keys.Enter, Shape: look.Card}}
	if err := p.desk.CheckAmount(amount); amount.Minor == 0 {
		v.Main.Ready = false
	} else if err != nil {
		v.Say, v.Wrong, v.Main.Ready = text.Of(err), true, false
	}
	return v
}

// Begin lists the holds.
func (p *Presenter) Begin() { p.open(Listing, "") }

// Open goes straight to one of them.
func (p *Presenter) Open(number string) { p.open(Deciding, number) }

// BeginNew asks for the amount of a new hold.
func (p *Presenter) BeginNew() { p.open(Holding, "") }

// Another does so from the list.
func (p *Presenter) Another() {
	if p.View().Stage == Listing {
		p.stage, p.direct, p.problem = Holding, false, ""
		p.sum.Propose(money.New(0, p.snapshot.Unit()))
		p.Changed()
	}
}

func (p *Presenter) open(stage Stage, number string) {
	p.stage, p.number, p.direct, p.asked, p.problem, p.read = stage, number, stage != Listing, false, "", false
	p.holds = nil
	p.sum.Propose(money.New(0, p.snapshot.Unit()))
	p.Changed()
	if p.shown {
		p.load()
	}
}

// Show is called when the screen comes into sight, with what was entered in it.
func (p *Presenter) Show() {
	p.shown = true
	p.load()
}

// Hide stops following the terminal.
func (p *Presenter) Hide() { p.shown, p.asked = false, false }

// Apply takes a snapshot; the list is read again when it changed.
func (p *Presenter) Apply(s engine.Snapshot) {
	changed := s.Changed != p.snapshot.Changed
	p.snapshot = s
	if p.shown && changed {
		p.load()
	}
	p.Changed()
}

// Badge is how many holds are open, for the menu. They are counted anew where
// the list of sales changed.
func (p *Presenter) Badge(s engine.Snapshot) string {
	if !p.counts || p.counted != s.Changed {
		p.counts, p.counted = true, s.Changed
		p.load()
	}
	if len(p.holds) == 0 {
		return ""
	}
	return strconv.Itoa(len(p.holds))
}

func (p *Presenter) load() {
	p.loading++
	mine := p.loading
	p.run(func(ctx context.Context) func() {
		holds, err := p.desk.Holds(ctx)
		return func() {
			if mine == p.loading {
				p.take(holds, err)
			}
		}
	})
}

func (p *Presenter) take(holds []engine.Hold, err error) {
	if p.problem = text.Of(err); err != nil {
		p.Changed()
		return
	}
	count := len(p.holds)
	first := !p.read
	p.holds, p.read = holds, true
	h, ok := p.chosen()
	switch {
	case p.stage == Deciding && !ok:
		p.stage, p.asked = Listing, false
		if p.shown && first && p.direct {
			p.problem = text.Get("holds.gone")
		}
	case p.stage == Deciding && first && p.sum.Amount().Minor == 0:
		p.sum.Propose(h.Approved)
	}
	p.Changed()
	if len(holds) != count {
		p.Counted()
	}
}

// Choose opens a hold of the list.
func (p *Presenter) Choose(i int) {
	if i >= 0 && i < len(p.holds) {
		p.stage, p.number, p.direct, p.problem = Deciding, p.holds[i].Number, false, ""
		p.sum.Propose(p.holds[i].Approved)
		p.Changed()
	}
}

// Move marks the next hold of the list, or the one before.
func (p *Presenter) Move(by int) {
	if n := len(p.holds); n > 0 {
		p.number = p.holds[min(max(0, slices.IndexFunc(p.holds, p.is)+by), n-1)].Number
		p.Changed()
	}
}

// Step goes one stage back, or leaves.
func (p *Presenter) Step() {
	if p.stage != Listing && !p.direct {
		p.stage, p.problem = Listing, ""
		p.Changed()
		return
	}
	p.Back()
}

// Press takes a key of the pad.
func (p *Presenter) Press(c caps.Cap) {
	if v := p.View(); v.Stage != Listing && v.Amount.Pad {
		p.problem = ""
		p.sum.Press(c)
		p.Changed()
	}
}

// Enter does the main thing of the stage.
func (p *Presenter) Enter() {
	v := p.View()
	switch {
	case v.Stage == Listing:
		p.Choose(slices.IndexFunc(p.holds, p.is))
	case !v.Amount.Main.Ready:
	case v.Stage == Holding:
		p.Card(engine.Charge{Order: p.desk.NewOrderID(), Amount: p.sum.Amount(), Kind: order.KindAuth})
	default:
		p.capture()
	}
}

func (p *Presenter) capture() {
	h, amount := p.task()
	h.Act, h.Amount = order.Capture, amount
	h.Do = func(ctx context.Context) (order.FollowUp, error) { return p.desk.Capture(ctx, h.Of, amount) }
	p.Work(h)
}

func (p *Presenter) task() (followup.Task, money.Amount) {
	h, _ := p.chosen()
	return followup.Task{Of: h.Number, Brand: h.Brand, Last4: h.Last4, Amount: h.Approved, From: nav.Holds}, p.sum.Amount()
}

// AskRelease asks once before the chosen hold is released.
func (p *Presenter) AskRelease() {
	if v := p.View(); v.Stage == Deciding && v.Amount.Side.Ready && !p.asked {
		p.asked = true
		p.Changed()
	}
}

// DropRelease takes the question away.
func (p *Presenter) DropRelease() {
	p.asked = false
	p.Changed()
}

// Release releases the hold after the question: once.
func (p *Presenter) Release() {
	if !p.asked {
		return
	}
	p.asked = false
	p.Changed()
	if !p.View().Amount.Side.Ready {
		return
	}
	t, _ := p.task()
	t.Act, t.Release = order.Void, true
	t.Do = func(ctx context.Context) (order.FollowUp, error) {
		return p.desk.Void(ctx, t.Of, text.Get("holds.release.reason"))
	}
	p.Work(t)
}
