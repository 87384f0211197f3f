package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// FaultKind names one way in which a host disturbs a request.
type FaultKind string

// The kinds of faults; the table faultKinds says what each of them does.
const (
	FaultDelay     FaultKind = "delay"
	FaultDrop      FaultKind = "drop"
	FaultReset     FaultKind = "reset"
	FaultTruncate  FaultKind = "truncate"
	FaultStatus    FaultKind = "status"
	FaultHTML      FaultKind = "html"
	FaultTypes     FaultKind = "types"
	FaultDuplicate FaultKind = "duplicate"
	FaultReplay    FaultKind = "replay"
	FaultLate      FaultKind = "late"
	FaultLag       FaultKind = "lag"
	FaultSkew      FaultKind = "skew"
	FaultSlow      FaultKind = "slow"
	FaultEcho      FaultKind = "echo"
	FaultUnknown   FaultKind = "unknown"
	FaultRows      FaultKind = "rows"
)

// Fault is one disturbance, written as in "delay 8s before" or as a JSON object
// with the same fields. Which fields a kind takes is in faultKinds.
type Fault struct {
	Kind   FaultKind
	For    time.Duration
	When   string // "before": the request is not processed, or not yet; "after": it was
	At     int    // the number of bytes that a truncated answer keeps
	Status int
	Body   string // of a status: "json", "empty" or "html"
	Page   string // "portal" or "gateway"
	Of     string // the JSON type that changes
	Field  string // the field of the answer that changes
	// Of the rows of a list, counted from 1: the one that is missing, the one
	// behind which one more comes, and the one with another amount; 0 is none.
	Missing, Extra, Altered int
}

// faultKind is a row of the table of kinds.
type faultKind struct {
	name     FaultKind
	takes    []string // fields, in the order of the short form
	needs    int      // so many of them are mandatory
	when     string   // what When is if it is not said
	min, max time.Duration
	example  string
	does     string
}

const year = 366 * 24 * time.Hour

// faultKinds is the table that README.md prints.
var faultKinds = []faultKind{
	{FaultDelay, []string{"for", "when"}, 1, "after", time.Millisecond, time.Hour, "delay 8s",
		"The request is processed at once and the answer comes later. With `before` the request waits too, and is not processed for a client that hangs up."},
	{FaultDrop, []string{"when", "for"}, 0, "after", time.Millisecond, time.Hour, "drop before",
		"The connection ends without an answer, if `for` is given after so long a silence. The request is processed unless `before` is said."},
	{FaultReset, []string{"when", "for"}, 0, "after", time.Millisecond, time.Hour, "reset after",
		"As drop, but the connection is reset (TCP RST); processed unless `before` is said."},
	{FaultTruncate, []string{"at"}, 0, "", 0, 0, "truncate 100",
		"The answer's body ends after so many bytes, none if nothing is said. A shorter one comes whole."},
	{FaultStatus, []string{"status", "body", "when"}, 1, "before", 0, 0, "status 503 empty after",
		"Another status, 400 to 599, with a body of `json` (if nothing is said), `empty` or `html`. The request is not processed unless `after` is said."},
	{FaultHTML, []string{"page", "when"}, 0, "before", 0, 0, "html portal",
		"A web page: `portal` is the sign-in of a public network with status 200, `gateway` (if nothing is said) a 502. The request is not processed unless `after` is said."},
	{FaultTypes, []string{"of", "field"}, 0, "", 0, 0, "types numbers amount",
		"Wrong JSON types: `numbers` and `booleans` become strings, `strings` objects, `objects` lists, `lists` objects; only in the named field, or everywhere. Without a type: numbers, booleans and strings."},
	{FaultDuplicate, nil, 0, "", 0, 0, "duplicate",
		"The answer comes twice in one body."},
	{FaultReplay, nil, 0, "", 0, 0, "replay",
		"The request is processed twice, as by a gateway that repeats it, and no duplicate is noticed; the second answer comes."},
	{FaultLate, []string{"for"}, 1, "", time.Second, 40 * time.Minute, "late 2m",
		"No answer; the request is processed that much later, 1s to 40m, unless the host stops before."},
	{FaultLag, []string{"for"}, 1, "", time.Millisecond, 24 * time.Hour, "lag 5m",
		"A search does not see what is younger."},
	{FaultSkew, []string{"for"}, 1, "", -year, year, "skew -2h",
		"The host's clock is off while it answers: the Date header, and the time of what is entered into the ledger."},
	{FaultSlow, []string{"for"}, 1, "", time.Millisecond, time.Hour, "slow 10s",
		"The bytes of the answer drip in over that time."},
	{FaultEcho, []string{"field"}, 1, "", 0, 0, "echo sequenceNumber",
		"The answer shows another value in that field: an amount one unit higher, the other device, another text."},
	{FaultUnknown, []string{"field"}, 0, "", 0, 0, "unknown",
		"A status text that no client knows, in `status` or the named field."},
	{FaultRows, []string{"missing", "extra", "altered"}, 1, "", 0, 0, "rows 3 5 8",
		"Of the rows of a list or a page one is `missing`, behind another comes one that is `extra`, and the amount of another is `altered` by a cent: so many from the top, 0 for none. The ledger does not change, and the same request is answered the same again."},
}

