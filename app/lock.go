package app

import (
	"context"
	"slices"
	"time"

	"paydesk/app/bridge"
	"paydesk/app/keys"
	"paydesk/app/nav"
)

// lock is what is known of the desk while nobody is at it.
type lock struct {
	// behind is the place that the sign-in covers, None where there is none, and
	// left is who was at it.
	behind nav.Place
	left   string
	// seen is when somebody last pressed, touched or swiped.
	seen time.Time
	// running counts the works that are not over yet.
	running int
}

// office are the places that only the person who opened them comes back to.
var office = []nav.Place{nav.Settings, nav.Staff, nav.Setup}

// counted is run, with its works counted: the desk is not locked under them.
func (s *shell) counted(run bridge.Run) bridge.Run {
	return func(work func(context.Context) func()) {
		s.lock.running++
		run(func(ctx context.Context) func() {
			then := work(ctx)
			return func() {
				s.lock.running--
				if then != nil {
					then()
				}
				s.echo()
			}
		})
	}
}

// touched notes that somebody is there.
func (s *shell) touched() { s.lock.seen = s.clock.Now() }

// lockWhenIdle leaves the desk when nobody was there for as long as the owner
// set, and nothing is under way.
func (s *shell) lockWhenIdle() {
	limit := time.Duration(s.desk.Settings().Window.LockMins) * time.Minute
	idle := s.clock.Now().Sub(s.lock.seen)
	if limit <= 0 || idle < limit || s.lock.running > 0 || s.snapshot.Operator == nil {
		return
	}
	if s.at == nav.Code && s.wallets.code.UnderWay() {
		return // the customer has the phone in the hand
	}
	s.approve.Cancel() // what waits for an approval is over with it
	if nav.Allowed(s.at, nav.SignIn) {
		s.leaveDesk()
	}
}

// signOut is the operator's wish to leave the desk to somebody else.
func (s *shell) signOut() {
	if nav.Free(s.at) {
		s.leaveDesk()
	}
}

func (s *shell) leaveDesk() {
	s.run(func(ctx context.Context) func() {
		s.desk.SignOut(ctx)
		return func() { s.apply(s.desk.Snapshot()) }
	})
}

// cover lays the sign-in over the screen. What was entered stays where it is,
// except for what must not stay in memory: a screen with card data or another
// secret clears it in its Lock.
func (s *shell) cover(left string) {
	s.overlay.Key(keys.Escape)
	s.approve.Cancel()
	s.slip.Key(keys.Escape)
	s.help.shut()
	s.lock.behind, s.lock.left = s.at, left
	if old, ok := s.screens[s.at]; ok {
		if secret, ok := old.(interface{ Lock() }); ok {
			secret.Lock()
		}
		old.Object().Hide()
	}
	s.signin.Kept = s.at != nav.None && (s.at != nav.Sale || !s.sale.Idle())
	s.at = nav.SignIn
	s.signin.Show()
	s.reveal()
}

// uncover takes the sign-in away: the same screen is there again, for whoever
// signed in.
func (s *shell) uncover() {
	behind := s.lock.behind
	s.lock.behind = nav.None
	screen, ok := s.screens[behind]
	switch {
	case !ok:
		s.sale.Clear()
		s.goTo(s.entered())
		return
	case slices.Contains(office, behind) && s.snapshot.Operator.ID != s.lock.left:
		screen.Hide()
		s.goTo(nav.Sale)
		return
	}
	s.signin.Hide()
	s.signin.Object().Hide()
	s.at = behind
	screen.Apply(s.snapshot)
	s.reveal()
}

// reveal shows the screen of the place.
func (s *shell) reveal() {
	s.touched()
	screen := s.screens[s.at].Object()
	s.unveil(screen)
	screen.Refresh()
	s.status()
	s.redraw()
	s.echo()
	if s.at == nav.Sale {
		s.tellNews()
	}
}
