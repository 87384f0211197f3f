package wedge_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/card"
	"paydesk/terminal/device/wedge"
)

const (
	track1 = "%B4111111111111111^DOE/JANE MR^3107101000000000000000?"
	track2 = ";4111111111111111=31071010000000000?"
	track3 = ";014111111111111111=724724000000000000000000000000000000000000000000000000000000000000000000000000000000?"
)

// keyboard types into a catcher, and waits as the window does.
type keyboard struct {
	catch  wedge.Catcher
	now    time.Time
	passed strings.Builder // runes, and keys in angle brackets
	swipes []*wedge.Swipe
}

func (k *keyboard) pass(signs []wedge.Sign) {
	for _, s := range signs {
		if s.Key != "" {
			k.passed.WriteString("<" + s.Key + ">")
		} else {
			k.passed.WriteRune(s.Rune)
		}
	}
}

// wait lets time pass, with a call of Due whenever one is asked for.
func (k *keyboard) wait(d time.Duration) {
	end := k.now.Add(d)
	for {
		left, waiting := k.catch.Wait(k.now)
		if !waiting || k.now.Add(left).After(end) {
			break
		}
		k.now = k.now.Add(left)
		signs, swipe := k.catch.Due(k.now)
		if k.pass(signs); swipe != nil {
			k.swipes = append(k.swipes, swipe)
		}
	}
	k.now = end
}

// types types signs with a time in front of each; a line's end is Enter, a tab
// Tab, ␛ Escape. Windows report a key with every rune, and Shift.
func (k *keyboard) types(signs string, gap time.Duration) {
	named := map[rune]string{'\n': "Return", '\t': "Tab", '␛': "Escape"}
	for _, r := range signs {
		k.wait(gap)
		if name := named[r]; name != "" {
			k.pass(k.catch.Key(name, k.now))
			continue
		}
		if _, held := k.catch.Wait(k.now); held && r < 128 {
			k.pass(k.catch.Key("LeftShift", k.now))
			k.pass(k.catch.Key(strings.ToUpper(string(r)), k.now))
		}
		k.pass(k.catch.Rune(r, k.now))
	}
}

const (
	reader = 8 * time.Millisecond
	person = 120 * time.Millisecond
)

func TestSwipes(t *testing.T) {
	tests := []struct{ name, typed, holder string }{
		{"both tracks and Enter", track1 + track2 + "\n", "JANE DOE"},
		{"no Enter", track1 + track2, "JANE DOE"},
		{"Tab", track1 + track2 + "\t", "JANE DOE"},
		{"Enter behind each track", track1 + "\n" + track2 + "\n", "JANE DOE"},
		{"track 1 alone", track1 + "\n", "JANE DOE"},
		{"track 2 alone", track2 + "\n", ""},
		{"three tracks", track1 + track2 + track3 + "\n", "JANE DOE"},
		{"check characters", track1 + "&" + track2 + "9\n", "JANE DOE"},
		{"track 1 not read", "%E?" + track2 + "\n", ""},
	}
	for _, tt := range tests {
		for _, gap := range []time.Duration{0, time.Millisecond, reader, 20 * time.Millisecond} {
			k := &keyboard{now: time.Unix(1e9, 0)}
			k.types(tt.typed, gap)
			k.wait(time.Second)
			if k.passed.Len() > 0 || len(k.swipes) != 1 || k.swipes[0].Err != nil {
				t.Fatalf("%s, %v: %d swipes, %q passed", tt.name, gap, len(k.swipes), k.passed.String())
			}
			c := k.swipes[0].Card
			if string(c.PAN()) != "4111111111111111" || c.Holder() != tt.holder || c.Expiry() != (card.Expiry{Year: 2031, Month: 7}) {
				t.Errorf("%s, %v: read %v, %q", tt.name, gap, c, c.Holder())
			}
			if k.catch != (wedge.Catcher{}) {
				t.Errorf("%s, %v: something is left of the swipe", tt.name, gap)
			}
			k.types("12\n", person)
			if got := k.passed.String(); got != "12<Return>" {
				t.Errorf("%s, %v: typing behind it arrives as %q", tt.name, gap, got)
			}
		}
	}
}

