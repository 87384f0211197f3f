package closeday

import (
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Place is one step of the closing. The texts are parts of the catalogue's keys.
type Place int

// The steps, in their order.
const (
	Open   Place = iota // nothing is open
	Drawer              // the drawer is counted
	Batch               // the batch is closed at the bank
	Proof               // it is compared with the bank
	Z                   // the Z report is written
	places
)

var names = [places]string{"open", "drawer", "batch", "proof", "z"}

// State is how a step stands.
type State int

// The states.
const (
	Todo   State = iota
	Busy         // somebody else is asked; there is nothing to do
	Done         // ticked
	Differ       // done, and something is to be looked at
)

// Step is a step as it is shown.
type Step struct {
	Name, Say string
	State     State
	Chosen    bool
}

// look is the mark of a step: a number until it is done.
func (s Step) look() (look.Shape, look.Colour) {
	switch s.State {
	case Done:
		return look.Check, look.TintApproved
	case Differ:
		return look.Alert, look.TintReview
	case Busy:
		return look.Clock, look.TintChecking
	}
	return look.NoShape, look.Soft
}

// over reports that the day is closed: a Z report was written, and nothing
// happened since.
func (p *Presenter) over() bool { return p.z != nil && p.x != nil && idle(*p.x) }

// idle reports that nothing happened in a report's stretch.
func idle(x order.ZReport) bool {
	for _, f := range x.Figures {
		if f.Sales.Count+f.Voids.Count+f.Returns.Count+f.CashIn.Count+f.CashOut.Count+f.NoSales > 0 || f.Fees.Minor != 0 {
			return false
		}
	}
	return len(x.Batches) == 0 && len(x.Shifts) == 0
}

// book is the report of the day: the one that is being made, or that was written.
func (p *Presenter) book() order.ZReport {
	switch {
	case p.over():
		return *p.z
	case p.x != nil:
		return *p.x
	}
	return order.ZReport{}
}

// blockers are what is open and not let go without, apart from the closing itself.
func (p *Presenter) blockers() (open []engine.Blocker) {
	for _, b := range p.snapshot.Closing.Blockers {
		if _, carried := p.carry[b.ID]; b.Kind != engine.BlockBatch && !carried {
			open = append(open, b)
		}
	}
	return open
}

// closed are the batches that were closed since the last Z report.
func (p *Presenter) closed() (batches []order.Batch) {
	for _, b := range p.book().Batches {
		if b.State == order.BatchClosed {
			batches = append(batches, b)
		}
	}
	return batches
}

// proofOf is the newest comparison of a batch.
func (p *Presenter) proofOf(batch string) (found order.Proof, ok bool) {
	for _, proof := range p.book().Proofs {
		if proof.Batch == batch {
			found, ok = proof, true
		}
	}
	return found, ok
}

// states are how the steps stand, in a word and a few more.
func (p *Presenter) states() (all [places]Step) {
	for at := range all {
		all[at].Name, all[at].Chosen = text.Get("closeday."+names[at]), Place(at) == p.at
	}
	p.openStep(&all[Open])
	p.drawerStep(&all[Drawer])
	p.batchStep(&all[Batch])
	p.proofStep(&all[Proof], all[Batch].State)
	p.zStep(&all[Z])
	if p.task.Busy() {
		all[p.doing].State = Busy
	}
	return all
}

func (s *Step) set(state State, say string) { s.State, s.Say = state, say }

func (p *Presenter) openStep(s *Step) {
	n, carried := len(p.blockers()), len(p.carry)
	switch {
	case p.over():
		s.set(Done, text.Get("closeday.open.none"))
		if n := len(p.z.Carried); n > 0 {
			s.set(Differ, text.Count("closeday.open.carried", n))
		}
	case n > 0:
		s.set(Todo, text.Count("closeday.open.some", n))
	case carried > 0:
		s.set(Differ, text.Count("closeday.open.carried", carried))
	default:
		s.set(Done, text.Get("closeday.open.none"))
	}
}

func (p *Presenter) drawerStep(s *Step) {
	now := p.snapshot.Shift.Now
	switch {
	case !p.snapshot.Shift.Counted:
		s.set(Done, text.Get("closeday.drawer.none"))
	case now != nil && now.State == order.ShiftCounting && !p.over():
		s.set(Todo, text.Get("closeday.drawer.counting"))
	case now != nil && !p.over():
		s.set(Todo, text.Get("closeday.drawer.open", text.Number(now.Number)))
	default:
		s.set(Done, text.Get("closeday.drawer.shut"))
		if off, differ := p.off(); differ {
			s.set(Differ, off)
		}
	}
}

// off is by how much the drawers of the day differ, all together.
func (p *Presenter) off() (string, bool) {
	sum, some := money.New(0, p.snapshot.Unit()), false
	for _, shift := range p.book().Shifts {
		some = some || shift.Off.Minor != 0
		sum.Minor += shift.Off.Minor
	}
	key := "shift.off.over"
	if sum.Minor < 0 {
		key, sum.Minor = "shift.off.missing", -sum.Minor
	}
	if some && sum.Minor == 0 {
		return text.Get("closeday.drawer.even"), true
	}
	return text.Get(key, text.Money(sum)), some
}

func (p *Presenter) batchStep(s *Step) {
	b, closed := p.snapshot.Batch, p.closed()
	switch {
	case b.Closing && !p.over():
		s.set(Busy, text.Get("closeday.batch.asked"))
	case b.Sales+b.Returns > 0 && !p.over() && !p.snapshot.Offer.Can(order.FeatureBatchClose):
		s.set(Done, text.Get("closeday.batch.itself"))
	case b.Sales+b.Returns > 0 && !p.over():
		s.set(Todo, text.Get("status.batch", text.Count("status.sales", b.Sales), text.Money(b.Total)))
	case len(closed) == 0:
		s.set(Done, text.Get("closeday.batch.none"))
	default:
		s.set(Done, p.closedWords(closed))
		for _, c := range closed {
			if c.Host != nil && !c.Matches() {
				s.State = Differ
			}
		}
	}
}

// closedWords are what went to the bank.
func (p *Presenter) closedWords(closed []order.Batch) string {
	sales, sum := 0, money.New(0, p.snapshot.Unit())
	for _, c := range closed {
		sales += c.Local.Sales
		sum.Minor += c.Local.SaleAmount.Minor
	}
	return text.Get("status.batch", text.Count("status.sales", sales), text.Money(sum))
}

func (p *Presenter) proofStep(s *Step, batch State) {
	closed := p.closed()
	missing, differ, rows := 0, 0, 0
	for _, b := range closed {
		proof, ok := p.proofOf(b.ID)
		switch {
		case !ok:
			missing++
		case !proof.Agrees():
			differ++
		}
		rows += proof.Matched
	}
	switch {
	case p.x == nil:
		s.set(Busy, text.Get("closeday.reading"))
	case len(closed) == 0 && batch != Done:
		s.set(Todo, text.Get("closeday.proof.after"))
	case len(closed) == 0:
		s.set(Done, text.Get("closeday.proof.none"))
	case missing > 0:
		s.set(Todo, text.Count("closeday.proof.todo", missing))
	case differ > 0:
		s.set(Differ, text.Get("closeday.proof.differ"))
	default:
		s.set(Done, text.Count("closeday.proof.agree", rows))
	}
}

func (p *Presenter) zStep(s *Step) {
	switch {
	case p.x == nil:
		s.set(Busy, text.Get("closeday.reading"))
	case p.over():
		s.set(Done, text.Get("closeday.z.written", text.Number(p.z.Number), text.Clock(p.z.At)))
	default:
		s.set(Todo, text.Get("closeday.z.todo"))
	}
}
