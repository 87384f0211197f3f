package sandbox

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"time"
)

// maxBody is the largest request body in bytes; the document's longest sample
// has under 3,000.
const maxBody = 64 << 10

var (
	errBody  = errors.New("the request body is not what this call takes")
	undecode = refuse(http.StatusBadRequest, "Unable to decode the Model")
)

// decode reads the body of a request into v. Field names match in any letter
// case and unknown ones are ignored, as encoding/json does by itself. The
// error never quotes the body, which may hold a card number, and the buffer is
// wiped.
func decode(body io.Reader, v any) error {
	buf := make([]byte, maxBody+1)
	defer clear(buf)
	n, err := io.ReadFull(body, buf)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		return errBody // too long, empty, or cut off
	}
	if json.Unmarshal(buf[:n], v) != nil {
		return errBody
	}
	return nil
}

// text is a value that the host takes as a JSON string or number, and keeps as
// it was written: the document's table says integer where its samples send a
// string. Null and a missing field are "".
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(b []byte) error {
	switch {
	case string(b) == "null":
		return nil
	case b[0] == '"':
		return json.Unmarshal(b, (*string)(t))
	case b[0] == '-' || (b[0] >= '0' && b[0] <= '9'):
		*t = text(b)
		return nil
	}
	return errBody
}

// secret is a text that can be wiped: a card number or security code. It may
// not be written with escapes, which would put copies elsewhere.
type secret []byte

// UnmarshalJSON implements json.Unmarshaler.
func (s *secret) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	if len(b) >= 2 && b[0] == '"' {
		b = b[1 : len(b)-1]
	}
	for _, c := range b {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return errBody
		}
	}
	*s = append((*s)[:0], b...)
	return nil
}

func (s secret) digits() bool {
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(s) > 0
}

// yesNo is a Boolean that may come as a string; missing and null are false.
type yesNo bool

// UnmarshalJSON implements json.Unmarshaler.
func (f *yesNo) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case "true", `"true"`, `"True"`:
		*f = true
	case "false", `"false"`, `"False"`, "null", `""`:
		*f = false
	default:
		return errBody
	}
	return nil
}

// dateForms are the ways clients write a date or a moment: the document shows
// 2002-05-30 in its tables and 1/1/1900 in its sample.
var dateForms = []string{"2006-01-02", "1/2/2006", time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05"}

// moment reads a date or time; without an offset it is UTC. The second result
// is the end of what was named: a day later for a date, the moment itself else.
func moment(t text) (from, until time.Time, ok bool) {
	for i, form := range dateForms {
		if at, err := time.Parse(form, string(t)); err == nil {
			if i < 2 {
				return at, at.AddDate(0, 0, 1).Add(-1), true
			}
			return at, at, true
		}
	}
	return time.Time{}, time.Time{}, false
}

var digitRun = regexp.MustCompile(`[0-9](?:[ -]?[0-9]){12,18}`)

// masked replaces what looks like a card number in free text, where a person
// may have typed one by mistake, before the text is kept.
func masked(s string) string {
	return digitRun.ReplaceAllStringFunc(s, func(run string) string {
		digits := make([]byte, 0, len(run))
		for i := range len(run) {
			if run[i] >= '0' && run[i] <= '9' {
				digits = append(digits, run[i])
			}
		}
		if !luhn(digits) {
			return run
		}
		return "****" + string(digits[len(digits)-4:])
	})
}

// luhn checks the last digit of a card number, ISO/IEC 7812-1 annex B.
func luhn(digits []byte) bool {
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
