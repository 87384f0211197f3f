// Package shift is the screen of the cash drawer: who answers for it, what is put
// in and taken out, and how it is counted when a shift opens and closes.
package shift

import (
	"context"

	"paydesk/app/approve"
	"paydesk/app/bridge"
	"paydesk/app/form"
	"paydesk/app/keys"
	"paydesk/app/slip"
	"paydesk/app/text"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

// Desk is what the screen needs of the terminal.
type Desk interface {
	Settings() settings.Settings
	Operators(ctx context.Context) ([]staff.Operator, error)
	OpenShift(ctx context.Context, float order.Count) (order.Shift, error)
	// CountShift makes a count durable before anybody is told what should be there.
	CountShift(ctx context.Context, counted order.Count) (order.Shift, error)
	ResumeShift(ctx context.Context) (order.Shift, error)
	CloseShift(ctx context.Context, reason string) (order.Shift, error)
	HandOver(ctx context.Context, counted *order.Count) (order.Shift, error)
	MoveCash(ctx context.Context, m engine.CashMove) (order.Move, error)
}

// Stage is what the screen shows.
type Stage int

// The stages.
const (
	Home    Stage = iota // who answers for the drawer, and what can be done
	Opening              // the float is counted
	Closing              // the drawer is counted, with nobody knowing what should be in it
	Told                 // what the count came to
	Amount               // how much is put in or taken out
	Reason               // why
	Own                  // why, in a person's own words
	Hand                 // what handing over means
	Handing              // the drawer is counted by the two
	Ended                // the shift is closed
)

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	// Changed is called when View is to be shown again, Back to leave.
	Changed func()
	Back    func()
	// Drawer opens the drawer without a sale, SignOut leaves the desk to somebody
	// else. Day goes on with the closing of the day; Sell goes to the sale.
	Drawer, SignOut, Day, Sell func()
	// Receipt shows a slip.
	Receipt func(papers ...slip.Paper)

	desk     Desk
	run      bridge.Run
	task     *form.Task
	snapshot engine.Snapshot
	people   map[string]string

	stage   Stage
	at, row int
	sheet   *sheet
	fill    *form.Form // the amount, or the reason in a person's own words
	move    engine.CashMove
	// ended is the shift that was closed.
	ended order.Shift
	// handing: the drawer is to be taken over by whoever signs in.
	handing bool
	note    string
	wrong   bool
}

// New makes a presenter. do does what may need somebody's approval.
func New(desk Desk, do approve.Do, run bridge.Run) *Presenter {
	return &Presenter{desk: desk, run: run, task: form.NewTask(do, run), people: map[string]string{}, sheet: newSheet(""),
		Changed: func() {}, Back: func() {}, Drawer: func() {}, SignOut: func() {}, Day: func() {}, Sell: func() {}, Receipt: func(...slip.Paper) {}}
}

// Stage is what is shown now.
func (p *Presenter) Stage() Stage { return p.stage }

// now is the shift that is not closed, nil without one.
func (p *Presenter) now() *order.Shift { return p.snapshot.Shift.Now }

// Apply takes a snapshot.
func (p *Presenter) Apply(s engine.Snapshot) {
	p.snapshot = s
	p.follow()
	p.Changed()
}

// follow leaves a stage that the shift is past of.
func (p *Presenter) follow() {
	if p.task.Busy() || p.stage == Ended {
		return
	}
	switch now := p.now(); {
	case now == nil && p.snapshot.Shift.Counted:
		if p.stage != Opening {
			p.count(Opening)
		}
	case now != nil && now.State == order.ShiftCounting:
		if p.stage != Told && p.stage != Closing && p.stage != Reason && p.stage != Own {
			p.stage = Told
		}
	case p.stage == Opening, p.stage == Told:
		p.stage = Home
	}
	if op := p.snapshot.Operator; p.handing && op != nil && p.now() != nil && op.ID != p.now().Holder && p.stage == Home {
		p.stage, p.handing = Hand, false
	}
}

// Show begins where the shift is.
func (p *Presenter) Show() {
	p.at, p.row, p.stage, p.fill = 0, 0, Home, nil
	p.tell("", false)
	p.follow()
	p.run(func(ctx context.Context) func() {
		people, err := p.desk.Operators(ctx)
		return func() {
			if err == nil {
				for _, o := range people {
					p.people[o.ID] = o.Name
				}
				p.Changed()
			}
		}
	})
	p.Changed()
}

// Hide leaves what was counted: whoever comes back counts anew.
func (p *Presenter) Hide() {
	p.fill, p.handing = nil, false
	p.sheet = newSheet("")
	p.stage = Home
}

func (p *Presenter) tell(note string, wrong bool) {
	p.note, p.wrong = note, wrong
	p.Changed()
}

// name is what people call an operator.
func (p *Presenter) name(id string) string {
	if name, ok := p.people[id]; ok {
		return name
	}
	return id
}

// count begins to count.
func (p *Presenter) count(to Stage) {
	p.stage, p.sheet, p.fill = to, newSheet(p.snapshot.Unit()), nil
}

// Count begins the count of the closing, where a shift is open.
func (p *Presenter) Count() {
	if now := p.now(); now != nil && !now.Uncounted && !p.task.Busy() {
		p.count(Closing)
		p.tell("", false)
	}
}

// start does work that takes long; then hears that it went well.
func (p *Presenter) start(work func(context.Context) error, then func()) {
	p.task.Start(func(ctx context.Context, _ func(func())) error { return work(context.WithoutCancel(ctx)) }, func(err error) {
		if err != nil {
			p.tell(text.Of(err), true)
		} else {
			p.note, p.wrong = "", false
			then()
		}
		p.follow()
		p.Changed()
	})
	if p.task.Busy() {
		p.tell(text.Get("prefs.working"), false)
	}
}

