package escpos_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/receipts"
	"paydesk/receipts/escpos"
	"paydesk/receipts/glyphs"
	"paydesk/receipts/receiptstest"
	"paydesk/terminal/money"
	"paydesk/terminal/sandbox/paper"
)

// typed are texts that somebody could type, scan or paste, or that come from a
// card or a host.
var typed = []string{
	"plain words", "", "  ", strings.Repeat("long", 60), strings.Repeat("w i d e ", 40),
	"\x1b@\x1bp\x00\x19\xfa", "\x1bp\x00\x19\xfa\x1b!\xff", "\x1d!\x77big\x1dV\x00", "\x1d(L\x0c\x000C0AB\x01\x08\x00\x01\x001\xff",
	"\x10\x04\x01", "\x10\x14\x01\x00\x01", "\x10\x05\x02\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", "a\r\nb\tc\x07\x00\x7f\x18",
	"►♦", "►¶☺☺", "\u0010\u0004\u0001", "\u0090\u009b31m\u0085", "Ð\u0084\u0010 ►\u2666", // CP437 draws 10 and 04 as ► and ♦
	"₹ 100 € 5 £ 3", "नमस्ते दुकान", "שלום \u202eabc\u202c", "\u202eevil\u2066", "Łódź Ґґ Ψψ ş Ğ ų", "中文字", "e\u0301\u0301\u0301", "\ufeff\u200b\u00ad",
	"\xff\xfe\x1b\x40", "\xc2\x10\x04", "{A{B{{1\x1dkI\x03{Bx", strings.Repeat("\u0300", 30), "🧾🧾", "%s%n<U+001B>",
}

// modelOf is the virtual printer that a profile is made for.
func modelOf(t testing.TB, p escpos.Profile) paper.Model {
	t.Helper()
	maker, _, _ := strings.Cut(p.Name, "-")
	for _, name := range []string{p.Name, map[string]string{"generic-5890": "pos-5890", "generic-58": "clone-58"}[p.Name], maker + "-80",
		fmt.Sprintf("epson-%d", map[int]int{384: 58, 576: 80}[p.Dots]), "epson-80-180dpi"} {
		if m, err := paper.Named(name); err == nil && m.Dots == p.Dots {
			return m
		}
	}
	t.Fatalf("there is no virtual printer for %s", p.Name)
	return paper.Model{}
}

// fill writes the text into every text of the facts, and some figure or moment
// into the rest.
func fill(v reflect.Value, text string) {
	switch v.Interface().(type) {
	case money.Amount:
		v.Set(reflect.ValueOf(money.New(123450, money.USD)))
		return
	case time.Time:
		v.Set(reflect.ValueOf(receiptstest.At()))
		return
	case string:
		v.SetString(text)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i), text)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), text)
	default: // numbers, choices and further documents stay empty
	}
}

func filled[T any](document func(T) receipts.Document, text string) receipts.Document {
	var facts T
	fill(reflect.ValueOf(&facts).Elem(), text)
	return document(facts)
}

// fromFacts are documents with the text in each place where the templates take
// one, from people, cards and hosts.
func fromFacts(text string) map[string]receipts.Document {
	return map[string]receipts.Document{
		"sale": filled(receipts.Sale, text), "cash": filled(receipts.Cash, text), "cash back": filled(receipts.CashBack, text),
		"follow-up": filled(receipts.Follow, text), "bill": filled(receipts.Bill, text), "pay later": filled(receipts.PayLater, text),
		"approval": filled(receipts.Approval, text), "report": filled(receipts.Report, text), "shift": filled(receipts.Shift, text),
		"batch": filled(receipts.BatchClose, text), "test": filled(receipts.SelfTest, text), "every block": every(receiptstest.Kitchen(), text),
	}
}

// every puts the text into every block that has one, symbols too.
func every(d receipts.Document, text string) receipts.Document {
	d = d.Map(func(string) string { return text })
	for i, b := range d.Blocks {
		switch b.(type) {
		case receipts.QR:
			d.Blocks[i] = receipts.QR{Text: "q" + text}
		case receipts.Barcode:
			d.Blocks[i] = receipts.Barcode{Text: text}
		}
	}
	return d
}

// meant are the commands that a job is made of, and how the bytes behind them
// may be; nil is as they come, where the virtual printer has checked them.
var meant = map[string][]string{
	"ESC @": {""}, "FS .": {""}, "LF": {""}, "text": {""}, "ESC R": {"00"}, "ESC a": {"00", "01", "02"}, "ESC E": {"00", "01"},
	"GS !": {"00", "01", "10", "11"}, "GS B": {"00", "01"}, "ESC t": nil, "ESC d": nil, "ESC J": {"06"}, "GS V": nil, "GS v": nil, "ESC p": nil,
	"GS h": nil, "GS w": nil, "GS H": {"00"}, "GS k": nil, "GS (": nil,
}

