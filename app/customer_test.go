package app

import (
	"context"
	"image"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"paydesk/app/apptest"
	"paydesk/app/customer"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/terminal/order"
)

// twoScreens are the till's and the customer's.
type twoScreens struct{ at map[uintptr]image.Rectangle }

func (s twoScreens) List(context.Context) ([]image.Rectangle, error) {
	return []image.Rectangle{image.Rect(0, 0, 1280, 800), image.Rect(1280, 0, 2560, 800)}, nil
}

func (s twoScreens) Where(_ context.Context, w uintptr) (image.Rectangle, error) { return s.at[w], nil }

func (s twoScreens) Move(_ context.Context, w uintptr, to image.Point) error {
	s.at[w] = image.Rectangle{Min: to, Max: to.Add(image.Pt(320, 240))}
	return nil
}

// pane is a window of the system.
type pane uintptr

func (p pane) Handle() uintptr { return uintptr(p) }
func (pane) Fill()             {}
func (pane) Close()            {}

// withFace has the customer's window open, and returns its content.
func (w *window) withFace(t *testing.T) fyne.CanvasObject {
	t.Helper()
	if err := w.desk.Set(t.Context(), "display.mode", "window"); err != nil {
		t.Fatal(err)
	}
	if err := w.desk.Set(t.Context(), "sales.tips", "10|15|20"); err != nil {
		t.Fatal(err)
	}
	var root fyne.CanvasObject
	choose := w.face.Choose
	w.face.Display = customer.New(twoScreens{map[uintptr]image.Rectangle{1: image.Rect(0, 0, 1280, 800)}}, w.run, w.desk.Clock)
	w.face.Choose = choose
	w.face.Open = func(content fyne.CanvasObject) customer.Window {
		content.Resize(usual)
		root = content
		return pane(2)
	}
	w.face.till = pane(1)
	w.keepFace()
	if root == nil {
		t.Fatal("no window for the customer")
	}
	return root
}

// reads is what stands on the customer's screen, in sight or not, without the
// word of the training frame.
func reads(root fyne.CanvasObject) string {
	return strings.Join(apptest.Words(root), "|")
}

// The customer sees the sum grow, is asked for the card, waits, reads the
// outcome; and then nothing of it is left anywhere in the tree.
func TestCustomerFollowsTheSale(t *testing.T) {
	w := newWindow(t, usual, true)
	root := w.withFace(t)
	want := func(step string, words ...string) {
		t.Helper()
		got := reads(root)
		for _, word := range words {
			if !strings.Contains(got, word) {
				t.Errorf("%s: %q lacks %q", step, got, word)
			}
		}
		if strings.Contains(got, "Maria") || strings.Contains(got, "1111") {
			t.Errorf("%s: %q tells of the desk or of the card", step, got)
		}
	}
	w.signedIn()
	empty := reads(root)
	want("idle", "Harbour Coffee", "Welcome", "TRAINING")
	w.typed("1000")
	want("sum", "To pay", "$10.00", "Would you like to add a tip?", "15%\n$1.50")
	w.face.Choose(15_000)
	want("tip", "$11.50", "Goods", "Tip")
	w.press(keys.Enter)
	want("card", "Your card, please", "$11.50")
	w.face.Choose(20_000) // too late
	w.typed("41111111111111110928123")
	w.hold = true
	w.press(keys.Enter)
	want("waiting", "One moment, please", "$11.50")
	w.release()
	want("paid", "Thank you!", "$11.50")
	if w.outcome.Kind() != look.KindApproved {
		t.Fatalf("outcome %s", w.outcome.Kind())
	}
	w.idle(21 * time.Second)
	if got := reads(root); got != empty {
		t.Errorf("after a while there is still %q", got)
	}
	w.press(keys.Enter)
	if got := reads(root); got != empty {
		t.Errorf("the next customer reads %q", got)
	}
}

func TestCustomerReadsNoReasons(t *testing.T) {
	for state, title := range map[order.State]string{
		order.Declined: "Not paid yet", order.NotSent: "Not paid yet", order.Reversing: "One moment, please", order.Review: "One moment, please",
		order.PartApproved: "A part is paid", order.Unknown: "One moment, please",
	} {
		w := newWindow(t, usual, false)
		root := w.withFace(t)
		w.ends(state, "")
		w.cardFilled("1250")
		w.press(keys.Enter)
		got := reads(root)
		if !strings.Contains(got, title) || strings.Contains(got, "D2012") || strings.Contains(got, "Insufficient") {
			t.Errorf("%s: %q", state, got)
		}
	}
}

// What became of somebody else's payment is not told, and nothing while the
// desk is locked.
func TestCustomerSeesOnlyTheirOwn(t *testing.T) {
	w := newWindow(t, usual, false)
	root := w.withFace(t)
	w.signedIn()
	empty := reads(root)
	w.news(order.Approved)
	w.tick()
	if w.outcome.Kind() != look.KindApproved || reads(root) != empty {
		t.Errorf("the customer reads %q", reads(root))
	}
	w.press(keys.Sale)
	w.typed("1250")
	if reads(root) == empty {
		t.Fatal("the sum is not told")
	}
	w.press(keys.SignOut)
	if reads(root) != empty {
		t.Errorf("at a locked desk there is %q", reads(root))
	}
	w.signIn()
	if !strings.Contains(reads(root), "$12.50") {
		t.Errorf("after the lock there is %q", reads(root))
	}
}

// An outcome is heard once, the next one again, and none with the sound off.
func TestOutcomesAreHeard(t *testing.T) {
	w := newWindow(t, usual, false)
	var heard []look.Kind
	w.sound = func(k look.Kind) { heard = append(heard, k) }
	for _, state := range []order.State{order.Approved, order.Approved, order.Unknown} {
		outcomeScene(state, "")(w)
		w.tick()
		w.desk.Clock.Advance(time.Minute)
		w.press(keys.Enter)
	}
	w.press(keys.TakeBack)
	w.idle(time.Hour) // locked
	w.signIn()
	sale := w.desk.Snapshot().Live[0]
	sale.State = order.Reversed
	w.desk.Put(sale)
	want := []look.Kind{look.KindApproved, look.KindApproved, look.KindTakingBack, look.KindNotCharged}
	if len(heard) != len(want) {
		t.Fatalf("heard %v, want %v", heard, want)
	}
	for i := range want {
		if heard[i] != want[i] {
			t.Errorf("heard %v, want %v", heard, want)
		}
	}
	if err := w.desk.Set(t.Context(), "window.sound", "false"); err != nil {
		t.Fatal(err)
	}
	w.press(keys.Enter)
	outcomeScene(order.Approved, "")(w)
	if len(heard) != len(want) {
		t.Errorf("heard %v with the sound off", heard)
	}
}