// FaultTable is the kinds of faults as a Markdown table.
func FaultTable() string {
	var b strings.Builder
	b.WriteString("| Fault | Fields | Example | What happens |\n| --- | --- | --- | --- |\n")
	for _, k := range faultKinds {
		takes := slices.Clone(k.takes)
		for i := k.needs; i < len(takes); i++ {
			takes[i] = "[" + takes[i] + "]"
		}
		fmt.Fprintf(&b, "| %s | %s | `%s` | %s |\n", k.name, strings.Join(takes, " "), k.example, k.does)
	}
	return b.String()
}

// planError is what is wrong with a field of a plan.
type planError struct{ field, why string }

// Error implements error.
func (e planError) Error() string { return e.field + ": " + e.why }

func kindOf(name string) (*faultKind, error) {
	var names []string
	for i := range faultKinds {
		if string(faultKinds[i].name) == name {
			return &faultKinds[i], nil
		}
		names = append(names, string(faultKinds[i].name))
	}
	return nil, planError{"kind", fmt.Sprintf("%q is no kind of fault; choose one of %s", name, strings.Join(names, ", "))}
}

// ParseFault reads a fault in its short form, "delay 8s before", or as a JSON
// object. The error names the field that is wrong.
func ParseFault(text string) (Fault, error) {
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		return parseFaultObject([]byte(text))
	}
	words := strings.Fields(text)
	if len(words) == 0 {
		return Fault{}, planError{"kind", "name a fault, such as drop"}
	}
	k, err := kindOf(words[0])
	if err != nil {
		return Fault{}, err
	}
	f := Fault{Kind: k.name}
	left := k.takes
	for _, word := range words[1:] {
		if len(left) == 0 {
			return Fault{}, planError{string(k.name), fmt.Sprintf("%q is too much", word)}
		}
		// What a word is shows in its form; a field that it does not fit is skipped.
		i := slices.IndexFunc(left, func(field string) bool { return f.put(k, field, word) == nil })
		if i < 0 {
			return Fault{}, f.put(k, left[0], word)
		}
		left = left[i+1:]
	}
	return f.complete(k)
}

// UnmarshalJSON implements json.Unmarshaler.
func (f *Fault) UnmarshalJSON(b []byte) (err error) {
	var short string
	if json.Unmarshal(b, &short) != nil {
		short = string(b)
	}
	if *f, err = ParseFault(short); err != nil {
		return fmt.Errorf("fault.%w", err)
	}
	return nil
}

func parseFaultObject(b []byte) (Fault, error) {
	var fields map[string]text
	if json.Unmarshal(b, &fields) != nil {
		return Fault{}, planError{"fault", `write it as "delay 8s" or as {"kind":"delay","for":"8s"}`}
	}
	k, err := kindOf(string(fields["kind"]))
	if err != nil {
		return Fault{}, err
	}
	delete(fields, "kind")
	f := Fault{Kind: k.name}
	for name, word := range fields {
		if !slices.Contains(k.takes, name) {
			return Fault{}, planError{name, fmt.Sprintf("a fault of kind %s has no such field", k.name)}
		}
		if err := f.put(k, name, string(word)); err != nil {
			return Fault{}, err
		}
	}
	return f.complete(k)
}

