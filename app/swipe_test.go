package app

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"paydesk/app/holds"
	"paydesk/app/keys"
	"paydesk/app/nav"
	"paydesk/terminal/card"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

const (
	stripe1  = "%B4111111111111111^DOE/JANE A MR^3107101987654321098?"
	stripe2  = ";4111111111111111=31071019876543210?"
	chip2    = ";5499740000000057=31072019876543210?"
	expired2 = ";4111111111111111=20011019876543210?"
)

// swipe types what a reader types, keys and all, and lets the silence pass.
func (w *window) swipe(tracks string) {
	for _, r := range tracks {
		w.wait(8 * time.Millisecond)
		w.root.TypedKey(&fyne.KeyEvent{Name: "LeftShift"})
		switch r {
		case '\n':
			w.press(keys.Enter)
		case ' ':
			w.press("Space")
			w.root.TypedRune(r)
		default:
			w.press(keys.Key(strings.ToUpper(string(r))))
			w.root.TypedRune(r)
		}
	}
	w.wait(400 * time.Millisecond)
}

// markup is all that is drawn, without its sizes: hidden things get theirs when
// they are first drawn.
func (w *window) markup() string {
	return regexp.MustCompile(` (size|pos)="[^"]*"`).ReplaceAllString(test.RenderObjectToMarkup(w.root), "")
}

// scan types what a scanner of bar codes types.
func (w *window) scan(code string) {
	for _, r := range code {
		w.wait(12 * time.Millisecond)
		w.press(keys.Key(string(r)))
		w.root.TypedRune(r)
	}
	w.wait(12 * time.Millisecond)
	w.press(keys.Enter)
}

// The Enter behind a bar code moves no money and answers no question; whoever
// presses Enter afterwards does.
func TestScannerPressesNothing(t *testing.T) {
	const code = "4006381333931"
	w := newWindow(t, usual, false)
	w.signedIn()
	w.typed("1250")
	w.press(keys.Cash)
	w.want(t, nav.Cash)
	w.scan(code)
	if w.desk.Count("TakeCashWith") != 0 || !w.notice.Visible() {
		t.Errorf("calls %v, told %t", w.desk.Calls(), w.notice.Visible())
	}
	w.desk.Clock.Advance(time.Second)
	if w.press(keys.Enter); w.desk.Count("TakeCashWith") != 1 || w.notice.Visible() {
		t.Errorf("calls %v, told %t", w.desk.Calls(), w.notice.Visible())
	}

	w = newWindow(t, usual, false)
	w.signedIn()
	number := w.desk.Sale(engine.Charge{Order: "o", Amount: money.New(2000, money.USD)}, "Visa", "1111", order.Approved).Number
	w.giveBack(number)
	w.want(t, nav.MoneyBack)
	w.press(keys.Enter)
	w.typed("1") // a reason
	w.desk.Clock.Advance(time.Second)
	w.scan(code)
	w.want(t, nav.MoneyBack)

	w = newWindow(t, usual, false)
	w.signedIn()
	w.day()
	w.tellPart(w.barChip())
	w.scan(code)
	if !w.overlay.Open() {
		t.Error("a bar code answered a question")
	}

	w = newWindow(t, usual, false)
	w.signedIn()
	w.scan("00001250") // where nothing is final, Enter is Enter
	w.want(t, nav.Card)
}

// A swipe on the sale leads to the card form with the card in it, and one key
// charges it.
func TestSwipeAtTheSale(t *testing.T) {
	w := newWindow(t, usual, false)
	w.signedIn()
	w.typed("1250")
	w.swipe(stripe1 + stripe2 + "\n")
	w.want(t, nav.Card)
	v := w.card.View()
	if v.Swiped == nil || v.Swiped.Card != "Swiped · Visa **** 1111" || v.Swiped.Holder != "JANE A DOE" || !v.Ready || v.Charge != "Charge $12.50" {
		t.Fatalf("%+v, %+v", v, v.Swiped)
	}
	if got := w.desk.Count("Charge"); got != 0 {
		t.Fatalf("%d charges before anybody pressed", got)
	}
	w.desk.OnCharge = func(c engine.Charge, k *card.Card) (engine.Sale, error) {
		if string(k.PAN()) != "4111111111111111" || len(k.CVV()) != 0 || !k.Swiped() || k.Expiry().MMYY() != "0731" {
			t.Errorf("charged %v, swiped %v", k, k.Swiped())
		}
		s := w.desk.Sale(c, "Visa", "1111", order.Approved)
		w.desk.Put(s)
		return s, nil
	}
	w.press(keys.Enter)
	w.want(t, nav.Outcome)
	if !w.card.Cleared() || w.desk.Count("Charge") != 1 {
		t.Errorf("cleared %v, %d charges", w.card.Cleared(), w.desk.Count("Charge"))
	}
}

