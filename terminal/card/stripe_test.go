package card_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/card"
)

// Tracks of a published test number.
const (
	track1 = "%B4111111111111111^DOE/JANE MR^3107101000000000000000?"
	track2 = ";4111111111111111=31071010000000000?"
)

// long1 and long2 are tracks with so many signs.
func long1(n int) string {
	const start = "%B4111111111111111^DOE/JANE^3107101"
	return start + strings.Repeat("0", n-len(start)-1) + "?"
}

func long2(n int) string {
	const start = ";4111111111111111=3107101"
	return start + strings.Repeat("0", n-len(start)-1) + "?"
}

func TestReadStripe(t *testing.T) {
	tests := []struct {
		name, tracks, holder string
		chip, askFirst       bool
	}{
		{"both tracks", track1 + track2, "JANE DOE", false, false},
		{"a line's end behind each", track1 + "\r" + track2 + "\r", "JANE DOE", false, false},
		{"track 1 alone", track1, "JANE DOE", false, false},
		{"track 2 alone", track2, "", false, false},
		{"all three", track1 + track2 + ";014111111111111111=724724000000000?", "JANE DOE", false, false},
		{"track 3 behind a plus", track1 + track2 + "+014111111111111111=724724000000000?", "JANE DOE", false, false},
		{"track 1 not read", "%E?" + track2, "", false, false},
		{"track 2 not read", track1 + ";E?", "JANE DOE", false, false},
		{"tracks 1 and 3 not read", "%E?" + track2 + "+E?", "", false, false},
		{"Caps Lock", strings.ToLower(track1) + track2, "JANE DOE", false, false},
		{"check characters", track1 + "&" + track2 + "9", "JANE DOE", false, false},
		{"check characters like sentinels", "%B4111111111111111^DOE/JANE^3107101AS?;;4111111111111111=310710102?;\r", "JANE DOE", false, false},
		{"a check character like a sentinel at the end", ";4111111111111111=310710102?;", "", false, false},
		{"a sentinel behind none", "%B4111111111111111^DOE/JANE^3107101AS?" + track2, "JANE DOE", false, false},
		{"no service code", ";4111111111111111=3107=?", "", false, false},
		{"nothing that is discretionary", ";4111111111111111=3107101?", "", false, false},
		{"spaces in the number", "%B4111 1111 1111 1111^DOE/JANE^3107101?", "JANE DOE", false, false},
		{"no service code in track 1", "%B4111111111111111^DOE/JANE^3107^?", "JANE DOE", false, false},
		{"spaces as on some cards", "%B4111 111111 111111^DOE/JANE^3107101?;4111111111111111=3107101?", "JANE DOE", false, false},
		{"track 1 as long as can be", long1(78), "JANE DOE", false, false},
		{"track 2 as long as can be", long2(39), "", false, false},
		{"track 3 not read", track2 + ";E?", "", false, false},
		{"a line feed", track1 + "\r\n" + track2 + "\r\n", "JANE DOE", false, false},
		{"no limit, and a PIN", ";4111111111111111=3107110?", "", false, true},
		{"goods, and a PIN if possible", ";4111111111111111=3107107?", "", false, false},
		{"a chip", ";4111111111111111=31072011?", "", true, false},
		{"a national chip, the bank first", ";4111111111111111=31076211?", "", true, true},
		{"a PIN", ";4111111111111111=31071051?", "", false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tracks := []byte(tt.tracks)
			c, err := card.ReadStripe(tracks)
			if err != nil {
				t.Fatal(err)
			}
			if string(c.PAN()) != "4111111111111111" || c.Expiry() != (card.Expiry{Year: 2031, Month: time.July}) || len(c.CVV()) != 0 || !c.Swiped() {
				t.Errorf("%v, expiry %v, %d digits of a code, swiped %v", c, c.Expiry(), len(c.CVV()), c.Swiped())
			}
			if c.Holder() != tt.holder || c.Chip() != tt.chip || c.AskFirst() != tt.askFirst {
				t.Errorf("holder %q chip %v ask first %v, want %q %v %v", c.Holder(), c.Chip(), c.AskFirst(), tt.holder, tt.chip, tt.askFirst)
			}
			if clear(tracks); string(c.PAN()) != "4111111111111111" {
				t.Error("the card looks into the tracks")
			}
		})
	}
}

