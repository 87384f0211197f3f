package app

import (
	"paydesk/app/batches"
	"paydesk/app/look"
	"paydesk/app/menu"
	"paydesk/app/nav"
	"paydesk/app/report"
	"paydesk/app/statement"
)

// addReports leads to the figures, and from there to the closed batches and to
// what goes into the books.
func (s *shell) addReports() {
	reports := report.NewScreen(report.New(s.desk, s.do, s.run, s.clock))
	closed := batches.NewScreen(batches.New(s.desk, s.do, s.run, s.clock))
	books := statement.NewScreen(statement.New(s.desk, s.do, s.run, s.clock), s.overlay)
	s.screens[nav.Reports], s.screens[nav.Batches], s.screens[nav.Statement] = reports, closed, books
	home := func() { s.goTo(nav.Reports) }
	reports.Back, closed.Back, books.Back = func() { s.goTo(nav.Menu) }, home, home
	reports.Batches, reports.Statement = func() { s.goTo(nav.Batches) }, func() { s.goTo(nav.Statement) }
	reports.Receipt, closed.Receipt = s.slip.Open, s.slip.Open
	s.menu.Add(menu.Item{Key: "menu.reports", Shape: look.Bars, Go: home})
}
