package customer

import (
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/settings"
)

var (
	left  = image.Rect(0, 0, 1280, 800)
	right = image.Rect(1280, 0, 2304, 600)
	above = image.Rect(0, -1080, 1920, 0)
)

func TestChoose(t *testing.T) {
	till := image.Rect(100, 50, 1180, 700)
	tests := []struct {
		name   string
		all    []image.Rectangle
		corner string
		want   image.Rectangle
		err    error
	}{
		{"the other one", []image.Rectangle{left, right}, "", right, nil},
		{"the first of the others", []image.Rectangle{left, above, right}, "", above, nil},
		{"by name", []image.Rectangle{left, above, right}, "1280,0", right, nil},
		{"by a name with a sign", []image.Rectangle{left, above}, "0,-1080", above, nil},
		{"only the till's", []image.Rectangle{left}, "", image.Rectangle{}, errGone},
		{"gone", []image.Rectangle{left, right}, "2560,0", image.Rectangle{}, errGone},
		{"the till's by name", []image.Rectangle{left, right}, "0,0", left, errTill},
		{"none at all", nil, "", image.Rectangle{}, errGone},
	}
	for _, tt := range tests {
		got, err := choose(tt.all, tt.corner, till)
		if got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%s: %v, %v, want %v, %v", tt.name, got, err, tt.want, tt.err)
		}
	}
}

// monitors is a list of monitors, on which windows go where they are moved,
// unless they are stuck.
type monitors struct {
	all   []image.Rectangle
	at    map[uintptr]image.Rectangle
	stuck bool
	err   error
}

func (m *monitors) List(context.Context) ([]image.Rectangle, error) { return m.all, m.err }
func (m *monitors) Where(_ context.Context, w uintptr) (image.Rectangle, error) {
	return m.at[w], nil
}
func (m *monitors) Move(_ context.Context, w uintptr, to image.Point) error {
	if !m.stuck {
		m.at[w] = image.Rectangle{Min: to, Max: to.Add(image.Pt(320, 240))}
	}
	return nil
}

const tillHandle = 1

// opened is a window that remembers.
type opened struct {
	handle         uintptr
	content        fyne.CanvasObject
	filled, closed bool
	shownUnplaced  bool
}

func (w *opened) Handle() uintptr { return w.handle }
func (w *opened) Fill()           { w.filled, w.shownUnplaced = true, w.content.Visible() }
func (w *opened) Close()          { w.closed = true }

// rig is a display on two monitors, with the till on the left one.
type rig struct {
	*Display
	monitors *monitors
	till     *opened
	windows  []*opened
	told     []string
	chosen   []money.Rate
}

func begin(t *testing.T) *rig {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(theme.New(theme.Light))
	r := &rig{monitors: &monitors{all: []image.Rectangle{left, right}, at: map[uintptr]image.Rectangle{tillHandle: left.Inset(20)}}, till: &opened{handle: tillHandle}}
	r.Display = New(r.monitors, bridge.InlineRun, instant{clock.Real{}})
	r.Open = func(content fyne.CanvasObject) Window {
		w := &opened{handle: uintptr(10 + len(r.windows)), content: content}
		content.Resize(fyne.NewSize(1024, 600))
		r.monitors.at[w.handle] = left.Inset(200) // over the till, as it happens
		r.windows = append(r.windows, w)
		return w
	}
	r.Trouble = func(sentence string) { r.told = append(r.told, sentence) }
	r.Choose = func(rate money.Rate) { r.chosen = append(r.chosen, rate) }
	return r
}

// instant is a clock that waits for nothing.
type instant struct{ clock.Clock }

func (instant) After(time.Duration) <-chan time.Time {
	c := make(chan time.Time)
	close(c)
	return c
}

var wanted = settings.Display{Mode: "window"}

