// Package prefs is the screen with the settings: pages of what belongs
// together, one row for each setting with what it is for, and one thing at a
// time to fill in.
package prefs

import (
	"context"
	"slices"

	"paydesk/app/approve"
	"paydesk/app/bridge"
	"paydesk/app/form"
	"paydesk/app/text"
	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

// Desk is what the screen needs of the terminal.
type Desk interface {
	Settings() settings.Settings
	// Set makes one setting durable.
	Set(ctx context.Context, key, value string) error
	// CheckPicture says what is wrong with a picture file.
	CheckPicture(path string) error
	// Printers lists what may be a printer.
	Printers() []string
	// PrintTest prints a slip and waits for it.
	PrintTest(ctx context.Context) error
	// SetMailPassword keeps the mail server's password among the secrets, and
	// overwrites it; TestMail sends a mail and waits for what the server says.
	SetMailPassword(ctx context.Context, password []byte) error
	TestMail(ctx context.Context, to string) error
	Wallets
	Xero
	Prober
}

// Prober finds out what the account offers; step hears of each step.
type Prober interface {
	ProbeHost(ctx context.Context, try, confirmed bool, step func(terminal.Probed)) (order.Offer, []terminal.Probed, error)
}

// change is a setting that was changed, with its value before.
type change struct{ key, old string }

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	// Changed is called when View is to be shown again, Back to leave; SignIn
	// and Staff lead to the assistant's sign-in and to the operators. Saved is
	// called with the key of a setting that changed.
	Changed func()
	Back    func()
	SignIn  func()
	Staff   func()
	Saved   func(key string)

	desk     Desk
	task     *form.Task
	operator *staff.Operator

	page, row int
	inside    bool
	editing   string // key of the setting that is filled in, or ""
	form      *form.Form
	changes   []change
	note      string
	wrong     bool
	wrongRow  string // key of the row whose switch was refused
	wrongSays string
	steps     []terminal.Probed
	probed    bool // the steps are in sight
	found     []string
	finding   bool // the printers are in sight
}

// New makes a presenter. do does what may need somebody's approval.
func New(desk Desk, do approve.Do, run bridge.Run) *Presenter {
	return &Presenter{desk: desk, task: form.NewTask(do, run), Changed: func() {}, Back: func() {}, SignIn: func() {}, Staff: func() {}, Saved: func(string) {},
		form: form.New()}
}

// View is the present view.
func (p *Presenter) View() form.Page {
	whole := text.Get("prefs.title")
	v := form.Page{Title: whole, Whole: whole, Back: text.Get("prefs.back"), LeftAt: top(p.page), RightAt: -1, Inside: p.inside, Note: p.note, NoteWrong: p.wrong, Busy: p.task.Busy()}
	for _, pg := range pages[:tops()] {
		v.Left = append(v.Left, form.Item{Name: text.Get("prefs.page." + pg.name), Say: text.Get("prefs.page." + pg.name + ".say"), Shape: pg.shape})
	}
	if v.Note == "" && !p.may() {
		v.Note, v.NoteWrong = text.Get("prefs.readonly"), true
	}
	if p.inside {
		v.Title, v.Say = text.Get("prefs.page."+pages[p.page].name), text.Get("prefs.page."+pages[p.page].name+".say")
		if pages[p.page].up != "" {
			v.Whole = v.Title
		}
	}
	switch {
	case p.editing != "":
		v.Title, v.Say, v.Form, v.Main = Name(p.editing), text.Get("prefs.say."+p.editing), p.form, text.Get("prefs.save")
		return v
	case p.probed:
		v.Title, v.Say, v.Whole = text.Get("prefs.act.probe"), text.Get("prefs.act.probe.say"), text.Get("prefs.act.probe")
		v.Right, v.Tall = Steps(p.steps), true
		return v
	}
	if v.Right = p.rows(); p.finding {
		v.Title, v.Say, v.Whole = text.Get("prefs.act.find"), text.Get("prefs.act.find.say"), text.Get("prefs.act.find")
		v.Right = p.printers()
	}
	if p.inside {
		v.RightAt = p.row
	}
	if len(p.changes) > 0 {
		v.Other = text.Get("prefs.undo")
	}
	return v
}

// Steps are the steps of a probe as rows.
func Steps(steps []terminal.Probed) []form.Item {
	var rows []form.Item
	for _, s := range steps {
		rows = append(rows, stepItem(s))
	}
	return rows
}

// may reports whether the person at the desk may change settings without help.
func (p *Presenter) may() bool { return p.operator == nil || p.operator.May(staff.ChangeSettings) }

// specs are those of the page that is open, as far as they count.
func (p *Presenter) specs() []spec {
	now := p.desk.Settings()
	return slices.DeleteFunc(slices.Clone(pages[p.page].specs), func(s spec) bool { return s.only != nil && !s.only(now) })
}

// rows are the settings of the page that is open.
func (p *Presenter) rows() []form.Item {
	now := p.desk.Settings()
	var rows []form.Item
	for _, s := range p.specs() {
		if s.act != "" {
			item, ours := p.walletItem(s.act)
			if !ours {
				item = actItem(s.act)
			}
			rows = append(rows, item)
			continue
		}
		key := s.key()
		item := form.Item{Name: Name(key), Say: text.Get("prefs.say." + key), Value: Shown(now, key)}
		if value, _ := now.Get(key); s.kind == toggle {
			if item.Switch = form.SwitchOff; value == "true" {
				item.Switch = form.SwitchOn
			}
		}
		if p.wrongRow == key {
			item.Problem = p.wrongSays
		}
		rows = append(rows, item)
	}
	return rows
}

