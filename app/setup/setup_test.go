package setup

import (
	"context"
	"slices"
	"strings"
	"testing"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/keys"
	"paydesk/terminal/engine"
	"paydesk/terminal/settings"
)

// held is a run whose work waits until it is released.
type held struct {
	on   bool
	work []func(context.Context) func()
}

func (h *held) run(work func(context.Context) func()) {
	if h.on {
		h.work = append(h.work, work)
		return
	}
	bridge.InlineRun(work)
}

func (h *held) release() {
	h.on = false
	for _, work := range h.work {
		bridge.InlineRun(work)
	}
	h.work = nil
}

func open(training bool) (*Presenter, *apptest.Desk, *held) {
	d, h := apptest.NewDesk(training), &held{}
	d.Office.Needed = true
	if !training {
		d.People = nil
	}
	p := New(d, apptest.Plain(h.run), h.run)
	p.Apply(engine.Snapshot{Training: training})
	p.Begin()
	return p, d, h
}

func (p *Presenter) press(names ...keys.Key) {
	for _, k := range names {
		p.Key(k)
	}
}

func (p *Presenter) types(words string) {
	for _, r := range words {
		p.Rune(r)
	}
}

func (p *Presenter) at1(t *testing.T, want Step) {
	t.Helper()
	if p.step() != want {
		t.Fatalf("at %s, want %s: %q", p.step(), want, p.note)
	}
}

// signedIn goes through the sign-in at the host.
func (p *Presenter) signedIn(t *testing.T, address string) {
	t.Helper()
	p.press(keys.Enter)
	p.at1(t, Host)
	p.types(address)
	p.press(keys.Enter)
	p.types("training")
	p.press(keys.Enter)
	p.types("training-password")
	p.press(keys.Enter)
	p.at1(t, Device)
}

// A live terminal is made ready from nothing; the simple PIN is refused.
func TestLive(t *testing.T) {
	p, d, _ := open(false)
	done := false
	p.Done = func() { done = true }
	if !p.First() || p.View().Back != "" {
		t.Error("it is not first, or can be put off")
	}
	p.press(keys.Escape)
	p.signedIn(t, "https://salesapi.connexpay.com")
	p.press(keys.Down, keys.Enter)
	p.at1(t, Check)
	if d.Settings().Host.DeviceName != "Back room" || len(p.View().Right) != len(d.Office.Steps) {
		t.Errorf("device %q, %d steps", d.Settings().Host.DeviceName, len(p.View().Right))
	}
	p.press(keys.Enter)
	p.at1(t, Printer)
	p.press(keys.Undo)
	if d.Count("PrintTest") != 1 {
		t.Error("no test slip")
	}
	p.press(keys.Save)
	p.types("Harbour Coffee")
	p.press(keys.Enter)
	p.types("1 Pier Road")
	p.press(keys.Save)
	p.at1(t, People)
	if now := d.Settings().Shop; now.Name != "Harbour Coffee" || !slices.Equal(now.Address, []string{"1 Pier Road"}) {
		t.Errorf("%+v", now)
	}
	p.types("Ann")
	p.press(keys.Enter, keys.Enter)
	p.types("1234")
	p.press(keys.Enter)
	if got := p.filling().Now().Problem; !strings.Contains(got, "guess") {
		t.Fatalf("the PIN 1234: %q", got)
	}
	p.filling().Now().Wipe()
	p.types("4711")
	p.press(keys.Enter)
	p.types("4711")
	p.press(keys.Enter)
	if !slices.Contains(d.Calls(), "AddOperator Ann owner 4711") {
		t.Fatalf("%v", d.Calls())
	}
	p.press(keys.Enter)
	p.at1(t, Ready)
	if rows := p.View().Right; rows[5].Value != "Ann" || rows[1].Value == "" {
		t.Errorf("%+v", rows)
	}
	p.press(keys.Enter)
	if !done || d.Count("FinishSetup") != 1 {
		t.Error("it does not end")
	}
}

