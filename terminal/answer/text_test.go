package answer

import (
	"strings"
	"testing"
)

// filled is a text of the table as the service would send it.
var filled = strings.NewReplacer("(entity)", "Bank Clearing", "(transaction)", "AuthOnly", "(amount)", "0.50",
	"(error code)", "D2026", "(error message)", "Do not honor")

// TestTextsOfTheDocument: each text is found as it is written, in quotes, with
// and without the place it comes from, in any case; with something before or
// behind it, it is another text.
func TestTextsOfTheDocument(t *testing.T) {
	rows := 0
	err := eachLine(textsFile, 3, func(f []string) error {
		rows++
		text := filled.Replace(f[2])
		placed := text
		if !place.MatchString(strings.ToLower(text)) {
			placed = strings.TrimSuffix(text, ".") + " B.CB.GS01"
		}
		for _, form := range []string{text, placed, "“" + text + "”", `"` + text + `".`, strings.ToUpper(text),
			" " + strings.ReplaceAll(text, " ", "  ") + "\r\n", strings.ReplaceAll(text, "'", "’")} {
			a, ok := Text(form)
			want := f[0]
			if strings.Contains(f[2], "(error code)") {
				want = "declined"
			}
			if !ok || a.Meaning != want {
				t.Errorf("%q: got %q, want %q", form, a.Meaning, want)
			}
		}
		other := []string{"All good. " + text, text[:len(text)/2]}
		if !strings.Contains(f[2], "(error message)") {
			other = append(other, text+" but the sale was processed")
		}
		for _, form := range other {
			if a, ok := Text(form); ok {
				t.Errorf("%q is taken for %q", form, a.Message)
			}
		}
		return nil
	})
	if err != nil || rows != 168+3 {
		t.Errorf("%d texts, %v; want the document's 168 and three more", rows, err)
	}
}

func TestText(t *testing.T) {
	const carrier = "The Sale could not be processed correctly. Error code "
	tests := []struct {
		text, meaning, code string
	}{
		{"Invalid Device GUID", "device-unknown", ""},
		{"Invalid Sale GUID", "not-found", ""},
		{"The Return amount must be greater than zero", "amount", ""},
		{"The Sale amount must be at least $0.50", "amount", ""},
		{"Sale has not been settled", "void-instead", ""},
		{"Transaction already settled.", "return-instead", ""},
		{carrier + "D2012. Error message: Insufficient Funds", "funds", "D2012"},
		{carrier + "D0006. Error message: Supervisor Override Required", "override", "D0006"},
		{carrier + "e0015. error message: ", "settling", "E0015"},
		// A code that is new, one that approves, and two at once say nothing.
		{carrier + "D9999. Error message: x", "unclear", "D9999"},
		{carrier + "A0000. Error message: Success", "unclear", "A0000"},
		{carrier + "D2012. Error message: Error code A0000", "unclear", "D2012"},
		{"The sale was approved and the tip amount must be greater than zero", "", ""},
		{"No money was taken and no sale could be found for the given Id", "", ""},
		{"Invalid", "", ""}, {"", "", ""}, {`"`, "", ""}, {"Approved", "", ""}, {"A0000", "", ""},
		{"Invalid Device GUID" + strings.Repeat(" ", longest), "", ""},
	}
	for _, tt := range tests {
		a, ok := Text(tt.text)
		if ok != (tt.meaning != "") || a.Meaning != tt.meaning || a.Code != tt.code {
			t.Errorf("%q: got %q %q, %t; want %q %q", tt.text, a.Meaning, a.Code, ok, tt.meaning, tt.code)
		}
	}
}

func TestFrom(t *testing.T) {
	tests := []struct {
		text       string
		sale, auth bool
	}{
		{"Unable to decode the Model", true, true},
		{"Invalid Device GUID", true, true},
		{"Invalid CardDataSource", true, true},
		{"The sale amount does not match the invoice amount", true, false},
		{"Transaction already settled", false, false},
		{"Unable to reach entity", false, false},
	}
	for _, tt := range tests {
		a, _ := Text(tt.text)
		if a.From(CallSale) != tt.sale || a.From(CallAuth) != tt.auth {
			t.Errorf("%q: sale %t, auth %t", tt.text, a.From(CallSale), a.From(CallAuth))
		}
	}
}

// FuzzText: no text is an approval, none that is found is without a sentence,
// and what surrounds a text never makes it another one.
func FuzzText(f *testing.F) {
	err := eachLine(textsFile, 3, func(cells []string) error {
		f.Add(filled.Replace(cells[2]))
		return nil
	})
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"", "“”", ". B.CB.GS01", "error code a0000. error message: ", "The Sale could not be processed correctly. Error code A0002. Error message: Partially Approved"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, ok := Text(text)
		if !ok {
			if a != (Answer{}) {
				t.Fatalf("%q: unknown, and yet %+v", text, a)
			}
			return
		}
		if a.Result == Approved || a.Cashier == "" || a.Customer == "" || a.Meaning == "" {
			t.Fatalf("%q: %+v", text, a)
		}
		if b, ok := Text("“" + strings.ToUpper(text) + "”"); len(text) < longest/4 && strings.ToUpper(text) == strings.ToUpper(strings.ToLower(text)) && (!ok || b != a) {
			t.Fatalf("%q: %q in quotes is %q", text, a.Meaning, b.Meaning)
		}
	})
}
