// Package apptest is for tests of the window: a desk that lives in memory, and
// checks of what a screen looks like that need no eyes.
package apptest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"paydesk/terminal"
	"paydesk/terminal/card"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

// Start is the moment at which the clocks of tests begin.
var Start = time.Date(2026, 5, 12, 10, 42, 0, 0, time.UTC)

// Desk is a terminal in memory. Each On… function, if set, takes the place of
// the behaviour. The PIN of everybody is 1234.
type Desk struct {
	OnCharge func(engine.Charge, *card.Card) (engine.Sale, error)
	OnClose  func() (order.Batch, error)
	OnDetail func(number string) (engine.Detail, error)
	OnOffer  func(engine.Charge) (order.OfflineRoom, error)
	OnList   func(order.Query) (engine.Listing, error)
	OnScan   func(code string) (terminal.Scan, error)
	// Fail, if it gives an error for the name of a method, makes it fail.
	Fail func(method string) error

	following
	walletBack
	payLog
	dayBooks

	Clock   *clock.Virtual
	People  []staff.Operator
	Office  Office
	Counter Counter
	Codes   Codes
	Books   Books

	mu      sync.Mutex
	calls   []string
	now     engine.Snapshot
	sales   []engine.Sale
	beside  []engine.Item
	jobs    []order.Job
	watch   func(engine.Snapshot)
	values  settings.Settings
	orderNo int
	bills   bills
	pole    terminal.PoleView
}

// NewDesk makes a desk at which nobody is signed in.
func NewDesk(training bool) *Desk {
	d := &Desk{Clock: clock.NewVirtual(Start), values: settings.Default(), Office: NewOffice(), Counter: NewCounter()}
	d.People = []staff.Operator{
		{ID: "op1", Name: "Maria", Role: staff.Supervisor, Active: true},
		{ID: "op2", Name: "James", Role: staff.Cashier, Active: true},
		{ID: "op3", Name: "Olu", Role: staff.Owner, Active: true},
	}
	good := engine.Part{Health: engine.HealthGood, Text: "Works."}
	d.now = engine.Snapshot{
		Version: 1, Training: training, Shop: "Harbour Coffee", Currency: money.USD, Host: good, Journal: good, Printer: good,
		Batch: engine.BatchView{Total: money.New(0, money.USD)},
	}
	return d
}

// Calls lists the calls that change something, in their order.
func (d *Desk) Calls() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.calls)
}

// Count is how often a method was called.
func (d *Desk) Count(method string) (n int) {
	for _, call := range d.Calls() {
		if call == method {
			n++
		}
	}
	return n
}

func (d *Desk) called(method string) error {
	d.mu.Lock()
	d.calls = append(d.calls, method)
	d.mu.Unlock()
	if d.Fail != nil {
		return d.Fail(method)
	}
	return nil
}

// Change alters the snapshot and publishes it.
func (d *Desk) Change(f func(*engine.Snapshot)) {
	d.mu.Lock()
	next := d.now
	next.Live = slices.Clone(d.now.Live)
	f(&next)
	next.Version++
	next.Changed++
	d.now = next
	watch := d.watch
	d.mu.Unlock()
	if watch != nil {
		watch(next)
	}
}

// Put adds or replaces a sale and publishes it.
func (d *Desk) Put(s engine.Sale) {
	d.mu.Lock()
	if i := slices.IndexFunc(d.sales, func(o engine.Sale) bool { return o.Number == s.Number }); i >= 0 {
		s.Version = d.sales[i].Version + 1
		d.sales[i] = s
	} else {
		d.sales = append(d.sales, s)
	}
	sales, open := slices.Clone(d.sales), d.openBills(s.Attempt)
	d.mu.Unlock()
	d.Change(func(n *engine.Snapshot) {
		n.Last, n.Live, n.Bills = &s, nil, open
		n.Batch.Sales, n.Batch.Total.Minor = 0, 0
		for _, o := range sales {
			if o.Alarm = o.State == order.Review; !o.State.Final() {
				n.Live = append(n.Live, o)
			}
			if o.State == order.Approved {
				n.Batch.Sales++
				n.Batch.Total.Minor += o.Approved.Minor
			}
		}
	})
}

