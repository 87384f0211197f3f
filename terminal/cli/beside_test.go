package cli_test

import (
	"context"
	"log/slog"
	"testing"

	"paydesk/terminal"
	"paydesk/terminal/card"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
)

// What only reads works beside an open window; what writes says why not.
func TestBesideAnOpenTerminal(t *testing.T) {
	s := newShell(t)
	out, _ := s.run(0, append([]string{"sale", "5"}, good...)...)
	number := saleNumber.FindString(out)
	window, err := terminal.Open(context.Background(), terminal.Options{Dir: s.dir, Mode: settings.Training, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer window.Close()
	for _, args := range [][]string{{"history"}, {"show", number}} {
		out, _ := s.run(0, args...)
		has(t, out, number)
	}
	out, _ = s.run(0, "journal", "verify")
	has(t, out, "sound")
	out, _ = s.run(0, "sandbox", "ledger", "--ledger", s.ledger())
	has(t, out, number)
	for _, args := range [][]string{append([]string{"sale", "5"}, good...), {"batch", "close"}, {"settings", "show"}, {"doctor"}} {
		_, errs := s.run(1, args...)
		has(t, errs, "Paydesk is already running with this journal. Use the window that is open, or close it and start again.")
	}
}

// A question that the window left open is answered from the command line.
func TestPartialApprovalIsDecidedLater(t *testing.T) {
	s := newShell(t)
	numbers := partApproved(t, s.dir, 2)
	out, _ := s.run(0, "history")
	has(t, out, "PARTLY APPROVED $6.00")
	_, errs := s.run(1, "batch", "close")
	has(t, errs, "approved a part of it", numbers[0], numbers[1])
	out, _ = s.run(0, "keep", numbers[0])
	has(t, out, "APPROVED $6.00")
	out, _ = s.run(0, "give-back", numbers[1])
	has(t, out, "REVERSED $12.00", "not charged")
	for i, act := range []string{"keep", "give-back"} {
		_, errs := s.run(1, act, numbers[i])
		has(t, errs, "no longer possible")
		_, errs = s.run(1, act, "NOBODY")
		has(t, errs, "no such payment")
	}
	out, _ = s.run(0, "batch", "close")
	has(t, out, "$6.00")
}

// partApproved leaves sales of $12.00 behind, of which half is approved.
func partApproved(t *testing.T, dir string, n int) (numbers []string) {
	t.Helper()
	ctx := context.Background()
	window, err := terminal.Open(ctx, terminal.Options{Dir: dir, Mode: settings.Training, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer window.Close()
	all, err := window.Operators(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := window.SignIn(ctx, all[0].ID, []byte(terminal.TrainingPIN)); err != nil {
		t.Fatal(err)
	}
	for range n {
		c, err := card.New([]byte("4012888888881881"), []byte("999"), card.Expiry{Year: 2031, Month: 12}, "")
		if err != nil {
			t.Fatal(err)
		}
		sale, err := window.Charge(ctx, engine.Charge{Order: window.NewOrderID(), Amount: money.New(1200, money.USD)}, c)
		if err != nil || sale.State != order.PartApproved {
			t.Fatal(sale.State, err)
		}
		numbers = append(numbers, sale.Number)
	}
	return numbers
}
