// Package people is the screen with those who may sign in at this terminal:
// who they are, what each may do, and what is changed about them.
package people

import (
	"context"
	"time"

	"paydesk/app/approve"
	"paydesk/app/bridge"
	"paydesk/app/form"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/staff"
)

// Desk is what the screen needs of the terminal.
type Desk interface {
	Operators(ctx context.Context) ([]staff.Operator, error)
	Adder
	// ChangeOperator gives another name and role.
	ChangeOperator(ctx context.Context, id, name string, role staff.Role) error
	// SetPIN gives another PIN, which is overwritten.
	SetPIN(ctx context.Context, id string, pin []byte) error
	RetireOperator(ctx context.Context, id string) error
	// UnlockOperator ends the lock-out after wrong PINs.
	UnlockOperator(ctx context.Context, id string) error
}

// Adder lets a person sign in. The PIN is overwritten.
type Adder interface {
	AddOperator(ctx context.Context, name string, role staff.Role, pin []byte) (staff.Operator, error)
}

// act is what can be done about an operator, and what a form is for. Its name
// is a part of the catalogue's keys.
type act string

const (
	add    act = "add"
	change act = "change"
	newPIN act = "pin"
	unlock act = "unlock"
	retire act = "retire"
)

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	// Changed is called when View is to be shown again, Back to leave.
	Changed func()
	Back    func()
	// Ask asks whether somebody is to be retired, and calls yes then.
	Ask func(name string, yes func())

	desk     Desk
	task     *form.Task
	run      bridge.Run
	clock    clock.Clock
	training bool
	operator *staff.Operator

	people  []staff.Operator
	at, row int
	inside  bool
	filling act
	form    *form.Form
	note    string
	wrong   bool
}

// New makes a presenter. do does what may need somebody's approval.
func New(desk Desk, do approve.Do, run bridge.Run, c clock.Clock) *Presenter {
	return &Presenter{desk: desk, task: form.NewTask(do, run), run: run, clock: c, form: form.New(),
		Changed: func() {}, Back: func() {}, Ask: func(string, func()) {}}
}

// Apply takes a snapshot.
func (p *Presenter) Apply(s engine.Snapshot) {
	p.training, p.operator = s.Training, s.Operator
	p.Changed()
}

// Begin reads who there is. What was being filled in when the screen was left is
// still there, but for the PIN.
func (p *Presenter) Begin() {
	if p.filling == "" {
		p.at, p.row, p.inside = 0, 0, false
		p.tell("", false)
	}
	p.read()
}

// Hide ends what is under way and forgets what was typed of a PIN.
func (p *Presenter) Hide() {
	p.task.Cancel()
	p.Lock()
}

// Lock forgets what was typed of a PIN: somebody else may be there next.
func (p *Presenter) Lock() {
	p.form.Wipe()
	p.Changed()
}

// drop leaves a form.
func (p *Presenter) drop() {
	p.form.Wipe()
	p.filling = ""
}

func (p *Presenter) tell(note string, wrong bool) {
	p.note, p.wrong = note, wrong
	p.Changed()
}

func (p *Presenter) read() {
	p.run(func(ctx context.Context) func() {
		all, err := p.desk.Operators(ctx)
		return func() { p.list(all, err) }
	})
}

func (p *Presenter) list(all []staff.Operator, err error) {
	p.people = p.people[:0]
	for _, o := range all {
		if o.Active {
			p.people = append(p.people, o)
		}
	}
	p.at = min(p.at, len(p.people))
	if err != nil {
		p.note, p.wrong = text.Of(err), true
	}
	p.Changed()
}

// chosen is the operator that is open; none where somebody is to be added.
func (p *Presenter) chosen() (staff.Operator, bool) {
	if p.at < len(p.people) {
		return p.people[p.at], true
	}
	return staff.Operator{}, false
}

// acts are what can be done about the operator that is open.
func (p *Presenter) acts() []act {
	o, ok := p.chosen()
	if !ok {
		return []act{add}
	}
	list := []act{change, newPIN}
	if _, locked := staff.Locked(o, p.clock.Now()); locked || o.Failures > 0 {
		list = append(list, unlock)
	}
	return append(list, retire)
}

var shapes = map[act]look.Shape{add: look.Person, change: look.Person, newPIN: look.Dot, unlock: look.Clock, retire: look.Cross}

