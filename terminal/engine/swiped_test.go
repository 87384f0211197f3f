package engine_test

import (
	"testing"

	"paydesk/terminal/card"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func swipedCard(t *testing.T, service string) *card.Card {
	t.Helper()
	c, err := card.ReadStripe([]byte("%B4111111111111111^EXAMPLE/ADA^3012" + service + "9876543?"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A card that was swiped goes out as one that was typed, without a security
// code, and is remembered as swiped.
func TestChargeSwiped(t *testing.T) {
	d := newDesk(t)
	d.host.sale = func(n string, a money.Amount) order.Evidence {
		c := d.host.card
		if string(c.PAN()) != "4111111111111111" || len(c.CVV()) != 0 || c.Expiry() != (card.Expiry{Year: 2030, Month: 12}) || c.Holder() != "ADA EXAMPLE" {
			t.Errorf("sent %v with %d digits of a code, %v, %q", c, len(c.CVV()), c.Expiry(), c.Holder())
		}
		return approved(n, a)
	}
	c := swipedCard(t, "201")
	pan := c.PAN()
	sale, err := d.Charge(background, engine.Charge{Order: "o1", Amount: usd(2000)}, c)
	if err != nil || sale.State != order.Approved || sale.Entry != order.EntrySwiped || sale.Holder != "ADA EXAMPLE" {
		t.Errorf("%+v, %v", sale, err)
	}
	if a := d.stored(sale.Number); a.Entry != order.EntrySwiped {
		t.Errorf("kept as %q", a.Entry)
	}
	if c.PAN() != nil || !zero(pan) {
		t.Error("the card outlived the charge")
	}
}

// A stored sale keeps number and expiry of a swiped card, and that it was one.
func TestStoreSwiped(t *testing.T) {
	d := awayDesk(t)
	s, err := d.StoreSale(background, engine.Charge{Order: "o1", Amount: usd(2000)}, swipedCard(t, "101"))
	if err != nil || s.Entry != order.EntrySwiped {
		t.Fatalf("%+v, %v", s, err)
	}
	d.traces()
	d.restart()
	d.back()
	d.host.sale = func(n string, a money.Amount) order.Evidence {
		if c := d.host.card; string(c.PAN()) != "4111111111111111" || c.Holder() != "" || c.Expiry() != (card.Expiry{Year: 2030, Month: 12}) {
			t.Errorf("the card came back as %v, %q, %v", c, c.Holder(), c.Expiry())
		}
		return approved(n, a)
	}
	if !d.forward(s.ID) {
		t.Fatal("not ready")
	}
	if a := d.stored(d.kept(s.ID, order.StoredApproved).Number); a.Entry != order.EntrySwiped {
		t.Errorf("forwarded as %q", a.Entry)
	}
}

// A stripe that wants the bank asked first is not stored.
func TestStoreAsksFirst(t *testing.T) {
	d := awayDesk(t)
	for _, service := range []string{"121", "105"} {
		_, err := d.StoreSale(background, engine.Charge{Order: "o1", Amount: usd(2000)}, swipedCard(t, service))
		wantProblem(t, err, engine.ProblemOffline)
	}
}