// What is wrong is said beside its field; nothing that was entered is lost but
// the password.
func TestWrongSignIn(t *testing.T) {
	p, d, h := open(false)
	p.press(keys.Enter)
	p.press(keys.Save)
	f := p.filling()
	if f.Now().Key != "host.base_url" || f.Now().Problem == "" {
		t.Errorf("no address: %+v", f.Now())
	}
	p.Paste(strings.Repeat("x", 10_000))
	if f.Now().Problem == "" {
		t.Error("10,000 letters are taken without a word")
	}
	f.Now().Fill("https://nowhere.invalid")
	f.Field("host.username").Fill("training")
	f.Choose(2)
	p.types("wrong")
	p.press(keys.Enter)
	if f.Now().Key != "host.base_url" || !strings.Contains(f.Now().Problem, "does not answer") {
		t.Errorf("wrong address: %s %q", f.Now().Key, f.Now().Problem)
	}
	f.Now().Fill("https://salesapi.connexpay.com")
	f.Choose(2)
	p.types("wrong")
	p.press(keys.Enter)
	if f.Now().Key != password || f.Now().Problem == "" || f.Now().Len() != 0 {
		t.Errorf("wrong password: %s %q", f.Now().Key, f.Now().Problem)
	}
	p.press(keys.Escape, keys.Enter)
	if got := p.filling().Field("host.username").Value(); got != "training" {
		t.Errorf("the user name is %q after leaving", got)
	}
	p.filling().Choose(2)
	p.types("training-password")
	h.on = true
	p.press(keys.Enter)
	if v := p.View(); v.Main != "" || !v.Busy {
		t.Error("nothing shows that it takes a moment")
	}
	p.types("zzz")
	p.press(keys.Enter, keys.Undo)
	h.release()
	p.at1(t, Host)
	if d.Count("SignInHost") != 3 || !p.wrong {
		t.Errorf("%v", d.Calls())
	}
}

// An account that lists no device has its number typed.
func TestNoDevices(t *testing.T) {
	p, d, _ := open(false)
	d.Office.Devices = nil
	p.signedIn(t, "https://salesapi.connexpay.com")
	p.types("12")
	p.press(keys.Enter)
	p.at1(t, Device)
	if p.filling().Now().Problem == "" {
		t.Error("half a number is taken")
	}
	p.filling().Now().Fill("00000000-0000-4000-8000-00000000000c")
	p.press(keys.Enter)
	p.at1(t, Check)
	if got := d.Settings().Host.DeviceGUID; !strings.HasSuffix(got, "c") {
		t.Errorf("device %q", got)
	}
}

// The host goes away in the middle: the sentence stands there, the assistant
// goes on, and the check can be done again.
func TestHostGoesAway(t *testing.T) {
	p, d, h := open(true)
	p.signedIn(t, "")
	d.Fail = func(method string) error {
		if method == "ProbeHost" {
			return &engine.Problem{Code: "host", Text: "The payment service does not answer."}
		}
		return nil
	}
	p.press(keys.Enter)
	p.at1(t, Check)
	if v := p.View(); !v.NoteWrong || v.Note != "The payment service does not answer." || v.Main == "" {
		t.Errorf("%+v", v.Note)
	}
	d.Fail = nil
	h.on = true
	p.press(keys.Undo)
	if !p.View().Busy {
		t.Error("nothing shows that the host is asked")
	}
	p.press(keys.Escape) // cancels, and stays
	h.release()
	p.at1(t, Check)
	if len(p.probed) != 0 {
		t.Error("a cancelled check is heard")
	}
	p.press(keys.Undo)
	if len(p.probed) != len(d.Office.Steps) || p.wrong {
		t.Errorf("%d steps", len(p.probed))
	}
}

func TestOtherMode(t *testing.T) {
	p, _, _ := open(true)
	p.press(keys.Down, keys.Enter)
	if !strings.Contains(p.note, "paydesk --live") {
		t.Errorf("says %q", p.note)
	}
	var asked settings.Mode
	quit := 0
	p.Quit = func() { quit++ }
	refuse := error(&engine.Problem{Text: "No keyring."})
	p.Reopen = func(_ context.Context, mode settings.Mode) error { asked = mode; return refuse }
	p.press(keys.Enter)
	if asked != settings.Live || quit != 0 || p.note != "No keyring." {
		t.Errorf("asked for %s, left %d times, %q", asked, quit, p.note)
	}
	refuse = nil
	if p.press(keys.Enter); quit != 1 {
		t.Errorf("left %d times", quit)
	}
}

// In training it can be put off, and is resumed where it was left.
func TestLater(t *testing.T) {
	p, d, _ := open(true)
	p.signedIn(t, "")
	p.Hide()
	p.Begin()
	p.at1(t, Device)
	done := false
	p.Done = func() { done = true }
	p.press(keys.Escape, keys.Escape, keys.Escape)
	if !done || d.NeedsSetup() {
		t.Error("it can't be put off")
	}
}