// choices are the fields that take one of a few words.
var choices = map[string][]string{
	"when": {"before", "after"},
	"body": {"json", "empty", "html"},
	"page": {"portal", "gateway"},
	"of":   {"numbers", "strings", "booleans", "objects", "lists"},
}

// put sets one field from its text.
func (f *Fault) put(k *faultKind, field, word string) error {
	if words, ok := choices[field]; ok {
		if !slices.Contains(words, word) {
			return planError{field, fmt.Sprintf("%q is none of %s", word, strings.Join(words, ", "))}
		}
		*map[string]*string{"when": &f.When, "body": &f.Body, "page": &f.Page, "of": &f.Of}[field] = word
		return nil
	}
	switch field {
	case "for":
		d, err := time.ParseDuration(word)
		if err != nil || d < k.min || d > k.max || d == 0 {
			return planError{field, fmt.Sprintf("%q is no length of time from %s to %s; write one such as 8s or 2m", word, shortSpan(k.min), shortSpan(k.max))}
		}
		f.For = d
	case "field":
		if strings.Trim(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != "" || word == "" || len(word) > 60 {
			return planError{field, fmt.Sprintf("%q is no field of an answer; write one such as sequenceNumber", word)}
		}
		f.Field = word
	default:
		to, least, most := f.number(field), 0, 1<<20
		if field == "status" {
			least, most = 400, 599
		}
		n, err := strconv.Atoi(word)
		if err != nil || n < least || n > most {
			return planError{field, fmt.Sprintf("%q is no whole number from %d to %d", word, least, most)}
		}
		*to = n
	}
	return nil
}

// number is the field of that name that holds a whole number.
func (f *Fault) number(field string) *int {
	return map[string]*int{"at": &f.At, "status": &f.Status, "missing": &f.Missing, "extra": &f.Extra, "altered": &f.Altered}[field]
}

// complete fills in what was not said, and refuses what must be.
func (f Fault) complete(k *faultKind) (Fault, error) {
	for _, field := range k.takes[:k.needs] {
		missing := map[string]bool{"for": f.For == 0, "status": f.Status == 0, "field": f.Field == "",
			"missing": f.Missing+f.Extra+f.Altered == 0}[field]
		if missing {
			return Fault{}, planError{field, fmt.Sprintf("a fault of kind %s needs it, as in %q", k.name, k.example)}
		}
	}
	if f.When == "" {
		f.When = k.when
	}
	switch {
	case k.name == FaultStatus && f.Body == "":
		f.Body = "json"
	case k.name == FaultHTML && f.Page == "":
		f.Page = "gateway"
	case k.name == FaultUnknown && f.Field == "":
		f.Field = "status"
	}
	return f, nil
}

// check holds a fault that was made in Go against the same rules.
func (f Fault) check() error {
	_, err := ParseFault(f.String())
	return err
}

// String is the short form.
func (f Fault) String() string {
	words := []string{string(f.Kind)}
	k, err := kindOf(string(f.Kind))
	if err != nil {
		return words[0]
	}
	for _, field := range k.takes {
		if word := f.word(field); word != "" {
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}

// word is the text of one field, "" when it is not set.
func (f Fault) word(field string) string {
	switch {
	case field == "for" && f.For != 0:
		return shortSpan(f.For)
	case field == "at" || f.Kind == FaultRows:
		return strconv.Itoa(*f.number(field))
	case field == "status" && f.Status != 0:
		return strconv.Itoa(f.Status)
	}
	return map[string]string{"when": f.When, "body": f.Body, "page": f.Page, "of": f.Of, "field": f.Field}[field]
}

// MarshalJSON implements json.Marshaler.
func (f Fault) MarshalJSON() ([]byte, error) {
	b := bytes.NewBufferString(`{"kind":` + strconv.Quote(string(f.Kind)))
	if k, err := kindOf(string(f.Kind)); err == nil {
		for _, field := range k.takes {
			if word := f.word(field); f.number(field) != nil {
				fmt.Fprintf(b, `,%q:%s`, field, word)
			} else if word != "" {
				fmt.Fprintf(b, `,%q:%q`, field, word)
			}
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// shortSpan writes a duration without the zeros that time.Duration adds.
func shortSpan(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