func TestBadReads(t *testing.T) {
	for name, typed := range map[string]string{
		"nothing read":          "%E?;E?\n",
		"one track not read":    "%E?",
		"half a track":          track1[:30],
		"half a track, Enter":   track2[:20] + "\n",
		"half and whole":        track1[:30] + track2 + "\n",
		"cut short":             ";41",
		"wrong check character": track1 + "!" + track2 + "\n",
		"wrong digit":           strings.Replace(track2, "4111", "4112", 1),
		"a sign of no track":    track1[:25] + "é" + track1[26:] + "\n",
		"never ending":          ";" + strings.Repeat("4", 10000) + "\n",
		"a key in between":      track2[:20] + "␛" + track2[20:23] + "\n",
	} {
		k := &keyboard{now: time.Unix(1e9, 0)}
		k.types(typed, reader)
		k.wait(time.Second)
		var p *card.Problem
		if k.passed.Len() > 0 || len(k.swipes) != 1 || !errors.As(k.swipes[0].Err, &p) || p.Code != card.CodeUnread || k.swipes[0].Card != nil {
			t.Errorf("%s: %d swipes, %q passed, %v", name, len(k.swipes), k.passed.String(), p)
		}
		if k.catch != (wedge.Catcher{}) {
			t.Errorf("%s: something is left", name)
		}
	}
}

// A reader that is slower than readers are is not taken for a person.
func TestSlowReader(t *testing.T) {
	k := &keyboard{now: time.Unix(1e9, 0)}
	k.types(track1+track2+"\n", 35*time.Millisecond)
	k.wait(time.Second)
	if k.passed.Len() > 0 || len(k.swipes) != 1 || k.swipes[0].Err == nil {
		t.Errorf("%d swipes, %q passed", len(k.swipes), k.passed.String())
	}
}

func TestTypingIsPassedOn(t *testing.T) {
	tests := []struct {
		name, typed string
		gap         time.Duration
	}{
		{"an amount", "1250\n", person},
		{"a note", "50% off; table 4 + 2\n", person},
		{"a fast note", "50% off; table 4 + 2\n", 60 * time.Millisecond},
		{"like a track", track1 + "\n", person},
		{"sentinels", ";;;%%++", 33 * time.Millisecond},
		{"a bar code", "4006381333931\n", 2 * time.Millisecond},
		{"a bar code with letters", "ABC-1234/X\n", 2 * time.Millisecond},
		{"Escape behind a sentinel", "%␛", person},
		{"Enter behind a sentinel", ";\n", reader},
		{"other letters", "%é;ß+日本\t", reader},
	}
	for _, tt := range tests {
		k := &keyboard{now: time.Unix(1e9, 0)}
		k.types(tt.typed, tt.gap)
		k.wait(time.Second)
		want := strings.NewReplacer("\n", "<Return>", "\t", "<Tab>", "␛", "<Escape>").Replace(tt.typed)
		if got := k.passed.String(); got != want || len(k.swipes) > 0 {
			t.Errorf("%s: %d swipes, %q passed, want %q", tt.name, len(k.swipes), got, want)
		}
	}
}

// What a person types with a sentinel in front arrives while it is typed, and a
// swipe is told soon after its last sign.
func TestNobodyWaitsLong(t *testing.T) {
	k := &keyboard{now: time.Unix(1e9, 0)}
	k.types("%BRAND", person)
	if got := k.passed.String(); got != "%BRAND" {
		t.Errorf("%q passed so far", got)
	}
	k.wait(time.Second)
	k.types(track1+track2, reader)
	k.wait(200 * time.Millisecond)
	if len(k.swipes) != 1 {
		t.Error("the swipe takes longer")
	}
}

