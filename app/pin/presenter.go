// Package pin is for the moment in which somebody proves with a PIN who they
// are: choosing a name, entering digits, what is said of a wrong one, and the
// seconds of a lock-out. Signing in and approving on the spot share it.
package pin

import (
	"context"
	"strconv"
	"time"

	"paydesk/app/bridge"
	"paydesk/app/keys"
	"paydesk/app/text"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/clock"
	"paydesk/terminal/staff"
)

// Presenter is names and pad without their looks. All methods are for the
// window's goroutine.
type Presenter struct {
	run   bridge.Run
	clock clock.Clock
	// Changed is called when View is to be shown again, Done after a right PIN.
	Changed func()
	Done    func()
	// List reads who may be chosen, with their lock-outs. Try checks a PIN and
	// clears it. Both may wait.
	List func(ctx context.Context) ([]staff.Operator, error)
	Try  func(ctx context.Context, operatorID string, pin []byte) error

	people []staff.Operator
	chosen int
	digits []byte
	busy   bool
	loaded bool
	// locked: a lock-out is being counted down.
	locked  bool
	problem string
}

// New makes a presenter that knows nobody yet.
func New(run bridge.Run, c clock.Clock) *Presenter {
	return &Presenter{run: run, clock: c, digits: make([]byte, 0, staff.MaxPIN), Changed: func() {}, Done: func() {}}
}

// Tile is one person.
type Tile struct{ Name, Role string }

// View is what is shown.
type View struct {
	Tiles   []Tile
	Chosen  int
	Dots    int // digits entered
	Busy    bool
	Locked  bool // the chosen one is locked out; Problem says for how long
	Ready   bool // the PIN is long enough to try
	Problem string
}

// View is the present view.
func (p *Presenter) View() View {
	v := View{Chosen: p.chosen, Dots: len(p.digits), Busy: p.busy, Problem: p.problem}
	for _, o := range p.people {
		v.Tiles = append(v.Tiles, Tile{Name: o.Name, Role: text.Get("role." + string(o.Role))})
	}
	if p.loaded && len(p.people) == 0 && p.problem == "" {
		v.Problem = text.Get("pin.nobody")
	}
	if until, locked := p.lockedUntil(); locked {
		v.Locked = true
		v.Problem = text.Get("pin.locked", p.people[p.chosen].Name, countdown(until.Sub(p.clock.Now())))
	}
	v.Ready = !p.busy && !v.Locked && len(p.digits) >= staff.MinPIN && p.chosen < len(p.people)
	return v
}

func (p *Presenter) lockedUntil() (time.Time, bool) {
	if p.chosen >= len(p.people) {
		return time.Time{}, false
	}
	return staff.Locked(p.people[p.chosen], p.clock.Now())
}

// countdown is minutes and seconds, such as "4:07".
func countdown(d time.Duration) string {
	s := int((d + time.Second - 1) / time.Second)
	return strconv.Itoa(s/60) + ":" + strconv.Itoa(s%60/10) + strconv.Itoa(s%10)
}

// Show begins anew and reads who may be chosen. Whoever was chosen last is
// chosen again.
func (p *Presenter) Show() {
	p.Hide()
	p.run(func(ctx context.Context) func() {
		people, err := p.List(ctx)
		return func() { p.Take(people, err) }
	})
	p.Changed()
}

// Hide forgets what was entered.
func (p *Presenter) Hide() {
	p.wipe()
	p.problem = ""
}

// Take is the list of people, where it is there already.
func (p *Presenter) Take(people []staff.Operator, err error) {
	last := ""
	if p.chosen < len(p.people) {
		last = p.people[p.chosen].ID
	}
	p.people, p.chosen = nil, 0
	for _, o := range people {
		if !o.Active {
			continue
		}
		if o.ID == last {
			p.chosen = len(p.people)
		}
		p.people = append(p.people, o)
	}
	if p.loaded = err == nil; err != nil {
		p.problem = text.Of(err)
	}
	p.tell()
}

// tell shows the view, and notes whether a lock-out has to be counted down.
func (p *Presenter) tell() {
	_, p.locked = p.lockedUntil()
	p.Changed()
}

// Tick is called once a second: a lock-out is counted down.
func (p *Presenter) Tick() {
	if p.locked {
		p.tell()
	}
}

func (p *Presenter) wipe() {
	clear(p.digits[:cap(p.digits)])
	p.digits = p.digits[:0]
}

// Choose picks a person.
func (p *Presenter) Choose(i int) {
	if p.busy || i < 0 || i >= len(p.people) {
		return
	}
	p.chosen, p.problem = i, ""
	p.wipe()
	p.tell()
}

// Press takes a key of the pad or of the keyboard.
func (p *Presenter) Press(c caps.Cap) {
	digit, ok := c.Digit()
	_, locked := p.lockedUntil()
	switch {
	case p.busy || locked:
		return
	case c == caps.Erase && len(p.digits) > 0:
		p.digits[len(p.digits)-1] = 0
		p.digits = p.digits[:len(p.digits)-1]
	case ok && len(p.digits) < staff.MaxPIN:
		p.digits = append(p.digits, digit)
		p.problem = ""
	}
	p.Changed()
}

// Clear takes everything back that was entered.
func (p *Presenter) Clear() {
	if !p.busy {
		p.Hide()
		p.Changed()
	}
}

// Key handles a key of the keyboard.
func (p *Presenter) Key(k keys.Key) bool {
	switch k {
	case keys.Enter:
		p.Enter()
	case keys.Erase:
		p.Press(caps.Erase)
	case keys.Up:
		p.Choose(p.chosen - 1)
	case keys.Down, keys.Tab:
		p.Choose(p.chosen + 1)
	default:
		return false
	}
	return true
}

// Rune handles a sign of the keyboard.
func (p *Presenter) Rune(r rune) {
	if digit, ok := keys.Digit(r); ok {
		p.Press(caps.Of(digit))
	}
}

// Enter tries the PIN. Further calls do nothing until the answer is there.
func (p *Presenter) Enter() {
	if v := p.View(); !v.Ready {
		if !p.busy && !v.Locked && len(p.people) > 0 {
			p.problem = text.Get("pin.short")
			p.Changed()
		}
		return
	}
	p.busy, p.problem = true, ""
	id, pin, try := p.people[p.chosen].ID, append(make([]byte, 0, staff.MaxPIN), p.digits...), p.Try
	p.wipe()
	p.Changed()
	p.run(func(ctx context.Context) func() {
		err := try(ctx, id, pin)
		clear(pin)
		if err == nil {
			return func() { p.answered(nil) }
		}
		people, listed := p.List(ctx) // a lock-out may have begun
		return func() {
			if listed == nil {
				p.Take(people, nil)
			}
			p.answered(err)
		}
	})
}

func (p *Presenter) answered(err error) {
	p.busy = false
	p.problem = text.Of(err)
	p.tell()
	if err == nil {
		p.Done()
	}
}