// Apply takes a snapshot.
func (p *Presenter) Apply(s engine.Snapshot) {
	p.operator = s.Operator
	p.Changed()
}

// Begin shows the pages, or what was being filled in when the screen was left.
// What was changed before can still be undone.
func (p *Presenter) Begin() {
	if p.editing != "" {
		p.Changed()
		return
	}
	p.inside, p.editing, p.probed, p.finding, p.page, p.row = false, "", false, false, 0, 0
	p.tell("", false)
}

// Hide ends what is under way.
func (p *Presenter) Hide() {
	p.task.Cancel()
	p.Lock()
}

// Lock is called before the program ends: no password stays behind.
func (p *Presenter) Lock() { p.form.Wipe() }

func (p *Presenter) tell(note string, wrong bool) {
	p.note, p.wrong, p.wrongRow = note, wrong, ""
	p.Changed()
}

// Choose opens a page.
func (p *Presenter) Choose(page int) {
	if page >= 0 && page < tops() {
		p.page, p.row, p.inside, p.probed, p.finding = page, 0, true, false, false
		p.tell("", false)
	}
}

// Move goes to the next page or row, or the one before.
func (p *Presenter) Move(by int) {
	switch {
	case p.probed:
	case p.finding:
		p.row = min(max(0, p.row+by), len(p.found)-1)
	case p.inside:
		p.row = min(max(0, p.row+by), len(p.specs())-1)
	default:
		p.page = min(max(0, p.page+by), tops()-1)
	}
	p.Changed()
}

// Leave goes one step back: out of a field, a page, the screen.
func (p *Presenter) Leave() {
	p.task.Cancel()
	switch {
	case p.editing != "":
		p.form.Wipe()
		p.editing = ""
	case p.probed || p.finding:
		p.probed, p.finding = false, false
	case p.inside && pages[p.page].up != "":
		p.up()
	case p.inside:
		p.inside = false
	default:
		p.Back()
		return
	}
	p.tell("", false)
}

// up goes to the page from which the present one was opened.
func (p *Presenter) up() {
	from := Act(actPage + pages[p.page].name)
	p.page = pageAt(pages[p.page].up)
	p.row = max(0, slices.IndexFunc(p.specs(), func(s spec) bool { return s.act == from }))
}

// Open opens the page that the keys have reached, or the setting.
func (p *Presenter) Open() {
	if !p.inside {
		p.Choose(p.page)
		return
	}
	p.Pick(p.row)
}

// Pick fills in a setting of the page, turns its switch, or does its act.
func (p *Presenter) Pick(row int) {
	specs := p.specs()
	if p.finding {
		p.take(row)
		return
	}
	if p.probed || row < 0 || row >= len(specs) {
		return
	}
	p.row, p.inside = row, true
	s := specs[row]
	switch {
	case s.act != "":
		p.act(s.act)
	case s.kind == toggle:
		value, _ := p.desk.Settings().Get(s.key())
		p.save(s.key(), map[string]string{"true": "false", "false": "true"}[value])
	default:
		p.edit(s.key())
	}
}

func (p *Presenter) edit(key string) {
	s, _ := of(key)
	p.editing = key
	p.form = form.New(Fields(p.desk.Settings(), key)...)
	p.form.Lines = s.kind == lines || s.kind == block || s.kind == percents
	p.form.Changed, p.form.Done = func() { p.Changed() }, p.Finish
	p.tell("", false)
}

// Finish saves what was filled in.
func (p *Presenter) Finish() {
	if p.editing == "" {
		return
	}
	p.save(p.editing, Join(p.desk.Settings(), p.editing, p.form.Fields()))
}

// refused puts the sentence where it belongs: beside the field, or on the row.
func (p *Presenter) refused(key, says string) {
	if p.editing == key {
		p.form.Now().Problem = says
		p.Changed()
		return
	}
	p.tell("", false)
	p.wrongRow, p.wrongSays = key, says
	p.Changed()
}

// save makes a value durable. What is wrong is known before anything waits.
func (p *Presenter) save(key, value string) {
	before := p.desk.Settings()
	if _, err := before.Set(key, value); err != nil {
		p.refused(key, Wrong(key, err))
		return
	}
	old, _ := before.Get(key)
	p.set(key, value, func() {
		if now, _ := p.desk.Settings().Get(key); now != old {
			p.changes = append(p.changes, change{key, old})
		}
		p.editing = ""
		p.tell(text.Get("prefs.saved", Name(key)), false)
	})
}

// set does the saving; then happens where it went well.
func (p *Presenter) set(key, value string, then func()) {
	s, _ := of(key)
	p.task.Start(func(ctx context.Context, _ func(func())) error {
		if s.kind == picture {
			if err := p.desk.CheckPicture(value); err != nil {
				return err
			}
		}
		return p.desk.Set(ctx, key, value)
	}, func(err error) {
		if err != nil {
			p.refused(key, Wrong(key, err))
			return
		}
		p.Saved(key)
		then()
	})
	p.Changed()
}

// Undo takes the last change back.
func (p *Presenter) Undo() {
	n := len(p.changes)
	if n == 0 || p.editing != "" || p.task.Busy() {
		return
	}
	last := p.changes[n-1]
	p.set(last.key, last.old, func() {
		p.changes = p.changes[:n-1]
		p.tell(text.Get("prefs.undone", Name(last.key)), false)
	})
}
