package cardentry

import (
	"paydesk/app/text"
	"strings"
	"time"

	"paydesk/terminal/card"
)

// Field is a field of the form.
type Field int

// The fields, in their order.
const (
	Number Field = iota
	Expiry
	Code
	Name
	fields
)

var fieldNames = [fields]card.Field{card.FieldNumber, card.FieldExpiry, card.FieldCVV, card.FieldHolder}

const (
	mostNumber = 19
	mostExpiry = 4
	mostCode   = 4
	mostName   = 50
)

// form holds what is typed, in arrays of fixed size: they never grow, so no
// copy stays behind anywhere.
type form struct {
	number  [mostNumber]byte
	expiry  [mostExpiry]byte
	code    [mostCode]byte
	name    [mostName]rune
	counts  [fields]int
	chosen  Field
	left    [fields]bool // was left or entered: say what is missing
	stepped bool         // the form went on by itself, and nothing was typed since
	// swiped: the card is held elsewhere, and only its security code is typed
	// here, if that; scheme is the card's.
	swiped bool
	scheme card.Brand
}

// wipe clears every byte.
func (f *form) wipe() { *f = form{} }

func (f *form) empty() bool { return *f == form{} }

func (f *form) fieldEmpty(at Field) bool { return f.counts[at] == 0 }

func (f *form) brand() card.Brand {
	if f.swiped {
		return f.scheme
	}
	return card.Detect(f.number[:f.counts[Number]])
}

// choose goes to a field and marks the one before as left.
func (f *form) choose(to Field) {
	if to != f.chosen && f.counts[f.chosen] > 0 {
		f.left[f.chosen] = true
	}
	f.stepped = false
	f.chosen = to
}

// add takes one sign into the chosen field; what does not belong there is
// ignored.
func (f *form) add(r rune, now time.Time) {
	f.stepped = false
	at := f.chosen
	n := f.counts[at]
	digit := byte(r)
	if at != Name && (r < '0' || r > '9') {
		return
	}
	switch {
	case at == Number && n < mostNumber:
		f.number[n] = digit
	case at == Expiry && n == 0 && r > '1':
		// No month begins with 2 to 9: it is a month of one digit.
		f.expiry[0], f.expiry[1] = '0', digit
		f.counts[at]++
	case at == Expiry && n < mostExpiry:
		f.expiry[n] = digit
	case at == Code && n < mostCode:
		f.code[n] = digit
	case at == Name && n < mostName && r >= ' ' && r != 0x7f && (n > 0 || r != ' '):
		f.name[n] = r
	default:
		return
	}
	f.counts[at]++
	f.left[at] = false
	f.step(now)
}

// usualDigits is the length at which a right number is taken for whole.
const usualDigits = 16

// step goes on by itself where a field is whole and right.
func (f *form) step(now time.Time) {
	if f.problem(f.chosen, now) != nil {
		return
	}
	whole := f.chosen == Number && (f.counts[Number] == usualDigits || f.brand() == card.Amex) ||
		f.chosen == Expiry && f.counts[Expiry] == mostExpiry
	if next := f.chosen + 1; whole && f.counts[next] == 0 {
		f.left[f.chosen] = true
		f.chosen = next
		f.stepped = true
	}
}

// erase takes the last sign of the chosen field back.
func (f *form) erase() {
	f.stepped = false
	n := f.counts[f.chosen] - 1
	if n < 0 {
		return
	}
	switch f.chosen {
	case Number:
		f.number[n] = 0
	case Expiry:
		f.expiry[n] = 0
	case Code:
		f.code[n] = 0
	case Name:
		f.name[n] = 0
	}
	f.counts[f.chosen] = n
	f.left[f.chosen] = false
}

