package answer

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestCodesOfTheDocument holds the table against the list of codes of the
// document's Declined Response Codes: all 524, in its order, and no other but
// the approvals of its samples.
func TestCodesOfTheDocument(t *testing.T) {
	file, err := os.ReadFile("testdata/codes.golden")
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Fields(string(file))
	if len(want) != 524 {
		t.Fatalf("the list has %d codes", len(want))
	}
	var got []string
	for _, a := range All() {
		if a.Result != Approved {
			got = append(got, a.Code)
		}
	}
	if !slices.Equal(got, want) {
		for i := range min(len(got), len(want)) {
			if got[i] != want[i] {
				t.Fatalf("%d codes; number %d is %s, want %s", len(got), i+1, got[i], want[i])
			}
		}
		t.Fatalf("%d codes, want %d", len(got), len(want))
	}
	for _, code := range []string{"A0000", "A0002", "A0014"} {
		if a, ok := Code(code); !ok || a.Result != Approved {
			t.Errorf("%s: %+v", code, a)
		}
	}
	if len(All()) != len(want)+3 {
		t.Errorf("%d answers, want the codes and three approvals", len(All()))
	}
}

// everything is the answers of all codes and all texts.
func everything() []Answer {
	all := All()
	for _, a := range data.texts {
		all = append(all, a)
	}
	for _, p := range data.patterns {
		all = append(all, p.answer)
	}
	return all
}