// A person who types just before a swipe, or into what is left of one, neither
// spoils it nor gets its signs.
func TestTypingAroundASwipe(t *testing.T) {
	k := &keyboard{now: time.Unix(1e9, 0)}
	k.types("7;", person)
	k.types(track1+track2+"\n", reader)
	k.wait(time.Second)
	if got := k.passed.String(); got != "7;" || len(k.swipes) != 1 || k.swipes[0].Err != nil {
		t.Errorf("%d swipes, %q passed", len(k.swipes), got)
	}
	k.types(track2[:20], reader)
	k.types(strings.Repeat("8", 40), person)
	k.wait(time.Second)
	if got := k.passed.String(); got != "7;" || len(k.swipes) != 2 || k.swipes[1].Err == nil {
		t.Errorf("%d swipes, %q passed", len(k.swipes), got)
	}
}

// A sentinel that nothing follows arrives soon.
func TestSentinelWaitsShortly(t *testing.T) {
	k := &keyboard{now: time.Unix(1e9, 0)}
	k.types("%", person)
	k.wait(350 * time.Millisecond)
	if got := k.passed.String(); got != "%" {
		t.Errorf("%q passed", got)
	}
}

// A window that stands still delivers what came meanwhile late, and perhaps
// behind the end of the silence.
func TestWindowThatStoodStill(t *testing.T) {
	for at := 1; at < len(track2); at++ {
		k := &keyboard{now: time.Unix(1e9, 0)}
		k.types(track1+track2[:at], reader)
		k.now = k.now.Add(2 * time.Second)
		signs, swipe := k.catch.Due(k.now)
		if k.pass(signs); swipe != nil {
			t.Fatalf("a swipe of %d signs", at)
		}
		k.types(track2[at:]+"\n", 0)
		k.wait(time.Second)
		if k.passed.Len() > 0 || len(k.swipes) != 1 || k.swipes[0].Err != nil {
			t.Fatalf("stood still at %d: %d swipes, %q passed", at, len(k.swipes), k.passed.String())
		}
	}
}

// FuzzKeyboard: whatever is typed, however fast, either arrives as it was typed
// or is told as a swipe, and no sign of a burst that a machine typed arrives.
func FuzzKeyboard(f *testing.F) {
	f.Add("50% off\n", []byte{120}, false)
	f.Add(track1+track2+"\n", []byte{8}, true)
	f.Add("%E?;E?\n", []byte{8, 8, 200}, false)
	f.Add(";4%B;+1é\n\t␛", []byte{1, 255, 30}, false)
	f.Fuzz(func(t *testing.T, typed string, gaps []byte, swipe bool) {
		k := &keyboard{now: time.Unix(1e9, 0)}
		typed = strings.ToValidUTF8(strings.ReplaceAll(typed, "<", ""), "")
		i := 0
		for _, r := range typed {
			gap := person
			if len(gaps) > 0 {
				gap = time.Duration(gaps[i%len(gaps)]) * 2 * time.Millisecond
				i++
			}
			k.types(string(r), gap)
		}
		k.wait(time.Second)
		want := strings.NewReplacer("\n", "<Return>", "\t", "<Tab>", "␛", "<Escape>").Replace(typed)
		if got := k.passed.String(); len(k.swipes) == 0 && got != want || !within([]rune(got), []rune(want)) {
			t.Errorf("%q passed of %q", got, want)
		}
		if k.catch != (wedge.Catcher{}) {
			t.Error("something is held back for ever")
		}
		if !swipe {
			return
		}
		before, count := k.passed.String(), len(k.swipes)
		k.types(track1+track2+"\n", reader)
		k.wait(time.Second)
		if k.passed.String() != before || len(k.swipes) != count+1 || k.swipes[count].Err != nil {
			t.Errorf("a swipe behind %q: %q passed", typed, k.passed.String()[len(before):])
		}
	})
}

// within reports whether got is want with some signs left out.
func within(got, want []rune) bool {
	for _, r := range got {
		i := slices.Index(want, r)
		if i < 0 {
			return false
		}
		want = want[i+1:]
	}
	return true
}
