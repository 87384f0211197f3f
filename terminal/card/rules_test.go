package card_test

import (
	"strings"
	"testing"
	"time"

	"paydesk/terminal/card"
)

func TestDetect(t *testing.T) {
	tests := []struct {
		prefix string
		want   card.Brand
	}{
		{"", card.Unknown}, {"4", card.Visa}, {"x", card.Unknown}, {"4x", card.Visa},
		{"50", card.Unknown}, {"51", card.Mastercard}, {"55", card.Mastercard}, {"56", card.Unknown},
		{"2220", card.Unknown}, {"2221", card.Mastercard}, {"2720", card.Mastercard}, {"2721", card.Unknown},
		{"34", card.Amex}, {"35", card.Unknown}, {"37", card.Amex},
		{"3528", card.JCB}, {"3589", card.JCB}, {"3530", card.JCB}, {"3590", card.Unknown},
		{"300", card.Diners}, {"305", card.Diners}, {"306", card.Unknown}, {"3095", card.Diners}, {"36", card.Diners},
		{"6", card.Unknown}, {"6011", card.Discover}, {"644", card.Discover}, {"643", card.Unknown}, {"65", card.Discover},
		// UnionPay numbers on the Discover network.
		{"62", card.UnionPay}, {"622126", card.UnionPay}, {"622925", card.UnionPay},
		// RuPay inside Discover's 65 and UnionPay's 817.
		{"652149", card.Discover}, {"652150", card.RuPay}, {"653149", card.RuPay}, {"653150", card.Discover},
		{"817199", card.UnionPay}, {"817200", card.RuPay}, {"820199", card.RuPay}, {"820200", card.Unknown},
		{"508499", card.Maestro}, {"508500", card.RuPay}, {"607985", card.Maestro}, {"608001", card.RuPay},
		{"5018", card.Maestro}, {"6759", card.Maestro}, {"676", card.Unknown}, {"6761", card.Maestro},
		{"600000", card.Maestro}, {"560000", card.Maestro}, {"9", card.Unknown},
	}
	for _, tt := range tests {
		if got := card.Detect(tt.prefix); got != tt.want {
			t.Errorf("Detect(%q) = %q, want %q", tt.prefix, got, tt.want)
		}
		if got := card.Detect([]byte(tt.prefix)); got != tt.want {
			t.Errorf("Detect of bytes %q = %q, want %q", tt.prefix, got, tt.want)
		}
	}
}

func TestGroup(t *testing.T) {
	tests := []struct {
		digits string
		brand  card.Brand
		want   string
	}{
		{"", card.Visa, ""},
		{"4111", card.Visa, "4111"},
		{"41111", card.Visa, "4111 1"},
		{"4111111111111111", card.Visa, "4111 1111 1111 1111"},
		{"371449635392376", card.Amex, "3714 496353 92376"},
		{"36000000000008", card.Diners, "3600 000000 0008"},
		{"6200000000000000003", card.UnionPay, "6200 0000 0000 0000 003"},
		{"••••••••••••1111", card.Visa, "•••• •••• •••• 1111"},
		{"12345", "no brand", "1234 5"},
	}
	for _, tt := range tests {
		if got := card.Group(tt.digits, tt.brand); got != tt.want {
			t.Errorf("Group(%q, %s) = %q, want %q", tt.digits, tt.brand, got, tt.want)
		}
	}
}

func code(p *card.Problem) card.Code {
	if p == nil {
		return ""
	}
	return p.Code
}

func TestCheckNumberWhileTyping(t *testing.T) {
	tests := []struct {
		digits string
		want   card.Code
	}{
		{"", card.CodeMissing}, {"4", card.CodeShort}, {"4111-", card.CodeDigits},
		{"411111111111111", card.CodeShort}, {"4111111111111111", ""}, {"4111111111111112", card.CodeLuhn},
		{"41111111111111110", card.CodeShort}, {"41111111111111111110", card.CodeLength},
		{"4222222222222", ""}, {"4222222222223", card.CodeShort},
		{"371449635392376", ""}, {"371449635392377", card.CodeLuhn}, {"3714496353923760", card.CodeLength},
		{"6304000000000000", ""}, {"630400000000", ""}, {"630400000001", card.CodeShort},
	}
	for _, tt := range tests {
		if got := code(card.CheckNumber(tt.digits)); got != tt.want {
			t.Errorf("CheckNumber(%q) = %q, want %q", tt.digits, got, tt.want)
		}
	}
}

