package receipts_test

import (
	"slices"
	"strings"
	"testing"

	"paydesk/receipts"
	"paydesk/receipts/receiptstest"
	"paydesk/terminal/money"
)

func all(d receipts.Document) string { return strings.Join(d.Texts(), "\n") }

func TestSaleTells(t *testing.T) {
	amount := func(minor int64) money.Amount { return money.New(minor, money.USD) }
	tests := []struct {
		name   string
		change func(*receipts.SaleFacts)
		has    []string
		hasNot []string
	}{
		{"approved", func(*receipts.SaleFacts) {},
			[]string{"APPROVED", "TOTAL\n$1,234.50", "Visa **** 1111", "Keyed", "123456", "CUSTOMER COPY", "EST"},
			[]string{"Maria", "COPY 0", "TRAINING", "X ___", "DECLINED"}},
		{"merchant copy", func(f *receipts.SaleFacts) { f.Copy, f.CopyNumber = receipts.Merchant, 2 },
			[]string{"MERCHANT COPY", "SALE - COPY 2", "Maria Example", "X ___"}, []string{"Thank you"}},
		{"part approved", func(f *receipts.SaleFacts) { f.Outcome, f.Approved = receipts.PartApproved, amount(100000) },
			[]string{"PART APPROVED", "PAID\n$1,000.00", "Still to pay\n$234.50"}, []string{"TOTAL"}},
		{"declined", func(f *receipts.SaleFacts) { f.Outcome, f.Reason = receipts.Declined, "Insufficient funds." },
			[]string{"DECLINED", "Insufficient funds.", "No money was taken."}, []string{"TOTAL", "APPROVED"}},
		{"declined merchant copy is not signed", func(f *receipts.SaleFacts) { f.Outcome, f.Copy = receipts.Declined, receipts.Merchant },
			[]string{"DECLINED"}, []string{"X ___", "I agree"}},
		{"outcome forgotten", func(f *receipts.SaleFacts) { f.Outcome = receipts.Unknown },
			[]string{"NOT CONFIRMED"}, []string{"TOTAL", "APPROVED"}},
		{"whole number given for last four", func(f *receipts.SaleFacts) { f.Last4 = "4111111111111111" },
			[]string{"Visa **** 1111"}, []string{"4111111111111111", "11111"}},
		{"footer of two lines", func(f *receipts.SaleFacts) { f.Shop.Footer = "Thanks!\nCome again" },
			[]string{"Thanks!\nCome again"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := receiptstest.Facts()
			tt.change(&f)
			got := all(receipts.Sale(f))
			for _, want := range tt.has {
				if !strings.Contains(got, want) {
					t.Errorf("got\n%s\nwithout %q", got, want)
				}
			}
			for _, bad := range tt.hasNot {
				if strings.Contains(got, bad) {
					t.Errorf("got\n%s\nwith %q", got, bad)
				}
			}
		})
	}
}

func TestTrainingStandsAboveAndBelow(t *testing.T) {
	blocks := receiptstest.Documents()["training"].Blocks
	notice := receipts.Block(receipts.Banner{Text: receipts.TrainingNotice})
	if blocks[0] != notice || blocks[len(blocks)-2] != notice {
		t.Errorf("got %v first and %v last before the cut", blocks[0], blocks[len(blocks)-2])
	}
}

func TestEverySlipEndsWithACut(t *testing.T) {
	for name, d := range receiptstest.Documents() {
		if got := d.Blocks[len(d.Blocks)-1]; got != receipts.Block(receipts.Cut{}) {
			t.Errorf("%s: got %v last, want a cut", name, got)
		}
	}
}

func TestBatchMatches(t *testing.T) {
	tally := receipts.Tally{Count: 2, Amount: money.New(500, money.USD)}
	other := receipts.Tally{Count: 2, Amount: money.New(501, money.USD)}
	back, less := tally, tally
	back.Returns, back.Returned = 1, money.New(700, money.USD)
	less.Returns, less.Returned = 1, money.New(699, money.USD)
	tests := []struct {
		name string
		f    receipts.BatchFacts
		want string
	}{
		{"returns agree", receipts.BatchFacts{AtTerminal: back, AtHost: &back}, "MATCHES"},
		{"returns are told", receipts.BatchFacts{AtTerminal: back, AtHost: &back}, "$7.00"},
		{"more returned than sold", receipts.BatchFacts{AtTerminal: back, AtHost: &back}, "-$2.00"},
		{"returns one cent apart", receipts.BatchFacts{AtTerminal: back, AtHost: &less}, "DOES NOT MATCH"},
		{"a return that the host has not", receipts.BatchFacts{AtTerminal: back, AtHost: &tally}, "DOES NOT MATCH"},
		{"agree", receipts.BatchFacts{AtTerminal: tally, AtHost: &tally}, "MATCHES"},
		{"one cent apart", receipts.BatchFacts{AtTerminal: tally, AtHost: &other}, "DOES NOT MATCH"},
		{"sums agree, a sale does not", receipts.BatchFacts{AtTerminal: tally, AtHost: &tally, Differences: []string{"A sale."}}, "DOES NOT MATCH"},
		{"no totals from the host", receipts.BatchFacts{AtTerminal: tally}, "NOT COMPARED"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := receipts.BatchClose(tt.f).Texts(); !slices.Contains(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestLayout(t *testing.T) {
	tests := []struct {
		name  string
		block receipts.Block
		want  []string
	}{
		{"row", receipts.Row{Left: "Batch", Right: "37"}, []string{"Batch             37"}},
		{"row too wide", receipts.Row{Left: "Reference", Right: "0123456789abc"}, []string{"Reference", "       0123456789abc"}},
		{"long value breaks behind a hyphen", receipts.Row{Right: "5f2a6c1e-8d1b-4c77-a1e2"}, []string{"  5f2a6c1e-8d1b-4c77-", "                a1e2"}},
		{"centred", receipts.Line{Text: "abcd", Align: receipts.Centre}, []string{"        abcd"}},
		{"wrapped", receipts.Line{Text: "one two three four five six"}, []string{"one two three four", "five six"}},
		{"wide letters", receipts.Row{Left: "中文", Right: "1"}, []string{"中文               1"}},
		{"combining mark", receipts.Line{Text: "e\u0301", Align: receipts.Right}, []string{"                   e\u0301"}},
		{"large heading", receipts.Heading{Text: "Shop"}, []string{"   Shop"}},
		{"blank", receipts.Blank{}, []string{""}},
	}
	tests[2].want[0] = " 5f2a6c1e-8d1b-4c77-"
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, s := range receipts.Layout(receipts.Document{Blocks: []receipts.Block{tt.block}}, 20) {
				got = append(got, s.Text)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// FuzzLayout: no letter is lost and no line is wider than the paper.
func FuzzLayout(f *testing.F) {
	for _, seed := range []string{"", "one two", "中文\u0301\u0301", "a-b-c", strings.Repeat("x-", 60), "\xff"} {
		f.Add(seed, 32)
	}
	f.Fuzz(func(t *testing.T, text string, columns int) {
		columns = 16 + max(0, columns)%100
		d := receipts.Document{Blocks: []receipts.Block{receipts.Line{Text: text}}}
		var got strings.Builder
		for _, s := range receipts.Layout(d, columns) {
			if receipts.Cells(s.Text) > columns {
				t.Errorf("%q is wider than %d", s.Text, columns)
			}
			got.WriteString(s.Text)
		}
		strip := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if strip(got.String()) != strip(text) {
			t.Errorf("got %q, want %q", got.String(), text)
		}
	})
}
