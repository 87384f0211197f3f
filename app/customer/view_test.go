package customer

import (
	"fmt"
	"strings"
	"testing"

	"paydesk/app/look"
	"paydesk/terminal/money"
)

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

// tipped is a sum with everything that one can have.
func tipped() Due {
	return Due{Goods: usd(1000), Tax: usd(83), Tip: usd(150), Total: usd(1233), TaxName: "Sales tax", Tips: []money.Rate{10_000, 15_000, 20_000, 25_000}, Chosen: 15_000}
}

func TestWords(t *testing.T) {
	tests := []struct {
		name string
		view View
		want string
	}{
		{"nothing", View{}, "Paydesk|Welcome|||[]|[]"},
		{"idle", View{Shop: "Harbour Coffee", Stage: Idle}, "Harbour Coffee|Welcome|||[]|[]"},
		{"goods alone", View{Stage: Sum, Due: Due{Goods: usd(1250), Total: usd(1250)}}, "To pay||Total|$12.50|[]|[]"},
		{"tax and tip", View{Stage: Sum, Due: tipped()},
			"To pay|Would you like to add a tip?|Total|$12.33|[{Goods $10.00} {Sales tax $0.83} {Tip $1.50}]|[No tip 10% $1.00 *15% $1.50 20% $2.00 25% $2.50]"},
		{"not yet a tip", View{Stage: Sum, Due: Due{Goods: usd(1000), Total: usd(1000), Tips: []money.Rate{10_000}}},
			"To pay|Would you like to add a tip?|Total|$10.00|[]|[*No tip 10% $1.00]"},
		{"tax without a name", View{Stage: Sum, Due: Due{Goods: usd(1000), Tax: usd(83), Total: usd(1083)}}, "To pay||Total|$10.83|[{Goods $10.00} {Tax $0.83}]|[]"},
		{"card", View{Stage: Card, Due: tipped()}, "Your card, please|Please hand over your card, or hold it ready.|Total|$12.33|[]|[]"},
		{"wait", View{Stage: Wait, Due: tipped()}, "One moment, please|The bank is being asked. Please keep your card ready.|Total|$12.33|[]|[]"},
		{"paid", View{Stage: Paid, Paid: usd(1233), Due: tipped()}, "Thank you!|Your payment is complete.|Paid|$12.33|[]|[]"},
		{"cash", View{Stage: Paid, Paid: usd(1250), Change: usd(750)}, "Thank you!|Your change: $7.50|Paid|$12.50|[]|[]"},
		{"part", View{Stage: Part, Paid: usd(750), Rest: usd(500)}, "A part is paid|The rest is still to be paid.|Still to pay|$5.00|[{Paid $7.50}]|[]"},
		{"not paid", View{Stage: NotPaid, Due: tipped()}, "Not paid yet|This card was not charged. You can pay in another way.|||[]|[]"},
		{"scan", View{Stage: Scan, Due: tipped(), Wallet: "PayPal", Code: "x"},
			"Scan to pay|Open your phone’s camera or app and pay with PayPal.|Total|$12.33|[]|[]"},
		{"wallet asked", View{Stage: Confirm, Due: tipped(), Wallet: "PayPal", Code: "x"},
			"One moment, please|PayPal is being asked. Please keep your phone ready.|Total|$12.33|[]|[]"},
		{"lapsed", View{Stage: Lapsed, Wallet: "PayPal"}, "Not paid yet|Nothing was charged. You can pay in another way.|||[]|[]"},
		{"checking", View{Stage: Checking}, "One moment, please|We are checking this payment for you.|||[]|[]"},
	}
	for _, tt := range tests {
		w := Of(tt.view)
		var tips []string
		for _, tip := range w.Tips {
			words := strings.ReplaceAll(tip.Words, "\n", " ")
			if tip.Chosen {
				words = "*" + words
			}
			tips = append(tips, words)
		}
		if got := fmt.Sprintf("%s|%s|%s|%s|%v|%v", w.Title, w.Say, w.Label, w.Amount, w.Lines, tips); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

// What embarrasses, or is not the customer's, is not told.
func TestOutcomes(t *testing.T) {
	for kind, want := range map[look.Kind]Stage{
		look.KindApproved: Paid, look.KindStored: Paid, look.KindPart: Part,
		look.KindDeclined: NotPaid, look.KindNotCharged: NotPaid, look.KindProblem: NotPaid, look.KindReturned: NotPaid,
		look.KindChecking: Checking, look.KindTakingBack: Checking, look.KindReturning: Checking, look.KindReview: Checking,
		look.KindMissing: Idle,
	} {
		if got := OfOutcome(kind); got != want {
			t.Errorf("%s is told as %s, want %s", kind, got, want)
		}
	}
	for _, stage := range []Stage{NotPaid, Checking} {
		w := Of(View{Stage: stage})
		for _, word := range []string{"declined", "fund", "stolen", "bank", "review"} {
			if strings.Contains(strings.ToLower(w.Title+w.Say), word) {
				t.Errorf("%s: the customer reads %q", stage, word)
			}
		}
	}
}