// View is the present view.
func (p *Presenter) View() form.Page {
	whole := text.Get("people.title")
	v := form.Page{Title: whole, Whole: whole, Back: text.Get("people.back"), LeftAt: p.at, RightAt: -1, Inside: p.inside, Note: p.note, NoteWrong: p.wrong}
	if v.Note == "" && p.operator != nil && !p.operator.May(staff.ManageStaff) {
		v.Note, v.NoteWrong = text.Get("people.readonly"), true
	}
	for _, o := range p.people {
		v.Left = append(v.Left, p.item(o))
	}
	v.Left = append(v.Left, form.Item{Name: text.Get("people.act.add"), Say: text.Get("people.act.add.say"), Shape: look.Up})
	o, ok := p.chosen()
	if p.inside && ok {
		v.Title, v.Say, v.Whole = o.Name, text.Get("people.role", text.Get("role."+string(o.Role)), text.Get("people.may."+string(o.Role))), ""
	}
	if p.filling != "" {
		v.Form, v.Main = p.form, text.Get("people.save")
		v.Title, v.Say = text.Get("people.act."+string(p.filling)), o.Name
		return v
	}
	for _, a := range p.acts() {
		v.Right = append(v.Right, form.Item{Name: text.Get("people.act." + string(a)), Say: text.Get("people.act." + string(a) + ".say"), Shape: shapes[a]})
	}
	if p.inside {
		v.RightAt = p.row
	}
	return v
}

// item is an operator as a row.
func (p *Presenter) item(o staff.Operator) form.Item {
	item := form.Item{Name: o.Name, Say: text.Get("role." + string(o.Role)), Shape: look.Person}
	if until, locked := staff.Locked(o, p.clock.Now()); locked {
		item.Problem = text.Get("people.locked", text.Clock(until.In(p.clock.Now().Location()).Add(59*time.Second)))
		item.Tint = look.Wrong
	}
	return item
}

// Choose opens an operator, or begins to add one.
func (p *Presenter) Choose(i int) {
	if i < 0 || i > len(p.people) {
		return
	}
	p.at, p.row, p.inside = i, 0, i < len(p.people)
	p.tell("", false)
	if i == len(p.people) {
		p.fill(add)
	}
}

// Move goes to the next row, or the one before.
func (p *Presenter) Move(by int) {
	if p.inside {
		p.row = min(max(0, p.row+by), len(p.acts())-1)
	} else {
		p.at = min(max(0, p.at+by), len(p.people))
	}
	p.Changed()
}

// Open opens the operator, or does what the keys have reached.
func (p *Presenter) Open() {
	if !p.inside {
		p.Choose(p.at)
		return
	}
	p.Pick(p.row)
}

// Leave goes one step back.
func (p *Presenter) Leave() {
	p.task.Cancel()
	switch {
	case p.filling != "":
		p.drop()
	case p.inside:
		p.inside = false
	default:
		p.Back()
		return
	}
	p.tell("", false)
}

// Pick does one of the acts.
func (p *Presenter) Pick(i int) {
	acts := p.acts()
	if i < 0 || i >= len(acts) || p.task.Busy() {
		return
	}
	p.row = i
	o, ok := p.chosen()
	p.inside = ok
	switch acts[i] {
	case unlock:
		p.do(func(ctx context.Context) error { return p.desk.UnlockOperator(ctx, o.ID) }, text.Get("people.unlocked", o.Name))
	case retire:
		p.Ask(o.Name, func() {
			p.inside = false
			p.do(func(ctx context.Context) error { return p.desk.RetireOperator(ctx, o.ID) }, text.Get("people.retired", o.Name))
		})
	default:
		p.fill(acts[i])
	}
}

// do changes something and reads who there is then.
func (p *Presenter) do(work func(context.Context) error, said string, secrets ...[]byte) {
	p.task.Start(func(ctx context.Context, _ func(func())) error { return work(ctx) }, func(err error) {
		if err != nil {
			p.refused(err)
			return
		}
		p.drop()
		p.tell(said, false)
		p.read()
	}, secrets...)
}

// refused says what was wrong: beside the field that it is about, or above.
func (p *Presenter) refused(err error) {
	if p.filling == "" {
		p.tell(text.Of(err), true)
		return
	}
	p.form.Say(Blames(err), text.Of(err))
}
