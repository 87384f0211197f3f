// Package counter is the screen of the things on the counter: how the printer
// is, which receipts wait and what to do about each, the cash drawer, and in
// training the paper of a printer that is not there.
package counter

import (
	"context"
	"image"

	"paydesk/app/approve"
	"paydesk/app/bridge"
	"paydesk/app/entry"
	"paydesk/app/form"
	"paydesk/app/look"
	"paydesk/app/slip"
	"paydesk/app/text"
	"paydesk/receipts"
	"paydesk/terminal"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
)

// Desk is what the screen needs of the terminal.
type Desk interface {
	Settings() settings.Settings
	Set(ctx context.Context, key, value string) error
	// Spool lists the jobs that are not at their end, the oldest first. What
	// becomes of one SettleJob and DropJob decide.
	Spool(ctx context.Context) ([]order.Job, error)
	SettleJob(ctx context.Context, id string, printed bool) error
	DropJob(ctx context.Context, id string) error
	Slip(ctx context.Context, document, id, copy string) (receipts.Document, error)
	// CheckPrinter asks the printer how it is; PrintTest prints a slip and waits
	// for it.
	CheckPrinter(ctx context.Context) error
	PrintTest(ctx context.Context) error
	// Printers lists where a printer may be, ProbePrinter what is there.
	Printers() []string
	ProbePrinter(ctx context.Context, target string) (terminal.PrinterFinding, error)
	Profiles() []terminal.PrinterProfile
	OpenDrawer(ctx context.Context, reason string) error
	// VirtualPaper is what the printer of the training has printed since it was
	// torn off, nil for nothing, and how it is; PlayVirtual changes that. Both
	// return at once.
	VirtualPaper() (image.Image, terminal.VirtualState)
	PlayVirtual(terminal.VirtualState)
}

// Part is what of the screen is open.
type Part string

// The parts. The texts are parts of the catalogue's keys.
const (
	Printer  Part = "printer"  // how it is
	Waiting  Part = "waiting"  // the receipts that are not printed yet
	Drawer   Part = "drawer"   // why it is to be opened
	Test     Part = "test"     // a slip
	Find     Part = "find"     // a printer
	Paper    Part = "paper"    // of the printer that is not there
	Settings Part = "settings" // of the printer
)

// Question is what is asked before something is done. The first choice leaves
// everything as it is.
type Question struct {
	Title, Text string
	Shape       look.Shape
	Choices     []Choice
}

// Choice is one answer.
type Choice struct {
	Words string
	Do    func()
}

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	// Changed is called when View is to be shown again, Back to leave. Saved is
	// called with the key of a setting that changed, Prefs leads to the settings
	// of the printer; Address asks for another address of a receipt.
	Changed func()
	Back    func()
	Saved   func(key string)
	Prefs   func()
	Address func(slip.Paper)
	// Opened is called when the drawer was opened, until the screen is left.
	Opened func()

	desk  Desk
	run   bridge.Run
	task  *form.Task
	clock clock.Clock

	parts    []Part
	at, row  int
	part     Part
	inside   bool
	note     string
	wrong    bool
	asked    *Question
	snapshot engine.Snapshot
	shown    bool

	jobs          []Waiter
	reading, more bool
	found         []finding
	own           *form.Form // the reason in a person's own words, nil where it is not asked for
}

// New makes a presenter. do does what may need somebody's approval.
func New(desk Desk, do approve.Do, run bridge.Run, c clock.Clock) *Presenter {
	return &Presenter{desk: desk, run: run, task: form.NewTask(do, run), clock: c, Changed: func() {}, Back: func() {}, Saved: func(string) {},
		Prefs: func() {}, Address: func(slip.Paper) {}, Opened: func() {}, part: Waiting}
}

// View is the present view.
func (p *Presenter) View() form.Page {
	title := text.Get("counter.title")
	v := form.Page{Title: title, Whole: title, Back: text.Get("menu.back"), LeftAt: p.at, RightAt: -1, Inside: p.inside, Note: p.note, NoteWrong: p.wrong, Busy: p.task.Busy()}
	for _, part := range p.parts {
		v.Left = append(v.Left, p.item(part))
	}
	if p.inside {
		v.Title, v.Say, v.RightAt = text.Get("counter."+string(p.part)), text.Get("counter."+string(p.part)+".say"), p.row
		v.Back = text.Get("step.back")
	}
	v.Right = p.rows()
	if p.own != nil {
		v.Title, v.Say, v.Form, v.Main = text.Get("counter.drawer"), text.Get("counter.drawer.own"), p.own, text.Get("counter.drawer.kick")
	}
	if p.part == Waiting && len(p.jobs) == 0 {
		v.Right = []form.Item{{Name: text.Get("counter.none"), Say: text.Get("counter.none.say"), Shape: look.Check, Tint: look.TintApproved}}
		v.RightAt = -1
	}
	v.Tall = p.part == Waiting
	return v
}

