package cardentry

import (
	"testing"

	"paydesk/terminal/card"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func stripe(t *testing.T, tracks string) *card.Card {
	t.Helper()
	c, err := card.ReadStripe([]byte(tracks))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const visa = "%B4111111111111111^DOE/JANE^3107201?"

func TestSwipedIsReady(t *testing.T) {
	for _, code := range []string{"", "123"} {
		desk, p := begin()
		enter(p, "5499740000000057")
		c := stripe(t, visa)
		pan := c.PAN()
		p.Swiped(c)
		if v := p.View(); !v.Ready || v.Chosen != Code || v.Swiped == nil || v.Swiped.Chip == "" || v.Swiped.Holder != "JANE DOE" {
			t.Fatalf("%+v, %+v", v, v.Swiped)
		}
		enter(p, "|"+code)
		calls := 0
		desk.OnCharge = func(_ engine.Charge, k *card.Card) (engine.Sale, error) {
			calls++
			if string(k.PAN()) != "4111111111111111" || string(k.CVV()) != code || k.Holder() != "JANE DOE" || !k.Swiped() {
				t.Errorf("charged %v with %d digits of a code", k, len(k.CVV()))
			}
			return engine.Sale{}, nil
		}
		for range 50 {
			p.Enter()
			p.Swiped(stripe(t, visa)) // too late: it is cleared
		}
		if calls != 1 || !p.Cleared() || pan[0] != 0 {
			t.Errorf("%d charges, cleared %v", calls, p.Cleared())
		}
	}
}

func TestSwipedIsNotReady(t *testing.T) {
	for name, tt := range map[string]struct{ tracks, typed, reason, problem string }{
		"expired":        {";4111111111111111=2001101?", "", "This card has expired", "This card has expired"},
		"far ahead":      {";4111111111111111=7901101?", "", "This card's expiry is wrong", "This card's expiry is wrong"},
		"half a code":    {visa, "12", "Enter the security code", ""},
		"a long code":    {visa, "1234", "Check the security code", ""},
		"a code of Visa": {";371449635392376=3107101?", "123", "Enter the security code", ""},
	} {
		desk, p := begin()
		p.Swiped(stripe(t, tt.tracks))
		enter(p, tt.typed)
		if v := p.View(); v.Ready || v.Reason != tt.reason || v.Swiped.Problem != tt.problem {
			t.Errorf("%s: ready %v, reason %q, problem %q", name, v.Ready, v.Reason, v.Swiped.Problem)
		}
		p.Enter()
		p.Charge()
		if desk.Count("Charge") != 0 || p.View().Chosen != Code {
			t.Errorf("%s: charged, or went to a field that is not there", name)
		}
		enter(p, "<<<<")
		if v := p.View(); v.Ready != (tt.problem == "") {
			t.Errorf("%s: ready %v without a code", name, v.Ready)
		}
	}
}

func TestSwipedIsCleared(t *testing.T) {
	for name, leave := range map[string]func(*Presenter){
		"back": (*Presenter).Back, "hide": (*Presenter).Hide, "another": (*Presenter).Retype, "begun anew": func(p *Presenter) { p.Show(charge) },
		"swiped again": func(p *Presenter) { p.Swiped(stripe(t, visa)); p.Retype() },
	} {
		_, p := begin()
		c := stripe(t, visa)
		p.Swiped(c)
		p.Choose(Number) // there is no such field now
		enter(p, "9")
		if v := p.View(); v.Fields[Number].Count != 0 {
			t.Error("a digit went into the number")
		}
		if leave(p); !p.Cleared() || c.PAN() != nil {
			t.Errorf("%s: the card is still there", name)
		}
	}
}

// What the charge is for says what the button does.
func TestHoldSaysSo(t *testing.T) {
	_, p := begin()
	p.Show(engine.Charge{Order: "o", Kind: order.KindAuth, Amount: money.New(1250, money.USD)})
	if v := p.View(); v.Charge != "Hold $12.50" || v.Title != "Hold on a card  $12.50" {
		t.Errorf("%q, %q", v.Title, v.Charge)
	}
}