func TestOpensOnTheOtherMonitor(t *testing.T) {
	r := begin(t)
	r.Keep(settings.Display{Mode: "none"}, r.till)
	if len(r.windows) != 0 {
		t.Fatal("a window that nobody wants")
	}
	r.Show(View{Stage: Sum, Due: tipped()})
	for range 3 {
		r.Keep(wanted, r.till)
	}
	if len(r.windows) != 1 || len(r.told) != 0 {
		t.Fatalf("%d windows, told %q", len(r.windows), r.told)
	}
	w := r.windows[0]
	if !w.filled || w.shownUnplaced || !w.content.Visible() || !r.monitors.at[w.handle].In(right) {
		t.Errorf("%+v at %v", w, r.monitors.at[w.handle])
	}
	r.Keep(settings.Display{Mode: "none"}, r.till)
	if !w.closed {
		t.Error("still open when switched off")
	}
}

// Never over the cashier's screen: a window that does not go to its monitor is
// closed, and the cashier is told once.
func TestAWindowThatDoesNotMove(t *testing.T) {
	r := begin(t)
	r.monitors.stuck = true
	r.Keep(wanted, r.till)
	r.Keep(wanted, r.till)
	for _, w := range r.windows {
		if !w.closed || w.filled || w.content.Visible() {
			t.Errorf("%+v", w)
		}
	}
	if len(r.told) != 1 || !strings.Contains(r.told[0], "Sales go on") {
		t.Errorf("told %q", r.told)
	}
}

// The monitor goes and comes back.
func TestMonitorGone(t *testing.T) {
	r := begin(t)
	r.Keep(wanted, r.till)
	r.monitors.all = r.monitors.all[:1]
	for range 3 {
		r.Keep(wanted, r.till)
		r.Show(View{Stage: Card})
	}
	if !r.windows[0].closed || len(r.told) != 1 || !strings.Contains(r.told[0], "not connected") {
		t.Errorf("%+v, told %q", r.windows[0], r.told)
	}
	r.monitors.all = append(r.monitors.all, right)
	r.Keep(wanted, r.till)
	if len(r.windows) != 2 || !r.windows[1].filled {
		t.Error("not opened again")
	}
	r.monitors.err = errors.New("no answer")
	r.Keep(wanted, r.till)
	r.monitors.err = nil
	r.Keep(settings.Display{Mode: "window", Monitor: "0,0"}, r.till)
	if len(r.told) != 3 || !strings.Contains(r.told[2], "this desk") {
		t.Errorf("told %q", r.told)
	}
}

// Nothing of one customer is left for the next: the whole tree is searched,
// also what is not in sight.
func TestNothingOfTheLastCustomerIsLeft(t *testing.T) {
	r := begin(t)
	r.Keep(wanted, r.till)
	root := r.screen.Object()
	idle := "Harbour Coffee|Welcome|" + text.Get("app.training") // the frame is not in sight
	for _, v := range []View{
		{Stage: Sum, Due: tipped()}, {Stage: Card, Due: tipped()}, {Stage: Wait, Due: tipped()}, {Stage: Paid, Paid: usd(1233)},
		{Stage: Part, Paid: usd(750), Rest: usd(483)}, {Stage: NotPaid}, {Stage: Checking},
	} {
		r.Show(v)
		before := apptest.Words(root)
		r.Show(View{Shop: "Harbour Coffee", Stage: Idle})
		if got := strings.Join(apptest.Words(root), "|"); got != idle {
			t.Errorf("after %s there is %q", v.Stage, got)
		}
		if len(before) < 2 {
			t.Errorf("%s shows only %q", v.Stage, before)
		}
	}
}

func TestTipByTouch(t *testing.T) {
	r := begin(t)
	r.Keep(wanted, r.till)
	r.Show(View{Stage: Sum, Due: tipped()})
	for i := range mostTips {
		r.screen.tips[i].Tapped(nil)
	}
	r.Show(View{Stage: Wait, Due: tipped()})
	r.screen.tips[1].Tapped(nil) // too late
	if len(r.chosen) != 5 || r.chosen[0] != 0 || r.chosen[4] != 25_000 {
		t.Errorf("chosen %v", r.chosen)
	}
}