// Finish ends what is being counted.
func (p *Presenter) Finish() {
	if p.task.Busy() || !p.sheet.begun {
		return
	}
	counted := p.sheet.count()
	switch p.stage {
	case Opening:
		p.start(func(ctx context.Context) error { _, err := p.desk.OpenShift(ctx, counted); return err }, func() {
			p.stage = Home
			p.Sell()
		})
	case Closing:
		p.start(func(ctx context.Context) error { _, err := p.desk.CountShift(ctx, counted); return err }, func() { p.stage = Told })
	case Handing:
		p.takeOver(&counted)
	}
}

// Resume goes on selling.
func (p *Presenter) Resume() {
	if p.stage == Told {
		p.start(func(ctx context.Context) error { _, err := p.desk.ResumeShift(ctx); return err }, func() {
			p.stage = Home
			p.Sell()
		})
	}
}

// Close closes the shift that was counted. Where it differs it is asked why.
func (p *Presenter) Close() {
	switch now := p.now(); {
	case p.stage != Told || now == nil || p.task.Busy():
	case now.Off.Minor == 0:
		p.end("")
	default:
		p.stage, p.row = Reason, 0
		p.tell("", false)
	}
}

func (p *Presenter) end(reason string) {
	var ended order.Shift
	p.start(func(ctx context.Context) (err error) {
		ended, err = p.desk.CloseShift(ctx, reason)
		return err
	}, func() { p.stage, p.fill, p.ended = Ended, nil, ended })
}

// takeOver makes who is at the desk answer for the drawer.
func (p *Presenter) takeOver(counted *order.Count) {
	p.start(func(ctx context.Context) error { _, err := p.desk.HandOver(ctx, counted); return err }, func() {
		p.stage = Home
		p.note = text.Get("shift.hand.done")
	})
}

// Press takes a key of the pad, Add counts one more or less, Choose goes to a kind
// of note or coin.
func (p *Presenter) Press(c caps.Cap) {
	if p.counting() && !p.task.Busy() {
		p.sheet.press(c)
		p.tell("", false)
	}
}

// Add: see Press.
func (p *Presenter) Add(by int) {
	if p.counting() && !p.task.Busy() {
		p.sheet.add(by)
		p.tell("", false)
	}
}

// ChoosePiece: see Press.
func (p *Presenter) ChoosePiece(i int) {
	if p.counting() && p.sheet.choose(i) {
		p.Changed()
	}
}

// Turn changes between notes and coins and one sum.
func (p *Presenter) Turn() {
	if p.counting() && !p.task.Busy() {
		p.sheet.turn()
		p.Changed()
	}
}

// counting reports that something is counted now.
func (p *Presenter) counting() bool {
	return p.stage == Opening || p.stage == Closing || p.stage == Handing
}

// Leave goes one step back.
func (p *Presenter) Leave() {
	now := p.now()
	switch {
	case p.task.Busy():
		return
	case p.stage == Own:
		p.stage, p.fill = Reason, nil
	case p.stage == Reason && p.why() != "":
		p.amount(p.move.Kind)
	case p.stage == Reason, p.stage == Closing && now != nil && now.State == order.ShiftCounting:
		p.stage = Told
	case p.stage == Handing:
		p.stage = Hand
	case p.stage == Amount, p.stage == Hand, p.stage == Closing:
		p.stage, p.fill = Home, nil
	default:
		p.Back()
		return
	}
	p.tell("", false)
}

// Key handles a key of the keyboard.
func (p *Presenter) Key(k keys.Key) bool {
	switch {
	case k == keys.Escape:
		p.Leave()
	case p.fill != nil:
		return p.fill.Key(k)
	case p.counting():
		return p.countKey(k)
	case k == keys.Enter:
		p.Main()
	case k == keys.Undo:
		p.Other()
	case k == keys.Keep:
		p.Resume()
	case k == keys.Up:
		p.Move(-1)
	case k == keys.Down || k == keys.Tab:
		p.Move(1)
	case k == keys.Receipt:
		p.Paper()
	default:
		return false
	}
	return true
}

func (p *Presenter) countKey(k keys.Key) bool {
	switch k {
	case keys.Enter:
		if s := p.sheet; s.whole || s.at == len(s.faces)-1 {
			p.Finish()
		} else {
			p.ChoosePiece(s.at + 1)
		}
	case keys.Save:
		p.Finish()
	case keys.Undo:
		p.Turn()
	case keys.Erase:
		p.Press(caps.Erase)
	case keys.Up:
		p.ChoosePiece(p.sheet.at - 1)
	case keys.Down, keys.Tab:
		p.ChoosePiece(p.sheet.at + 1)
	case keys.Left:
		p.Add(-1)
	case keys.Right:
		p.Add(1)
	default:
		return false
	}
	return true
}

// Rune handles a sign of the keyboard.
func (p *Presenter) Rune(r rune) {
	digit, ok := keys.Digit(r)
	switch {
	case p.fill != nil:
		p.fill.Rune(r)
	case p.counting() && ok:
		p.Press(caps.Of(digit))
	case p.counting() && r == '+':
		p.Add(1)
	case p.counting() && r == '-':
		p.Add(-1)
	case ok && p.stage == Home:
		p.Choose(int(digit) - '1')
	case ok && p.stage == Reason:
		p.Pick(int(digit) - '1')
	}
}

// Paste takes what is pasted into a reason.
func (p *Presenter) Paste(words string) {
	if p.fill != nil {
		p.fill.Paste(words)
	}
}