// item is a part as a row.
func (p *Presenter) item(part Part) form.Item {
	i := form.Item{Name: text.Get("counter." + string(part)), Say: text.Get("counter." + string(part) + ".say")}
	switch part {
	case Printer:
		s := Of(p.snapshot.Printer)
		i.Name, i.Say, i.Shape, i.Tint = s.Word, s.Say, s.Shape, s.Tint
	case Waiting:
		if i.Shape = look.Clock; len(p.jobs) > 0 {
			i.Shape, i.Tint = look.Alert, look.TintChecking
		}
		if n := len(p.jobs); n > 0 {
			i.Value = text.Count("counter.count", n)
		}
	case Drawer:
		i.Shape = look.Tray
		if p.snapshot.Drawer != "" {
			i.Value = text.Get("counter.drawer." + string(p.snapshot.Drawer))
		}
	case Test:
		i.Shape = look.Half
	case Find:
		i.Shape = look.Glass
	case Paper:
		i.Shape = look.Dot
	case Settings:
		i.Shape = look.Sun
	}
	return i
}

// State is how the printer is, in words.
type State struct {
	Word, Say string
	Shape     look.Shape
	Tint      look.Colour
}

// Of is the state of the printer of a snapshot.
func Of(printer engine.Part) State {
	s := State{Word: text.Get("counter.state." + string(printer.Health)), Say: text.Say(printer.Text), Shape: look.Clock, Tint: look.TintChecking}
	switch printer.Health {
	case engine.HealthGood:
		s.Shape, s.Tint = look.Check, look.TintApproved
	case engine.HealthTrouble:
		s.Shape, s.Tint = look.Alert, look.TintDeclined
	case engine.HealthOff:
		s.Shape, s.Tint = look.Unsure, look.TintNotCharged
	default:
		s.Word = text.Get("counter.state.unsure")
	}
	if s.Say == "" {
		s.Say = text.Get("status.health." + string(printer.Health))
	}
	return s
}

// rows are those of the part that is open.
func (p *Presenter) rows() []form.Item {
	switch p.part {
	case Drawer:
		return reasons()
	case Find:
		return p.findings()
	}
	var rows []form.Item
	for _, w := range p.jobs {
		rows = append(rows, w.item(p.clock.Now()))
	}
	return rows
}

// Apply takes a snapshot.
func (p *Presenter) Apply(s engine.Snapshot) {
	changed := s.Version != p.snapshot.Version
	p.snapshot = s
	p.offer()
	if p.shown && changed {
		p.read()
	}
	p.Changed()
}

// offer lists the parts that there are.
func (p *Presenter) offer() {
	now := p.desk.Settings()
	p.parts = []Part{Printer, Waiting}
	if now.Printer.Drawer {
		p.parts = append(p.parts, Drawer)
	}
	if now.Printer.Target != "none" {
		p.parts = append(p.parts, Test)
	}
	p.parts = append(p.parts, Find)
	if p.practises() {
		p.parts = append(p.parts, Paper)
	}
	p.parts = append(p.parts, Settings)
	p.at = min(p.at, len(p.parts)-1)
}

// Show begins with the receipts that wait. A printer of which nothing is known
// is asked.
func (p *Presenter) Show() {
	p.shown, p.at, p.row, p.part, p.inside, p.own, p.asked, p.jobs = true, 0, 0, Waiting, false, nil, nil, nil
	p.offer()
	p.tell("", false)
	p.read()
	if p.snapshot.Printer.Health != engine.HealthOff {
		p.check()
	}
}

// check asks the printer how it is; the answer comes with a snapshot.
func (p *Presenter) check() {
	p.run(func(ctx context.Context) func() {
		_ = p.desk.CheckPrinter(ctx) // the status tells it
		return nil
	})
}

// Hide ends what is under way.
func (p *Presenter) Hide() {
	p.task.Cancel()
	p.shown, p.own, p.asked, p.Opened = false, nil, nil, func() {}
}

func (p *Presenter) tell(note string, wrong bool) {
	p.note, p.wrong = note, wrong
	p.Changed()
}

