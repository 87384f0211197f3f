package counter

import (
	"context"
	"slices"
	"strings"
	"testing"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/keys"
	"paydesk/app/slip"
	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// rig is a presenter of a shop with a printer and a drawer.
type rig struct {
	*Presenter
	desk *apptest.Desk
	did  []string
}

func begin(t *testing.T, jobs ...order.Job) *rig {
	t.Helper()
	r := &rig{desk: apptest.NewDesk(true)}
	for _, s := range [][2]string{{"printer.target", "/dev/usb/lp0"}, {"printer.drawer", "true"}} {
		if err := r.desk.Set(t.Context(), s[0], s[1]); err != nil {
			t.Fatal(err)
		}
	}
	r.desk.SignInAs(0)
	r.desk.PutJobs(jobs...)
	r.Presenter = New(r.desk, apptest.Plain(bridge.InlineRun), bridge.InlineRun, r.desk.Clock)
	r.Back = func() { r.did = append(r.did, "back") }
	r.Prefs = func() { r.did = append(r.did, "prefs") }
	r.Saved = func(key string) { r.did = append(r.did, key) }
	r.Address = func(p slip.Paper) { r.did = append(r.did, "address "+p.Document+" "+p.ID) }
	r.Opened = func() { r.did = append(r.did, "opened") }
	r.Apply(r.desk.Snapshot())
	r.Show()
	r.desk.Watch(r.Apply)
	return r
}

// open opens a part.
func (r *rig) open(part Part) { r.Choose(slices.Index(r.parts, part)) }

func (r *rig) names() (names []string) {
	for _, i := range r.View().Right {
		names = append(names, i.Name)
	}
	return names
}

func job(kind string, state order.JobState) order.Job {
	return order.Job{ID: "j-" + kind + string(state), Kind: kind, State: state, Document: order.DocumentSale, Subject: "n1", Copy: order.CopyCustomer, To: "ann@shop.example"}
}

func TestStates(t *testing.T) {
	for _, tt := range []struct {
		part      engine.Part
		word, say string
	}{
		{engine.Part{Health: engine.HealthGood}, "The printer is ready", "Works."},
		{engine.Part{Health: engine.HealthGood, Text: "The paper runs low."}, "The printer is ready", "The paper runs low."},
		{engine.Part{Health: engine.HealthTrouble, Text: "Paper is out."}, "The printer needs a look", "Paper is out."},
		{engine.Part{Health: engine.HealthOff}, "No printer is set up", "Not set up."},
		{engine.Part{Health: engine.HealthUnsure}, "The printer is being asked", "Not known yet: it is being tried."},
		{engine.Part{}, "The printer is being asked", "Not known yet."},
	} {
		if got := Of(tt.part); got.Word != tt.word || got.Say != tt.say || got.Shape == "" {
			t.Errorf("%+v: %+v", tt.part, got)
		}
	}
}

// Each job that waits offers what may become of it, and nothing else.
func TestSpool(t *testing.T) {
	for _, tt := range []struct {
		job    order.Job
		offers string
		choose int
		call   string
	}{
		{job(order.JobPrint, order.JobUnsure), "Leave it|Yes, it is here|No: print a copy", 1, "SettleJob"},
		{job(order.JobPrint, order.JobUnsure), "Leave it|Yes, it is here|No: print a copy", 2, "SettleJob"},
		{job(order.JobPrint, order.JobQueued), "Leave it|Not needed", 1, "DropJob j-printQUEUED"},
		{job(order.JobPrint, order.JobSending), "Leave it", 0, ""},
		{job(order.JobMail, order.JobQueued), "Leave it|Other address|Not needed", 1, "DropJob j-mailQUEUED"},
		{job(order.JobMail, order.JobRefused), "Leave it|Other address|Not needed", 2, "DropJob j-mailREFUSED"},
		{job(order.JobMail, order.JobUnsure), "Leave it|Yes, it arrived|Other address", 1, "SettleJob"},
	} {
		r := begin(t, tt.job)
		if got := r.View().Right[0]; got.Name != "Payment  $12.50" || got.Value != "" || !strings.Contains(got.Say, "customer") && !strings.Contains(got.Say, "Customer") && !strings.Contains(got.Say, "ann@") {
			t.Errorf("%+v", got)
		}
		r.Pick(0)
		var offers []string
		for _, c := range r.Asked().Choices {
			offers = append(offers, c.Words)
		}
		if got := strings.Join(offers, "|"); got != tt.offers {
			t.Errorf("%+v: %s", tt.job, got)
		}
		r.Answer(tt.choose)
		if r.Asked() != nil || tt.call != "" && r.desk.Count(tt.call) != 1 {
			t.Errorf("%+v: %v", tt.job, r.desk.Calls())
		}
		if tt.call != "" && r.names()[0] != "Nothing waits" {
			t.Errorf("%+v stays: %v", tt.job, r.names())
		}
		if tt.call == "DropJob j-mailQUEUED" && !slices.Contains(r.did, "address sale n1") {
			t.Errorf("no other address: %v", r.did)
		}
	}
	r := begin(t, job(order.JobPrint, order.JobQueued))
	r.Pick(0)
	r.desk.Fail = func(method string) error {
		if strings.HasPrefix(method, "DropJob") {
			return &engine.Problem{Text: "No right."}
		}
		return nil
	}
	r.Answer(1)
	if v := r.View(); v.Note != "No right." || !v.NoteWrong || len(v.Right) != 1 {
		t.Errorf("%+v", v)
	}
}

func TestDrawer(t *testing.T) {
	r := begin(t)
	r.AskDrawer()
	if v := r.View(); len(v.Right) != 6 || v.Title != "Open the drawer" || v.Form != nil {
		t.Fatalf("%+v", v)
	}
	r.Pick(1)
	if r.desk.Count("OpenDrawer Money put in") != 1 || r.View().Note != "The drawer was opened." || len(r.did) != 1 {
		t.Errorf("%v, %+v", r.desk.Calls(), r.View())
	}
	r.AskDrawer()
	r.Pick(5)
	if r.View().Form == nil {
		t.Fatal("no field")
	}
	r.own.Key(keys.Enter)
	if got := r.own.Now().Problem; got != "Write why the drawer is opened." {
		t.Errorf("%q", got)
	}
	for _, s := range "4111111111111111" {
		r.own.Rune(s)
	}
	r.own.Key(keys.Enter)
	if got := r.own.Now().Problem; got == "" || r.desk.Count("OpenDrawer 4111111111111111") != 0 {
		t.Errorf("a card number as a reason: %q", got)
	}
	r.own.Now().Fill("Till jammed")
	r.own.Key(keys.Enter)
	if r.desk.Count("OpenDrawer Till jammed") != 1 || r.View().Form != nil {
		t.Errorf("%v", r.desk.Calls())
	}
	if err := r.desk.Set(t.Context(), "printer.drawer", "false"); err != nil {
		t.Fatal(err)
	}
	r.Show()
	r.AskDrawer()
	if slices.Contains(r.parts, Drawer) || r.View().Inside {
		t.Error("a drawer that is not there")
	}
}

func TestFind(t *testing.T) {
	r := begin(t)
	r.desk.Counter.Found["/dev/usb/lp0"] = terminal.PrinterFinding{Maker: "EPSON", Model: "TM-T88V", Profile: "generic-58", Baud: 9600}
	r.open(Find)
	rows := r.View().Right
	if len(rows) != 2 || rows[0].Name != "EPSON TM-T88V" || rows[0].Say != "/dev/usb/lp0" || rows[1].Problem == "" {
		t.Fatalf("%+v", rows)
	}
	r.Pick(1)
	if r.Asked() != nil {
		t.Error("a printer that does not answer is taken")
	}
	r.Pick(0)
	r.Answer(0)
	if got := strings.Join(r.did, " "); got != "printer.profile printer.baud printer.target" || r.desk.Settings().Printer.Profile != "generic-58" || r.desk.Settings().Printer.Baud != 9600 {
		t.Errorf("%s, %+v", got, r.desk.Settings().Printer)
	}
	r.desk.Counter.Found = nil
	r.open(Find)
	if v := r.View(); v.Note != "No printer answers: check power and cable, then look again." || !v.NoteWrong {
		t.Errorf("%+v", v)
	}
	r.desk.Office.Printers = nil
	if err := r.desk.Set(t.Context(), "printer.target", "none"); err != nil {
		t.Fatal(err)
	}
	r.open(Find)
	if v := r.View(); len(v.Right) != 0 || !v.NoteWrong {
		t.Errorf("%+v", v)
	}
}

// Who leaves while it looks hears no more of it.
func TestFindIsLeft(t *testing.T) {
	r := begin(t)
	var held []func(context.Context) func()
	run := func(work func(context.Context) func()) { held = append(held, work) }
	r.Presenter = New(r.desk, apptest.Plain(run), run, r.desk.Clock)
	r.Apply(r.desk.Snapshot())
	r.open(Find)
	r.open(Find)
	r.Leave()
	for len(held) > 0 {
		next := held[0]
		held = held[1:]
		bridge.InlineRun(next)
	}
	if len(r.found) != 0 || r.View().Note != "" || r.desk.Count("ProbePrinter /dev/usb/lp0") > 1 {
		t.Errorf("%+v, %v", r.found, r.desk.Calls())
	}
}

func TestWays(t *testing.T) {
	r := begin(t)
	r.open(Test)
	if r.desk.Count("PrintTest") != 1 || r.View().Note == "" {
		t.Errorf("%v", r.desk.Calls())
	}
	r.open(Settings)
	r.Move(-10)
	r.Open()
	r.Move(2)
	r.Open()
	r.Move(100)
	r.Move(-1)
	if v := r.View(); v.RightAt != 4 || v.LeftAt != 2 {
		t.Errorf("%+v", v)
	}
	r.Leave()
	r.Leave()
	if got := strings.Join(r.did, " "); got != "prefs back" || r.desk.Count("CheckPrinter") != 2 {
		t.Errorf("%s", got)
	}
}

func TestPractice(t *testing.T) {
	r := begin(t)
	if slices.Contains(r.parts, Paper) {
		t.Error("a real printer has no paper on the screen")
	}
	r.desk.Counter.Virtual.DrawerOpen = true
	if err := r.desk.Set(t.Context(), "printer.target", "virtual"); err != nil {
		t.Skip(err)
	}
	r.Show()
	r.open(Paper)
	v := r.Practice()
	if !v.Open || v.Empty == "" || len(v.Acts) != mostPlays || !v.Acts[4].On || v.Acts[4].Words != "Close the drawer" {
		t.Fatalf("%+v", v)
	}
	r.Play(0)
	r.Play(4)
	if s := r.desk.Counter.Virtual; !s.PaperOut || s.DrawerOpen {
		t.Errorf("%+v", s)
	}
	r.Leave()
	if r.Practice().Open || r.View().Inside {
		t.Error("still open")
	}
}
