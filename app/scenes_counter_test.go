package app

import (
	"slices"
	"time"

	"paydesk/app/keys"
	"paydesk/app/nav"
	"paydesk/app/slip"
	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// counts sets settings of what stands on the counter.
func (w *window) counts(pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		if err := w.desk.Set(w.t.Context(), pairs[i], pairs[i+1]); err != nil {
			w.t.Fatal(err)
		}
	}
}

// withMail has a mail server, withDrawer a printer and a drawer.
func (w *window) withMail() {
	w.counts("mail.from", "shop@shop.example", "mail.server", "smtp.shop.example")
}
func (w *window) withDrawer() {
	w.counts("printer.target", "/dev/usb/lp0", "printer.drawer", "true")
}

// printer changes how the printer is.
func (w *window) printer(health engine.Health, sentence string) {
	w.desk.Change(func(s *engine.Snapshot) { s.Printer = engine.Part{Health: health, Text: sentence} })
}

const paperOut = "The printer is out of paper: put in a roll, and close the cover."

// spooled are jobs in every state that waits.
var spooled = []order.Job{
	{ID: "s1", Kind: order.JobPrint, State: order.JobUnsure, Document: order.DocumentSale, Subject: "K7P2Q00001000AB00", Copy: "customer"},
	{ID: "s2", Kind: order.JobPrint, State: order.JobQueued, Tries: 3, Document: order.DocumentBill, Subject: "b1", Copy: "merchant", Reprint: 2, Trouble: paperOut},
	{ID: "s3", Kind: order.JobMail, State: order.JobQueued, Tries: 1, Document: order.DocumentSale, Subject: "n", To: "christopher.alexander@mail.example.com", Trouble: "The mail server does not answer."},
	{ID: "s4", Kind: order.JobMail, State: order.JobUnsure, Document: order.DocumentCashBack, Subject: "n", To: "ann@shop.example"},
	{ID: "s5", Kind: order.JobPrint, State: order.JobQueued, Document: order.DocumentBatch, Subject: "b", Copy: "merchant"},
	{ID: "s7", Kind: order.JobMail, State: order.JobRefused, Document: order.DocumentSale, Subject: "n", To: "nobody@nowhere.example", Trouble: "The mail server refuses this address: it is not known there."},
	{ID: "s6", Kind: order.JobDrawer, State: order.JobSending, Document: order.DocumentDrawer},
}

func (w *window) atCounter(waiting ...order.Job) {
	jobs := slices.Clone(waiting)
	w.withDrawer()
	for i := range jobs {
		jobs[i].Queued = w.desk.Clock.Now()
	}
	w.desk.PutJobs(jobs...)
	w.desk.SignInAs(2)
	w.desk.Clock.Advance(95 * time.Minute)
	w.goTo(nav.Counter)
}

// practising has the printer of the training.
func (w *window) practising(paper bool) {
	w.counts("printer.target", terminal.VirtualTarget, "printer.drawer", "true")
	w.desk.Change(func(s *engine.Snapshot) { s.Training = true })
	if paper {
		w.desk.Counter.Paper, _ = w.desk.Picture(w.t.Context(), order.DocumentSale, "K7P2Q00001000AB00", order.CopyCustomer)
		w.desk.Counter.Virtual.PaperOut, w.desk.Counter.Virtual.DrawerOpen = true, true
	}
	w.desk.SignInAs(0)
	w.goTo(nav.Counter)
	w.typed("6")
}