func TestCheckExpiry(t *testing.T) {
	zone := time.FixedZone("shop", -5*3600)
	now := time.Date(2026, 9, 30, 23, 59, 59, 0, zone)
	tests := []struct {
		mmyy string
		now  time.Time
		want card.Code
	}{
		{"", now, card.CodeMissing}, {"092", now, card.CodeLength}, {"09a6", now, card.CodeDigits},
		{"1326", now, card.CodeMonth}, {"0026", now, card.CodeMonth},
		{"0926", now, ""}, {"0926", now.Add(time.Second), card.CodeExpired}, {"0826", now, card.CodeExpired},
		{"1225", now, card.CodeExpired}, {"0127", now, ""},
		{"0946", now, ""}, {"1046", now, card.CodeTooFar}, {"1299", now, card.CodeTooFar},
	}
	for _, tt := range tests {
		if got := code(card.CheckExpiry(tt.mmyy, tt.now)); got != tt.want {
			t.Errorf("CheckExpiry(%q) = %q, want %q", tt.mmyy, got, tt.want)
		}
	}
}

func TestExpiryForms(t *testing.T) {
	e, err := card.ParseMMYY("0928")
	if want := (card.Expiry{Year: 2028, Month: time.September}); err != nil || e != want {
		t.Fatalf("ParseMMYY = %v, %v, want %v", e, err, want)
	}
	if e.MMYY() != "0928" || e.YYMM() != "2809" {
		t.Errorf("MMYY, YYMM = %s, %s, want 0928, 2809", e.MMYY(), e.YYMM())
	}
	if back, err := card.ParseYYMM([]byte("2809")); err != nil || back != e {
		t.Errorf("ParseYYMM = %v, %v, want %v", back, err, e)
	}
	if _, err := card.ParseYYMM("0928"); err == nil {
		t.Error("ParseYYMM took month 28")
	}
}

func TestCheckCVVAndHolder(t *testing.T) {
	tests := []struct {
		cvv   string
		brand card.Brand
		want  card.Code
	}{
		{"", card.Visa, card.CodeMissing}, {"12", card.Visa, card.CodeShort}, {"123", card.Visa, ""},
		{"1234", card.Visa, card.CodeLength}, {"12a", card.Visa, card.CodeDigits},
		{"123", card.Amex, card.CodeShort}, {"1234", card.Amex, ""}, {"", card.Maestro, ""},
		{"123", card.Unknown, ""}, {"1234", card.Unknown, ""}, {"", card.Unknown, card.CodeMissing},
	}
	for _, tt := range tests {
		if got := code(card.CheckCVV(tt.cvv, tt.brand)); got != tt.want {
			t.Errorf("CheckCVV(%q, %s) = %q, want %q", tt.cvv, tt.brand, got, tt.want)
		}
	}
	holders := map[string]card.Code{
		"": "", "Zoë O'Neill-Świątek": "", "John Doe 3rd": "", "  ": card.CodeText, "a\nb": card.CodeText,
		"4111 1111": card.CodeText, strings.Repeat("é", 50): "", strings.Repeat("é", 51): card.CodeLength,
	}
	for name, want := range holders {
		if got := code(card.CheckHolder(name)); got != want {
			t.Errorf("CheckHolder(%q) = %q, want %q", name, got, want)
		}
	}
}

// FuzzLuhn holds the check against the sentence of the standard: appending
// the right check digit makes a number right, any other makes it wrong.
func FuzzLuhn(f *testing.F) {
	f.Add("411111111111111")
	f.Add("")
	f.Add("12a")
	f.Fuzz(func(t *testing.T, digits string) {
		right := 0
		for c := '0'; c <= '9'; c++ {
			if card.Luhn(digits + string(c)) {
				right++
			}
		}
		want := 1
		if strings.Trim(digits, "0123456789") != "" {
			want = 0
		}
		if right != want {
			t.Errorf("%q has %d right check digits, want %d", digits, right, want)
		}
	})
}

// FuzzDetect: no input breaks it, bytes and text agree, and what CheckNumber
// takes has a right check digit and a possible length.
func FuzzDetect(f *testing.F) {
	for _, tt := range testNumbers {
		f.Add(tt.number)
	}
	f.Add("6\xff")
	f.Fuzz(func(t *testing.T, text string) {
		brand := card.Detect(text)
		if got := card.Detect([]byte(text)); got != brand {
			t.Errorf("Detect of bytes = %q, of text = %q", got, brand)
		}
		grouped := card.Group(text, brand)
		if strings.Trim(text, "0123456789") == "" && strings.ReplaceAll(grouped, " ", "") != text {
			t.Errorf("Group changed %q to %q", text, grouped)
		}
		if card.CheckNumber(text) == nil && (!card.Luhn(text) || len(text) < 12 || len(text) > 19) {
			t.Errorf("CheckNumber took %q", text)
		}
	})
}