// Choose opens a part, or does what it is for.
func (p *Presenter) Choose(at int) {
	if at < 0 || at >= len(p.parts) || p.task.Busy() {
		return
	}
	p.at, p.own = at, nil
	switch part := p.parts[at]; part {
	case Settings:
		p.Prefs()
		return
	case Test, Printer:
		p.part, p.inside = Waiting, false
		p.tell("", false)
		if part == Test {
			p.test()
		} else {
			p.check()
		}
		return
	default:
		p.part, p.row, p.inside = part, 0, true
	}
	p.tell("", false)
	if p.part == Find {
		p.find()
	}
}

// AskDrawer opens the drawer's part.
func (p *Presenter) AskDrawer() {
	for i, part := range p.parts {
		if part == Drawer {
			p.Choose(i)
		}
	}
}

// Move goes to the next part or row, or the one before.
func (p *Presenter) Move(by int) {
	if p.inside {
		p.row = min(max(0, p.row+by), max(0, len(p.rows())-1))
	} else {
		p.at = min(max(0, p.at+by), len(p.parts)-1)
	}
	p.Changed()
}

// Leave goes one step back: out of the reason, a part, the screen.
func (p *Presenter) Leave() {
	switch {
	case p.task.Busy():
		p.task.Cancel()
	case p.own != nil:
		p.own = nil
	case p.inside:
		p.inside, p.part = false, Waiting
	default:
		p.Back()
		return
	}
	p.tell("", false)
}

// Open opens the part that the keys have reached, or picks the row.
func (p *Presenter) Open() {
	if !p.inside {
		p.Choose(p.at)
		return
	}
	p.Pick(p.row)
}

// Pick does what a row is for.
func (p *Presenter) Pick(row int) {
	if row < 0 || row >= len(p.rows()) || p.task.Busy() {
		return
	}
	p.row, p.inside = row, true
	switch p.part {
	case Drawer:
		p.reason(row)
	case Find:
		p.take(row)
	case Waiting:
		p.askJob(p.jobs[row])
	}
	p.Changed()
}

// Asked is what is asked now, nil for nothing.
func (p *Presenter) Asked() *Question { return p.asked }

// Answer takes a choice.
func (p *Presenter) Answer(i int) {
	q := p.asked
	p.asked = nil
	if q != nil && i >= 0 && i < len(q.Choices) && q.Choices[i].Do != nil {
		q.Choices[i].Do()
	}
	p.Changed()
}

// start does work that takes long; said is told when it went well.
func (p *Presenter) start(working, said string, work func(context.Context) error, then func()) {
	p.task.Start(func(ctx context.Context, _ func(func())) error { return work(ctx) }, func(err error) {
		if err != nil {
			p.tell(text.Of(err), true)
			return
		}
		p.tell(said, false)
		then()
	})
	if p.task.Busy() {
		p.tell(working, false)
	}
}

// test prints a slip.
func (p *Presenter) test() {
	p.start(text.Get("prefs.working"), text.Get("prefs.printed"), p.desk.PrintTest, func() {})
}

// mostReason is how long a reason is at most.
const mostReason = 60

// usual are the catalogue's keys of the usual reasons to open the drawer.
var usual = []string{"counter.reason.change", "counter.reason.float", "counter.reason.out", "counter.reason.count", "counter.reason.test"}

func reasons() []form.Item {
	var rows []form.Item
	for _, key := range usual {
		rows = append(rows, form.Item{Name: text.Get(key), Shape: look.Tray})
	}
	return append(rows, form.Item{Name: text.Get("counter.reason.own"), Shape: look.Board})
}

// reason opens the drawer for a usual reason, or asks for another.
func (p *Presenter) reason(row int) {
	if row < len(usual) {
		p.kick(text.Get(usual[row]))
		return
	}
	f := &form.Field{Key: "reason", Label: text.Get("counter.drawer.why"), Most: mostReason, Check: func(value string) string {
		line := entry.NewLine(mostReason, nil)
		line.Set(value)
		switch {
		case line.Text() == "":
			return text.Get("counter.reason.needed")
		case line.HasCard():
			return text.Get("moneyback.reason.card")
		}
		return ""
	}}
	f.Fill("")
	p.own = form.New(f)
	p.own.Changed = func() { p.Changed() }
	p.own.Done = func() { p.kick(f.Value()) }
}

// kick opens the drawer.
func (p *Presenter) kick(reason string) {
	p.start(text.Get("counter.drawer.opening"), text.Get("counter.drawer.done"), func(ctx context.Context) error { return p.desk.OpenDrawer(ctx, reason) }, func() {
		p.own = nil
		p.Opened()
		p.Changed()
	})
}