// PutJobs sets the receipts of all sales.
func (d *Desk) PutJobs(jobs ...order.Job) {
	d.mu.Lock()
	d.jobs = jobs
	d.mu.Unlock()
	d.Change(func(n *engine.Snapshot) { n.Jobs = jobs })
}

// Sale makes a sale in a state.
func (d *Desk) Sale(c engine.Charge, brand, last4 string, state order.State) engine.Sale {
	d.mu.Lock()
	defer d.mu.Unlock()
	number := fmt.Sprintf("K7P2Q%08dAB%02d", 1000+len(d.sales), len(d.sales)%100)
	a := order.Attempt{
		Number: number, Order: c.Order, Version: 1, State: state, Asked: c.Amount, Device: "device", Brand: brand, Last4: last4,
		Operator: "op1", Created: d.Clock.Now(), Since: d.Clock.Now(), Entry: "keyed",
	}
	switch state {
	case order.Approved:
		a.Kind, a.GUID, a.Payments = c.Kind, "guid-"+number, c.Payments
		if c.Payments > 0 {
			a.TransCode = "09ZZZTAS28908231800002000"
		}
		a.Approved, a.AuthCode, a.Code, a.Message = c.Amount, "A04217", "A0000", "Approved"
	case order.PartApproved:
		a.Approved = money.New(c.Amount.Minor*3/5, c.Amount.Currency)
	case order.Declined:
		a.Code, a.Message, a.Cause = "D2012", "Insufficient Funds", order.CauseDeclined
	case order.NotSent:
		a.Cause = order.CauseNoConnect
	}
	return engine.Sale{Attempt: a, Standing: order.Stand(a, nil)}
}

// SignInAs signs somebody in without a PIN.
func (d *Desk) SignInAs(i int) {
	person := d.People[i]
	d.Change(func(n *engine.Snapshot) { n.Operator = &person })
}

// Snapshot implements app.Desk.
func (d *Desk) Snapshot() engine.Snapshot {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

// Watch implements app.Desk.
func (d *Desk) Watch(f func(engine.Snapshot)) (stop func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.watch = f
	return func() {}
}

// Operators implements app.Desk.
func (d *Desk) Operators(context.Context) ([]staff.Operator, error) {
	return slices.Clone(d.People), d.called("Operators")
}

// Acknowledge implements app.Desk.
func (d *Desk) Acknowledge(number string) {
	_ = d.called("Acknowledge")
	d.Change(func(n *engine.Snapshot) {
		n.News = slices.DeleteFunc(slices.Clone(n.News), func(s engine.Sale) bool { return s.Number == number })
		n.FollowNews = slices.DeleteFunc(slices.Clone(n.FollowNews), func(f order.FollowUp) bool { return f.ID == number })
		n.RefundNews = slices.DeleteFunc(slices.Clone(n.RefundNews), func(r order.Refund) bool { return r.ID == number })
		n.CodeNews = slices.DeleteFunc(slices.Clone(n.CodeNews), func(c engine.CodeView) bool { return c.ID == number })
	})
}

// SignOut implements app.Desk.
func (d *Desk) SignOut(context.Context) {
	_ = d.called("SignOut")
	d.Change(func(n *engine.Snapshot) { n.Operator = nil })
}

// NewOrderID implements app.Desk.
func (d *Desk) NewOrderID() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.orderNo++
	return "order-" + strconv.Itoa(d.orderNo)
}

// CheckAmount implements app.Desk.
func (d *Desk) CheckAmount(a money.Amount) error {
	switch {
	case a.Minor < 50:
		return &engine.Problem{Code: engine.ProblemAmountLow, Text: "The smallest amount is $0.50: enter more."}
	case a.Minor > 99999999:
		return &engine.Problem{Code: engine.ProblemAmountHigh, Text: "The largest amount is $999,999.99: split the payment."}
	}
	return nil
}

