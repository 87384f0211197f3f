package order_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

var noticeDay = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// TestBookNotice: money comes above zero and goes below, less fees where those
// are deducted, and nothing is booked twice or beyond what fits.
func TestBookNotice(t *testing.T) {
	usd := func(minor int64) money.Amount { return money.New(minor, money.USD) }
	ann := order.Customer{ID: "C1", Version: 4, Balances: []money.Amount{money.New(5, money.EUR), usd(1000)}}
	for _, tt := range []struct {
		name string
		n    order.Notice
		want int64 // the balance, 0 where it is refused
	}{
		{"a payment", order.Notice{Kind: order.NoticePayment, Gross: usd(500)}, 1500},
		{"less the fee", order.Notice{Kind: order.NoticePayment, Gross: usd(500), Fee: usd(30), Deduct: true}, 1470},
		{"a fee that is the shop's", order.Notice{Kind: order.NoticePayment, Gross: usd(500), Fee: usd(30)}, 1500},
		{"a fee of another currency", order.Notice{Kind: order.NoticePayment, Gross: usd(500), Fee: money.New(30, money.EUR), Deduct: true}, 1500},
		{"a refund with its fee", order.Notice{Kind: order.NoticeRefund, Gross: usd(-500), Fee: usd(-30), Deduct: true}, 530},
		{"a reversal of more than there is", order.Notice{Kind: order.NoticeReversal, Gross: usd(-5000)}, -4000},
		{"a reversal undone", order.Notice{Kind: order.NoticeRestored, Gross: usd(500)}, 1500},
		{"a payment below zero", order.Notice{Kind: order.NoticePayment, Gross: usd(-500)}, 0},
		{"a refund above zero", order.Notice{Kind: order.NoticeRefund, Gross: usd(500)}, 0},
		{"nothing", order.Notice{Kind: order.NoticePayment, Gross: usd(0)}, 0},
		{"no currency", order.Notice{Kind: order.NoticePayment, Gross: money.New(500, "")}, 0},
		{"more than fits", order.Notice{Kind: order.NoticePayment, Gross: usd(1<<63 - 1)}, 0},
		{"booked already", order.Notice{Kind: order.NoticePayment, Gross: usd(500), State: order.NoticeCredited}, 0},
		{"a payout", order.Notice{Kind: order.NoticePayout, Gross: usd(-500)}, 0},
		{"something else", order.Notice{Kind: order.NoticeOther, Gross: usd(500)}, 0},
	} {
		n, c, err := order.BookNotice(tt.n, ann, noticeDay)
		if tt.want == 0 {
			if !errors.Is(err, order.ErrNotice) || c.Version != 4 || n != tt.n {
				t.Errorf("%s: %+v, %v", tt.name, n, err)
			}
			continue
		}
		if err != nil || c.Balance(money.USD) != usd(tt.want) || c.Balance(money.EUR).Minor != 5 || c.Version != 5 || n.State != order.NoticeCredited ||
			n.Booked.Minor != tt.want-1000 || n.Customer != "C1" || !slices.IsSortedFunc(c.Balances, func(a, b money.Amount) int { return strings.Compare(string(a.Currency), string(b.Currency)) }) {
			t.Errorf("%s: %+v, %+v, %v", tt.name, n, c, err)
		}
	}
	if ann.Balance(money.USD) != usd(1000) {
		t.Error("the customer that was given is another")
	}
}

// Every reason has a sentence, and only what waits for a person's word can be
// matched.
func TestNoticeWhys(t *testing.T) {
	for _, w := range order.NoticeWhys {
		if text := w.Text(); text == "" || !strings.HasSuffix(text, ".") {
			t.Errorf("%s: %q", w, text)
		}
		for _, s := range order.NoticeStates {
			want := s == order.NoticeReview && (w == order.WhyNobody || w == order.WhyParent || w == order.WhyCurrency)
			if got := (order.Notice{State: s, Why: w}).Matchable(); got != want {
				t.Errorf("%s %s: matchable %t", s, w, got)
			}
		}
	}
}

// TestPayoutTold: each word of the provider's in each state. What was paid is
// undone by a reversal alone, and an older message changes nothing.
func TestPayoutTold(t *testing.T) {
	p := order.Payout{ID: "P1", To: "a@example.org", Amount: money.New(100, money.USD)}
	words := map[string]order.PayoutState{"Completed": order.PayoutPaid, "Pending": order.PayoutPending, "Unclaimed": order.PayoutUnclaimed,
		"Returned": order.PayoutReturned, "Reversed": order.PayoutReversed, "Failed": order.PayoutFailed, "Denied": order.PayoutFailed, "Teleported": ""}
	for _, from := range order.PayoutStates {
		p.State = from
		for word, to := range words {
			got, changed := p.Told(order.Notice{Status: word, Gross: money.New(-100, money.USD)}, noticeDay)
			want := false
			switch from {
			case order.PayoutWritten, order.PayoutPending, order.PayoutFailed: // one that failed may be in a second file
				want = to != ""
			case order.PayoutUnclaimed:
				want = to != "" && to != order.PayoutPending
			case order.PayoutPaid:
				want = to == order.PayoutReversed || to == order.PayoutReturned
			}
			if changed != want || changed && got.State != to || !changed && got != p {
				t.Errorf("%s, %s: %s, changed %t", from, word, got.State, changed)
			}
		}
		if got, changed := p.Told(order.Notice{Status: "Completed", Gross: money.New(-99, money.USD)}, noticeDay); changed {
			t.Errorf("another amount: %+v", got)
		}
	}
}

func TestPayoutKinds(t *testing.T) {
	for to, want := range map[string]order.Recipient{"fred@example.org": order.RecipientEmail, "+15551234567": order.RecipientPhone, "S8XGHLYDW9T3S": order.RecipientID,
		"": "", "fred": "", "15551234567": "", "+1 555 123": "", "a@b@c": "", "a b@example.org": "", "x@example.org,y@example.org": "", "s8xghlydw9t3s": ""} {
		if got := (order.Payout{To: to}).Kind(); got != want {
			t.Errorf("%q: %q, want %q", to, got, want)
		}
	}
	if err := (order.Payout{ID: "A", To: "4111111111111111", Amount: money.New(1, money.USD)}).Check(); !errors.Is(err, order.ErrPayoutTo) {
		t.Errorf("a card number: %v", err)
	}
}