// judge prints a job on the virtual printer and tells what nobody meant.
func judge(t *testing.T, p escpos.Profile, d receipts.Document, job []byte) []paper.Event {
	t.Helper()
	printer, err := paper.New(paper.Options{Model: modelOf(t, p)})
	if err != nil {
		t.Fatal(err)
	}
	printer.Print(job)
	for _, m := range printer.Mistakes() {
		t.Errorf("%s: the printer finds a mistake: %s", p.Name, m)
	}
	count := map[string]int{}
	events := printer.Events()
	for i, e := range events {
		allowed, known := meant[e.Name]
		if !known || allowed != nil && !slices.Contains(allowed, fmt.Sprintf("% X", e.Args)) {
			t.Errorf("%s: nobody meant %s", p.Name, e)
		}
		if e.Name == "ESC @" && i > 0 {
			t.Errorf("%s: a reset within the job", p.Name)
		}
		if e.Name == "GS (" && e.Args[0] != 'k' && i > 8 {
			t.Errorf("%s: nobody meant %s", p.Name, e)
		}
		count[e.Name]++
	}
	want := map[string]int{}
	for _, b := range d.Blocks {
		switch b.(type) {
		case receipts.Cut:
			want["GS V"]++
		case receipts.Drawer:
			want["ESC p"]++
		}
	}
	if p.Cut.Style == "feed" {
		want["GS V"] = 0
	}
	if p.Drawer.Pin == 0 {
		want["ESC p"] = 0
	}
	for name, n := range want {
		if count[name] != n {
			t.Errorf("%s: got %s %d times, want %d", p.Name, name, count[name], n)
		}
	}
	return events
}

// plain is a harmless text of the same shape; ok is false where only the
// printer's letters tell what shape a text has.
func plain(text string) (shape string, ok bool) {
	ok = true
	shape = strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return ' '
		case r < ' ' || r > '~':
			ok = false
		}
		return 'x'
	}, text)
	return shape, ok
}

// bare are the events without what letters say.
func bare(events []paper.Event) []string {
	list := make([]string, len(events))
	for i, e := range events {
		list[i] = fmt.Sprintf("%s % X", e.Name, e.Args)
	}
	return list
}

// checkTyped prints a document that has the text in it, and the same with
// harmless letters in place of the text's.
func checkTyped(t *testing.T, p escpos.Profile, fonts glyphs.Fonts, text string, d, harmless receipts.Document) {
	t.Helper()
	job, err := escpos.Render(d, p, fonts)
	if err != nil {
		return // a code that is too long: nothing is printed
	}
	events := judge(t, p, d, job)
	if _, ok := plain(text); !ok || hasSymbol(d) {
		return
	}
	if job, err = escpos.Render(harmless, p, fonts); err != nil {
		t.Fatal(err)
	}
	if got, want := bare(events), bare(judge(t, p, d, job)); !slices.Equal(got, want) {
		t.Errorf("%s: %q is printed by other commands than harmless letters are:\n%q\n%q", p.Name, text, got, want)
	}
}

// hasSymbol reports whether a document has a symbol, whose size and form depend
// on its text.
func hasSymbol(d receipts.Document) bool {
	return slices.ContainsFunc(d.Blocks, func(b receipts.Block) bool {
		switch b.(type) {
		case receipts.QR, receipts.Barcode:
			return true
		}
		return false
	})
}

// TestNothingTypedIsACommand prints documents that are full of what could be
// taken for commands: from facts, and in place of every text of the samples.
// The printer finds those commands alone that the renderer meant.
func TestNothingTypedIsACommand(t *testing.T) {
	profiles, fonts := escpos.Profiles(), receiptstest.Mono(t)
	samples := receiptstest.Documents()
	for i, text := range typed {
		shape, _ := plain(text)
		documents, harmless := fromFacts(text), fromFacts(shape)
		for j, name := range slices.Sorted(maps.Keys(samples)) {
			if (i+j)%len(profiles) == 0 { // each text in some of them, each of them with some texts
				documents[name], harmless[name] = every(samples[name], text), every(samples[name], shape)
			}
		}
		for name, d := range documents {
			checkTyped(t, profiles[(i+len(name))%len(profiles)], fonts, text, d, harmless[name])
			if t.Failed() {
				t.Fatalf("that was %q in %s", text, name)
			}
		}
	}
}

func FuzzNothingTypedIsACommand(f *testing.F) {
	for i, text := range typed {
		f.Add(text, byte(i), byte(i))
	}
	profiles, fonts := escpos.Profiles(), receiptstest.Mono(f)
	names := slices.Sorted(maps.Keys(fromFacts("")))
	f.Fuzz(func(t *testing.T, text string, profile, document byte) {
		if len(text) > 300 {
			return
		}
		name := names[int(document)%len(names)]
		shape, _ := plain(text)
		checkTyped(t, profiles[int(profile)%len(profiles)], fonts, text, fromFacts(text)[name], fromFacts(shape)[name])
	})
}