// Charge implements app.Desk: it approves, unless OnCharge is set.
func (d *Desk) Charge(_ context.Context, c engine.Charge, k *card.Card) (engine.Sale, error) {
	defer k.Clear()
	if err := d.called("Charge"); err != nil {
		return engine.Sale{}, err
	}
	if err := d.AddLeg(c, order.TenderCard); err != nil {
		return engine.Sale{}, err
	}
	if d.OnCharge != nil {
		return d.OnCharge(c, k)
	}
	brand, last4 := "Visa", "1111" // the card on file
	if k != nil {
		brand, last4 = k.Brand().String(), k.Last4()
	}
	s := d.Sale(c, brand, last4, order.Approved)
	d.Put(s)
	return s, nil
}

// StoreOffer implements app.Desk: what the snapshot's limits allow.
func (d *Desk) StoreOffer(_ context.Context, c engine.Charge) (order.OfflineRoom, error) {
	if err := d.called("StoreOffer"); err != nil {
		return order.OfflineRoom{}, err
	}
	if d.OnOffer != nil {
		return d.OnOffer(c)
	}
	room, now := d.Snapshot().Stored.Room, d.Clock.Now()
	if err := room.Limits.Accept(room.Unsent, c.Amount, "", now); err != nil {
		return room, &engine.Problem{Code: engine.ProblemOffline, Text: err.Error()}
	}
	return room.Limits.Room(room.Unsent, now), nil
}

// StoreSale implements app.Desk.
func (d *Desk) StoreSale(_ context.Context, c engine.Charge, k *card.Card) (order.Stored, error) {
	defer k.Clear()
	if err := d.called("StoreSale"); err != nil {
		return order.Stored{}, err
	}
	s := order.Stored{ID: "S" + c.Order, Order: c.Order, Version: 1, State: order.StoredWaiting, Amount: c.Amount, Brand: k.Brand().String(), Last4: k.Last4(),
		Operator: "op1", Created: d.Clock.Now(), Since: d.Clock.Now()}
	d.PutStored(s)
	return s, nil
}

// PutStored adds or replaces a stored sale and publishes it.
func (d *Desk) PutStored(s order.Stored) {
	d.Change(func(n *engine.Snapshot) {
		other := func(o order.Stored) bool { return o.ID == s.ID }
		v := &n.Stored
		v.Waiting = slices.DeleteFunc(slices.Clone(v.Waiting), other)
		v.Missing = slices.DeleteFunc(slices.Clone(v.Missing), other)
		switch {
		case s.State.Sealed():
			v.Waiting = append(v.Waiting, s)
		case !s.State.Final():
			v.Missing = append(v.Missing, s)
		}
		unsent := order.Unsent{Count: len(v.Waiting), Total: money.New(0, money.USD)}
		for _, o := range v.Waiting {
			unsent.Total.Minor += o.Amount.Minor
			if unsent.Oldest.IsZero() || o.Created.Before(unsent.Oldest) {
				unsent.Oldest = o.Created
			}
		}
		v.Room = v.Room.Limits.Room(unsent, d.Clock.Now())
		v.MissingCount, v.MissingTotal = len(v.Missing), money.New(0, money.USD)
		for _, o := range v.Missing {
			v.MissingTotal.Minor += o.Owed().Minor
		}
	})
}

// become moves a sale to a state.
func (d *Desk) become(number string, f func(*engine.Sale)) error {
	d.mu.Lock()
	i := slices.IndexFunc(d.sales, func(o engine.Sale) bool { return o.Number == number })
	if i < 0 {
		d.mu.Unlock()
		return &engine.Problem{Code: engine.ProblemNotFound, Text: "There is no such sale."}
	}
	s := d.sales[i]
	d.mu.Unlock()
	f(&s)
	d.Put(s)
	return nil
}

// StopWaiting implements app.Desk.
func (d *Desk) StopWaiting(_ context.Context, number string) error {
	if err := d.called("StopWaiting"); err != nil {
		return err
	}
	return d.become(number, func(s *engine.Sale) { s.State, s.Cause = order.Reversing, order.CauseCancelled })
}