var counterScenes = []scene{
	{"receipt-mail", func(w *window) { w.withMail(); outcomeScene(order.Approved, "")(w); w.press(keys.Receipt) }},
	{"receipt-code", func(w *window) { outcomeScene(order.Approved, "")(w); w.press(keys.Receipt, keys.Code) }},
	{"receipt-address", func(w *window) {
		w.withMail()
		outcomeScene(order.Approved, "")(w)
		w.press(keys.Receipt, keys.Mail)
		w.typed("christopher.alexander@mail.exam")
	}},
	{"receipt-address-wrong", func(w *window) {
		w.withMail()
		outcomeScene(order.Approved, "")(w)
		w.press(keys.Receipt, keys.Mail)
		w.typed("ann@shop")
		w.press(keys.Enter)
	}},
	{"receipt-sent", func(w *window) {
		w.withMail()
		outcomeScene(order.Approved, "")(w)
		w.press(keys.Receipt, keys.Mail)
		w.typed("christopher.alexander@mail.example.com")
		w.press(keys.Enter)
	}},
	{"receipt-paper-out", func(w *window) {
		w.withMail()
		outcomeScene(order.Approved, "")(w)
		w.printer(engine.HealthTrouble, paperOut)
		w.press(keys.Receipt, keys.Print)
	}},
	{"receipt-several", func(w *window) {
		w.withMail()
		w.day()
		w.slip.Open(slip.Paper{Document: order.DocumentSale, ID: "K7P2Q00001000AB00"}, slip.Paper{Document: order.DocumentFollow, ID: "f"}, slip.Paper{Document: order.DocumentBill, ID: "b"})
		w.slip.Turn(1)
	}},
	{"receipt-failed", func(w *window) {
		outcomeScene(order.Approved, "")(w)
		w.desk.Fail = func(method string) error {
			return &engine.Problem{Text: "The receipt could not be made. The terminal tries again by itself; if this stays, restart Paydesk."}
		}
		w.press(keys.Receipt)
	}},
	{"receipt-batch", func(w *window) { w.day(); w.slip.Open(slip.Paper{Document: order.DocumentBatch, ID: "batch-1"}) }},
	{"outcome-approved-mail", func(w *window) {
		outcomeScene(order.Approved, "")(w)
		w.desk.PutJobs(order.Job{ID: "j1", Kind: order.JobPrint, State: order.JobDone, Copy: "customer", Reprint: 2}, spooled[2], jobs[2],
			order.Job{ID: "j4", Kind: order.JobDrawer, State: order.JobDone})
	}},
	{"outcome-approved-ask-mail", func(w *window) { outcomeScene(order.Approved, "")(w); w.desk.PutJobs(jobs[0], spooled[3]) }},
	{"counter", func(w *window) { w.atCounter() }},
	{"counter-off", func(w *window) { w.printer(engine.HealthOff, ""); w.desk.SignInAs(2); w.goTo(nav.Counter) }},
	{"counter-spool", func(w *window) { w.printer(engine.HealthTrouble, paperOut); w.atCounter(spooled...) }},
	{"counter-spool-inside", func(w *window) {
		w.printer(engine.HealthTrouble, paperOut)
		w.atCounter(spooled...)
		w.press(keys.Down, keys.Enter, keys.Down)
	}},
	{"counter-ask", func(w *window) { w.atCounter(spooled...); w.press(keys.Down, keys.Enter, keys.Enter) }},
	{"counter-ask-mail", func(w *window) {
		w.atCounter(spooled...)
		w.press(keys.Down, keys.Enter, keys.Down, keys.Down, keys.Enter)
	}},
	{"counter-drawer", func(w *window) {
		w.withDrawer()
		w.signedIn()
		w.desk.Change(func(s *engine.Snapshot) { s.Drawer = engine.DrawerClosed })
		w.press(keys.Drawer)
	}},
	{"counter-drawer-own", func(w *window) { w.withDrawer(); w.signedIn(); w.press(keys.Drawer); w.typed("6Till ja") }},
	{"counter-drawer-approve", func(w *window) {
		w.withDrawer()
		w.desk.SignInAs(1)
		w.press(keys.Drawer)
		w.desk.Fail = func(method string) error {
			if method == "OpenDrawer To give change" {
				return &engine.Problem{Code: engine.ProblemApproval, Text: "Let a supervisor approve it.", Ask: &engine.Ask{Right: staff.OpenDrawer, Why: engine.AskRight}}
			}
			return nil
		}
		w.typed("1")
	}},
	{"counter-find", func(w *window) { w.atCounter(); w.typed("5") }},
	{"counter-take", func(w *window) { w.atCounter(); w.typed("51") }},
	{"counter-paper", func(w *window) { w.practising(true) }},
	{"counter-paper-empty", func(w *window) { w.practising(false) }},
	{"sale-paper-out", func(w *window) { w.signedIn(); w.printer(engine.HealthTrouble, paperOut); w.typed("1250") }},
	{"sale-drawer-open", func(w *window) {
		w.withDrawer()
		w.signedIn()
		w.desk.Change(func(s *engine.Snapshot) { s.Drawer = engine.DrawerOpen })
	}},
	{"cash-taken-drawer", func(w *window) {
		w.withDrawer()
		w.signedIn()
		w.typed("1250")
		w.press(keys.Cash)
		w.typed("2000")
		w.press(keys.Enter)
		w.desk.Change(func(s *engine.Snapshot) { s.Drawer = engine.DrawerOpen })
	}},
	{"attention-papers", func(w *window) {
		w.signedIn()
		w.desk.PutJobs(spooled...)
		w.goTo(nav.Attention)
	}},
	{"attention-mail", func(w *window) {
		w.signedIn()
		w.desk.PutJobs(spooled...)
		w.goTo(nav.Attention)
		w.press(keys.Down)
	}},
	{"attention-refused", func(w *window) {
		w.signedIn()
		w.desk.PutJobs(spooled...)
		w.goTo(nav.Attention)
		w.press(keys.Last)
	}},
	{"attention-reprint", func(w *window) {
		w.signedIn()
		w.desk.PutJobs(spooled...)
		w.goTo(nav.Attention)
		w.press(keys.Park)
	}},
	{"prefs-mail", func(w *window) { w.withMail(); w.opened('9', 0) }},
	{"prefs-mail-password", func(w *window) { w.opened('9', 5); w.press(keys.Enter); w.typed("s3cret") }},
	{"prefs-mail-test", func(w *window) { w.opened('9', 6); w.press(keys.Enter); w.typed("x"); w.press(keys.Enter) }},
	{"prefs-profile", func(w *window) { w.opened('4', 2); w.press(keys.Enter) }},
	{"prefs-counter", func(w *window) { w.withDrawer(); w.opened('4', 9) }},
	{"prefs-pole", func(w *window) { w.opened('7', 10) }},
	{"menu-drawer", func(w *window) {
		w.withDrawer()
		w.signedIn()
		w.printer(engine.HealthTrouble, paperOut)
		w.press(keys.Menu)
	}},
}
