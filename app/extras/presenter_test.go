package extras

import (
	"context"
	"strings"
	"testing"

	"paydesk/app/apptest"
	"paydesk/app/keys"
	"paydesk/app/sale"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

func begin(t *testing.T, tips string) (*sale.Presenter, *Presenter) {
	t.Helper()
	desk := apptest.NewDesk(false)
	if err := desk.Set(context.Background(), "sales.tips", tips); err != nil {
		t.Fatal(err)
	}
	desk.SignInAs(0)
	s := sale.New(desk)
	s.Apply(desk.Snapshot())
	for _, c := range []caps.Cap{"1", "2", caps.Zeros} {
		s.Press(c)
	}
	p := New(s)
	p.Show()
	return s, p
}

func typed(p *Presenter, words string) {
	for _, r := range words {
		p.Rune(r)
	}
}

func press(p *Presenter, names ...keys.Key) {
	for _, k := range names {
		p.Key(k)
	}
}

// A tip is a share that the arrows choose, or an amount that is typed; the one
// takes the place of the other.
func TestTip(t *testing.T) {
	tests := []struct {
		name  string
		do    func(*Presenter)
		words string
		total string
		share int // the chosen one; -1: none
	}{
		{"none", func(*Presenter) {}, "", "Total  $12.00", 0},
		{"share", func(p *Presenter) { press(p, keys.Right, keys.Right) }, "$1.80", "Total  $13.80", 2},
		{"past the last", func(p *Presenter) { press(p, keys.Right, keys.Right, keys.Right, keys.Right) }, "$1.80", "Total  $13.80", 2},
		{"back", func(p *Presenter) { press(p, keys.Right, keys.Left, keys.Left) }, "", "Total  $12.00", 0},
		{"amount", func(p *Presenter) { typed(p, "2x50") }, "$2.50", "Total  $14.50", -1},
		{"amount after share", func(p *Presenter) { press(p, keys.Right); typed(p, "5") }, "$0.05", "Total  $12.05", -1},
		{"share after amount", func(p *Presenter) { typed(p, "500"); p.Share(1) }, "$1.20", "Total  $13.20", 1},
		{"arrow after amount", func(p *Presenter) { typed(p, "500"); press(p, keys.Right) }, "", "Total  $12.00", 0},
		{"erased", func(p *Presenter) { typed(p, "57"); press(p, keys.Erase) }, "$0.05", "Total  $12.05", -1},
	}
	for _, tt := range tests {
		_, p := begin(t, "10 | 15")
		tt.do(p)
		v := p.View()
		chosen := -1
		for i, s := range v.Shares {
			if s.Chosen {
				chosen = i
			}
		}
		if v.Fields[Tip].Words != tt.words || v.Total != tt.total || chosen != tt.share {
			t.Errorf("%s: %q %q share %d", tt.name, v.Fields[Tip].Words, v.Total, chosen)
		}
	}
}

func TestHighTipIsTold(t *testing.T) {
	_, p := begin(t, "10")
	typed(p, "1200")
	if got := p.View().Fields[Tip].Problem; got != "" {
		t.Errorf("told %q", got)
	}
	typed(p, "0")
	if p.View().Fields[Tip].Problem == "" {
		t.Error("a tip of ten times the amount is not told of")
	}
}

// Texts of any length and kind are taken as far as they go, and that is told.
func TestTexts(t *testing.T) {
	s, p := begin(t, "10")
	press(p, keys.Tab)
	p.Paste("  47\x0011\n\tB" + strings.Repeat("é", 10000))
	if got := p.View().Fields[Number]; len([]rune(got.Words)) != order.MaxNumber || !strings.HasPrefix(got.Words, "4711  Bé") || !strings.Contains(got.Problem, "50") {
		t.Errorf("%+v", got)
	}
	press(p, keys.Erase)
	if got := p.View().Fields[Number]; got.Problem != "" || len([]rune(got.Words)) != order.MaxNumber-1 {
		t.Errorf("%+v", got)
	}
	press(p, keys.Down)
	typed(p, "Ada")
	press(p, keys.Tab, keys.Tab, keys.Up)
	typed(p, "No ice")
	if s.Text(sale.Customer).Text() != "Ada" || s.Text(sale.Note).Text() != "No ice" {
		t.Errorf("%q %q", s.Text(sale.Customer).Text(), s.Text(sale.Note).Text())
	}
	p.Show()
	p.Paste("999")
	if s.Tip() != (sale.Tip{}) {
		t.Error("a tip was pasted")
	}
}

// A shop without tips has no field for them.
// A card number is no text of a sale: it is told beside its field, shown nowhere
// else, and the sale is not paid with it.
func TestNoCardNumber(t *testing.T) {
	for _, f := range []Field{Number, Customer, Note} {
		s, p := begin(t, "")
		paid := 0
		s.Card, s.Cash = func(engine.Charge) { paid++ }, func(engine.Charge) { paid++ }
		p.Choose(f)
		p.Paste("4111 1111 1111 1111")
		if got := p.View().Fields[f].Problem; got != "That looks like a card number. Take it out." {
			t.Errorf("%s: %q", names[f], got)
		}
		s.Tender(sale.ByCard)
		s.Tender(sale.ByCash)
		v := s.View()
		if paid != 0 || v.Ready || v.Counts || !v.Wrong || v.Added != "**** **** **** 1111" {
			t.Errorf("%s: paid %d times, %+v", names[f], paid, v)
		}
		press(p, keys.Erase)
		if v := s.View(); !v.Ready || !v.Counts || p.View().Fields[f].Problem != "" {
			t.Errorf("%s: %+v", names[f], v)
		}
	}
}

func TestNoTips(t *testing.T) {
	_, p := begin(t, "")
	if v := p.View(); v.Chosen != Number || v.Fields[Tip].Shown || len(v.Shares) != 0 {
		t.Errorf("%+v", v)
	}
	p.Choose(Tip)
	press(p, keys.Up)
	if got := p.View().Chosen; got != Note {
		t.Errorf("chosen %d", got)
	}
	press(p, keys.Tab)
	if got := p.View().Chosen; got != Number {
		t.Errorf("chosen %d", got)
	}
}