func TestSwipeByFinger(t *testing.T) {
	w := newWindow(t, fyne.NewSize(800, 480), true)
	w.signedIn()
	w.tap(t, "1", "00", "Card")
	w.swipe(chip2)
	w.tap(t, "Another card")
	if v := w.card.View(); v.Swiped != nil || !w.card.Cleared() {
		t.Error("the card is still there")
	}
	w.swipe(chip2)
	w.tap(t, "1", "2", "3", "Charge $1.00")
	w.want(t, nav.Outcome)
}

// takesCards reports that a card is asked for, or may be.
func (w *window) takesCards() bool {
	switch w.at {
	case nav.Card:
		return true
	case nav.Sale:
		return w.sale.View().Ready
	case nav.Bill:
		return w.bill.View().Ready
	case nav.Holds:
		v := w.follow.holds.View()
		return v.Stage == holds.Holding && v.Amount.Main.Ready
	}
	return false
}

// A swipe takes the place of what was typed, and of an earlier swipe.
func TestSwipeAtTheForm(t *testing.T) {
	w := newWindow(t, usual, false)
	w.cardFilled("1250")
	w.swipe(stripe1 + stripe2 + "\n")
	w.swipe(chip2 + "\n")
	v := w.card.View()
	if v.Swiped == nil || v.Swiped.Card != "Swiped · Mastercard **** 0057" || v.Swiped.Chip == "" || !v.Ready {
		t.Errorf("%+v, %+v", v, v.Swiped)
	}
	w.press(keys.Tab, keys.Erase, keys.Up)
	w.typed("12")
	if v := w.card.View(); v.Ready || v.Reason != "Enter the security code" {
		t.Errorf("ready with two digits of a code: %+v", v)
	}
	w.swipe("%E?;E?\n")
	if !w.notice.Visible() || w.card.View().Swiped == nil {
		t.Error("a bad read took the card, or nothing is said of it")
	}
	w.swipe(expired2)
	if v := w.card.View(); v.Ready || v.Reason != "This card has expired" {
		t.Errorf("%+v", v)
	}
	w.press(keys.Enter)
	w.want(t, nav.Card)
	w.press(keys.Another)
	if v := w.card.View(); v.Swiped != nil || !w.card.Cleared() {
		t.Error("the card is still there")
	}
	w.swipe(stripe2)
	w.press(keys.Escape)
	w.want(t, nav.Sale)
	if !w.card.Cleared() || strings.Contains(w.markup(), "1111") {
		t.Error("the card outlived the form")
	}
}

// Wherever a card is swiped, nothing is pressed and nothing typed, and no sign
// of its tracks is kept: at the forms it is taken, elsewhere it is told of. A
// bad read, which comes first, leaves everything as it is.
func TestSwipeEverywhere(t *testing.T) {
	for _, scene := range scenes {
		t.Run(scene.name, func(t *testing.T) {
			w := newWindow(t, usual, true)
			scene.play(w)
			w.notice.Say("")
			typed, calls, before := scan(w.shell), len(w.desk.Calls()), w.markup()
			w.swipe(stripe1[:30] + "\n")
			if !w.notice.Visible() {
				t.Error("nothing is said of a bad read")
			}
			w.notice.Say("")
			w.same(t, before)
			taken := w.uncovered() && w.takesCards()
			w.swipe(stripe1 + stripe2 + "\n")
			if got := w.card.View().Swiped; taken != (got != nil && got.Holder == "JANE A DOE") || taken == w.notice.Visible() {
				t.Errorf("at %s: taken %+v, told %v", w.at, got, w.notice.Visible())
			}
			if w.notice.Say(""); !taken {
				w.same(t, before)
			}
			if got := w.desk.Calls()[calls:]; len(got) > 0 {
				t.Errorf("called %v", got)
			}
			if found := regexp.MustCompile(`4111|31071|98765|DOE/|%B`).FindString(w.markup()); found != "" {
				t.Errorf("%q is drawn", found)
			}
			for _, found := range scan(w.shell) {
				if !slices.Contains(typed, found) {
					t.Error(found)
				}
			}
		})
	}
}

