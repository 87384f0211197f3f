package app

import (
	"context"

	"paydesk/app/followup"
	"paydesk/app/holds"
	"paydesk/app/issue"
	"paydesk/app/look"
	"paydesk/app/menu"
	"paydesk/app/moneyback"
	"paydesk/app/nav"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// follow holds the screens of what is done about a payment.
type follow struct {
	holds   *holds.Screen
	back    *moneyback.Screen
	issue   *issue.Screen
	working *followup.WorkingScreen
	done    *followup.DoneScreen
	// origin is where the present one was opened from.
	origin nav.Place
}

// addFollow leads to what is done about a payment, and about a card without
// one.
func (s *shell) addFollow() {
	s.follow = follow{
		holds:   holds.NewScreen(holds.New(s.desk, s.run, s.clock), s.overlay),
		back:    moneyback.NewScreen(moneyback.New(s.desk, s.run, s.clock)),
		issue:   issue.NewScreen(issue.New(s.desk, s.run, s.clock)),
		working: followup.NewWorkingScreen(followup.NewWorking(s.clock)),
		done:    followup.NewDoneScreen(followup.NewDone(s.clock)),
	}
	f := s.follow
	s.screens[nav.Holds], s.screens[nav.MoneyBack], s.screens[nav.Issue] = f.holds, f.back, f.issue
	s.screens[nav.Working], s.screens[nav.Done] = f.working, f.done
	f.holds.Presenter.Back, f.back.Presenter.Back, f.issue.Presenter.Back = s.leaveFollow, s.leaveFollow, s.leaveFollow
	home := func() { s.goTo(nav.Sale) }
	f.holds.Home, f.back.Home, f.issue.Home = home, home, home
	f.holds.Work, f.back.Work, f.issue.Work = s.work, s.work, s.work
	f.holds.Counted = s.menu.Render
	f.holds.Card = func(c engine.Charge) {
		s.retried = false
		s.card.Begin(c)
		s.goTo(nav.Card)
	}
	s.card.Check = s.checkCard
	s.history.Refund, s.history.Capture = s.giveBack, s.capture
	s.wireDone()
	s.addFollowItems()
}

// wireDone says where an outcome leads.
func (s *shell) wireDone() {
	d := s.follow.done
	d.NewSale = func() {
		s.goTo(nav.Sale)
	}
	d.History = func() { s.goTo(nav.History) }
	d.Seen, d.Receipt = s.desk.Acknowledge, s.slip.Open
	d.Again = func(t followup.Task) {
		if t.Act == order.Check {
			s.goTo(nav.Menu)
			return
		}
		s.reopen(t)
		s.goTo(t.From)
	}
	d.From = func(t followup.Task) {
		switch t.From {
		case nav.Holds:
			s.openHolds()
		case nav.MoneyBack:
			s.openMoneyBack()
		case nav.Issue:
			s.openIssue()
		default:
			s.goTo(nav.Menu)
		}
	}
}

// reopen chooses the payment of a task that was not begun at its screen just
// now. What was entered there otherwise stays.
func (s *shell) reopen(t followup.Task) {
	if t.Do != nil || t.GiveBack != nil {
		return
	}
	s.follow.origin = nav.Menu
	switch t.From {
	case nav.Holds:
		s.follow.holds.Open(t.Of)
	case nav.MoneyBack:
		if t.Payment != "" {
			s.follow.back.OpenCode(t.Of, t.Payment)
			return
		}
		s.follow.back.Open(t.Of)
	case nav.Issue:
		s.follow.issue.Open(t.Of)
	}
}

func (s *shell) addFollowItems() {
	s.menu.Add(menu.Item{Key: "menu.hold", Shape: look.Card, Go: func() {
		s.follow.origin = nav.Menu
		s.follow.holds.BeginNew()
		s.goTo(nav.Holds)
	}})
	s.menu.Add(menu.Item{Key: "menu.holds", Shape: look.Tray, Badge: s.follow.holds.Badge, Go: s.openHolds})
	s.menu.Add(menu.Item{Key: "menu.moneyback", Shape: look.Left, Go: s.openMoneyBack})
	s.menu.Add(menu.Item{Key: "menu.check", Shape: look.Check, Go: func() {
		s.retried = false
		s.card.BeginCheck()
		s.goTo(nav.Card)
	}})
	s.menu.Add(menu.Item{Key: "menu.issue", Shape: look.Person, Go: s.openIssue, Shown: func(now engine.Snapshot) bool {
		return now.Offer.Can(order.FeatureIssue) && now.Operator != nil && now.Operator.May(staff.IssueCards)
	}})
}

func (s *shell) openHolds() {
	s.follow.origin = nav.Menu
	s.follow.holds.Begin()
	s.goTo(nav.Holds)
}

func (s *shell) openMoneyBack() {
	s.follow.origin = nav.Menu
	s.follow.back.Begin()
	s.goTo(nav.MoneyBack)
}

func (s *shell) openIssue() {
	s.follow.origin = nav.Menu
	s.follow.issue.Begin()
	s.goTo(nav.Issue)
}

// capture opens a hold, to be captured or released; giveBack does
// the like with a payment. They are for the story of a payment, and lead back
// to where they were called.
func (s *shell) capture(number string) {
	s.follow.origin = s.at
	s.follow.holds.Open(number)
	s.goTo(nav.Holds)
}

func (s *shell) giveBack(number string) {
	s.follow.origin = s.at
	s.follow.back.Open(number)
	s.goTo(nav.MoneyBack)
}

// leaveFollow goes back to where the screen was opened from.
func (s *shell) leaveFollow() {
	if nav.Allowed(s.at, s.follow.origin) {
		s.goTo(s.follow.origin)
		return
	}
	s.goTo(nav.Menu)
}

// leaveCard goes back from the card form to where it was begun.
func (s *shell) leaveCard(c engine.Charge) {
	if c.Order == "" || c.Kind == order.KindAuth {
		s.goTo(nav.Menu)
		return
	}
	s.goTo(s.payer)
}

// checkCard asks the bank whether a card is good.
func (s *shell) checkCard(brand, last4 string, do func(context.Context) (order.FollowUp, error)) {
	s.work(followup.Task{Act: order.Check, Brand: brand, Last4: last4, From: nav.Menu, Do: do})
}

// work does a task and shows what came of it. The window may close meanwhile;
// the task goes on to its end.
func (s *shell) work(t followup.Task) {
	if !nav.Allowed(s.at, nav.Working) {
		return
	}
	s.follow.working.Start(t)
	s.goTo(nav.Working)
	if t.GiveBack != nil {
		s.workRefund(t)
		return
	}
	var f order.FollowUp
	s.do(func(ctx context.Context) (err error) {
		f, err = t.Do(context.WithoutCancel(ctx))
		return err
	}, func(err error) {
		s.follow.done.Done.Show(t, f, err)
		s.goTo(nav.Done)
	})
}

// tellFollows shows what became of a follow-up that had been interrupted, as
// soon as nobody is in the middle of something else.
func (s *shell) tellFollows(free bool) {
	for _, f := range s.snapshot.FollowNews {
		if free && s.at == nav.Sale {
			s.follow.done.ShowLate(f)
			s.goTo(nav.Done)
			s.desk.Acknowledge(f.ID)
			return
		}
	}
}