// problem is what is wrong with a field, nil if nothing is.
func (f *form) problem(at Field, now time.Time) *card.Problem {
	if f.swiped && (at != Code || f.counts[Code] == 0) {
		return nil
	}
	switch at {
	case Number:
		return card.CheckNumber(f.number[:f.counts[Number]])
	case Expiry:
		return card.CheckExpiry(f.expiry[:f.counts[Expiry]], now)
	case Code:
		return card.CheckCVV(f.code[:f.counts[Code]], f.brand())
	}
	return card.CheckHolder(string(f.name[:f.counts[Name]]))
}

// shownProblem is the sentence that is to be shown now. What is merely not
// finished is no mistake until the field is left.
func (f *form) shownProblem(at Field, now time.Time) string {
	p := f.problem(at, now)
	if p == nil {
		return ""
	}
	unfinished := p.Code == card.CodeMissing || p.Code == card.CodeShort
	if at == Expiry && f.counts[at] < mostExpiry {
		unfinished = true
		if n := f.counts[at]; n >= 2 && f.wrongMonth() {
			return text.Say(card.Expiry{}.Check(now).Text)
		}
	}
	if unfinished && !f.left[at] {
		return ""
	}
	return text.Say(p.Text)
}

func (f *form) wrongMonth() bool {
	month := (f.expiry[0]-'0')*10 + f.expiry[1] - '0'
	return month < 1 || month > 12
}

// firstWrong is the first field that keeps the charge from being ready.
func (f *form) firstWrong(now time.Time) (Field, bool) {
	for at := range fields {
		if f.problem(at, now) != nil {
			return at, false
		}
	}
	return Number, true
}

// card makes the card of what was typed. It copies the bytes once, into
// slices that the card takes over and clears.
func (f *form) card(now time.Time) (*card.Card, Field, bool) {
	if bad, whole := f.firstWrong(now); !whole {
		return nil, bad, false
	}
	expiry, err := card.ParseMMYY(f.expiry[:f.counts[Expiry]])
	if err != nil {
		return nil, Expiry, false
	}
	pan := append(make([]byte, 0, mostNumber), f.number[:f.counts[Number]]...)
	code := append(make([]byte, 0, mostCode), f.code[:f.counts[Code]]...)
	c, err := card.New(pan, code, expiry, strings.TrimSpace(string(f.name[:f.counts[Name]])))
	if err != nil {
		clear(pan)
		clear(code)
		return nil, Number, false
	}
	return c, Number, true
}

const dot = '•'

// view is how a field is shown: the number in full only while it is being
// typed, then its last four digits (PCI DSS 3.4.1); the code never.
func (f *form) view(at Field, now time.Time) FieldView {
	n := f.counts[at]
	v := FieldView{Count: n, Problem: f.shownProblem(at, now), Right: n > 0 && f.problem(at, now) == nil}
	switch at {
	case Number:
		brand := f.brand()
		if n > 0 && brand != card.Unknown {
			v.Badge = brand.String()
		}
		gaps := gapsOf(n, brand)
		v.Sign = func(i int) (rune, bool) {
			if f.chosen != Number && i < n-4 {
				return dot, gaps[i]
			}
			return rune(f.number[i]), gaps[i]
		}
	case Expiry:
		if n >= 2 {
			v.Count++ // the stroke
		}
		v.Sign = func(i int) (rune, bool) {
			switch {
			case i < 2:
				return rune(f.expiry[i]), false
			case i == 2:
				return '/', false
			}
			return rune(f.expiry[i-1]), false
		}
	case Code:
		v.Sign = func(int) (rune, bool) { return dot, false }
	case Name:
		v.Sign = func(i int) (rune, bool) { return f.name[i], false }
	}
	return v
}

// gapsOf tells before which digits of a number the brand's cards have a gap.
func gapsOf(n int, brand card.Brand) (gaps [mostNumber]bool) {
	i := 0
	for _, r := range card.Group(strings.Repeat("0", n), brand) {
		if r == ' ' {
			gaps[i] = true
			continue
		}
		i++
	}
	return gaps
}
