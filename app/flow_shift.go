package app

import (
	"paydesk/app/closeday"
	"paydesk/app/look"
	"paydesk/app/menu"
	"paydesk/app/nav"
	"paydesk/app/shift"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// addShift leads to the cash drawer and to the closing of the day.
func (s *shell) addShift() {
	drawer := shift.NewScreen(shift.New(s.desk, s.do, s.run))
	day := closeday.NewScreen(closeday.New(s.desk, s.do, s.run))
	s.screens[nav.Shift], s.screens[nav.CloseDay] = drawer, day
	toDay := func() { s.goTo(nav.CloseDay) }

	// Whoever leaves the drawer comes back to where the way to it began.
	from := nav.Menu
	toDrawer := func() {
		if from = nav.Menu; s.at == nav.Sale || s.at == nav.CloseDay {
			from = s.at
		}
		s.goTo(nav.Shift)
	}
	s.toDrawer = toDrawer
	drawer.Back = func() { s.goTo(from) }
	drawer.Sell = func() { s.goTo(nav.Sale) }
	drawer.Drawer, drawer.SignOut, drawer.Day = s.askDrawer, s.signOut, toDay
	drawer.Receipt = s.slip.Open
	s.sale.Shift = toDrawer

	day.Back = func() { s.goTo(nav.Menu) }
	day.Count = func() {
		toDrawer()
		drawer.Count()
	}
	day.Go = s.toBlocker
	day.XReport = func() {
		s.figuresFrom = nav.CloseDay
		s.goTo(nav.Reports)
	}
	day.ZReport = func(z order.ZReport) {
		day.XReport()
		s.reports.OpenZ(z.Number)
	}
	s.history.CloseDay = toDay

	s.menu.Add(menu.Item{Key: "menu.shift", Shape: look.Tray, Go: toDrawer})
	s.menu.Add(menu.Item{Key: "menu.closeday", Shape: look.Moon, Go: toDay})
}

// toBlocker goes to what keeps the batch from being closed.
func (s *shell) toBlocker(b engine.Blocker) {
	if b.Kind == engine.BlockPaper {
		s.goTo(nav.Counter)
		return
	}
	s.goTo(nav.Attention)
	s.attention.ChooseNumber(b.ID)
}

// toWork is where the words of the bar about the batch and the shift lead.
func (s *shell) toWork() {
	if now := s.snapshot.Shift; now.Counted && (now.Now == nil || now.Now.State == order.ShiftCounting) {
		s.toDrawer()
		return
	}
	s.goTo(nav.History)
}
