// Package batches is the screen with the closed batches: what was closed when
// and by whom, whether it agrees with the bank, and the bank's transactions of
// each.
package batches

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"paydesk/app/approve"
	"paydesk/app/bridge"
	"paydesk/app/form"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/proofs"
	"paydesk/app/slip"
	"paydesk/app/span"
	"paydesk/app/text"
	"paydesk/terminal"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// Desk is what the screen needs of the terminal. Each may take long, but Day.
type Desk interface {
	Operators(ctx context.Context) ([]staff.Operator, error)
	// Day tells business days apart.
	Day() order.Days
	// BatchHistory lists the closings of some business days, oldest first.
	BatchHistory(ctx context.Context, from, to order.Day) ([]order.Batch, error)
	// HostBatchRows lists what the host has in a batch.
	HostBatchRows(ctx context.Context, guid string) ([]terminal.HostBatchRow, error)
	// ProofOf is the newest comparison of a closing, or fails with
	// order.ErrNotFound; Prove makes one and keeps it.
	ProofOf(ctx context.Context, batch string) (order.Proof, error)
	Prove(ctx context.Context, batch string, progress func(done, total int)) (order.Proof, error)
}

// row is one line: do is nil where there is nothing to press.
type row struct {
	form.Item
	do func()
}

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	// Changed is called when View is to be shown again, Back to leave; Receipt
	// shows a slip.
	Changed func()
	Back    func()
	Receipt func(...slip.Paper)

	desk     Desk
	task     *form.Task
	run      bridge.Run
	clock    clock.Clock
	snapshot engine.Snapshot
	names    map[string]string // of operators
	days     *span.Chooser

	list   []order.Batch // newest first
	read   bool
	listAt int
	at     int
	batch  *order.Batch // that is open
	proof  *order.Proof
	rows   []terminal.HostBatchRow
	inside bool // the bank's transactions are in sight
	note   string
	wrong  bool
	busy   string
}

// New makes a presenter. do does what may need somebody's approval.
func New(desk Desk, do approve.Do, run bridge.Run, c clock.Clock) *Presenter {
	p := &Presenter{desk: desk, task: form.NewTask(do, run), run: run, clock: c, Changed: func() {}, Back: func() {}, Receipt: func(...slip.Paper) {},
		days: span.NewChooser(), names: map[string]string{}}
	p.days.Changed = func() { p.Changed() }
	p.days.Chosen = func() { p.listAt, p.list, p.read = 0, nil, false; p.load() }
	return p
}

// mostDays is how many days back batches are listed at first.
const mostDays = 31

func (p *Presenter) today() order.Day { return p.desk.Day().Of(p.clock.Now()) }

// Apply takes a snapshot.
func (p *Presenter) Apply(s engine.Snapshot) {
	p.snapshot = s
	p.Changed()
}

// Begin lists the batches anew.
func (p *Presenter) Begin() {
	p.days.Shut()
	p.batch, p.inside, p.listAt = nil, false, 0
	if p.days.Span.To == "" {
		p.days.Span = span.Last(mostDays, p.today())
	}
	p.run(func(ctx context.Context) func() {
		people, err := p.desk.Operators(ctx)
		return func() {
			for _, o := range people {
				if err == nil { // their ids are shown otherwise
					p.names[o.ID] = o.Name
				}
			}
			p.Changed()
		}
	})
	p.load()
}

// Hide ends what is under way.
func (p *Presenter) Hide() { p.cancel() }

func (p *Presenter) tell(note string, wrong bool) {
	p.note, p.wrong = note, wrong
	p.Changed()
}

func (p *Presenter) cancel() {
	p.task.Cancel()
	p.busy = ""
}

// start does work that takes long; it may be cancelled.
func (p *Presenter) start(words string, work form.Work, then func()) {
	p.cancel()
	p.busy = words
	p.tell("", false)
	p.task.Start(work, func(err error) {
		if p.busy = ""; err != nil {
			p.tell(text.Of(err), true)
			return
		}
		then()
		p.Changed()
	})
}

func (p *Presenter) load() {
	s := p.days.Span
	var list []order.Batch
	p.start(text.Get("batches.loading"), func(ctx context.Context, _ func(func())) (err error) {
		list, err = p.desk.BatchHistory(ctx, s.From, s.To)
		return err
	}, func() {
		p.list, p.read = nil, true
		for i := range list {
			p.list = append(p.list, list[len(list)-1-i])
		}
	})
}

// open shows a batch with its newest comparison.
func (p *Presenter) open(i int) {
	p.listAt, p.at, p.batch, p.proof, p.rows = i, 0, &p.list[i], nil, nil
	id := p.batch.ID
	var proof order.Proof
	p.start(text.Get("batches.loading"), func(ctx context.Context, _ func(func())) (err error) {
		proof, err = p.desk.ProofOf(ctx, id)
		if errors.Is(err, order.ErrNotFound) {
			return nil
		}
		return err
	}, func() {
		if proof.ID != "" {
			p.proof = &proof
		}
	})
}

