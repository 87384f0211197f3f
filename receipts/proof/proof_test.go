package proof_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"paydesk/receipts/proof"
	"paydesk/receipts/qr"
	"paydesk/terminal/money"
)

const letters = "BCDEFGHJKLNPRSTU"

func key(n byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, ed25519.SeedSize))
}

func public(n byte) ed25519.PublicKey { return key(n).Public().(ed25519.PublicKey) }

var noon = time.Date(2026, 11, 21, 12, 0, 7, 0, time.UTC)

// sample is a sale with everything in it.
func sample() proof.Statement {
	head := sha256.Sum256([]byte("head"))
	return proof.Statement{Document: "sale", ID: "A7K2M0MQ2Q7F5X1ZB", Amount: money.New(123456, money.USD),
		Tender: "Visa", Last4: "0119", At: noon, Previous: head[:]}
}

// read parses and verifies a code.
func read(text string, keys ...ed25519.PublicKey) (proof.Statement, error) {
	s, err := proof.Parse(text)
	if err == nil {
		err = s.Verify(keys...)
	}
	return s.Statement, err
}

// short is a statement as a code keeps it.
func short(s proof.Statement) proof.Statement {
	s.Previous, s.At = s.Previous[:proof.PreviousLen], time.Unix(s.At.Unix(), 0)
	return s
}

func TestRoundTrip(t *testing.T) {
	for name, change := range map[string]func(*proof.Statement){
		"sale":         func(*proof.Statement) {},
		"cash":         func(s *proof.Statement) { s.Document, s.Tender, s.Last4 = "cash", "CASH", "" },
		"nothing":      func(s *proof.Statement) { s.Amount.Minor, s.Tender, s.ID = 0, "", "x" },
		"most":         func(s *proof.Statement) { s.Amount.Minor = 1<<63 - 1 },
		"yen":          func(s *proof.Statement) { s.Amount = money.New(500, "JPY") },
		"training":     func(s *proof.Statement) { s.Training = true },
		"long":         func(s *proof.Statement) { s.ID, s.Tender = strings.Repeat("9", 40), strings.Repeat("é", 20) },
		"the epoch":    func(s *proof.Statement) { s.At = time.Unix(0, 0) },
		"a later time": func(s *proof.Statement) { s.At = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC) },
		"half second":  func(s *proof.Statement) { s.At = noon.Add(500 * time.Millisecond) },
	} {
		want := sample()
		change(&want)
		code := proof.Sign(key(1), want)
		got, err := read(code, public(2), public(1))
		if want = short(want); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v; want %+v", name, got, err, want)
		}
		if again := proof.Sign(key(1), got); again != code {
			t.Errorf("%s: what was read is written as %s, not as %s", name, again, code)
		}
	}
}

func TestEveryKind(t *testing.T) {
	seen := map[string]bool{}
	for _, kind := range [][2]string{{"sale", ""}, {"sale", "hold"}, {"cash", ""}, {"cash-back", ""}, {"bill", ""},
		{"follow", "void"}, {"follow", "return"}, {"follow", "capture"}} {
		s := sample()
		s.Document, s.Act = kind[0], kind[1]
		code := proof.Sign(key(1), s)
		if got, err := read(code, public(1)); err != nil || got.Document != kind[0] || got.Act != kind[1] || seen[code] {
			t.Errorf("%v: got %+v, %v", kind, got, err)
		}
		seen[code] = true
	}
}

