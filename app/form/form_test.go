package form

import (
	"context"
	"errors"
	"paydesk/app/apptest"
	"strings"
	"testing"

	"paydesk/app/bridge"
	"paydesk/app/keys"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/money"
)

var three = []Option{{Value: "a", Words: "First"}, {Value: "b", Words: "Second"}, {Value: "c", Words: "Third"}}

// What is filled in comes out as it went in; what is typed changes it.
func TestField(t *testing.T) {
	for _, tt := range []struct {
		name         string
		field        Field
		fill, typed  string
		erase        int
		value, shown string
		problem      bool
	}{
		{name: "text", field: Field{Most: 20}, fill: "Harbour", typed: " Coffee", value: "Harbour Coffee", shown: "Harbour Coffee"},
		{name: "too long", field: Field{Most: 5}, typed: strings.Repeat("x", 10_000), value: "xxxxx", shown: "xxxxx", problem: true},
		{name: "amount", field: Field{Pad: Money, Most: 9, Currency: money.USD}, fill: "0.50", value: "0.50", shown: "$0.50"},
		{name: "amount anew", field: Field{Pad: Money, Most: 9, Currency: money.USD}, fill: "0.50", typed: "1250", value: "12.50", shown: "$12.50"},
		{name: "no amount", field: Field{Pad: Money, Most: 9, Currency: money.USD}, fill: "50", erase: 4},
		{name: "amount of letters", field: Field{Pad: Money, Most: 9, Currency: money.USD}, typed: "a1-2,", value: "0.12", shown: "$0.12"},
		{name: "large amount", field: Field{Pad: Money, Most: 9, Currency: money.USD}, typed: strings.Repeat("9", 10_000), value: "9999999.99", shown: "$9,999,999.99", problem: true},
		{name: "rate", field: Field{Pad: Decimal, Most: 7, Unit: "%"}, fill: "0", typed: "8.25", value: "8.25", shown: "8.25 %"},
		{name: "number", field: Field{Pad: Digits, Most: 3}, fill: "45", erase: 1, value: "4", shown: "4"},
		{name: "choice", field: Field{Pad: Choice, Options: three}, fill: "b", typed: "zz", value: "b", shown: "Second"},
		{name: "choice of another", field: Field{Pad: Choice, Options: three}, fill: "d", value: "d", shown: "d"},
		{name: "many", field: Field{Pad: Many, Options: three}, fill: "a | C", typed: " ", value: "C", shown: "Third"},
		{name: "scanner", field: Field{Most: 40}, typed: "4006381333931\t\x00", value: "4006381333931", shown: "4006381333931"},
	} {
		f := tt.field
		f.Fill(tt.fill)
		for _, r := range tt.typed {
			f.typed(r)
		}
		for range tt.erase {
			f.erase()
		}
		if f.Value() != tt.value || f.Shown() != tt.shown || (f.Problem != "") != tt.problem {
			t.Errorf("%s: value %q, shown %q, problem %q", tt.name, f.Value(), f.Shown(), f.Problem)
		}
	}
}

// A secret stays in one place, is shown to nobody, and is overwritten.
func TestSecret(t *testing.T) {
	f := Field{Pad: Secret, Most: 8}
	f.Fill("")
	for _, r := range "pässwort and more" {
		f.typed(r)
	}
	if f.Value() != "" || f.Shown() != "" || f.Len() != 8 || f.Problem == "" {
		t.Errorf("value %q, shown %q, %d letters", f.Value(), f.Shown(), f.Len())
	}
	f.erase()
	room := f.secret[:cap(f.secret)]
	if got := string(f.Take()); got != "pässwor" {
		t.Errorf("took %q", got)
	}
	for _, b := range room {
		if b != 0 {
			t.Fatal("the secret is still in memory")
		}
	}
	pin := Field{Pad: PIN, Most: 8}
	for _, r := range "12a3 4" {
		pin.typed(r)
	}
	if got := string(pin.Take()); got != "1234" {
		t.Errorf("PIN %q", got)
	}
}

