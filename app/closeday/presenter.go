// Package closeday is the screen that closes the day step by step: nothing open,
// the drawer counted, the batch closed and compared with the bank, the Z report
// written.
package closeday

import (
	"context"
	"maps"
	"slices"

	"paydesk/app/approve"
	"paydesk/app/bridge"
	"paydesk/app/entry"
	"paydesk/app/form"
	"paydesk/app/keys"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// Desk is what the screen needs of the terminal.
type Desk interface {
	CloseBatchWith(ctx context.Context, c engine.Closing) (order.Batch, error)
	// Prove compares a closed batch with the bank, and keeps what it found.
	Prove(ctx context.Context, batchID string, progress func(done, total int)) (order.Proof, error)
	// X is the report since the last Z report.
	X(ctx context.Context) (order.ZReport, error)
	WriteZ(ctx context.Context, progress func(done, total int64)) (order.ZReport, error)
	Zs(ctx context.Context, from, to order.Day) ([]order.ZReport, error)
	Day() order.Days
	PrintAgain(ctx context.Context, document, id, copy string) error
	// SaveZ writes a Z report as a file and says where.
	SaveZ(ctx context.Context, number int, format string) (path string, err error)
}

// Presenter is the screen without its looks. All methods are for the window's
// goroutine. What is done is in the journal; kept here is only what the closing is
// to go on without.
type Presenter struct {
	// Changed is called when View is to be shown again, Back to leave.
	Changed func()
	Back    func()
	// Count leads to the drawer, Go to what is open. XReport and ZReport show the
	// reports.
	Count   func()
	Go      func(engine.Blocker)
	XReport func()
	ZReport func(order.ZReport)

	desk     Desk
	run      bridge.Run
	task     *form.Task
	snapshot engine.Snapshot
	shown    bool

	// x is the report so far, nil until it is read, by the reading-th; z is the last
	// Z report, nil before the first.
	x, z    *order.ZReport
	reading int
	seen    mark

	at  Place
	row int
	// waits: nobody has chosen a step yet, and so what is open is left when it is no
	// more.
	waits bool
	// doing is the step that is under way while the task is busy; done of total is
	// how far.
	doing       Place
	done, total int64
	// carry is what the closing goes on without, by id.
	carry  map[string]engine.Blocker
	reason string
	fill   *form.Form
	// said is what the last act came to.
	said  string
	wrong bool
}

// mark is what, when it changes, makes the report so far another.
type mark struct {
	closing bool
	shift   string
	state   order.ShiftState
	changed uint64
}

// New makes a presenter. do does what may need somebody's approval.
func New(desk Desk, do approve.Do, run bridge.Run) *Presenter {
	return &Presenter{desk: desk, run: run, task: form.NewTask(do, run), carry: map[string]engine.Blocker{}, Changed: func() {}, Back: func() {},
		Count: func() {}, Go: func(engine.Blocker) {}, XReport: func() {}, ZReport: func(order.ZReport) {}}
}

// Show begins with the first step that is not done.
func (p *Presenter) Show() {
	p.shown, p.waits, p.fill, p.row = true, true, nil, 0
	p.tell("", false)
	p.next()
	p.read()
}

// Hide keeps what is under way, but a comparison.
func (p *Presenter) Hide() {
	p.shown, p.fill = false, nil
	if p.doing == Proof {
		p.task.Cancel()
	}
}

// Apply takes a snapshot.
func (p *Presenter) Apply(s engine.Snapshot) {
	p.snapshot = s
	open := map[string]bool{}
	for _, b := range s.Closing.Blockers {
		open[b.ID] = true
	}
	maps.DeleteFunc(p.carry, func(id string, _ engine.Blocker) bool { return !open[id] })
	now := mark{closing: s.Batch.Closing, changed: s.Changed}
	if shift := s.Shift.Now; shift != nil {
		now.shift, now.state = shift.ID, shift.State
	}
	if now != p.seen {
		p.seen = now
		if p.shown {
			p.read()
		}
	}
	if p.waits && p.at == Open && len(p.blockers()) == 0 && len(p.carry) == 0 {
		p.next()
	}
	p.Changed()
}

func (p *Presenter) tell(said string, wrong bool) {
	p.said, p.wrong = said, wrong
	p.Changed()
}

// read reads the report so far, and the last Z report. What was read before stays
// until then.
func (p *Presenter) read() {
	p.reading++
	turn := p.reading
	p.run(func(ctx context.Context) func() {
		x, err := p.desk.X(ctx)
		var z *order.ZReport
		if err == nil && x.From > 0 {
			z, err = p.lastZ(ctx, x)
		}
		return func() {
			switch {
			case turn != p.reading:
				return
			case err != nil:
				p.tell(text.Of(err), true)
				return
			}
			first := p.x == nil
			p.x, p.z = &x, z
			if first {
				p.next()
			}
			p.Changed()
		}
	})
}

// lastZ is the Z report that another begins behind.
func (p *Presenter) lastZ(ctx context.Context, x order.ZReport) (*order.ZReport, error) {
	day := p.desk.Day().Of(x.Since)
	all, err := p.desk.Zs(ctx, day, day)
	for _, z := range slices.Backward(all) {
		if z.To == x.From {
			return &z, err
		}
	}
	return nil, err
}

// next goes to the first step that is not done.
func (p *Presenter) next() {
	p.at, p.row = Z, 0
	for at, s := range p.states() {
		if s.State == Todo || s.State == Busy {
			p.at = Place(at)
			break
		}
	}
	p.Changed()
}

// Choose looks at a step.
func (p *Presenter) Choose(at int) {
	if at >= 0 && at < int(places) && p.fill == nil {
		p.at, p.row, p.waits = Place(at), 0, false
		p.Changed()
	}
}

// Pick marks a row of what is open, or of what was found.
func (p *Presenter) Pick(row int) {
	if n := len(p.View().Items); row >= 0 && row < n {
		p.row = row
		p.Changed()
	}
}

// Move marks the next row, or where there is none looks at the next step.
func (p *Presenter) Move(by int) {
	if n := len(p.View().Items); p.at == Open && n > 0 {
		p.Pick(min(max(0, p.row+by), n-1))
		return
	}
	p.Choose(int(p.at) + by)
}

// marked is what is open in the row that is marked.
func (p *Presenter) marked() (engine.Blocker, bool) {
	all := p.rows()
	if p.at != Open || p.over() || p.row >= len(all) {
		return engine.Blocker{}, false
	}
	return all[p.row], true
}

// rows are what is open, and then what the closing goes on without.
func (p *Presenter) rows() []engine.Blocker {
	open := p.blockers()
	for _, b := range p.snapshot.Closing.Blockers {
		if _, carried := p.carry[b.ID]; carried {
			open = append(open, b)
		}
	}
	return open
}

// Carry lets the closing go on without the marked one, for a reason that is asked
// once; or no more.
func (p *Presenter) Carry() {
	b, ok := p.marked()
	if !ok || !b.MayCarry || p.task.Busy() {
		return
	}
	if _, carried := p.carry[b.ID]; carried {
		delete(p.carry, b.ID)
		p.Changed()
		return
	}
	if len(p.carry) > 0 {
		p.carry[b.ID] = b
		p.row = 0
		p.Changed()
		return
	}
	f := &form.Field{Key: "reason", Label: text.Get("closeday.carry.why"), Most: mostReason, Check: checkReason}
	f.Fill(p.reason)
	p.fill = form.New(f)
	p.fill.Changed = func() { p.Changed() }
	p.fill.Done = func() {
		p.carry[b.ID], p.reason, p.fill, p.row = b, f.Value(), nil, 0
		p.Changed()
	}
	p.Changed()
}

// mostReason is how long a reason is at most.
const mostReason = 80

func checkReason(value string) string {
	line := entry.NewLine(mostReason, nil)
	line.Set(value)
	switch {
	case line.Text() == "":
		return text.Get("shift.why.needed")
	case line.HasCard():
		return text.Get("moneyback.reason.card")
	}
	return ""
}

// Leave goes one step back: out of the reason, a comparison, the screen.
func (p *Presenter) Leave() {
	switch {
	case p.fill != nil:
		p.fill = nil
		p.Changed()
	case p.task.Busy() && p.doing == Proof:
		p.Stop()
	default:
		p.Back()
	}
}

// Key handles a key of the keyboard.
func (p *Presenter) Key(k keys.Key) bool {
	if p.fill != nil && k != keys.Escape {
		return p.fill.Key(k)
	}
	switch k {
	case keys.Escape:
		p.Leave()
	case keys.Up:
		p.Move(-1)
	case keys.Down:
		p.Move(1)
	case keys.Tab:
		p.Choose((int(p.at) + 1) % int(places))
	case keys.Undo:
		p.XReport()
	case keys.Sale:
		p.Back()
	default:
		for _, b := range p.View().Buttons {
			if b.Key == k && !b.Off {
				b.Do()
				return true
			}
		}
		return false
	}
	return true
}

// Rune handles a sign of the keyboard: a digit chooses a step.
func (p *Presenter) Rune(r rune) {
	if p.fill != nil {
		p.fill.Rune(r)
	} else if digit, ok := keys.Digit(r); ok {
		p.Choose(int(digit) - '1')
	}
}

// Paste takes what is pasted into the reason.
func (p *Presenter) Paste(words string) {
	if p.fill != nil {
		p.fill.Paste(words)
	}
}