// Keep implements app.Desk.
func (d *Desk) Keep(_ context.Context, number string) error {
	if err := d.called("Keep"); err != nil {
		return err
	}
	return d.become(number, func(s *engine.Sale) { s.State = order.Approved })
}

// GiveBack implements app.Desk.
func (d *Desk) GiveBack(_ context.Context, number string) error {
	if err := d.called("GiveBack"); err != nil {
		return err
	}
	return d.become(number, func(s *engine.Sale) { s.State, s.Cause = order.Reversing, order.CauseGivenBack })
}

// Park implements app.Desk.
func (d *Desk) Park(_ context.Context, id, _ string) error {
	if err := d.called("Park " + id); err != nil {
		return err
	}
	by := d.Snapshot().Operator.ID
	follows := slices.Clone(d.Snapshot().Follows)
	if i := slices.IndexFunc(follows, func(f order.FollowUp) bool { return f.ID == id }); i >= 0 {
		follows[i].Parked = by
		d.Change(func(n *engine.Snapshot) { n.Follows = follows })
		return nil
	}
	return d.become(id, func(s *engine.Sale) { s.Parked = by })
}

// AbandonOrder implements app.Desk.
func (d *Desk) AbandonOrder(context.Context, string) error { return d.called("AbandonOrder") }

// Detail implements app.Desk.
func (d *Desk) Detail(_ context.Context, number string) (engine.Detail, error) {
	if err := d.called("Detail"); err != nil {
		return engine.Detail{}, err
	}
	if d.OnDetail != nil {
		return d.OnDetail(number)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range d.sales {
		if s.Number == number {
			at := s.Created
			return engine.Detail{Sale: d.stand(s), Follows: d.of(number), Acts: d.acts(number), Jobs: d.jobs, Story: []engine.Line{
				{At: at, Kind: "order.open", Actor: "op1"}, {At: at, Kind: "attempt.sending", Actor: order.ActorTerminal},
				{At: at.Add(time.Second), Kind: "attempt." + storyKind(s.State), Actor: order.ActorTerminal},
				{At: at.Add(2 * time.Second), Kind: "job.queued", Actor: order.ActorTerminal},
			}}, nil
		}
	}
	return engine.Detail{}, &engine.Problem{Code: engine.ProblemNotFound, Text: "There is no such sale."}
}

func storyKind(s order.State) string {
	return map[order.State]string{
		order.Approved: "approved", order.Declined: "declined", order.Reversing: "reversing", order.Unknown: "unknown",
		order.NotSent: "not-sent", order.PartApproved: "part-approved", order.Review: "review", order.Reversed: "reversed",
	}[s]
}

// SettleJob implements app.Desk.
func (d *Desk) SettleJob(_ context.Context, id string, printed bool) error {
	if err := d.called("SettleJob"); err != nil {
		return err
	}
	d.mu.Lock()
	jobs := slices.Clone(d.jobs)
	d.mu.Unlock()
	for i := range jobs {
		if jobs[i].ID == id {
			jobs[i].State = map[bool]order.JobState{true: order.JobDone, false: order.JobDropped}[printed]
		}
	}
	d.PutJobs(jobs...)
	return nil
}

// Settings implements app.Desk.
func (d *Desk) Settings() settings.Settings {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.values
}

// Set implements app.Desk.
func (d *Desk) Set(_ context.Context, key, value string) error {
	if err := d.called("Set " + key + "=" + value); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	next, err := d.values.Set(key, value)
	if err == nil {
		d.values = next
	}
	return err
}

// Scanned implements app.Desk: without OnScan no code is a receipt's.
func (d *Desk) Scanned(_ context.Context, code string) (terminal.Scan, error) {
	if d.OnScan == nil {
		return terminal.Scan{}, &engine.Problem{Code: "receipt-form", Text: "This is not the code of a receipt, or a part of it is missing. Scan it again, or look for the payment by its number."}
	}
	return d.OnScan(code)
}

// ShowCustomer implements app.Desk.
func (d *Desk) ShowCustomer(v terminal.PoleView) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pole = v
}

// Pole is what stands on the customer's display of two lines.
func (d *Desk) Pole() terminal.PoleView {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.pole
}
