// Package setup is the assistant that makes a terminal ready to sell: one step
// after the other, each of which can be left and taken up again.
package setup

import (
	"context"
	"strconv"

	"paydesk/app/approve"
	"paydesk/app/bridge"
	"paydesk/app/form"
	"paydesk/app/look"
	"paydesk/app/people"
	"paydesk/app/prefs"
	"paydesk/app/text"
	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

// Desk is what the assistant needs of the terminal.
type Desk interface {
	Settings() settings.Settings
	Set(ctx context.Context, key, value string) error
	Operators(ctx context.Context) ([]staff.Operator, error)
	// Printers lists what may be a printer; PrintTest prints a slip.
	Printers() []string
	PrintTest(ctx context.Context) error
	prefs.Prober
	people.Adder
	// SignInHost checks user name and password, which is overwritten, keeps them
	// and lists the account's devices.
	SignInHost(ctx context.Context, address, username string, password []byte) ([]terminal.Device, error)
	// UseDevice makes the terminal a device of the account.
	UseDevice(ctx context.Context, d terminal.Device) error
	// NeedsSetup reports whether nobody has set the terminal up; FinishSetup
	// keeps that somebody has.
	NeedsSetup() bool
	// Unstaffed reports whether nobody can sign in.
	Unstaffed() bool
	FinishSetup(ctx context.Context) error
}

// Step is one step. Its name is a part of the catalogue's keys.
type Step string

// The steps, in their order.
const (
	Mode    Step = "mode"
	Host    Step = "host"
	Device  Step = "device"
	Check   Step = "check"
	Printer Step = "printer"
	Shop    Step = "shop"
	People  Step = "people"
	Ready   Step = "ready"
)

var steps = []Step{Mode, Host, Device, Check, Printer, Shop, People, Ready}

// Presenter is the assistant without its looks. All methods are for the
// window's goroutine.
type Presenter struct {
	// Changed is called when View is to be shown again, Done to leave.
	Changed func()
	Done    func()
	// Saved is called with the key of a setting that changed.
	Saved func(key string)
	// Reopen has the program start in the other mode after Quit; its error says
	// why that can't be. nil: a person has to do it.
	Reopen func(ctx context.Context, mode settings.Mode) error
	Quit   func()

	desk     Desk
	task     *form.Task
	run      bridge.Run
	training bool

	at, row int
	done    map[Step]bool
	forms   map[Step]*form.Form
	devices []terminal.Device
	probed  []terminal.Probed
	people  []staff.Operator
	adding  bool
	note    string
	wrong   bool
}

// New makes a presenter at the first step. do does what may need somebody's
// approval.
func New(desk Desk, do approve.Do, run bridge.Run) *Presenter {
	return &Presenter{desk: desk, task: form.NewTask(do, run), run: run, done: map[Step]bool{}, forms: map[Step]*form.Form{},
		Changed: func() {}, Done: func() {}, Quit: func() {}, Saved: func(string) {}}
}

// First reports whether the assistant comes before the sign-in. A live terminal
// that somebody can sign in to is set up by somebody who did.
func (p *Presenter) First() bool { return p.desk.Unstaffed() || p.training && p.desk.NeedsSetup() }

// Needed reports whether the assistant comes right after the sign-in of somebody
// who may use it.
func (p *Presenter) Needed(o *staff.Operator) bool {
	return p.desk.NeedsSetup() && !p.training && o != nil && o.May(staff.ChangeSettings)
}

// Apply takes a snapshot.
func (p *Presenter) Apply(s engine.Snapshot) {
	p.training = s.Training
	p.Changed()
}

// Begin shows the step at which the assistant was left, with what was entered.
func (p *Presenter) Begin() { p.enter(p.at) }

// Start goes to a step, such as the sign-in at the host.
func (p *Presenter) Start(s Step) {
	for i, step := range steps {
		if step == s {
			p.at = i
		}
	}
}

// Hide ends what is under way, and forgets what nobody may see.
func (p *Presenter) Hide() {
	p.task.Cancel()
	p.Lock()
}

// Lock forgets what nobody may see: somebody else may be there next.
func (p *Presenter) Lock() {
	for _, f := range p.forms {
		f.Wipe()
	}
	p.Changed()
}

// step is the one that is open.
func (p *Presenter) step() Step { return steps[p.at] }

// enter opens a step.
func (p *Presenter) enter(i int) {
	if i < 0 || i >= len(steps) || p.task.Busy() {
		return
	}
	p.at, p.row, p.note, p.adding = i, 0, "", false
	switch p.step() {
	case Mode:
		if !p.training {
			p.row = 1
		}
	case Device:
		p.row = p.present()
	case People, Ready:
		p.readPeople()
	case Check:
		if len(p.probed) == 0 {
			p.probe()
		}
	}
	p.prepare()
	p.Changed()
}

func (p *Presenter) readPeople() {
	p.run(func(ctx context.Context) func() {
		all, err := p.desk.Operators(ctx)
		return func() {
			p.people = all
			p.adding = p.adding || p.step() == People && len(all) == 0
			if err != nil {
				p.tell(text.Of(err), true)
			}
			p.prepare()
			p.Changed()
		}
	})
}

func (p *Presenter) tell(note string, wrong bool) {
	p.note, p.wrong = note, wrong
	p.Changed()
}

// next finishes the step.
func (p *Presenter) next() {
	p.done[p.step()] = true
	p.enter(p.at + 1)
}

// View is the present view.
func (p *Presenter) View() form.Page {
	s := p.step()
	v := form.Page{Title: text.Get("setup.step." + string(s)), Back: text.Get("setup.back"), LeftAt: p.at, RightAt: -1, Inside: true, Beside: true,
		Note: p.note, NoteWrong: p.wrong, Busy: p.task.Busy()}
	v.Say = text.Get("setup.at", strconv.Itoa(p.at+1), strconv.Itoa(len(steps)), text.Get("setup.step."+string(s)+".say"))
	if p.at == 0 {
		if v.Back = text.Get("setup.later"); p.desk.Unstaffed() {
			v.Back = "" // there is nothing else to be done
		}
	}
	for i, step := range steps {
		item := form.Item{Name: text.Get("setup.step." + string(step)), Shape: look.Dot, Tint: look.Line}
		switch {
		case i == p.at:
			item.Shape, item.Tint = look.Right, look.Accent
		case p.done[step]:
			item.Shape, item.Tint = look.Check, look.TintApproved
		}
		v.Left = append(v.Left, item)
	}
	if f := p.filling(); f != nil {
		v.Form = f
	} else {
		v.Right, v.RightAt, v.Tall = p.rows(), p.row, s == Mode || s == Check
	}
	v.Main, v.Other = p.words(s)
	return v
}

// words are those of the main button, and of the other.
func (p *Presenter) words(s Step) (main, other string) {
	main = text.Get("setup.next")
	switch {
	case p.task.Busy():
		return "", text.Get("setup.cancel")
	case s == Host:
		main, other = text.Get("setup.signin"), text.Get("setup.skip")
	case s == Check:
		other = text.Get("setup.again")
	case s == Printer:
		other = text.Get("setup.test")
	case s == People && p.adding:
		main = text.Get("setup.add")
		if len(p.people) > 0 {
			other = text.Get("setup.skip")
		}
	case s == People:
		other = text.Get("setup.another")
	case s == Ready:
		main = text.Get("setup.finish")
	}
	return main, other
}

// Choose opens a step of the list.
func (p *Presenter) Choose(i int) { p.enter(i) }

// Pick takes a row: a mode, a device.
func (p *Presenter) Pick(i int) {
	if p.task.Busy() || i < 0 || i >= len(p.rows()) {
		return
	}
	p.row = i
	p.Changed()
}

// Move goes to the next row, or the one before.
func (p *Presenter) Move(by int) { p.Pick(p.row + by) }

// Leave cancels what is under way, or goes one step back.
func (p *Presenter) Leave() {
	switch {
	case p.task.Busy():
		p.Cancel()
	case p.step() == People && p.adding && len(p.people) > 0:
		p.adding = false
		p.Changed()
	case p.at > 0:
		p.enter(p.at - 1)
	case !p.desk.Unstaffed():
		p.finish()
	}
}

// Cancel ends what is under way.
func (p *Presenter) Cancel() {
	p.task.Cancel()
	p.tell(text.Get("setup.cancelled"), true)
}

// finish leaves the assistant, which is not offered again where somebody can
// sign in.
func (p *Presenter) finish() {
	if p.desk.Unstaffed() {
		p.Start(People)
		p.enter(p.at)
		p.tell(text.Get("setup.unstaffed"), true)
		return
	}
	p.task.Start(func(ctx context.Context, _ func(func())) error { return p.desk.FinishSetup(ctx) }, func(err error) {
		if err != nil {
			p.tell(text.Of(err), true)
			return
		}
		p.Done()
	})
}
