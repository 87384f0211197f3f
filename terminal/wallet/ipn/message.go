// Package ipn understands PayPal's instant payment notifications: it keeps each
// as it came until its end, has PayPal say whether it sent it, and turns what it
// says into entries of the payment log. A message proves nothing by itself, since
// anybody can send one.
package ipn

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// The bounds of a message. A mass payment reports 250 lines of ten fields.
const (
	MaxBody   = 64 << 10
	maxFields = 4000
	maxText   = 255 // characters of a value that is kept
)

// ErrForm: it is no message, or one that cannot be understood in one way only.
var ErrForm = errors.New("not a form of PayPal's")

// fieldName is what PayPal's names are made of; others are passed over.
var fieldName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,63}$`)

// Message is a notification, decoded. Its names are case-sensitive.
type Message struct {
	fields map[string]string
}

// Decode reads a body as it was received. Its texts are in the charset that it
// names; what that cannot decode is replaced. With an error the message is what
// was read until then.
func Decode(body []byte) (Message, error) {
	m := Message{fields: map[string]string{}}
	defer m.decodeTexts()
	if len(body) > MaxBody {
		return m, ErrForm
	}
	for i, rest := 0, string(body); rest != ""; i++ {
		var pair string
		pair, rest, _ = strings.Cut(rest, "&")
		name, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil || i >= maxFields {
			return m, ErrForm
		}
		if !fieldName.MatchString(name) {
			continue
		}
		value, err = url.QueryUnescape(value)
		if _, twice := m.fields[name]; err != nil || twice {
			return m, ErrForm // the first and the last would be two messages
		}
		m.fields[name] = value
	}
	if len(m.fields) == 0 {
		return m, ErrForm
	}
	return m, nil
}

// decodeTexts brings the values into UTF-8. Numbers and states are ASCII in
// every charset that PayPal sends.
func (m *Message) decodeTexts() {
	charset, err := htmlindex.Get(m.fields["charset"])
	for name, value := range m.fields {
		if !ascii(value) && err == nil {
			if text, err := charset.NewDecoder().String(value); err == nil {
				value = text
			}
		}
		m.fields[name] = tidy(value)
	}
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf || r == 0x1b })
}

// tidy is a text on one line, without signs that would change how others look,
// of a bounded length.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, string(utf8.RuneError)))
	if utf8.RuneCountInString(s) > maxText {
		s = string([]rune(s)[:maxText])
	}
	return s
}

// Get is the value of a field, or "".
func (m Message) Get(name string) string { return m.fields[name] }

// Test reports a message of PayPal's sandbox.
func (m Message) Test() bool { return m.Get("test_ipn") == "1" }

// At is when it happened: US Pacific time, whatever the zone of this computer
// (reference, 5). It is zero where that cannot be read.
func (m Message) At() time.Time {
	text, zone, ok := cutLast(m.Get("payment_date"))
	offset, known := map[string]int{"PST": -8, "PDT": -7}[zone]
	if !ok || !known {
		return time.Time{}
	}
	at, err := time.ParseInLocation("15:04:05 Jan 2, 2006", text, time.FixedZone(zone, offset*3600))
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}

func cutLast(s string) (before, last string, ok bool) {
	i := strings.LastIndexByte(s, ' ')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// amounts reads the money of the message, or of one line: what moved, and the
// fee, which has no currency where none is named.
func (m Message) amounts(line string) (gross, fee money.Amount, err error) {
	c, err := money.ParseCurrency(m.Get("mc_currency" + line))
	if err != nil {
		return gross, fee, err
	}
	if gross, err = money.Parse(m.Get("mc_gross"+line), c); err != nil {
		return money.Amount{}, fee, err
	}
	if text := m.Get("mc_fee" + line); text != "" {
		if fee, err = money.Parse(text, c); err != nil {
			return money.Amount{}, money.Amount{}, err
		}
	}
	return gross, fee, nil
}

// text is a value of a field that people wrote, without what could be a card
// number.
func (m Message) text(names ...string) string {
	for _, name := range names {
		if v := m.Get(name); v != "" && !order.HasCard(v) {
			return v
		}
	}
	return ""
}