// same checks that the window is drawn as before.
func (w *window) same(t *testing.T, before string) {
	t.Helper()
	if after := w.markup(); after != before {
		t.Errorf("the swipe changed the screen: %s", difference(before, after))
	}
}

// difference is the first line of two that is not the same.
func difference(a, b string) string {
	one, two := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(one), len(two)) {
		if one[i] != two[i] {
			return one[i] + " became " + two[i]
		}
	}
	return "it got longer or shorter"
}

// scan looks through everything that can be reached for signs of a track.
func scan(in any) (found []string) {
	tracks := regexp.MustCompile(`4111111|3107101|98765432|DOE/|%B41`)
	seen := map[uintptr]bool{}
	var walk func(path string, v reflect.Value)
	walk = func(path string, v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			if tracks.MatchString(v.String()) {
				found = append(found, path+" holds a string of the track")
			}
		case reflect.Pointer, reflect.Interface:
			if v.Kind() == reflect.Pointer && !v.IsNil() {
				if seen[v.Pointer()] {
					return
				}
				seen[v.Pointer()] = true
			}
			if !v.IsNil() {
				walk(path, v.Elem())
			}
		case reflect.Struct:
			for i := range v.NumField() {
				walk(path+"."+v.Type().Field(i).Name, v.Field(i))
			}
		case reflect.Map:
			for i := v.MapRange(); i.Next(); {
				walk(path+"[]", i.Key())
				walk(path+"[]", i.Value())
			}
		case reflect.Slice, reflect.Array:
			if v.Len() > 1<<16 {
				return // a font
			}
			if k := v.Type().Elem().Kind(); k == reflect.Uint8 || k == reflect.Int32 {
				var text strings.Builder
				for i := range v.Len() {
					if k == reflect.Uint8 {
						text.WriteByte(byte(v.Index(i).Uint()))
					} else {
						text.WriteRune(rune(v.Index(i).Int()))
					}
				}
				if tracks.MatchString(text.String()) {
					found = append(found, path+" holds bytes of the track")
				}
				return
			}
			for i := range v.Len() {
				walk(path+"[]", v.Index(i))
			}
		}
	}
	walk("window", reflect.ValueOf(in))
	return found
}

// A person who types sentinels gets them, in order, and later than the keys
// that were typed before only.
func TestSentinelsAreTyped(t *testing.T) {
	w := newWindow(t, usual, false)
	w.cardFilled("1250")
	w.press(keys.Down)
	w.typed("A;B%")
	w.wait(time.Second)
	name := w.card.View().Fields[3]
	var got strings.Builder
	for i := range name.Count {
		r, _ := name.Sign(i)
		got.WriteRune(r)
	}
	if got.String() != "A;B%" {
		t.Errorf("the name is %q", got.String())
	}
}

var swipeScenes = []scene{
	{"swiped", func(w *window) { w.signedIn(); w.typed("1250"); w.swipe(stripe1 + stripe2 + "\n") }},
	{"swiped-chip", func(w *window) { w.signedIn(); w.typed("1250"); w.swipe(chip2 + "\n"); w.typed("12") }},
	{"swiped-name-chip", func(w *window) {
		w.signedIn()
		w.typed("99999999")
		w.swipe("%B371449635392376^FEATHERSTONEHAUGH-CHO/MAXI^3107201?")
	}},
	{"swiped-expired", func(w *window) { w.signedIn(); w.typed("1250"); w.swipe(expired2) }},
	{"swiped-store", func(w *window) {
		w.signedIn()
		w.away()
		w.storing(3)
		w.typed("1250")
		w.swipe(strings.Replace(stripe1, "3107101", "3107201", 1))
	}},
	{"swipe-bad", func(w *window) { w.signedIn(); w.typed("1250"); w.swipe("%E?;E?\n") }},
	{"swipe-no-amount", func(w *window) { w.signedIn(); w.swipe(stripe2) }},
	{"swipe-covered", func(w *window) { w.day(); w.tellPart(w.barChip()); w.swipe(stripe2) }},
	{"swipe-help", func(w *window) { w.cardFilled("1250"); w.press(keys.Help); w.swipe(stripe2) }},
	{"swipe-history", func(w *window) { w.day(); w.swipe(stripe2) }},
}
