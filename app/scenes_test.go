package app

import (
	"context"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/keys"
	"paydesk/app/status"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/terminal/answer"
	"paydesk/terminal/card"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// window is the whole window over a desk in memory.
type window struct {
	*shell
	t    testing.TB
	desk *apptest.Desk
	w    fyne.Window
	// held are the works that wait while hold is set.
	hold bool
	held []func(context.Context) func()
	left bool
	due  []later
}

func newWindow(t testing.TB, size fyne.Size, training bool) *window {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(theme.New(theme.Light))
	out := &window{t: t, desk: apptest.NewDesk(training)}
	run := func(work func(context.Context) func()) {
		if out.hold {
			out.held = append(out.held, work)
			return
		}
		bridge.InlineRun(work)
	}
	hint := ""
	if training {
		hint = "Training: the PIN is 1234"
	}
	out.shell = newShell(out.desk, run, out.desk.Clock, hint)
	out.shell.setTheme = func(th *theme.Theme) { a.Settings().SetTheme(th) }
	out.shell.quit = func() { out.left = true }
	out.shell.after = func(d time.Duration, then func()) {
		if d > 0 { // what is to be done at once, the tests do themselves
			out.due = append(out.due, later{out.desk.Clock.Now().Add(d), then})
		}
	}
	out.w = test.NewWindow(nil)
	open(out.w, out.shell, size, false)
	out.w.Resize(size)
	out.desk.Watch(bridge.New(bridge.Inline, out.shell.apply).Push)
	out.shell.start()
	t.Cleanup(func() {
		out.w.Close()
		test.NewCanvas().Capture() // the toolkit forgets what it drew, now and then, when it draws
	})
	return out
}

// release does the works that were held.
func (w *window) release() {
	w.hold = false
	held := w.held
	w.held = nil
	for _, work := range held {
		bridge.InlineRun(work)
	}
}

// typed types as a person does, and waits until it has arrived.
func (w *window) typed(signs string) {
	for _, r := range signs {
		w.root.TypedRune(r)
		w.wait(handGap)
	}
}

// handGap is the time between two signs of a quick typist.
const handGap = 60 * time.Millisecond

// later is something that is due at a time.
type later struct {
	at   time.Time
	then func()
}

// wait lets time pass, and does what is due then.
func (w *window) wait(d time.Duration) {
	for end := w.desk.Clock.Now().Add(d); ; {
		next := -1
		for i, l := range w.due {
			if !l.at.After(end) && (next < 0 || l.at.Before(w.due[next].at)) {
				next = i
			}
		}
		if next < 0 {
			w.desk.Clock.Advance(end.Sub(w.desk.Clock.Now()))
			return
		}
		l := w.due[next]
		w.due = append(w.due[:next], w.due[next+1:]...)
		w.desk.Clock.Advance(max(0, l.at.Sub(w.desk.Clock.Now())))
		l.then()
	}
}

func (w *window) press(names ...keys.Key) {
	for _, name := range names {
		w.root.TypedKey(&fyne.KeyEvent{Name: fyne.KeyName(name)})
	}
}

// signedIn goes to the sale, cardFilled to a filled card form.
func (w *window) signedIn() { w.desk.SignInAs(0) }

func (w *window) cardFilled(amount string) {
	w.signedIn()
	w.typed(amount)
	w.press(keys.Enter)
	w.typed("41111111111111110928123")
}

// ends makes every charge end in a state.
func (w *window) ends(state order.State, cause order.Cause) {
	w.desk.OnCharge = func(c engine.Charge, k *card.Card) (engine.Sale, error) {
		s := w.desk.Sale(c, k.Brand().String(), k.Last4(), state)
		if cause != "" {
			s.Cause = cause
		}
		w.desk.Put(s)
		return s, nil
	}
}

func outcomeScene(state order.State, cause order.Cause) func(*window) {
	return func(w *window) {
		w.ends(state, cause)
		w.cardFilled("1250")
		w.press(keys.Enter)
	}
}

// away is the loss of the bank some minutes ago.
func (w *window) away() {
	w.desk.Change(func(s *engine.Snapshot) {
		s.Online, s.OfflineSince = false, w.desk.Clock.Now().Add(-12*time.Minute)
		s.Host = engine.Part{Health: engine.HealthTrouble, Text: "The payment host cannot be reached: check the network cable and the router."}
	})
}

// storing allows card sales to be stored, and has some of them waiting.
func (w *window) storing(n int) {
	usd := func(minor int64) money.Amount { return money.New(minor, money.USD) }
	w.desk.Change(func(s *engine.Snapshot) {
		s.Stored.Room.Limits = order.OfflineLimits{Enabled: true, PerSale: usd(5000), Total: usd(50000), Count: 20, Age: 24 * time.Hour}
	})
	for i := range n {
		w.desk.PutStored(order.Stored{ID: fmt.Sprint("S-", i), Order: fmt.Sprint("s", i), State: order.StoredWaiting, Amount: usd(int64(1250 + 37*i)),
			Brand: "Mastercard", Last4: "4444", Operator: "op2", Created: w.desk.Clock.Now().Add(-130*time.Minute + time.Duration(i)*time.Minute)})
	}
}

func (w *window) uncollected() order.Stored {
	return order.Stored{ID: "S-late", Order: "late", State: order.Uncollected, Amount: money.New(4200, money.USD), Brand: "Visa", Last4: "1111", Operator: "op2",
		Cause: order.CauseDeclined, Code: "D2012", Message: "Insufficient Funds", Tries: 1, Created: w.desk.Clock.Now().Add(-26 * time.Hour)}
}

// findings are what a comparison with the bank found.
func (w *window) findings() {
	here, there := money.New(1250, money.USD), money.New(2250, money.USD)
	number := "K7P2Q00001010AB10"
	view := engine.NewReconView(order.Reconciliation{Reached: w.desk.Clock.Now(), Counts: order.ReconciledRows{Differences: 4}, Found: []order.Mismatch{
		{What: order.LocalOnly, Shelf: order.ShelfSales, Number: number, Origin: order.OriginOwn, Here: &here, At: w.desk.Clock.Now()},
		{What: order.HostOnly, Shelf: order.ShelfSales, Number: "K7P2Q00001099AB99", GUID: "0b7f7a3a-5e0e-4a2c-9a35-3a1a5a0e7c11", Origin: order.OriginOwn, There: &there, At: w.desk.Clock.Now()},
		{What: order.AmountDiffers, Shelf: order.ShelfSales, Number: "K7P2Q00001004AB04", Here: &here, There: &there},
		{What: order.LateCharge, Shelf: order.ShelfSales, Number: "K7P2Q00001006AB06", There: &there, Act: order.Void},
	}})
	w.desk.Change(func(s *engine.Snapshot) { s.Recon = view })
}

// quiet is a payment that the bank does not know, long enough for another try.
func (w *window) quiet() {
	outcomeScene(order.Quarantine, order.CauseNotFound)(w)
	sale := *w.desk.Snapshot().Last
	sale.Clean = 2
	w.desk.Put(sale)
	w.desk.Clock.Advance(time.Minute)
}

// saidScene is an outcome with an answer of the bank.
func saidScene(state order.State, said answer.Answer) func(*window) {
	return func(w *window) {
		w.desk.OnCharge = func(c engine.Charge, k *card.Card) (engine.Sale, error) {
			s := w.desk.Sale(c, k.Brand().String(), k.Last4(), state)
			s.Cause, s.Code, s.Message = order.CauseDeclined, said.Code, said.Message
			w.desk.Put(s)
			return s, nil
		}
		w.cardFilled("1250")
		w.press(keys.Enter)
	}
}

// TestEverySentenceFits shows each refusal, with the sentence of each meaning,
// in the smallest window.
func TestEverySentenceFits(t *testing.T) {
	done := map[string]bool{}
	for _, said := range answer.All() {
		if said.Result != answer.Refused || done[said.Meaning] {
			continue
		}
		done[said.Meaning] = true
		w := newWindow(t, sizes[0], true)
		saidScene(order.Declined, said)(w)
		for _, fault := range apptest.Check(w.root) {
			t.Errorf("%s: %v", said.Meaning, fault)
		}
	}
	if len(done) < 100 {
		t.Errorf("%d meanings shown", len(done))
	}
}

// history fills a day.
func (w *window) day() {
	w.signedIn()
	states := []order.State{order.Approved, order.Approved, order.Declined, order.Approved, order.Reversed, order.PartApproved, order.Approved,
		order.Reversing, order.NotSent, order.Approved, order.Review, order.Approved, order.Declined, order.Approved, order.Unknown}
	brands := []string{"Visa", "Mastercard", "American Express", "Discover"}
	for i, state := range states {
		c := engine.Charge{Order: fmt.Sprint("o", i), Amount: money.New(int64(1250+i*7919), money.USD)}
		w.desk.Put(w.desk.Sale(c, brands[i%4], "1111", state))
		w.desk.Clock.Advance(3 * time.Minute)
	}
	w.press(keys.History)
}

var jobs = []order.Job{
	{ID: "j1", Kind: order.JobPrint, State: order.JobDone, Copy: "customer"},
	{ID: "j2", Kind: order.JobPrint, State: order.JobUnsure, Copy: "merchant"},
	{ID: "j3", Kind: order.JobPDF, State: order.JobDone, Path: "/home/shop/Paydesk/receipts/2026-05-12-K7P2Q00001000AB00.pdf"},
}

// scene is the window in a state that people meet.
type scene struct {
	name string
	play func(*window)
}

// scenes are the window in every state that people meet.
var scenes = slices.Concat(paymentScenes, saleScenes, followScenes, findScenes, deskScenes, officeScenes, swipeScenes, scanScenes, counterScenes, walletScenes, walletBackScenes, shiftScenes, reportScenes)

var paymentScenes = []scene{
	{"signin", func(w *window) { w.typed("123") }},
	{"signin-wrong", func(w *window) { w.typed("9999"); w.press(keys.Enter) }},
	{"signin-one", func(w *window) {
		w.desk.People = w.desk.People[:1]
		w.signin.Presenter.Show()
	}},
	{"signin-many", func(w *window) {
		for i := range 9 {
			w.desk.People = append(w.desk.People, staff.Operator{ID: fmt.Sprint(i), Name: "Christopher Alexander " + fmt.Sprint(i), Role: staff.Supervisor, Active: true})
		}
		w.signin.Presenter.Show()
	}},
	{"sale-empty", func(w *window) { w.signedIn() }},
	{"sale-amount", func(w *window) { w.signedIn(); w.typed("1250") }},
	{"sale-low", func(w *window) { w.signedIn(); w.typed("12") }},
	{"sale-large-trouble", func(w *window) {
		w.signedIn()
		w.desk.Put(w.desk.Sale(engine.Charge{Order: "o", Amount: money.New(500, money.USD)}, "Visa", "1111", order.Reversing))
		w.desk.Change(func(s *engine.Snapshot) {
			s.Host = engine.Part{Health: engine.HealthTrouble, Text: "The bank does not answer: check the network cable and the router, or wait a minute."}
			s.Printer.Health = engine.HealthUnsure
		})
		w.typed("99999999")
	}},
	{"status-offline", func(w *window) { w.signedIn(); w.away() }},
	{"status-offline-history", func(w *window) { w.day(); w.away() }},
	{"status-offline-told", func(w *window) { w.signedIn(); w.away(); w.tellPart(w.barChip()) }},
	{"status-offline-storing", func(w *window) { w.signedIn(); w.away(); w.storing(3) }},
	{"card-away", func(w *window) { w.signedIn(); w.away(); w.typed("1250"); w.press(keys.Enter) }},
	{"card-store", func(w *window) { w.signedIn(); w.away(); w.storing(3); w.typed("1250"); w.press(keys.Enter) }},
	{"card-store-filled", func(w *window) { w.signedIn(); w.away(); w.storing(3); w.cardFilled("1250") }},
	{"card-store-late", func(w *window) { w.signedIn(); w.away(); w.storing(19); w.cardFilled("1250") }},
	{"card-store-wrong", func(w *window) {
		w.signedIn()
		w.away()
		w.storing(19)
		w.typed("1250")
		w.press(keys.Enter)
		w.typed("4111111111111112")
		w.press(keys.Down)
		w.typed("0120")
		w.press(keys.Down)
		w.typed("1")
		w.press(keys.Down)
	}},
	{"card-store-refused", func(w *window) { w.signedIn(); w.away(); w.storing(3); w.typed("5100"); w.press(keys.Enter) }},
	{"outcome-stored", func(w *window) {
		w.signedIn()
		w.away()
		w.storing(3)
		w.cardFilled("1250")
		w.desk.Clock.Advance(time.Second)
		w.press(keys.Enter)
	}},
	{"outcome-uncollected", func(w *window) {
		w.signedIn()
		w.desk.PutStored(w.uncollected())
		w.tick()
	}},
	{"sale-missing", func(w *window) {
		w.signedIn()
		w.told["S-late"] = true
		w.desk.PutStored(w.uncollected())
		w.typed("1250")
	}},
	{"card-empty", func(w *window) { w.signedIn(); w.typed("1250"); w.press(keys.Enter) }},
	{"card-typing", func(w *window) { w.signedIn(); w.typed("1250"); w.press(keys.Enter); w.typed("41111111111") }},
	{"card-wrong", func(w *window) {
		w.signedIn()
		w.typed("1250")
		w.press(keys.Enter)
		w.typed("4111111111111112")
		w.press(keys.Down)
		w.typed("0120")
		w.press(keys.Down)
		w.typed("1")
		w.press(keys.Down)
	}},
	{"card-filled", func(w *window) { w.cardFilled("1250"); w.press(keys.Down); w.typed("Ada Lovelace") }},
	{"card-amex", func(w *window) {
		w.signedIn()
		w.typed("99999999")
		w.press(keys.Enter)
		w.typed("37144963539237609281234")
	}},
	{"waiting", func(w *window) {
		w.cardFilled("1250")
		w.hold = true
		w.press(keys.Enter)
		w.desk.Clock.Advance(7 * time.Second)
		w.tick()
	}},
	{"waiting-unknown", func(w *window) { outcomeScene(order.Unknown, order.CauseNoAnswer)(w) }},
	{"quit", func(w *window) { w.cardFilled("1250"); w.hold = true; w.press(keys.Enter); w.askQuit() }},
	{"outcome-approved", func(w *window) {
		outcomeScene(order.Approved, "")(w)
		w.desk.PutJobs(order.Job{ID: "j1", Kind: order.JobPrint, State: order.JobDone, Copy: "customer"},
			order.Job{ID: "j2", Kind: order.JobPrint, State: order.JobSending, Copy: "merchant"})
	}},
	{"outcome-approved-ask", func(w *window) { outcomeScene(order.Approved, "")(w); w.desk.PutJobs(jobs...) }},
	{"outcome-approved-noprinter", func(w *window) {
		outcomeScene(order.Approved, "")(w)
		w.desk.PutJobs(order.Job{ID: "j1", Kind: order.JobPrint, State: order.JobQueued, Tries: 2, Copy: "customer"}, jobs[2])
	}},
	{"outcome-declined", outcomeScene(order.Declined, "")},
	{"outcome-override", func(w *window) { said, _ := answer.Code("D0006"); saidScene(order.Declined, said)(w) }},
	{"outcome-longest", func(w *window) { said, _ := answer.Code("D0005"); saidScene(order.Declined, said)(w) }},
	{"outcome-notsent", outcomeScene(order.NotSent, order.CauseNoConnect)},
	{"outcome-reversed", outcomeScene(order.Reversed, order.CauseNotFound)},
	{"outcome-refused", outcomeScene(order.Refused, order.CauseLogin)},
	{"outcome-takingback", outcomeScene(order.Reversing, order.CauseNoAnswer)},
	{"outcome-part", outcomeScene(order.PartApproved, "")},
	{"outcome-review", outcomeScene(order.Review, order.CauseMismatch)},
	{"outcome-review-cashier", func(w *window) {
		outcomeScene(order.Review, order.CauseMismatch)(w)
		w.desk.SignInAs(1)
	}},
	{"outcome-review-takeback", func(w *window) { outcomeScene(order.Review, order.CauseMismatch)(w); w.press(keys.TakeBack) }},
	{"outcome-orphan", outcomeScene(order.OrphanReturn, order.CauseSettled)},
	{"outcome-orphan-refused", outcomeScene(order.OrphanReturn, order.CauseRefused)},
	{"outcome-returned", outcomeScene(order.Returned, order.CauseSettled)},
	{"outcome-quarantine", outcomeScene(order.Quarantine, order.CauseNotFound)},
	{"outcome-quiet", func(w *window) { w.quiet() }},
	{"outcome-consent", func(w *window) { w.quiet(); w.press(keys.Another) }},
	{"outcome-problem", func(w *window) {
		w.desk.OnCharge = func(engine.Charge, *card.Card) (engine.Sale, error) {
			return engine.Sale{}, &engine.Problem{Code: engine.ProblemDisk, Text: "The disk is full, so no payment can be taken: free some space, then try again."}
		}
		w.cardFilled("1250")
		w.press(keys.Enter)
	}},
	{"receipt", func(w *window) { outcomeScene(order.Approved, "")(w); w.press(keys.Receipt) }},
	{"history", func(w *window) { w.day() }},
	{"history-empty", func(w *window) { w.signedIn(); w.press(keys.History) }},
	{"history-detail", func(w *window) { w.day(); w.desk.PutJobs(jobs...); w.press(keys.Down, keys.Down) }},
	{"findings-status", func(w *window) { w.signedIn(); w.findings(); w.tellPart(w.barChip()) }},
	{"outcome-restored", func(w *window) {
		w.desk.OnCharge = func(engine.Charge, *card.Card) (engine.Sale, error) {
			return engine.Sale{}, &engine.Problem{Code: engine.ProblemRestored, Text: "This terminal's journal was put back from a copy, and is held against the bank's records first. Payments can be taken when that is done; it needs the payment host and goes on by itself."}
		}
		w.cardFilled("1250")
		w.press(keys.Enter)
	}},
	{"menu", func(w *window) { w.signedIn(); w.press(keys.Menu) }},
	{"help", func(w *window) { w.signedIn(); w.press(keys.Help) }},
}

// Sizes are the smallest window, the usual ones and a large screen.
var sizes = []fyne.Size{{Width: 800, Height: 480}, {Width: 1024, Height: 600}, {Width: 1024, Height: 768}, {Width: 1280, Height: 800}, {Width: 1920, Height: 1080}}

// Every scene is laid out without a fault, in every size that its window is given.
// The training frame takes room away, which matters in the smallest.
func TestLayout(t *testing.T) {
	for _, scene := range scenes {
		t.Run(scene.name, func(t *testing.T) {
			laidOut(t, scene, true, sizes[0])
			laidOut(t, scene, false, sizes...)
		})
	}
}

// Every scene fits into the smallest window in every language.
// PAYDESK_LANGUAGE leaves the others out.
func TestLayoutInEveryLanguage(t *testing.T) {
	for _, l := range text.Languages[1:] {
		if only := os.Getenv("PAYDESK_LANGUAGE"); only != "" && only != l.Code {
			continue
		}
		text.Use(l.Code)
		for _, scene := range scenes {
			t.Run(l.Code+"/"+scene.name, func(t *testing.T) { laidOut(t, scene, true, sizes[0]) })
		}
	}
	text.Use(text.English)
}

func laidOut(t *testing.T, scene scene, training bool, sizes ...fyne.Size) {
	t.Helper()
	w := newWindow(t, sizes[0], training)
	scene.play(w)
	for _, size := range sizes {
		w.w.Resize(size)
		w.resized()
		if got := w.w.Canvas().Size(); got != size {
			t.Fatalf("the window is %v", got)
		}
		for _, fault := range apptest.Check(w.root) {
			t.Errorf("%.0fx%.0f, training %v: %v", size.Width, size.Height, training, fault)
		}
	}
}

// TestShots writes pictures of every scene into the folder that PAYDESK_SHOTS
// names; PAYDESK_SHOTS_SIZE, PAYDESK_SHOTS_LOOK and PAYDESK_SHOTS_SCENE, a width,
// a look and a pattern, leave the others out, PAYDESK_LANGUAGE is a language other than English.
func TestShots(t *testing.T) {
	folder := os.Getenv("PAYDESK_SHOTS")
	if folder == "" {
		t.Skip("set PAYDESK_SHOTS to a folder to have pictures written")
	}
	text.Use(os.Getenv("PAYDESK_LANGUAGE"))
	defer text.Use(text.English)
	only, scenesOnly := os.Getenv("PAYDESK_SHOTS_SIZE"), regexp.MustCompile(os.Getenv("PAYDESK_SHOTS_SCENE"))
	looks := []struct {
		name, theme string
		training    bool
	}{{"light", theme.Light, false}, {"dark", theme.Dark, false}, {"contrast", theme.Contrast, false}, {"training", theme.Light, true}}
	for _, size := range []fyne.Size{sizes[0], sizes[3], sizes[4]} {
		if only != "" && only != fmt.Sprintf("%.0f", size.Width) {
			continue
		}
		for _, l := range looks {
			if only := os.Getenv("PAYDESK_SHOTS_LOOK"); only != "" && only != l.name {
				continue
			}
			for _, scene := range scenes {
				if !scenesOnly.MatchString(scene.name) {
					continue
				}
				w := newWindow(t, size, l.training)
				w.useTheme(l.theme)
				scene.play(w)
				shoot(t, w, filepath.Join(folder, fmt.Sprintf("%.0fx%.0f-%s", size.Width, size.Height, l.name), scene.name+".png"))
			}
		}
	}
}

func shoot(t *testing.T, w *window, file string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := out.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := png.Encode(out, w.w.Canvas().Capture()); err != nil {
		t.Fatal(err)
	}
}

func (w *window) barChip() status.Chip {
	return status.Of(w.desk.Snapshot(), w.desk.Clock.Now()).Chips[0]
}