// Prove compares the batch in sight with the bank once more.
func (p *Presenter) Prove() {
	if p.batch == nil || p.task.Busy() {
		return
	}
	id := p.batch.ID
	var proof order.Proof
	p.start(text.Get("batches.proving"), func(ctx context.Context, tell func(func())) (err error) {
		proof, err = p.desk.Prove(ctx, id, func(done, total int) {
			words := text.Get("batches.progress", text.Number(done), text.Number(total))
			tell(func() {
				p.busy = words
				p.Changed()
			})
		})
		return err
	}, func() {
		p.proof = &proof
		word, _, _ := proofs.Verdict(proof)
		p.note, p.wrong = word, !proof.Agrees()
	})
}

// transactions lists what the bank has in the batch in sight.
func (p *Presenter) transactions() {
	guid := p.batch.GUID
	var list []terminal.HostBatchRow
	p.start(text.Get("batches.asking"), func(ctx context.Context, _ func(func())) (err error) {
		list, err = p.desk.HostBatchRows(ctx, guid)
		return err
	}, func() { p.rows, p.inside, p.at = list, true, -1 })
}

// View is the present view.
func (p *Presenter) View() form.Page {
	if p.days.IsOpen() {
		return p.days.Page()
	}
	v := form.Page{Title: text.Get("batches.title"), Say: p.days.Span.Words(), Back: text.Get("batches.back"), Other: text.Get("batches.days"),
		RightAt: p.listAt, Inside: true, Note: p.note, NoteWrong: p.wrong}
	if p.batch != nil {
		v.Title, v.Say, v.RightAt, v.Other = p.name(*p.batch), p.how(*p.batch), p.at, ""
		v.Tall = true
	}
	if p.inside {
		v.Title, v.Tall = text.Get("batches.rows"), false
	}
	for _, r := range p.lines() {
		v.Right = append(v.Right, r.Item)
	}
	if p.busy != "" {
		v.Note, v.NoteWrong, v.Busy, v.Other = p.busy, false, true, text.Get("batches.cancel")
	}
	return v
}

// lines are the rows of what is in sight.
func (p *Presenter) lines() (rows []row) {
	switch {
	case p.inside:
		return p.taken()
	case p.batch != nil:
		return p.story()
	}
	for i, b := range p.list {
		item := form.Item{Name: p.name(b), Say: p.how(b), Value: text.Money(net(b.Local))}
		item.Shape, item.Tint, _ = state(b)
		rows = append(rows, row{item, func() { p.open(i) }})
	}
	if len(rows) == 0 && p.read {
		rows = []row{{Item: form.Item{Name: text.Get("batches.none", p.days.Span.Words()), Shape: look.Bar, Tint: look.Soft}}}
	}
	return rows
}

// name is when a batch was closed, how by whom.
func (p *Presenter) name(b order.Batch) string {
	return text.Get("batches.name", p.when(cmp.Or(b.Ended, b.Asked)))
}

func (p *Presenter) how(b order.Batch) string {
	_, _, word := state(b)
	by := text.Get("batches.by", p.who(b.Operator))
	switch {
	case b.Followed:
		by = text.Get("batches.followed")
	case b.Auto:
		by = text.Get("batches.auto")
	}
	said := []string{word, by}
	if n := len(b.Carried); n > 0 {
		said = append(said, text.Count("batches.carried", n))
	}
	return strings.Join(said, " · ")
}

// state is how a closing ended, by shape, colour and word.
func state(b order.Batch) (look.Shape, look.Colour, string) {
	switch {
	case b.State == order.BatchClosed && b.Host == nil:
		return look.Bar, look.TintNotCharged, text.Get("batches.nocount")
	case b.State == order.BatchClosed && b.Matches():
		return look.Check, look.TintApproved, text.Get("proofs.agrees")
	case b.State == order.BatchClosed:
		return look.Alert, look.TintDeclined, text.Get("proofs.differs")
	case b.State == order.BatchNotClosed:
		return look.Cross, look.TintNotCharged, text.Get("batches.notclosed")
	}
	return look.Clock, look.TintChecking, text.Get("batches.unknown")
}

func net(t order.Totals) money.Amount {
	return money.New(t.SaleAmount.Minor-t.ReturnAmount.Minor, t.SaleAmount.Currency)
}

func (p *Presenter) who(id string) string { return cmp.Or(p.names[id], id) }

func (p *Presenter) when(t time.Time) string { return span.Moment(p.desk.Day(), t) }