func TestPicture(t *testing.T) {
	folder := t.TempDir()
	good, bad := filepath.Join(folder, "idle.png"), filepath.Join(folder, "bad.png")
	picture := image.NewNRGBA(image.Rect(0, 0, 4, 4))
	picture.Set(1, 1, color.White)
	file, err := os.Create(good)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(png.Encode(file, picture), file.Close(), os.WriteFile(bad, []byte("no picture"), 0o600)); err != nil {
		t.Fatal(err)
	}
	r := begin(t)
	r.Keep(settings.Display{Mode: "window", Picture: good}, r.till)
	if r.screen.picture.Image == nil || !r.screen.picture.Visible() || len(apptest.Words(r.screen.inside)) != 0 {
		t.Error("the picture is not shown alone")
	}
	r.Show(View{Stage: Sum, Due: tipped()})
	if r.screen.picture.Visible() {
		t.Error("the picture stays")
	}
	for _, name := range []string{bad, filepath.Join(folder, "none.png")} {
		r := begin(t)
		r.Keep(settings.Display{Mode: "window", Picture: name}, r.till)
		if len(r.told) != 1 || r.screen == nil || r.screen.picture.Image != nil {
			t.Errorf("%s: told %q", name, r.told)
		}
	}
}

// Every stage is laid out without a fault, in every size.
func TestLayout(t *testing.T) {
	r := begin(t)
	r.Keep(wanted, r.till)
	large := Due{Goods: usd(99_999_999), Tax: usd(8_250_000), Tip: usd(24_999_999), Total: usd(133_249_998), TaxName: strings.Repeat("Tax of the city ", 3), Tips: tipped().Tips, Chosen: 25_000}
	for _, size := range []fyne.Size{{Width: 800, Height: 480}, {Width: 1024, Height: 600}, {Width: 1024, Height: 768}, {Width: 1280, Height: 800}, {Width: 1920, Height: 1080}, {Width: 1080, Height: 1920}} {
		for _, training := range []bool{false, true} {
			for _, due := range []Due{tipped(), large} {
				for _, stage := range []Stage{Idle, Sum, Card, Wait, Paid, Part, NotPaid, Checking, Scan, Confirm, Lapsed} {
					r.Show(View{Code: apptest.WalletText, Wallet: "PayPal", Training: training, Shop: "Harbour Coffee and Bakery of the Old Port", Stage: stage, Due: due, Paid: due.Tip, Rest: due.Goods})
					w := test.NewWindow(r.screen.Object())
					w.SetPadded(false)
					w.Resize(size)
					for _, fault := range apptest.Check(r.screen.Object()) {
						t.Errorf("%s, %v, training %v: %v", stage, size, training, fault)
					}
					w.Close()
				}
			}
		}
	}
}

// Keys go to the till, and the till takes the keyboard back.
func TestCatcher(t *testing.T) {
	begin(t)
	till := &keyboard{}
	back := 0
	c := newCatcher(NewScreen(nil).Object(), till, func() { back++ })
	c.FocusGained()
	c.TypedRune('4')
	c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	c.TypedShortcut(&fyne.ShortcutPaste{})
	c.FocusLost()
	if got := strings.Join(till.got, " "); got != "4 Return Paste" || back != 1 || !c.AcceptsTab() {
		t.Errorf("got %q, %d times back", got, back)
	}
}

type keyboard struct{ got []string }

func (k *keyboard) FocusGained()                  { k.got = append(k.got, "focus") }
func (k *keyboard) FocusLost()                    { k.got = append(k.got, "lost") }
func (k *keyboard) TypedRune(r rune)              { k.got = append(k.got, string(r)) }
func (k *keyboard) TypedKey(e *fyne.KeyEvent)     { k.got = append(k.got, string(e.Name)) }
func (k *keyboard) TypedShortcut(s fyne.Shortcut) { k.got = append(k.got, s.ShortcutName()) }
