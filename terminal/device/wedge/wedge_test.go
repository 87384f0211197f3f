package wedge_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

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
	codes  []string // they are passed, too
}

func (k *keyboard) pass(signs []wedge.Sign) {
	for _, s := range signs {
		if s.Swipe != nil {
			k.swipes = append(k.swipes, s.Swipe)
			continue
		}
		if s.Code != nil {
			code := ""
			for _, b := range s.Code {
				code += string(rune(b))
			}
			k.codes = append(k.codes, code)
			k.passed.WriteString(code)
		}
		if s.Code != nil && s.Key == "" {
			continue
		}
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
		k.pass(k.catch.Due(k.now))
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

// layouts are what the keys of an American keyboard type on others, for all signs
// of tracks and codes that another one has: German, French, Spanish, Portuguese,
// Brazilian.
var layouts = []struct{ us, other string }{
	{"yzYZ^&;:=/?#-_", "zyZY&/öÖ´-_§ß?"},
	{"aqwzmAQWZM1234567890%^;:=/?.#", "qazw,QAZW?&é\"'(-è_çà56mM=!§:3"},
	{"^;:=/?#", "&ñÑ¡-_·"},
	{"^;:=/?", "&çÇ«-_"},
	{"^;:/?", "¨çÇ;:"},
}

// other is what a computer with another layout makes of what a reader types.
func other(layout int, signs string) string {
	us, typed := []rune(layouts[layout].us), []rune(layouts[layout].other)
	return strings.Map(func(r rune) rune {
		if at := slices.Index(us, r); at >= 0 {
			return typed[at]
		}
		return r
	}, signs)
}

func TestSwipes(t *testing.T) {
	tests := []struct{ name, typed, holder string }{
		{"both tracks and Enter", track1 + track2 + "\n", "JANE DOE"},
		{"no Enter", track1 + track2, "JANE DOE"},
		{"Tab", track1 + track2 + "\t", "JANE DOE"},
		{"a preamble", "S\\~" + track1 + track2 + "\n", "JANE DOE"},
		{"a preamble and track 2", "A1" + track2 + "\n", ""},
		{"Caps Lock", strings.ToLower(track1) + track2 + "\n", "JANE DOE"},
		{"a German keyboard", other(0, track1+track2) + "\n", "JANE DOE"},
		{"a German keyboard, track 2", other(0, track2) + "\n", ""},
		{"a French keyboard", other(1, track1+track2) + "\n", "JANE DOE"},
		{"a French keyboard, track 2", other(1, track2) + "\n", ""},
		{"a Spanish keyboard", other(2, track1+track2) + "\n", "JANE DOE"},
		{"a Portuguese keyboard", other(3, track1+track2) + "\n", "JANE DOE"},
		{"a Brazilian keyboard", other(4, track2) + "\n", ""},
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
		"nothing read":           "%E?;E?\n",
		"one track not read":     "%E?",
		"half a track":           track1[:30],
		"half a track, Enter":    track2[:20] + "\n",
		"half and whole":         track1[:30] + track2 + "\n",
		"cut short":              ";41",
		"wrong check character":  track1 + "!" + track2 + "\n",
		"wrong digit":            strings.Replace(track2, "4111", "4112", 1),
		"a sign of no track":     track1[:25] + "é" + track1[26:] + "\n",
		"never ending":           ";" + strings.Repeat("4", 10000) + "\n",
		"a key in between":       track2[:20] + "␛" + track2[20:23] + "\n",
		"half a track, preamble": "S" + track1[:30] + "?\n",
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

// What cannot be a track in the clear is told as what it is, and none of it is
// passed on.
func TestForeignReaders(t *testing.T) {
	for name, tt := range map[string]struct {
		typed string
		want  card.Code
	}{
		"a sentinel that is lost":         {"4111111111111111=3107101?\n", card.CodeLayout},
		"a sentinel of another script":    {"ö4111111111111111=3107101\n", card.CodeLayout},
		"dead keys":                       {"ö4111111111111111107101_\n", card.CodeLayout},
		"French, half a track":            {other(1, track2[:25]) + "\n", card.CodeLayout},
		"masked, and encrypted behind it": {"%B4111********1111^DOE/JANE^3107***?;4111********1111=3107***?|0600|" + strings.Repeat("9A3F", 60) + "\n", card.CodeEncrypted},
		"longer than any":                 {track1 + "|0600|" + strings.Repeat("9A3F", 300) + "\n", card.CodeEncrypted},
		"a block":                         {strings.Repeat("02C4011F", 20) + "\n", card.CodeEncrypted},
	} {
		k := &keyboard{now: time.Unix(1e9, 0)}
		k.types(tt.typed, reader)
		k.wait(time.Second)
		var p *card.Problem
		if k.passed.Len() > 0 || len(k.swipes) != 1 || !errors.As(k.swipes[0].Err, &p) || p.Code != tt.want {
			t.Errorf("%s: %d swipes, %q passed, %v", name, len(k.swipes), k.passed.String(), p)
		}
		if k.catch != (wedge.Catcher{}) {
			t.Errorf("%s: something is left", name)
		}
	}
}

const (
	number = "5TZ0K0MPL3QX7ABCD"
	proof  = "PDR" // and 250 letters
)

// proven is the code of a receipt that proves itself, as long as they are.
func proven() string { return proof + strings.Repeat("BCDEFGHJKLNPRSTU", 16) }

// Every code of a receipt comes in one piece, as it was printed, however fast the
// scanner and whatever the keyboard; of what is no such code, the signs come.
func TestCodes(t *testing.T) {
	const address = "https://shop.example/receipt#"
	inverted := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsUpper(r) {
				return unicode.ToLower(r)
			}
			return unicode.ToUpper(r)
		}, s)
	}
	for _, tt := range []struct{ name, typed, want string }{
		{"a proof", proven(), proven()},
		{"a proof as an address", address + proven(), proven()},
		{"a proof behind the scanner's own signs", "]Q1" + proven(), proven()},
		{"a plain code", "paydesk:sale:" + number, "paydesk:sale:" + number},
		{"a bill", "paydesk:bill:01J9ZK", "paydesk:bill:01J9ZK"},
		{"a stored sale", "paydesk:stored:" + number, "paydesk:stored:" + number},
		{"a number", number, "paydesk:sale:" + number},
		{"part of a proof", proven()[:90], ""},
		{"goods", "4006381333931", ""},
		{"an order", "ABC-1234/X", ""},
		{"a number of goods", "12345678901234567", ""},
		{"another address", "https://shop.example/menu", ""},
	} {
		typed := []string{tt.typed, inverted(tt.typed)}
		for i := range layouts {
			if tt.name != "a number" { // one that is printed alone has nothing to tell the layout by
				typed = append(typed, other(i, tt.typed))
			}
		}
		for i, signs := range typed {
			for _, gap := range []time.Duration{0, time.Millisecond, reader, 20 * time.Millisecond} {
				k := &keyboard{now: time.Unix(1e9, 0)}
				k.types(signs+"\n", gap)
				if k.wait(time.Second); len(k.codes) != 1 || k.codes[0] != signs || k.passed.String() != signs+"<Return>" || len(k.swipes) > 0 {
					t.Fatalf("%s, %v: codes %q, %q passed, %d swipes", tt.name, gap, k.codes, k.passed.String(), len(k.swipes))
				}
			}
			if got, ok := wedge.Receipt(latin(signs)); got != tt.want || ok != (tt.want != "") {
				t.Errorf("%s, way %d: read as %q of %q, want %q", tt.name, i, got, signs, tt.want)
			}
		}
	}
}

// latin is a text with one byte for each sign.
func latin(text string) (signs []byte) {
	for _, r := range text {
		signs = append(signs, byte(r))
	}
	return signs
}

// A machine that stands still for up to a second in the middle of a code splits
// nothing: neither where the signs come late, nor where the scanner does.
func TestCodeInTwoParts(t *testing.T) {
	code := proven()
	for at := 1; at < len(code); at++ {
		for _, late := range []time.Duration{100 * time.Millisecond, time.Second} {
			k := &keyboard{now: time.Unix(1e9, 0)}
			k.types(code[:at], reader)
			k.now = k.now.Add(late)
			k.pass(k.catch.Due(k.now)) // the window comes to itself: in any order
			k.types(code[at:]+"\n", 0)
			if k.wait(3 * time.Second); len(k.codes) != 1 || k.codes[0] != code {
				t.Fatalf("the window stood still at %d: %q", at, k.passed.String())
			}
			if at < 8 {
				continue // so short a beginning is a person's, after so long a time
			}
			k = &keyboard{now: time.Unix(1e9, 0)}
			k.types(code[:at], reader)
			k.wait(late)
			k.types(code[at:]+"\n", reader)
			if k.wait(3 * time.Second); len(k.codes) != 1 || k.codes[0] != code {
				t.Fatalf("the scanner stood still at %d: %q", at, k.passed.String())
			}
		}
	}
}

// Nobody who types is a scanner, with Enter behind or without, and everything
// arrives at once, as people see it. A key that is held down is no scanner.
func TestPeopleAreNoScanners(t *testing.T) {
	for _, gap := range []time.Duration{28, 30, 33, 40, 45, 60, 80, 120} {
		k := &keyboard{now: time.Unix(1e9, 0)}
		const typed = "paydesk:sale:1234567890PDRBCDEFGH"
		k.types(typed+"\n", gap*time.Millisecond)
		if k.wait(50 * time.Millisecond); len(k.codes) > 0 || k.passed.String() != typed+"<Return>" {
			t.Errorf("every %d ms: codes %q, passed %q", gap, k.codes, k.passed.String())
		}
	}
	// Two keys at once, as fast hands press them, and a pause.
	k := &keyboard{now: time.Unix(1e9, 0)}
	for range 20 {
		k.types("th", 3*time.Millisecond)
		k.wait(90 * time.Millisecond)
	}
	if len(k.codes) > 0 || k.passed.String() != strings.Repeat("th", 20) {
		t.Errorf("rolled keys: %q, %q", k.codes, k.passed.String())
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
	k.wait(50 * time.Millisecond)
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
		if k.pass(k.catch.Due(k.now)); len(k.swipes) > 0 {
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
	f.Add("paydesk:sale:5TZ0K0MPL3QX7ABCD\n", []byte{4}, false)
	f.Add("ö4111111111111111´3107101_\n", []byte{4}, true)
	f.Add("]C1ABC+123;4%B\n", []byte{4, 4, 4, 30}, true)
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
		if got := k.passed.String(); len(k.swipes) == 0 && !slices.Contains(k.codes, "") && got != want || !within([]rune(got), []rune(want)) {
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

// FuzzReceipt: what is read as a code is one, read again, and no card is among
// what comes as a code.
func FuzzReceipt(f *testing.F) {
	for _, s := range []string{proven(), "PAYDESK:BILL:1", other(1, "paydesk:sale:"+number), number, "https://x/#" + proven()} {
		f.Add(latin(s))
	}
	f.Fuzz(func(t *testing.T, typed []byte) {
		before := slices.Clone(typed)
		code, ok := wedge.Receipt(typed)
		if again, still := wedge.Receipt(latin(code)); ok && (!still || again != code) {
			t.Errorf("%q, read again: %q", code, again)
		}
		if !slices.Equal(typed, before) || !ok && code != "" {
			t.Errorf("%q of %q", code, typed)
		}
	})
}
