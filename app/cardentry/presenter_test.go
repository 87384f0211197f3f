package cardentry

import (
	"context"
	"errors"
	"strings"
	"testing"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/card"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
)

var charge = engine.Charge{Order: "o", Amount: money.New(1250, money.USD)}

func begin() (*apptest.Desk, *Presenter) {
	desk := apptest.NewDesk(false)
	p := New(desk, bridge.InlineRun, desk.Clock)
	p.Show(charge)
	return desk, p
}

// enter types signs; | is Tab, < erases.
func enter(p *Presenter, signs string) {
	for _, r := range signs {
		switch r {
		case '|':
			p.Move(1)
		case '<':
			p.Press(caps.Erase)
		default:
			p.Rune(r)
		}
	}
}

func shown(v FieldView) string {
	var out strings.Builder
	for i := range v.Count {
		r, gap := v.Sign(i)
		if gap {
			out.WriteByte(' ')
		}
		out.WriteRune(r)
	}
	return out.String()
}

func TestFields(t *testing.T) {
	tests := []struct {
		name, typed string
		chosen      Field
		number      string
		expiry      string
		code        string
		ready       bool
	}{
		{"nothing", "", Number, "", "", "", false},
		{"while typing all digits are shown", "41111111", Number, "4111 1111", "", "", false},
		{"goes on by itself and masks", "4111111111111111", Expiry, "•••• •••• •••• 1111", "", "", false},
		{"whole", "41111111111111110928123", Code, "•••• •••• •••• 1111", "09/28", "•••", true},
		{"a Tab behind each field is taken once", "4111111111111111|0928|123", Code, "•••• •••• •••• 1111", "09/28", "•••", true},
		{"Tab leaves a field early", "4111|", Expiry, "4111", "", "", false},
		{"American Express", "37144963539237609281234", Code, "•••• •••••• •2376", "09/28", "••••", true},
		{"three digits are few for American Express", "3714496353923760928123", Code, "•••• •••••• •2376", "09/28", "•••", false},
		{"one-digit month", "4111111111111111928", Expiry, "•••• •••• •••• 1111", "09/28", "", false},
		{"letters are no digits", "4a1 1-1", Number, "4111", "", "", false},
		{"erase", "4111<<", Number, "41", "", "", false},
		{"a wrong check digit stays", "4111111111111112", Number, "4111 1111 1111 1112", "", "", false},
		{"nineteen digits are the most", "41111111111111121111111111", Number, "4111 1111 1111 1112 111", "", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, p := begin()
			enter(p, tt.typed)
			v := p.View()
			number, expiry, code := shown(v.Fields[Number]), shown(v.Fields[Expiry]), shown(v.Fields[Code])
			if strings.HasPrefix(tt.name, "one-digit") {
				tt.chosen = Code
			}
			if number != tt.number || expiry != tt.expiry || code != tt.code || v.Chosen != tt.chosen || v.Ready != tt.ready {
				t.Errorf("number %q expiry %q code %q chosen %d ready %v", number, expiry, code, v.Chosen, v.Ready)
			}
			if v.Ready == (v.Reason != "") {
				t.Errorf("ready %v with the reason %q", v.Ready, v.Reason)
			}
		})
	}
}

