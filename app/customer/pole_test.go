package customer

import (
	"testing"
	"unicode/utf8"

	"paydesk/terminal"
	"paydesk/terminal/settings"
)

func TestPole(t *testing.T) {
	shop := func(v View) View {
		v.Shop = "Harbour Coffee"
		return v
	}
	const idle = "Harbour Coffee : Welcome"
	for _, tt := range []struct {
		name string
		view View
		want string
		over bool
	}{
		{"idle", View{}, idle, false},
		{"goods alone", View{Stage: Sum, Due: Due{Goods: usd(1250), Total: usd(1250)}}, "To pay : Total $12.50", false},
		{"a part alone", View{Stage: Sum, Due: Due{Total: usd(1250)}}, "To pay : Total $12.50", false},
		{"tax and tip", View{Stage: Sum, Due: tipped()}, "Tax, tip $2.33 : Total $12.33", false},
		{"card", View{Stage: Card, Due: tipped()}, "Your card, please : Total $12.33", false},
		{"wait", View{Stage: Wait, Due: tipped()}, "One moment, please : Total $12.33", false},
		{"paid", View{Stage: Paid, Paid: usd(1233)}, "Paid $12.33 : Thank you!", true},
		{"cash", View{Stage: Paid, Paid: usd(1250), Change: usd(750)}, "Paid $12.50 : Change $7.50", true},
		{"part", View{Stage: Part, Paid: usd(750), Rest: usd(500)}, "Paid $7.50 : To pay $5.00", false},
		{"not paid", View{Stage: NotPaid}, "Not paid : Please pay otherwise", true},
		{"checking", View{Stage: Checking}, "One moment, please :", false},
		{"scan", View{Stage: Scan, Due: tipped(), Code: "x"}, "Scan to pay : Total $12.33", false},
		{"wallet asked", View{Stage: Confirm, Due: tipped()}, "One moment, please : Total $12.33", false},
		{"lapsed", View{Stage: Lapsed}, "Not paid : Please pay otherwise", true},
		{"training", View{Training: true}, "TRAINING : Welcome", false},
		{"French", View{Stage: Paid, Paid: usd(1233), Language: "fr"}, "Payé 12,33\u00a0$ : Merci !", true},
	} {
		p := Pole(shop(tt.view))
		got := read(p.Rows[0]) + " :" + space(read(p.Rows[1]))
		if got != tt.want || p.Over != tt.over {
			t.Errorf("%s: %q, over %v, want %q", tt.name, got, p.Over, tt.want)
		}
		if back := read(p.Idle[0]) + " :" + space(read(p.Idle[1])); !tt.view.Training && tt.view.Language == "" && back != idle {
			t.Errorf("%s: goes back to %q", tt.name, back)
		}
	}
}

func read(r terminal.PoleRow) string { return r.Text + space(r.Amount) }

func space(s string) string {
	if s == "" {
		return ""
	}
	return " " + s
}

// Every word of every language has room.
func TestPoleWordsFit(t *testing.T) {
	for _, language := range settings.Languages {
		for _, stage := range []Stage{Idle, Sum, Card, Wait, Paid, Part, NotPaid, Checking, Scan, Confirm, Lapsed} {
			p := Pole(View{Language: language, Stage: stage, Training: true, Due: Due{Total: usd(1)}, Paid: usd(1), Rest: usd(1)})
			for _, r := range append(p.Rows[:], p.Idle[:]...) {
				if utf8.RuneCountInString(r.Text) > 20 {
					t.Errorf("%s, %s: %q is too long", language, stage, r.Text)
				}
			}
		}
	}
}