func TestReadStripeRefuses(t *testing.T) {
	tests := []struct {
		name, tracks string
		want         card.Code
	}{
		{"nothing", "", card.CodeUnread},
		{"no track read", "%E?;E?", card.CodeUnread},
		{"no end", strings.TrimSuffix(track2, "?"), card.CodeUnread},
		{"half of track 1", track1[:30] + track2, card.CodeUnread},
		{"half of track 2", track1 + track2[:20], card.CodeUnread},
		{"wrong check character", track1 + "A" + track2, card.CodeUnread},
		{"wrong check character at the end", track2 + "=", card.CodeUnread},
		{"wrong digit", ";4111111111111112=3107101?", card.CodeUnread},
		{"a letter", ";41111111X1111111=3107101?", card.CodeUnread},
		{"no month", ";4111111111111111=3113101?", card.CodeUnread},
		{"no name", "%B4111111111111111^3107101?", card.CodeUnread},
		{"a service code that is none", ";4111111111111111=3107x01?", card.CodeUnread},
		{"too long a track", ";4111111111111111=3107101" + strings.Repeat("0", 20) + "?", card.CodeUnread},
		{"twenty digits", ";41111111111111111111=3107101?", card.CodeUnread},
		{"two numbers", track1 + ";4012000098765439=3107101?", card.CodeMismatch},
		{"two expiries", track1 + ";4111111111111111=3108101?", card.CodeMismatch},
		{"two service codes", track1 + ";4111111111111111=3107201?", card.CodeMismatch},
		{"no expiry", ";4111111111111111==101?", card.CodeMissing},
		{"cash machines only", ";4111111111111111=3107103?", card.CodeCash},
		{"no expiry in track 1", "%B4111111111111111^DOE/JANE^^101?", card.CodeMissing},
		{"an expiry in track 1 alone", "%B4111111111111111^DOE/JANE^3107101?;4111111111111111==101?", card.CodeMismatch},
		{"track 1 too long", long1(79), card.CodeUnread},
		{"track 2 too long", long2(40), card.CodeUnread},
		{"a name too long", "%B4111111111111111^" + strings.Repeat("A", 27) + "^3107101?", card.CodeUnread},
		{"a sign that no track has", "%B4111111111111111^DOE/J\u00e9^3107101?", card.CodeUnread},
		{"cash, of some machines only", ";4111111111111111=3107124?", card.CodeCash},
		{"masked", ";4111********1111=3107101?", card.CodeEncrypted},
		{"encrypted behind masked tracks", "%B4111000000001111^DOE/JANE^3107000?;4111000000001111=3107000?|0600|9A3F02", card.CodeEncrypted},
		{"a block of digits of 16", strings.Repeat("02C4011f", 20), card.CodeEncrypted},
		{"no sentinel", "4111111111111111=3107101?", card.CodeLayout},
		{"a sentinel of another keyboard", "\xf64111111111111111\xb43107101_", card.CodeLayout},
		{"a driving licence", "%CADENVER^DOE$JANE^1 STREET^?", card.CodeOther},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := card.ReadStripe([]byte(tt.tracks))
			var p *card.Problem
			if c != nil || !errors.As(err, &p) || p.Field != card.FieldStripe || p.Code != tt.want {
				t.Fatalf("got %v, %#v, want %s", c, err, tt.want)
			}
			if p.Text == "" || strings.ContainsAny(p.Text, "0123456789") {
				t.Errorf("sentence %q", p.Text)
			}
		})
	}
}

func TestHolderOfAStripe(t *testing.T) {
	for stripe, want := range map[string]string{
		"DOE/JANE MR":                "JANE DOE",
		"DOE/JANE A.MRS":             "JANE A DOE",
		"DOE JR/JOHN      ":          "JOHN DOE JR",
		"O'NEILL-ROSSI/MARY ANN":     "MARY ANN O'NEILL-ROSSI",
		"DOE/DR":                     "DR DOE",
		"VALUED CUSTOMER":            "VALUED CUSTOMER",
		"DOE/":                       "DOE",
		" /                        ": "",
		"":                           "",
		"4111111111111111":           "",
	} {
		c, err := card.ReadStripe([]byte("%B4111111111111111^" + stripe + "^3107101?"))
		if err != nil {
			t.Fatalf("%q: %v", stripe, err)
		}
		if got := c.Holder(); got != want {
			t.Errorf("%q is %q, want %q", stripe, got, want)
		}
	}
}

func TestSwipedCardTakesACode(t *testing.T) {
	c, err := card.ReadStripe([]byte(track2))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.AddCVV([]byte("1234")); err == nil || len(c.CVV()) != 0 {
		t.Error("took four digits for a Visa card")
	}
	code := []byte("123")
	if err := c.AddCVV(code); err != nil || string(c.CVV()) != "123" {
		t.Errorf("code %q, %v", c.CVV(), err)
	}
	twin := c.Copy()
	c.Clear()
	if !bytes.Equal(code, make([]byte, 3)) {
		t.Error("the code is not cleared")
	}
	if string(twin.PAN()) != "4111111111111111" || len(twin.CVV()) != 0 || !twin.Swiped() {
		t.Error("the copy is another card, has the code, or went with the first")
	}
}

// FuzzReadStripe: nothing breaks it, and what it takes is a right card that
// holds nothing of the tracks but number, expiry and name.
func FuzzReadStripe(f *testing.F) {
	for _, s := range []string{track1, track2, track1 + "&\r" + track2 + "9\r", "%E?;E?+E?", ";;??", "%B^^?", "%b4 1^/.^^^?", track1 + "|0600|9A3F", "\xf64111111111111111\xb43107101_",
		"%B3714 496353 92376^DOE/JANE^3107101?", ";4111111111111111==101?+E?", long1(78) + long2(39)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, tracks []byte) {
		before := bytes.Clone(tracks)
		c, err := card.ReadStripe(tracks)
		if !bytes.Equal(before, tracks) {
			t.Error("the tracks were changed")
		}
		if err != nil {
			return
		}
		if p := card.CheckNumber(c.PAN()); p != nil || len(c.CVV()) != 0 || !c.Swiped() {
			t.Errorf("took %v: %v", c, p)
		}
		if card.CheckHolder(c.Holder()) != nil {
			t.Errorf("holder %q", c.Holder())
		}
	})
}