func TestProblemsAreSaidInTime(t *testing.T) {
	tests := []struct {
		name, typed string
		at          Field
		want        string // beginning of the sentence, "" for none
	}{
		{"unfinished is no mistake", "4111", Number, ""},
		{"left unfinished is one", "4111|", Number, "Enter the remaining digits"},
		{"a wrong digit at once", "4111111111111112", Number, "Check the card number"},
		{"month at two digits", "4111111111111111" + "13", Expiry, "Check the expiry"},
		{"half an expiry is no mistake", "4111111111111111" + "09", Expiry, ""},
		{"expired at once", "4111111111111111" + "0125", Expiry, "This card has expired"},
		{"too many digits of the code", "4111111111111111" + "0928" + "1234", Code, "Check the security code"},
		{"a number in the name", "4111111111111111" + "0928" + "123" + "|4111 1111", Name, "Enter the name"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, p := begin()
			enter(p, tt.typed)
			got := p.View().Fields[tt.at].Problem
			if !strings.HasPrefix(got, tt.want) || (tt.want == "") != (got == "") {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestChargeOnceAndClear(t *testing.T) {
	desk, p := begin()
	var held []func(context.Context) func()
	p.run = func(work func(context.Context) func()) { held = append(held, work) }
	var started []Payment
	var got *card.Card
	var pan, code []byte
	desk.OnCharge = func(c engine.Charge, k *card.Card) (engine.Sale, error) {
		got, pan, code = k, k.PAN(), k.CVV()
		if string(pan) != "4111111111111111" || string(code) != "123" || k.Holder() != "Ada" || k.Expiry().MMYY() != "0928" || c != charge {
			t.Error("another card or another charge arrived")
		}
		return engine.Sale{}, nil
	}
	ended, cancelled := 0, 0
	p.Cancel = func(engine.Charge) { cancelled++ }
	p.Started = func(pay Payment) { started = append(started, pay) }
	p.Ended = func(Payment, engine.Sale, error) { ended++ }
	enter(p, "41111111111111110928123|Ada")
	for range 50 {
		p.Charge()
		p.Enter()
		p.Back()
		p.Press("1")
		p.Rune('1')
		p.Move(1)
		p.Choose(Code)
	}
	if len(held) != 1 || len(started) != 1 || !p.Cleared() || cancelled != 0 || !p.View().Busy {
		t.Fatalf("%d charges, %d starts, cleared %v, cancelled %d times", len(held), len(started), p.Cleared(), cancelled)
	}
	bridge.InlineRun(held[0])
	if ended != 1 || started[0].Brand != "Visa" || started[0].Last4 != "1111" {
		t.Errorf("ended %d, %+v", ended, started[0])
	}
	for _, b := range append(pan, code...) {
		if b != 0 {
			t.Fatal("the card was not cleared")
		}
	}
	if got.PAN() != nil {
		t.Error("the card is still there")
	}
}

func TestErrorComesBack(t *testing.T) {
	desk, p := begin()
	want := errors.New("refused")
	desk.Fail = func(string) error { return want }
	var got error
	p.Ended = func(_ Payment, _ engine.Sale, err error) { got = err }
	enter(p, "41111111111111110928123")
	p.Enter()
	if !errors.Is(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestEnterGoesToWhatIsMissing(t *testing.T) {
	desk, p := begin()
	enter(p, "4111111111111111")
	p.Choose(Name)
	p.Enter()
	if v := p.View(); v.Chosen != Expiry {
		t.Errorf("chosen %d, want the expiry", v.Chosen)
	}
	p.Enter()
	if v := p.View(); v.Fields[Expiry].Problem == "" {
		t.Error("nothing is said of the missing expiry")
	}
	p.Charge()
	if desk.Count("Charge") != 0 {
		t.Error("charged without an expiry")
	}
}

func TestLeavingClears(t *testing.T) {
	for name, leave := range map[string]func(*Presenter){"back": (*Presenter).Back, "hide": (*Presenter).Hide} {
		_, p := begin()
		enter(p, "4111111111111111")
		leave(p)
		if !p.Cleared() {
			t.Errorf("%s leaves card data", name)
		}
		enter(p, "4")
		if !p.Cleared() {
			t.Errorf("%s: the form takes digits while it is not shown", name)
		}
	}
}

func FuzzForm(f *testing.F) {
	f.Add("41111111111111110928123|Ada<<")
	f.Add("|||<<%B4111111111111111^NAME/A^2809?")
	f.Fuzz(func(t *testing.T, typed string) {
		_, p := begin()
		enter(p, typed)
		v := p.View()
		for at := range fields {
			_ = shown(v.Fields[at])
		}
		if strings.ContainsAny(shown(v.Fields[Code]), "0123456789") {
			t.Error("the code is shown")
		}
		p.Hide()
		if !p.Cleared() {
			t.Error("not cleared")
		}
	})
}