// What cannot be stated has no code, rather than one that says less.
func TestNoCode(t *testing.T) {
	for name, change := range map[string]func(*proof.Statement){
		"unknown document": func(s *proof.Statement) { s.Document = "poem" },
		"no document":      func(s *proof.Statement) { s.Document = "" },
		"unknown act":      func(s *proof.Statement) { s.Act = "void" },
		"no act":           func(s *proof.Statement) { s.Document = "follow" },
		"no id":            func(s *proof.Statement) { s.ID = "" },
		"id with a blank":  func(s *proof.Statement) { s.ID = "A B" },
		"long id":          func(s *proof.Statement) { s.ID = strings.Repeat("9", 41) },
		"less than zero":   func(s *proof.Statement) { s.Amount.Minor = -1 },
		"no currency":      func(s *proof.Statement) { s.Amount.Currency = "" },
		"long tender":      func(s *proof.Statement) { s.Tender = strings.Repeat("é", 21) },
		"control byte":     func(s *proof.Statement) { s.Tender = "Visa\x1b" },
		"right to left":    func(s *proof.Statement) { s.Tender = "Visa\u202e" },
		"broken tender":    func(s *proof.Statement) { s.Tender = "Visa\xff" },
		"five digits":      func(s *proof.Statement) { s.Last4 = "41111" },
		"no digits":        func(s *proof.Statement) { s.Last4 = "12a4" },
		"no head":          func(s *proof.Statement) { s.Previous = s.Previous[:15] },
		"before 1970":      func(s *proof.Statement) { s.At = time.Unix(-1, 0) },
		"year 10000":       func(s *proof.Statement) { s.At = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
	} {
		s := sample()
		change(&s)
		if got := proof.Sign(key(1), s); got != "" {
			t.Errorf("%s: got %s, want none", name, got)
		}
	}
}

func bytesOf(code string) []byte {
	digits := code[len("PDR"):]
	b := make([]byte, len(digits)/2)
	for i := range b {
		b[i] = byte(strings.IndexByte(letters, digits[2*i])<<4 | strings.IndexByte(letters, digits[2*i+1]))
	}
	return b
}

func codeOf(b []byte) string {
	text := "PDR"
	for _, v := range b {
		text += string([]byte{letters[v>>4], letters[v&15]})
	}
	return text
}

// One changed bit fails, wherever it is; so does one changed letter, one more
// and one less.
func TestOneChange(t *testing.T) {
	code := proof.Sign(key(1), sample())
	b := bytesOf(code)
	for i := range 8 * len(b) {
		flipped := bytes.Clone(b)
		flipped[i/8] ^= 1 << (i % 8)
		if got, err := read(codeOf(flipped), public(1)); err == nil {
			t.Errorf("bit %d: read as %+v", i, got)
		}
	}
	for i := range code {
		for c := rune(0); c < 0x180; c++ {
			changed := code[:i] + string(c) + code[i+1:]
			if got, err := read(changed, public(1)); err == nil && !strings.EqualFold(changed, code) {
				t.Errorf("%q at %d: read as %+v", c, i, got)
			}
		}
		if _, err := read(code[:i]+code[i+1:], public(1)); err == nil {
			t.Errorf("without the letter at %d it is read", i)
		}
		for _, c := range letters {
			if _, err := read(code[:i]+string(c)+code[i:], public(1)); err == nil {
				t.Errorf("with a further %c at %d it is read", c, i)
			}
		}
	}
	for _, more := range []string{"B", "BB", "PDR", code} {
		if _, err := read(code+more, public(1)); err == nil {
			t.Errorf("with %q behind it is read", more)
		}
	}
	for n := range b {
		if _, err := read(codeOf(b[:n]), public(1)); err == nil {
			t.Errorf("the first %d bytes are read", n)
		}
	}
}

// Forms in which a person or a scanner may bring it.
func TestForms(t *testing.T) {
	code := proof.Sign(key(1), sample())
	lines := ""
	for i, c := range code {
		if lines += string(c); i%20 == 19 {
			lines += " \r\n\t\u00a0"
		}
	}
	for _, text := range []string{code, strings.ToLower(code), lines, " " + code + "\n", proof.Link("https://shop.example/check.html", code),
		strings.ToLower(proof.Link("https://shop.example/check.html", code)),
		"https>--shop.example-check.html§" + code, // typed on a German keyboard
		"httpsM!!shop:exqmple!check:html3" + code, // on a French one
	} {
		if got, err := read(text, public(1)); err != nil || got.ID != sample().ID {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "PDR", "#", "paydesk:sale:A7K2M0MQ2Q7F5X1ZB", "4006381333931", "https://shop.example/check.html#", strings.Repeat("PDR", 3000),
		strings.ReplaceAll(code, "S", "ſ"), code + ".", code + "#"} {
		if _, err := proof.Parse(text); !errors.Is(err, proof.ErrForm) {
			t.Errorf("%.40q: got %v, want %v", text, err, proof.ErrForm)
		}
	}
	if got := proof.Link("https://shop.example", ""); got != "" {
		t.Errorf("a link to no code: %q", got)
	}
}

// signed is the code of any bytes.
func signed(body []byte) string {
	return codeOf(append(bytes.Clone(body), ed25519.Sign(key(1), append([]byte("paydesk receipt v1\n"), body...))...))
}

// misspelt are codes that no terminal writes, although the signature holds: they
// say what another code says, or nothing.
func misspelt() map[string]string {
	b := bytesOf(proof.Sign(key(1), sample()))
	body := b[:len(b)-ed25519.SignatureSize]
	const at = 2 + 4 + 16 // of the time, in five bytes
	put := func(i int, with ...byte) string {
		return signed(append(append(bytes.Clone(body[:i]), with...), body[i+1:]...))
	}
	return map[string]string{
		"a number with a byte more": put(at+4, body[at+4]|0x80, 0), "a number without an end": put(at+4, bytes.Repeat([]byte{0xff}, 12)...),
		"a byte more": signed(append(bytes.Clone(body), 0)), "a byte less": signed(body[:len(body)-1]), "nothing": signed(nil),
		"another version": put(0, 2), "no document": put(1, 0), "an unknown document": put(1, 100), "a long text": put(at+5+3+3, 255),
	}
}

func TestOneEncoding(t *testing.T) {
	b := bytesOf(proof.Sign(key(1), sample()))
	if _, err := read(signed(b[:len(b)-ed25519.SignatureSize]), public(1)); err != nil {
		t.Fatalf("the signature is made otherwise than here: %v", err)
	}
	for name, code := range misspelt() {
		if _, err := proof.Parse(code); !errors.Is(err, proof.ErrForm) {
			t.Errorf("%s: got %v, want %v", name, err, proof.ErrForm)
		}
	}
}

func TestWhoSigned(t *testing.T) {
	code := proof.Sign(key(1), sample())
	b := bytesOf(code)
	b[len(b)-1] ^= 1
	for _, tt := range []struct {
		name, code string
		keys       []ed25519.PublicKey
		want       error
	}{
		{"the only key", code, []ed25519.PublicKey{public(1)}, nil},
		{"an earlier key", code, []ed25519.PublicKey{public(1), public(2)}, nil},
		{"another key", code, []ed25519.PublicKey{public(2)}, proof.ErrStranger},
		{"no key", code, nil, proof.ErrStranger},
		{"half a key", code, []ed25519.PublicKey{public(1)[:5]}, proof.ErrStranger},
		{"changed", codeOf(b), []ed25519.PublicKey{public(2), public(1)}, proof.ErrChanged},
	} {
		if _, err := read(tt.code, tt.keys...); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
		}
	}
	// A signature of something else by the same key, such as of a head of the
	// journal, is none of a receipt.
	body := b[:len(b)-ed25519.SignatureSize]
	for _, domain := range []string{"", "paydesk journal head v1\n"} {
		other := codeOf(append(bytes.Clone(body), ed25519.Sign(key(1), append([]byte(domain), body...))...))
		if _, err := read(other, public(1)); !errors.Is(err, proof.ErrChanged) {
			t.Errorf("signed as %q: got %v", domain, err)
		}
	}
}

// The code fits the narrow paper, alone and behind the longest address, at
// three dots a module and more: 58 mm are 384 dots.
func TestFitsPaper(t *testing.T) {
	long := sample()
	long.Tender = "American Express"
	for _, tt := range []struct {
		name    string
		text    string
		version int
	}{
		{"code", proof.Sign(key(1), long), 10},
		{"link", proof.Link("https://receipts.corner-shop.example/check.html", proof.Sign(key(1), long)), 11},
		{"longest link", proof.Link("https://"+strings.Repeat("a", 72), proof.Sign(key(1), long)), 12},
	} {
		m, err := qr.Encode(tt.text)
		if err != nil {
			t.Fatal(err)
		}
		dots := 384 / (len(m) + 2*qr.QuietZone)
		if got := (len(m) - 17) / 4; got > tt.version || dots < 3 {
			t.Errorf("%s of %d letters: version %d at %d dots a module, want at most %d", tt.name, len(tt.text), got, dots, tt.version)
		}
		t.Logf("%s: %d letters, version %d, %d dots a module", tt.name, len(tt.text), (len(m)-17)/4, dots)
	}
}

func FuzzParse(f *testing.F) {
	code := proof.Sign(key(1), sample())
	f.Add(code)
	f.Add(proof.Link("https://shop.example/", code))
	f.Add("PDRBCBCBCBC")
	for n := range len(bytesOf(code)) / 8 {
		f.Add(codeOf(bytesOf(code)[8*n:]))
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := proof.Parse(text)
		if err != nil {
			if !errors.Is(err, proof.ErrForm) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if err := s.Verify(public(1)); err == nil && !reflect.DeepEqual(s.Statement, short(sample())) {
			t.Fatalf("%q was never signed: %+v", text, s.Statement)
		}
		again, err := proof.Parse(proof.Sign(key(1), s.Statement))
		if err != nil || !reflect.DeepEqual(again.Statement, s.Statement) {
			t.Fatalf("%q: %v, %v", text, fmt.Sprint(s.Statement), err)
		}
	})
}