// story is a batch in full: what can be done, and what is known.
func (p *Presenter) story() (rows []row) {
	b := *p.batch
	act := func(key string, shape look.Shape, do func()) {
		rows = append(rows, row{form.Item{Name: text.Get("batches." + key), Say: text.Get("batches." + key + ".say"), Shape: shape}, do})
	}
	if b.GUID != "" {
		act("rows", look.Glass, p.transactions)
	}
	if b.State == order.BatchClosed {
		act("prove", look.Check, p.Prove)
		act("slip", look.Printer, func() { p.Receipt(slip.Paper{Document: order.DocumentBatch, ID: b.ID}) })
	}
	fact := func(item form.Item) { rows = append(rows, row{Item: item}) }
	if p.proof != nil {
		item := form.Item{Name: text.Get("batches.proof"), Say: text.Get("batches.proof.at", p.when(p.proof.At))}
		item.Value, item.Shape, item.Tint = proofs.Verdict(*p.proof)
		fact(item)
		for _, item := range proofs.Rows(*p.proof, p.snapshot.Wallets) {
			fact(item)
		}
	} else {
		fact(form.Item{Name: text.Get("proofs.journal"), Say: proofs.Counts(b.Local), Shape: look.Dot, Tint: look.Line})
		if b.Host != nil {
			shape, tint, _ := state(b)
			fact(form.Item{Name: text.Get("proofs.closed"), Say: proofs.Counts(*b.Host), Shape: shape, Tint: tint})
		}
	}
	for _, c := range b.Carried {
		item := form.Item{Name: c.Text, Say: text.Get("batches.carried.by", p.who(c.By), c.Reason), Shape: look.Right, Tint: look.TintReview}
		if c.Amount.Currency != "" {
			item.Value = text.Money(c.Amount)
		}
		fact(item)
	}
	for _, f := range [][2]string{{"opened", p.when(b.Opened)}, {"device", b.Device}, {"guid", b.GUID}, {"message", b.Message}, {"approved", p.who(b.Approved)}} {
		if f[1] != "" && (f[0] != "opened" || !b.Opened.IsZero()) {
			fact(form.Item{Name: text.Get("batches." + f[0]), Say: f[1]})
		}
	}
	return rows
}

// taken are the bank's transactions.
func (p *Presenter) taken() (rows []row) {
	for _, r := range p.rows {
		item := form.Item{Name: strings.TrimSpace(string(r.CardType) + " •••• " + string(r.LastFour)), Say: strings.Join([]string{string(r.TransactionType), string(r.TransactionDatetime), string(r.TransactionGUID)}, " · "), Shape: look.Card}
		if a, err := money.Parse(string(r.Amount), p.snapshot.Unit()); err == nil {
			item.Value = text.Money(a)
		} else {
			item.Value = string(r.Amount)
		}
		rows = append(rows, row{Item: item})
	}
	if len(rows) == 0 {
		rows = []row{{Item: form.Item{Name: text.Get("batches.rows.none"), Shape: look.Bar, Tint: look.Soft}}}
	}
	return rows
}

// Pick does what a row is for.
func (p *Presenter) Pick(i int) {
	if p.days.IsOpen() {
		p.days.Pick(i)
		return
	}
	rows := p.lines()
	if i < 0 || i >= len(rows) || p.task.Busy() {
		return
	}
	p.mark(i)
	if rows[i].do != nil {
		rows[i].do()
	}
	p.Changed()
}

// mark puts the keys on a row.
func (p *Presenter) mark(i int) {
	if p.batch == nil {
		p.listAt = i
		return
	}
	p.at = i
}

// Other chooses days, or cancels what is under way.
func (p *Presenter) Other() {
	switch {
	case p.task.Busy():
		p.cancel()
		p.tell(text.Get("report.cancelled"), true)
	case p.batch == nil && !p.days.IsOpen():
		p.days.Open(p.today())
	}
}

// End finishes the form.
func (p *Presenter) End() { p.days.End() }

// Leave goes one step back.
func (p *Presenter) Leave() {
	switch {
	case p.days.IsOpen():
		p.days.Leave()
	case p.task.Busy():
		p.Other()
	case p.inside:
		p.inside, p.at = false, 0
		p.tell("", false)
	case p.batch != nil:
		p.batch = nil
		p.tell("", false)
	default:
		p.Back()
	}
}

// Key handles a key of the keyboard.
func (p *Presenter) Key(k keys.Key) bool {
	if p.days.IsOpen() {
		return p.days.Key(k)
	}
	at := p.listAt
	if p.batch != nil {
		at = p.at
	}
	switch k {
	case keys.Escape, keys.Sale, keys.Left:
		p.Leave()
	case keys.Undo:
		p.Other()
	case keys.Up, keys.Down, keys.Tab:
		by := map[bool]int{true: -1, false: 1}[k == keys.Up]
		p.mark(min(max(0, at+by), max(0, len(p.lines())-1)))
		p.Changed()
	case keys.Enter, keys.Right:
		p.Pick(at)
	default:
		return false
	}
	return true
}

// Rune handles a sign of the keyboard.
func (p *Presenter) Rune(r rune) { p.days.Rune(r) }

// Paste takes what is pasted.
func (p *Presenter) Paste(words string) { p.days.Paste(words) }
