// Package signin is the screen on which an operator signs in with a PIN.
package signin

import (
	"context"

	"paydesk/app/bridge"
	"paydesk/app/text"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/staff"
)

// Desk is what the screen needs of the terminal.
type Desk interface {
	Operators(ctx context.Context) ([]staff.Operator, error)
	// SignIn checks and clears the PIN.
	SignIn(ctx context.Context, operatorID string, pin []byte) error
}

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	desk Desk
	run  bridge.Run
	// Changed is called when View is to be shown again, Done after a sign-in.
	Changed func()
	Done    func()

	hint      string
	operators []staff.Operator
	chosen    int
	pin       []byte
	busy      bool
	loaded    bool
	problem   string
}

// New makes a presenter. The hint is shown under the pad, "" for none.
func New(desk Desk, run bridge.Run, hint string) *Presenter {
	return &Presenter{desk: desk, run: run, hint: hint, pin: make([]byte, 0, staff.MaxPIN), Changed: func() {}, Done: func() {}}
}

// Tile is one operator.
type Tile struct{ Name, Role string }

// View is what the screen shows.
type View struct {
	Tiles   []Tile
	Chosen  int
	Dots    int // digits entered
	Busy    bool
	Ready   bool // the PIN is long enough to try
	Problem string
	Hint    string
}

// View is the present view.
func (p *Presenter) View() View {
	v := View{Chosen: p.chosen, Dots: len(p.pin), Busy: p.busy, Problem: p.problem, Hint: p.hint}
	v.Ready = !p.busy && len(p.pin) >= staff.MinPIN && p.chosen < len(p.operators)
	for _, o := range p.operators {
		v.Tiles = append(v.Tiles, Tile{Name: o.Name, Role: text.Get("role." + string(o.Role))})
	}
	if p.loaded && len(p.operators) == 0 && p.problem == "" {
		v.Problem = text.Get("signin.nobody")
	}
	return v
}

// Show begins anew and reads who may sign in.
func (p *Presenter) Show() {
	p.wipe()
	p.problem = ""
	p.run(func(ctx context.Context) func() {
		operators, err := p.desk.Operators(ctx)
		return func() { p.list(operators, err) }
	})
	p.Changed()
}

// Hide forgets what was entered.
func (p *Presenter) Hide() { p.wipe() }

func (p *Presenter) list(operators []staff.Operator, err error) {
	p.operators = p.operators[:0]
	for _, o := range operators {
		if o.Active {
			p.operators = append(p.operators, o)
		}
	}
	p.loaded = err == nil
	p.chosen = min(p.chosen, max(0, len(p.operators)-1))
	if err != nil {
		p.problem = text.Of(err)
	}
	p.Changed()
}

func (p *Presenter) wipe() {
	clear(p.pin[:cap(p.pin)])
	p.pin = p.pin[:0]
}

// Choose picks an operator.
func (p *Presenter) Choose(i int) {
	if p.busy || i < 0 || i >= len(p.operators) {
		return
	}
	p.chosen, p.problem = i, ""
	p.wipe()
	p.Changed()
}

// Move picks the next operator, or the one before.
func (p *Presenter) Move(by int) { p.Choose(p.chosen + by) }

// Press takes a key of the pad or of the keyboard.
func (p *Presenter) Press(c caps.Cap) {
	digit, ok := c.Digit()
	switch {
	case p.busy:
		return
	case c == caps.Erase && len(p.pin) > 0:
		p.pin[len(p.pin)-1] = 0
		p.pin = p.pin[:len(p.pin)-1]
	case ok && len(p.pin) < staff.MaxPIN:
		p.pin = append(p.pin, digit)
		p.problem = ""
	}
	p.Changed()
}

// Clear takes everything back that was entered.
func (p *Presenter) Clear() {
	if !p.busy {
		p.wipe()
		p.problem = ""
		p.Changed()
	}
}

// Enter tries the PIN. Further calls do nothing until the answer is there.
func (p *Presenter) Enter() {
	if !p.View().Ready {
		if !p.busy && len(p.operators) > 0 {
			p.problem = text.Get("signin.short")
			p.Changed()
		}
		return
	}
	p.busy, p.problem = true, ""
	id, pin := p.operators[p.chosen].ID, append(make([]byte, 0, staff.MaxPIN), p.pin...)
	p.wipe()
	p.Changed()
	p.run(func(ctx context.Context) func() {
		err := p.desk.SignIn(ctx, id, pin)
		clear(pin)
		return func() { p.answered(err) }
	})
}

func (p *Presenter) answered(err error) {
	p.busy = false
	p.problem = text.Of(err)
	p.Changed()
	if err == nil {
		p.Done()
	}
}
