package app

import (
	"time"

	"paydesk/app/customer"
	"paydesk/app/look"
	"paydesk/app/nav"
	"paydesk/terminal/money"
)

// face is the side of the desk that the customer sees.
type face struct {
	*customer.Display
	// till is the cashier's window, nil before it is open.
	till  customer.Window
	stage customer.Stage
	since time.Time
}

// addDesk leads to what the customer sees.
func (s *shell) addDesk() {
	if s.face.Display == nil { // its window stays open when the screens are built anew
		s.face.Display = customer.New(customer.System{}, s.run, s.clock)
	}
	s.face.Trouble = s.sale.Tell
	s.face.Choose = func(share money.Rate) {
		if s.at == nav.Sale || s.at == nav.Extras {
			s.sale.ChooseTip(share)
		}
	}
	s.sale.Told = s.tellCustomer
}

// keepFace opens the customer's window, or notices that its monitor is gone.
func (s *shell) keepFace() {
	if s.face.till != nil {
		s.face.Keep(s.desk.Settings().Display, s.face.till)
	}
}

// farewell is how long the end of a payment is told to the customer: the next
// one may be there before the cashier has gone on.
const farewell = 20 * time.Second

// tellCustomer shows the customer what belongs to the place: in the window, and
// on a display of two lines, which forgets the end of a payment sooner by
// itself.
func (s *shell) tellCustomer() {
	v, now := s.forCustomer(), s.clock.Now()
	if v.Stage != s.face.stage {
		s.face.stage, s.face.since = v.Stage, now
	}
	if (v.Stage == customer.Paid || v.Stage == customer.NotPaid || v.Stage == customer.Lapsed) && now.Sub(s.face.since) >= farewell {
		v = customer.View{Stage: customer.Idle}
	}
	v.Training, v.Shop, v.Language = s.snapshot.Training, s.snapshot.Shop, s.desk.Settings().Display.Language
	s.face.Show(v)
	s.desk.ShowCustomer(customer.Pole(v))
}

// forCustomer is what the customer may see of the place.
func (s *shell) forCustomer() customer.View {
	if screen, ok := s.screens[s.at].(interface{ Customer() customer.View }); ok {
		return screen.Customer()
	}
	sum := s.sale.Customer()
	if (s.at != nav.Sale && s.at != nav.Extras && s.at != nav.OnFile) || sum.Total.Minor == 0 {
		return customer.View{Stage: customer.Idle}
	}
	return customer.View{Stage: customer.Sum, Due: customer.Due{
		Goods: sum.Goods, Tax: sum.Tax, Tip: sum.Tip, Total: sum.Total, TaxName: sum.TaxName, Tips: sum.Tips, Chosen: sum.Chosen.Rate,
	}}
}

// tells is a screen that says what became of something.
type tells interface{ Kind() look.Kind }

// echo is called after everything that may have changed the screen: the customer
// is told, and an outcome is heard when it comes into sight, and when it turns
// into another.
func (s *shell) echo() {
	s.tellCustomer()
	if s.at == nav.SignIn {
		return // what is behind it was told
	}
	screen, ok := s.screens[s.at].(tells)
	if !ok {
		s.heard = ""
		return
	}
	if kind := screen.Kind(); kind != s.heard {
		s.heard = kind
		if s.desk.Settings().Window.Sound {
			s.sound(kind)
		}
	}
}
