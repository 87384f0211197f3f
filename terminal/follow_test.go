package terminal_test

import (
	"testing"

	"paydesk/terminal"
	"paydesk/terminal/card"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

// did fails unless a follow-up was done.
func did(t *testing.T, f order.FollowUp, err error) order.FollowUp {
	t.Helper()
	if err != nil || f.State != order.FollowDone {
		t.Fatalf("%s %s (%s), %v", f.Act, f.State, f.Message, err)
	}
	return f
}

func stands(t *testing.T, term *terminal.Terminal, number string, want order.Stands, acts ...order.Act) {
	t.Helper()
	d, err := term.Detail(background, number)
	if err != nil || d.Standing.As != want || len(d.Acts) != len(acts) {
		t.Fatalf("%s stands as %q with %v left and %v to do, %v; want %q and %v", number, d.Standing.As, d.Standing.Left, d.Acts, err, want, acts)
	}
	for i, act := range acts {
		if d.Acts[i] != act {
			t.Errorf("%v can be done, want %v", d.Acts, acts)
		}
	}
}

// TestDayOfFollowUps goes through two batches of the training host with all
// that can be done about a payment, and holds the totals of both sides against
// each other.
func TestDayOfFollowUps(t *testing.T) {
	term := training(t)
	kept, voided := charge(t, term, "4111111111111111"), charge(t, term, "5555555555554444")
	c, err := card.New([]byte("4111111111111111"), []byte("999"), card.Expiry{Year: 2031, Month: 12}, "Ada Example")
	if err != nil {
		t.Fatal(err)
	}
	hold, err := term.Charge(background, engine.Charge{Order: term.NewOrderID(), Amount: usd(5000), Kind: order.KindAuth}, c)
	if err != nil || hold.State != order.Approved {
		t.Fatalf("hold %s, %v", hold.State, err)
	}
	stands(t, term, hold.Number, order.StandsHeld, order.Void, order.Capture)
	stands(t, term, voided.Number, order.StandsPaid, order.Void, order.Return)

	f, err := term.Void(background, voided.Number, "wrong amount")
	did(t, f, err)
	stands(t, term, voided.Number, order.StandsVoided)
	f, err = term.Capture(background, hold.Number, usd(4500))
	if did(t, f, err); f.Made == "" {
		t.Errorf("the host did not say which sale the capture made: %+v", f)
	}
	stands(t, term, hold.Number, order.StandsCaptured, order.Void, order.Return)
	b, err := term.CloseBatch(background)
	if err != nil || !b.Matches() || b.Local.Sales != 2 || b.Local.SaleAmount != usd(6500) {
		t.Fatalf("closed with %+v here and %+v at the host, %v", b.Local, b.Host, err)
	}
	stands(t, term, hold.Number, order.StandsCaptured, order.Return)
	stands(t, term, kept.Number, order.StandsPaid, order.Return)

	f, err = term.Return(background, kept.Number, usd(700), "torn")
	did(t, f, err)
	stands(t, term, kept.Number, order.StandsPart, order.Return)
	f, err = term.Return(background, kept.Number, usd(1300), "")
	did(t, f, err)
	stands(t, term, kept.Number, order.StandsReturned)
	f, err = term.Return(background, hold.Number, usd(500), "")
	did(t, f, err)
	c, err = card.New([]byte("4111111111111111"), []byte("999"), card.Expiry{Year: 2031, Month: 12}, "Ada Example")
	if err != nil {
		t.Fatal(err)
	}
	f, err = term.CheckCard(background, c)
	did(t, f, err)
	b, err = term.CloseBatch(background)
	if err != nil || !b.Matches() || b.Local.Returns != 3 || b.Local.ReturnAmount != usd(2500) || b.Local.Sales != 0 {
		t.Fatalf("closed with %+v here and %+v at the host, %v", b.Local, b.Host, err)
	}
	if rep, err := term.Journal().Verify(background); err != nil {
		t.Errorf("%+v, %v", rep, err)
	}
}
