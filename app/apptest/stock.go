package apptest

import (
	"context"
	"errors"
	"time"

	"paydesk/terminal"
	"paydesk/terminal/card"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/settings"
)

// SignIn signs the trainee in at a training terminal.
func SignIn(ctx context.Context, t *terminal.Terminal) error {
	people, err := t.Operators(ctx)
	if err != nil {
		return err
	}
	return t.SignIn(ctx, people[0].ID, []byte(terminal.TrainingPIN))
}

// Store takes n sales on cards as if the host were away, and leaves it so: the
// terminal forwards nothing before SetHost tells that it is back. No two of them
// are alike, so that none has to wait for another.
func Store(ctx context.Context, t *terminal.Terminal, n int) error {
	s := t.Settings()
	s.Offline = settings.Offline{Enabled: true, PerSale: "10000", Total: "9000000", Count: 10000, Hours: 24}
	if err := t.Apply(ctx, s); err != nil {
		return err
	}
	if err := SignIn(ctx, t); err != nil {
		return err
	}
	for i := range n {
		c, err := card.New([]byte("4111111111111111"), nil, card.Expiry{Year: 2031, Month: 12}, "")
		if err != nil {
			return err
		}
		if err := store(ctx, t, engine.Charge{Order: t.NewOrderID(), Amount: money.New(int64(1000+i), money.USD)}, c); err != nil {
			return err
		}
	}
	return nil
}

// store takes one. The terminal looks for its host by itself and finds it now
// and then.
func store(ctx context.Context, t *terminal.Terminal, c engine.Charge, k *card.Card) error {
	for {
		t.SetHost(clock.Real{}.Now().Add(-time.Second), "away")
		_, err := t.StoreSale(ctx, c, k)
		if p := (*engine.Problem)(nil); !errors.As(err, &p) || p.Code != engine.ProblemOnline {
			return err
		}
	}
}