// display breaks a sentence on its spaces into lines of a customer display.
func display(text string, width int) (lines []string) {
	for _, word := range strings.Fields(text) {
		if last := len(lines) - 1; last >= 0 && len(lines[last])+1+len(word) <= width {
			lines[last] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	return lines
}

func fitsDisplay(text string) bool {
	lines := display(text, 20)
	return len(lines) >= 1 && len(lines) <= 2 && !slices.ContainsFunc(lines, func(l string) bool { return len(l) > 20 })
}

var (
	code = regexp.MustCompile(`\b[A-Z][0-9]{4}\b`)
	// telling are words that others at the counter need not hear.
	telling = regexp.MustCompile(`(?i)\bfunds|money|stolen|lost|fraud|risk|declin|refus|block|expired|invalid|suspect`)
)

// TestSentences reads every sentence that can be shown: none empty, none with
// a code, and none for the customer that a display cannot show.
func TestSentences(t *testing.T) {
	for _, a := range everything() {
		if !fitsDisplay(a.Customer) {
			t.Errorf("%s: %q is %q on a display of two lines of 20", a.Meaning, a.Customer, display(a.Customer, 20))
		}
		if telling.MatchString(a.Customer) {
			t.Errorf("%s: %q tells others why", a.Meaning, a.Customer)
		}
		sentences := strings.Count(a.Cashier, ". ") + strings.Count(a.Cashier, ": ")
		if n := len(a.Cashier); n < 15 || n > 165 || !strings.HasSuffix(a.Cashier, ".") || sentences > 2 {
			t.Errorf("%s: %d letters, want one or two short sentences: %q", a.Meaning, n, a.Cashier)
		}
		if code.MatchString(a.Cashier+a.Customer) || strings.Contains(strings.ToLower(a.Cashier), "error") {
			t.Errorf("%s: a code or an error in %q, %q", a.Meaning, a.Cashier, a.Customer)
		}
	}
}

// TestOpenAnswers: an answer that settles nothing forbids to charge again, and
// leads to the program asking; one that settles leads elsewhere.
func TestOpenAnswers(t *testing.T) {
	forbids := regexp.MustCompile(`Do not (charge|send it|return it|collect it) again: `)
	for _, a := range everything() {
		asks := a.Lead == LeadAsk || a.Lead == LeadEarlier || a.Lead == LeadWait
		if asks == a.Final() || forbids.MatchString(a.Cashier) == a.Final() || (a.Move == Terminal) == a.Final() {
			t.Errorf("%s is %s with lead %s and move %s: %q", a.Meaning, a.Result, a.Lead, a.Move, a.Cashier)
		}
		if (a.Again == AgainAsked) != (asks && a.Lead != LeadWait) {
			t.Errorf("%s: %s with lead %s", a.Meaning, a.Again, a.Lead)
		}
	}
}

// TestWords: each column holds only the words that the program knows, and each
// of them is used.
func TestWords(t *testing.T) {
	known := map[string]bool{}
	for _, w := range []Result{Approved, Refused, Open} {
		known["result "+string(w)] = false
	}
	for _, w := range []Again{AgainNo, AgainLater, AgainChanged, AgainAsked} {
		known["again "+string(w)] = false
	}
	for _, w := range []Move{Nobody, Cashier, Customer, Supervisor, Owner, Service, Terminal} {
		known["move "+string(w)] = false
	}
	for _, w := range []Lead{LeadNone, LeadPart, LeadOverride, LeadAsk, LeadEarlier, LeadWait, LeadReenter, LeadOtherCard,
		LeadCallIssuer, LeadLater, LeadLook, LeadVoidInstead, LeadReturnInstead, LeadSetup, LeadSupport} {
		known["lead "+string(w)] = false
	}
	for _, a := range everything() {
		for _, w := range []string{"result " + string(a.Result), "again " + string(a.Again), "move " + string(a.Move), "lead " + string(a.Lead)} {
			if _, ok := known[w]; !ok {
				t.Errorf("%s: %s is no word of the program", a.Meaning, w)
			}
			known[w] = true
		}
	}
	for w, used := range known {
		if !used {
			t.Errorf("no answer has %s", w)
		}
	}
}

// TestMeaningsAreUsed: a meaning that nothing has is a line too many.
func TestMeaningsAreUsed(t *testing.T) {
	used := map[string]bool{}
	for _, a := range everything() {
		used[a.Meaning] = true
	}
	err := eachLine(meaningsFile, 7, func(f []string) error {
		if !used[f[0]] {
			t.Errorf("nothing means %s", f[0])
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestLeads pins the answers that lead somewhere of their own.
func TestLeads(t *testing.T) {
	tests := []struct {
		code   string
		result Result
		lead   Lead
		move   Move
	}{
		{"A0000", Approved, LeadNone, Nobody},
		{"A0002", Approved, LeadPart, Cashier},
		{"D0001", Open, LeadEarlier, Terminal},
		{"D0006", Refused, LeadOverride, Supervisor},
		{"D0008", Open, LeadEarlier, Terminal},
		{"D2001", Refused, LeadCallIssuer, Cashier},
		{"D2002", Refused, LeadOtherCard, Supervisor},
		{"D2012", Refused, LeadOtherCard, Customer},
		{"D2020", Refused, LeadReenter, Cashier},
		{"D2021", Refused, LeadLater, Customer},
		{"E0010", Refused, LeadSetup, Owner},
		{"E0015", Open, LeadWait, Terminal},
		{"E0910", Open, LeadAsk, Terminal},
		{"F9900", Refused, LeadSupport, Service},
	}
	for _, tt := range tests {
		if a, ok := Code(tt.code); !ok || a.Result != tt.result || a.Lead != tt.lead || a.Move != tt.move {
			t.Errorf("%s: got %s %s %s, want %s %s %s", tt.code, a.Result, a.Lead, a.Move, tt.result, tt.lead, tt.move)
		}
	}
	for _, unknown := range []string{"", "D9999", "d2012", " D2012", "2012", "code"} {
		if a, ok := Code(unknown); ok {
			t.Errorf("%q is %+v", unknown, a)
		}
	}
}

func TestBrokenTables(t *testing.T) {
	const meanings = "head\nyes\tapproved\tno\tnobody\tnone\tA.\tB\nno\trefused\tno\tnobody\tnone\tA.\tB\nnay\trefused\tno\tnobody\tnone\tA.\tB\n"
	tests := []struct{ name, meanings, codes, texts string }{
		{"columns", meanings + "x\ty\n", "", ""},
		{"meaning twice", meanings + "no\trefused\tno\tnobody\tnone\tA.\tB\n", "", ""},
		{"code twice", meanings, "head\nD1\tno\tx\nD1\tno\tx\n", ""},
		{"code without meaning", meanings, "head\nD1\tnone\tx\n", ""},
		{"text without meaning", meanings, "", "head\nnone\tany\tx\n"},
		{"text that approves", meanings, "", "head\nyes\tany\tx\n"},
		{"text with two meanings", meanings, "", "head\nno\tany\tX B.TA.C01\nnay\tany\t“x”\n"},
	}
	for _, tt := range tests {
		if _, err := load(tt.meanings, tt.codes, tt.texts); err == nil {
			t.Errorf("%s: taken", tt.name)
		}
	}
	if got, err := load(meanings, "head\n# remark\nD1\tno\tx\n", "head\nno\tsale\tX.\nno\tauth\tx\n"); err != nil || len(got.codes) != 1 || !got.texts["x"].From(CallSale) || !got.texts["x"].From(CallAuth) {
		t.Errorf("got %+v, %v", got, err)
	}
}
