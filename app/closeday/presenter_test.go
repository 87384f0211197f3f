package closeday

import (
	"context"
	"slices"
	"strings"
	"testing"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// rig is a presenter at the end of a day with sales.
type rig struct {
	*Presenter
	desk *apptest.Desk
	did  []string
}

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

var blockers = []engine.Blocker{
	{Kind: engine.BlockPayment, ID: "p1", Name: "Payment 1", Amount: usd(1250), Do: engine.Sentence{Format: "Wait for its answer."}, MayCarry: true},
	{Kind: engine.BlockPaper, ID: "j1", Name: "Receipt", Do: engine.Sentence{Format: "Print it."}, MayCarry: true},
	{Kind: engine.BlockStored, ID: "s1", Name: "Stored sale", Amount: usd(2250), Do: engine.Sentence{Format: "Wait."}},
}

func begin(open ...engine.Blocker) *rig {
	r := &rig{desk: apptest.NewDesk(false)}
	r.desk.SignInAs(0)
	r.desk.Books.Report = order.ZReport{Since: r.desk.Clock.Now(), Figures: []order.Figures{{Currency: money.USD, Sales: order.Sum{Count: 3, Amount: usd(4500)}, Net: usd(4500)}}}
	r.desk.Change(func(n *engine.Snapshot) {
		n.Batch, n.Closing.Blockers = engine.BatchView{Sales: 3, Total: usd(4500)}, open
	})
	r.use(bridge.InlineRun)
	return r
}

// use makes the presenter with a way to run work.
func (r *rig) use(run bridge.Run) {
	r.Presenter = New(r.desk, apptest.Plain(run), run)
	r.Back = func() { r.did = append(r.did, "back") }
	r.Count = func() { r.did = append(r.did, "count") }
	r.Go = func(b engine.Blocker) { r.did = append(r.did, "go "+b.ID) }
	r.XReport = func() { r.did = append(r.did, "x") }
	r.ZReport = func(z order.ZReport) { r.did = append(r.did, "show "+z.ID) }
	r.Apply(r.desk.Snapshot())
	r.Show()
	r.desk.Watch(r.Apply)
}

// stands are the states of the steps, as signs.
func (r *rig) stands() string {
	var signs []byte
	for _, s := range r.View().Steps {
		signs = append(signs, "-.+!"[s.State])
	}
	return string(signs)
}

func (r *rig) want(t *testing.T, stands string, at Place) {
	t.Helper()
	if got := r.stands(); got != stands || r.at != at {
		t.Errorf("%s at %s, want %s at %s: %+v", got, names[r.at], stands, names[at], r.View())
	}
}

func (r *rig) press(all ...keys.Key) {
	for _, k := range all {
		r.Key(k)
	}
}

// A day is closed by Enter alone, one step after the other, and stays closed when
// the screen is left.
func TestWholeDay(t *testing.T) {
	r := begin()
	r.want(t, "++---", Batch)
	r.press(keys.Enter)
	r.want(t, "+++--", Proof)
	r.press(keys.Enter)
	if v := r.View(); v.Steps[Proof].Say != "All 3 transactions agree to the cent" || v.Items[0].Shape != look.Check {
		t.Errorf("%+v", v)
	}
	r.press(keys.Enter)
	r.want(t, "++++-", Z)
	r.Hide()
	r.Show()
	r.want(t, "++++-", Z)
	r.press(keys.Enter)
	r.want(t, "+++++", Z)
	r.Hide()
	r.use(bridge.InlineRun) // also by another run of the program
	r.want(t, "+++++", Z)
	r.press(keys.Enter, keys.Print, keys.Keep, keys.Undo)
	if v := r.View(); !slices.Equal(r.did, []string{"show Z-000001", "x"}) || r.desk.Count("PrintAgain z merchant") != 1 || !strings.Contains(v.Said, "Z-000001.pdf") {
		t.Errorf("%v, %v, %+v", r.did, r.desk.Calls(), v)
	}
	if r.desk.Count("CloseBatchWith") != 1 || r.desk.Count("Prove batch-1") != 1 || r.desk.Count("WriteZ") != 1 {
		t.Errorf("%v", r.desk.Calls())
	}
	// The next sale begins the next day.
	r.desk.Books.Report.Figures = []order.Figures{{Currency: money.USD, Sales: order.Sum{Count: 1, Amount: usd(100)}}}
	r.desk.Change(func(n *engine.Snapshot) { n.Batch = engine.BatchView{Sales: 1, Total: usd(100)} })
	r.want(t, "++---", Z)
}

// What is open is listed by name, is gone to, or is carried forward for one reason.
func TestOpen(t *testing.T) {
	r := begin(blockers...)
	r.want(t, "-+---", Open)
	r.Choose(int(Batch))
	if v := r.View(); !v.Buttons[0].Off {
		t.Error("the batch can be closed")
	}
	r.press(keys.Enter)
	if r.desk.Count("CloseBatchWith") != 0 {
		t.Error("closed with something open")
	}
	r.Choose(int(Open))
	r.press(keys.Enter, keys.Down, keys.Enter)
	if !slices.Equal(r.did, []string{"go p1", "go j1"}) || r.View().Items[0].Value != "$12.50" || r.View().Items[0].Say != "Wait for its answer." {
		t.Errorf("%v, %+v", r.did, r.View().Items)
	}
	r.press(keys.Down, keys.Keep) // may not be carried
	if r.View().Fill != nil || len(r.View().Buttons) != 1 {
		t.Error("carries what may not be carried")
	}
	r.Pick(0)
	r.press(keys.Keep, keys.Enter)
	if r.View().Fill == nil || r.View().Fill.Now().Problem == "" {
		t.Fatal("carried without a reason")
	}
	for _, sign := range "No answer" {
		r.Rune(sign)
	}
	r.press(keys.Enter, keys.Keep) // the receipt goes with it, for the same reason
	if v := r.View(); v.Steps[Open].State != Todo || v.Items[1].Say != "Carried forward: No answer" || len(r.carry) != 2 {
		t.Errorf("%+v", v)
	}
	r.Pick(2)
	r.press(keys.Keep) // not without it after all
	if len(r.carry) != 1 {
		t.Errorf("%d are carried", len(r.carry))
	}
}

func TestCarriedAreNamed(t *testing.T) {
	r := begin(blockers[0], blockers[1])
	r.press(keys.Keep)
	for _, sign := range "No answer" {
		r.Rune(sign)
	}
	r.press(keys.Enter, keys.Keep)
	if r.stands()[0] != '!' {
		t.Fatalf("%s", r.stands())
	}
	r.Choose(int(Batch))
	r.press(keys.Enter)
	b := r.desk.Books.Report.Batches[0]
	if len(b.Carried) != 2 || b.Carried[0].ID != "j1" || b.Carried[1].Reason != "No answer" || len(r.carry) != 0 {
		t.Errorf("%+v, %v", b.Carried, r.carry)
	}
}

// Whoever waits at what is open goes on when nothing is any more; whoever looks at
// it stays.
func TestOpenEnds(t *testing.T) {
	for _, looks := range []bool{false, true} {
		r := begin(blockers[0])
		if looks {
			r.Rune('1')
		}
		r.desk.Change(func(n *engine.Snapshot) { n.Closing.Blockers = nil })
		if (r.at == Open) != looks {
			t.Errorf("looks %v: at %s", looks, names[r.at])
		}
	}
}

// What came to its end by itself is not carried any more.
func TestCarriedEnds(t *testing.T) {
	r := begin(blockers[0])
	r.press(keys.Keep)
	r.Rune('x')
	r.press(keys.Enter)
	r.desk.Change(func(n *engine.Snapshot) { n.Closing.Blockers = nil })
	if len(r.carry) != 0 || r.stands()[0] != '+' {
		t.Errorf("%v, %s", r.carry, r.stands())
	}
}

func TestDrawerStep(t *testing.T) {
	shift := order.Shift{ID: "s", Number: 4, State: order.ShiftOpen}
	for _, tt := range []struct {
		name    string
		counted bool
		now     *order.Shift
		closed  []order.Shift
		state   State
		say     string
	}{
		{"no drawer", false, nil, nil, Done, "This shop counts no drawer"},
		{"open", true, &shift, nil, Todo, "Shift 4 is open"},
		{"counted", true, &order.Shift{ID: "s", State: order.ShiftCounting}, nil, Todo, "Counted, not closed yet"},
		{"closed", true, nil, []order.Shift{{State: order.ShiftClosed, Off: usd(0)}}, Done, "Every shift is closed"},
		{"missing", true, nil, []order.Shift{{State: order.ShiftClosed, Off: usd(-300)}, {State: order.ShiftClosed, Off: usd(100)}}, Differ, "$2.00 missing"},
		{"even", true, nil, []order.Shift{{State: order.ShiftClosed, Off: usd(-300)}, {State: order.ShiftClosed, Off: usd(300)}}, Differ, "Differences that even out"},
	} {
		r := begin()
		r.desk.Books.Report.Shifts = tt.closed
		r.desk.Change(func(n *engine.Snapshot) { n.Shift = engine.ShiftView{Counted: tt.counted, Now: tt.now} })
		r.Choose(int(Drawer))
		v := r.View()
		if s := v.Steps[Drawer]; s.State != tt.state || s.Say != tt.say || len(v.Items) != len(tt.closed) {
			t.Errorf("%s: %+v", tt.name, v)
		}
		if r.press(keys.Enter); slices.Equal(r.did, []string{"count"}) != (tt.state == Todo) {
			t.Errorf("%s: %v", tt.name, r.did)
		}
		// No Z report over an open drawer.
		r.Choose(int(Z))
		if off := r.View().Buttons[0].Off; off != (tt.state == Todo) {
			t.Errorf("%s: a Z report is off: %v", tt.name, off)
		}
	}
}

func TestBatchStep(t *testing.T) {
	for _, tt := range []struct {
		name  string
		batch order.Batch
		err   error
		said  string
	}{
		{"refused", order.Batch{State: order.BatchNotClosed, Message: "E0015"}, nil, "The bank did not close it: E0015. Try again later."},
		{"problem", order.Batch{}, &engine.Problem{Text: "A payment is being settled."}, "A payment is being settled."},
	} {
		r := begin()
		r.desk.OnClose = func() (order.Batch, error) { return tt.batch, tt.err }
		r.press(keys.Enter)
		if v := r.View(); v.Said != tt.said || !v.Wrong || v.Steps[Batch].State != Todo {
			t.Errorf("%s: %+v", tt.name, v)
		}
	}
	// No answer: there is nothing to press until the bank has told.
	r := begin()
	r.desk.OnClose = func() (order.Batch, error) {
		r.desk.Change(func(n *engine.Snapshot) { n.Batch.Closing = true })
		return order.Batch{State: order.BatchUnknown}, nil
	}
	r.press(keys.Enter, keys.Enter, keys.Enter)
	if v := r.View(); v.Steps[Batch].State != Busy || len(v.Buttons) != 0 || r.desk.Count("CloseBatchWith") != 1 || !strings.Contains(v.Text, "by itself") {
		t.Errorf("%+v", v)
	}
	reads := r.desk.Count("X")
	r.desk.Books.Report.Batches = []order.Batch{{ID: "b", State: order.BatchClosed, Local: order.Totals{Sales: 3, SaleAmount: usd(4500)}}}
	r.desk.Change(func(n *engine.Snapshot) { n.Batch = engine.BatchView{} })
	if r.desk.Count("X") == reads || r.stands() != "+++--" {
		t.Errorf("told later: %s", r.stands())
	}
	// An account whose batch the service closes by itself has no button.
	r = begin()
	r.desk.Change(func(n *engine.Snapshot) { n.Offer.Dialect = order.DialectCurrent })
	r.Choose(int(Batch))
	if v := r.View(); v.Steps[Batch].State != Done || v.Buttons[0].Words != "Next" {
		t.Errorf("%+v", v)
	}
	// Other counts than the terminal's are shown.
	r = begin()
	host := order.Totals{Sales: 2, SaleAmount: usd(4000)}
	r.desk.Books.Report.Batches = []order.Batch{{ID: "b", State: order.BatchClosed, Local: order.Totals{Sales: 3, SaleAmount: usd(4500)}, Host: &host}}
	r.desk.Change(func(n *engine.Snapshot) { n.Batch = engine.BatchView{} })
	r.Choose(int(Batch))
	if v := r.View(); v.Steps[Batch].State != Differ || v.Items[0].Problem != "Terminal: 3 sales, $45.00. Bank: 2 sales, $40.00." {
		t.Errorf("%+v", v)
	}
}

// Every difference is listed by name, with what each side has.
func TestDifferences(t *testing.T) {
	here, there := usd(1250), usd(2250)
	proof := order.Proof{Complete: false, Trouble: "The payment host cannot be reached.", More: 2, Closed: &order.Totals{Sales: 2}, Found: []order.Mismatch{
		{What: order.LocalOnly, Number: "K1", Here: &here}, {What: order.HostOnly, GUID: "g-2", There: &there}, {What: order.AmountDiffers, Number: "K3", Here: &here, There: &there},
		{What: "new-kind", Number: "K4"},
	}, Wallets: []order.WalletProof{{Provider: "PayPal", Complete: true, Found: []order.WalletMismatch{{What: order.HostOnly, Payment: "8X", There: usd(999)}}}, {Provider: "Razorpay", Trouble: "No key."}}}
	var got []string
	for _, i := range found(proof) {
		got = append(got, strings.TrimSpace(i.Name+" | "+i.Say+i.Problem+" | "+i.Value))
	}
	want := []string{
		"Not all could be compared | The payment host cannot be reached. |",
		"Not at the bank | K1: here $12.50, there nothing | − $12.50", "Only at the bank | g-2: here nothing, there $22.50 | + $22.50",
		"Another amount at the bank | K3: here $12.50, there $22.50 | + $10.00", "Differs | K4: here nothing, there nothing |", "2 more differences |  |",
		"The totals of the closing differ | Terminal: 0 sales, 0. Bank: 2 sales, 0. |",
		"PayPal: Only at the bank | 8X: here nothing, there $9.99 | + $9.99", "Razorpay account | No key. |",
	}
	if len(got) != len(want) {
		t.Fatalf("%q", got)
	}
	for i := range want {
		if i != 6 && got[i] != want[i] { // totals without a currency have no amount to read
			t.Errorf("%q, want %q", got[i], want[i])
		}
	}
	r := begin()
	r.press(keys.Enter)
	r.desk.OnProve = func(order.Batch) (order.Proof, error) { return proof, nil }
	r.press(keys.Enter)
	r.want(t, "+++!-", Proof)
	if v := r.View(); len(v.Items) != len(want) || v.Buttons[1].Words != "Compare again" {
		t.Errorf("%+v", v)
	}
	r.desk.OnProve = nil
	r.press(keys.Keep)
	r.want(t, "++++-", Proof)
}

// A comparison tells how far it is, and can be stopped; a closing cannot.
func TestStop(t *testing.T) {
	r := begin()
	var held []func(context.Context) func()
	run := func(work func(context.Context) func()) { held = append(held, work) }
	flush := func() {
		for len(held) > 0 {
			next := held[0]
			held = held[1:]
			bridge.InlineRun(next)
		}
	}
	r.use(run)
	flush()
	r.press(keys.Enter, keys.Enter, keys.Escape)
	if !slices.Equal(r.did, []string{"back"}) || r.View().Steps[Batch].State != Busy {
		t.Errorf("%v, %s", r.did, r.stands())
	}
	flush()
	r.want(t, "+++--", Proof)
	r.press(keys.Enter)
	if r.far(1, 3); r.View().Share != 33 || r.View().Buttons[0].Words != "Stop" || r.View().Buttons[0].Off {
		t.Errorf("%+v", r.View())
	}
	r.press(keys.Escape)
	flush()
	if v := r.View(); v.Said != "Stopped. Nothing was kept of it." || len(r.did) != 1 || r.task.Busy() {
		t.Errorf("%+v, %v", v, r.did)
	}
}

// far pretends how far the work is.
func (r *rig) far(done, total int64) { r.done, r.total = done, total }

// Until the journal is read nothing is claimed; what cannot be read is said.
func TestReading(t *testing.T) {
	r := begin()
	r.desk.Fail = func(method string) error {
		if method == "X" {
			return &engine.Problem{Text: "The disk is full."}
		}
		return nil
	}
	r.use(bridge.InlineRun)
	if v := r.View(); v.Steps[Proof].State != Busy || v.Steps[Z].State != Busy || v.Said != "The disk is full." || !v.Wrong {
		t.Errorf("%+v", v)
	}
	r.Choose(int(Z))
	r.press(keys.Enter)
	if r.desk.Count("WriteZ") != 0 {
		t.Error("a Z report over what was not read")
	}
}

func TestKeys(t *testing.T) {
	r := begin()
	r.Rune('1')
	r.press(keys.Down, keys.Down, keys.Up)
	if r.at != Drawer {
		t.Errorf("at %d", r.at)
	}
	r.press(keys.Tab, keys.Tab, keys.Tab, keys.Tab)
	if r.at != Open {
		t.Errorf("at %d", r.at)
	}
	r.Rune('9')
	r.press(keys.Undo, keys.Escape, keys.Sale)
	if !slices.Equal(r.did, []string{"x", "back", "back"}) {
		t.Errorf("%v", r.did)
	}
}