func wanted(value string) string {
	if value == "" {
		return "Enter it."
	}
	return ""
}

// Enter goes through the fields and ends the form; what is wrong holds it up.
func TestForm(t *testing.T) {
	done := 0
	f := New(&Field{Key: "name", Most: 20, Check: wanted}, &Field{Key: "role", Pad: Choice, Options: three}, &Field{Key: "note", Most: 5})
	f.Field("role").Fill("a")
	f.Done = func() { done++ }
	f.Key(keys.Enter)
	if f.At() != 0 || f.Now().Problem == "" {
		t.Fatal("an empty name goes on")
	}
	f.Rune('A')
	if f.Now().Problem != "" {
		t.Error("the sentence stays while it is mended")
	}
	f.Key(keys.Enter)
	f.Key(keys.Down)
	f.Key(keys.Down)
	f.Key(keys.Down) // past the last option
	if f.At() != 2 || f.Field("role").Value() != "c" {
		t.Errorf("at %d, role %s", f.At(), f.Field("role").Value())
	}
	f.Paste("line\nof 10,000 letters" + strings.Repeat("x", 10_000))
	if got := f.Now().Value(); got != "line" || f.Now().Problem == "" {
		t.Errorf("pasted %q, %q", got, f.Now().Problem)
	}
	f.Press(caps.Erase)
	f.Field("name").Fill("")
	f.Key(keys.Save)
	if done != 0 || f.At() != 0 {
		t.Errorf("done %d times, at %d", done, f.At())
	}
	f.Rune('B')
	f.Key(keys.Save)
	f.Choose(2)
	f.Key(keys.Enter)
	if done != 2 {
		t.Errorf("done %d times, want 2", done)
	}
}

var errNo = errors.New("no")

// Nothing is heard of a task that was cancelled, and its secrets are gone.
func TestTask(t *testing.T) {
	var held []func()
	run := func(work func(context.Context) func()) { held = append(held, func() { bridge.InlineRun(work) }) }
	release := func() {
		for len(held) > 0 {
			next := held[0]
			held = held[1:]
			next()
		}
	}
	task, heard, told := NewTask(apptest.Plain(run), run), 0, 0
	secret := []byte("secret")
	work := func(ctx context.Context, tell func(func())) error {
		tell(func() { told++ })
		return errNo
	}
	task.Start(work, func(error) { heard++ }, secret)
	task.Start(work, func(error) { heard += 10 })
	task.Cancel()
	release()
	if heard != 0 || told != 0 || secret[0] != 0 || task.Busy() {
		t.Errorf("heard %d, told %d, secret %q", heard, told, secret)
	}
	task.Start(work, func(error) { heard++ })
	release()
	if heard != 1 || task.Busy() {
		t.Errorf("heard %d", heard)
	}
}

// FuzzField: whatever is filled in and typed, the field stays within its room
// and its value can be filled in again.
func FuzzField(f *testing.F) {
	f.Add(0, "Harbour", " Coffee")
	f.Add(5, "0.50", "1250")
	f.Add(7, "a | b", " ")
	f.Fuzz(func(t *testing.T, pad int, fill, typed string) {
		field := Field{Pad: Pad(((pad % 8) + 8) % 8), Most: 9, Currency: money.USD, Options: three}
		field.Fill(fill)
		for _, r := range typed {
			field.typed(r)
		}
		if field.Hidden() {
			if field.Len() > 9 || field.Value() != "" {
				t.Fatalf("%d letters, value %q", field.Len(), field.Value())
			}
			return
		}
		value := field.Value()
		if field.Fill(value); field.Pad != Text && field.Value() != value {
			t.Errorf("pad %d: %q comes back as %q", field.Pad, value, field.Value())
		}
	})
}
