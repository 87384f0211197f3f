package app

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"paydesk/app/approve"
	"paydesk/app/attention"
	"paydesk/app/bill"
	"paydesk/app/bridge"
	"paydesk/app/cardentry"
	"paydesk/app/cash"
	"paydesk/app/counter"
	"paydesk/app/extras"
	"paydesk/app/history"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/menu"
	"paydesk/app/nav"
	"paydesk/app/onfile"
	"paydesk/app/outcome"
	"paydesk/app/sale"
	"paydesk/app/setup"
	"paydesk/app/signin"
	"paydesk/app/slip"
	"paydesk/app/status"
	"paydesk/app/swipe"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/waiting"
	"paydesk/app/widgets"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// screen is one screen of the window. It is built once and kept; Show and
// Hide bracket its time in sight.
type screen interface {
	Object() fyne.CanvasObject
	Show()
	Hide()
	Apply(engine.Snapshot)
	Key(keys.Key) bool
	Rune(rune)
}

// shell holds the screens and moves between them. All its methods are for the
// window's goroutine.
type shell struct {
	desk  Desk
	run   bridge.Run
	clock clock.Clock
	// setTheme changes how the toolkit draws; sound plays an outcome, of which
	// heard was the last; quit ends the program.
	setTheme func(*theme.Theme)
	sound    func(look.Kind)
	heard    look.Kind
	quit     func()
	pinHint  string
	// after calls back, on the window's goroutine.
	after bridge.After

	at       nav.Place
	screens  map[nav.Place]screen
	snapshot engine.Snapshot
	theme    *theme.Theme
	minute   string
	// told are the stored sales that are known not to be paid.
	told map[string]bool
	// retried: the order of the card form had an attempt before.
	retried bool
	// do does what may need somebody's approval.
	do   approve.Do
	lock lock
	face face

	// payer is where a payment was begun, offered the bill that is to be asked
	// about.
	payer   nav.Place
	offered string

	sale    *sale.Screen
	extras  *extras.Screen
	cash    *cash.Screen
	onFile  *onfile.Screen
	bill    *bill.Screen
	card    *cardentry.Screen
	waiting *waiting.Screen
	outcome *outcome.Screen
	history *history.Screen
	// attention is built by its flow.
	attention *attention.Screen
	counter   *counter.Screen
	collects  collection
	signin    *signin.Screen
	menu      *menu.Screen
	// toDrawer leads to the cash drawer.
	toDrawer func()
	follow   follow
	setup    *setup.Screen
	wallets  walletScreens
	slip     *slip.Panel
	approve  *approve.Panel
	overlay  *widgets.Overlay
	help     *helpPage
	reader   *swipe.Reader
	notice   *swipe.Notice
	bar      *status.Bar
	stack    *fyne.Container
	size     fyne.Size // of the stack
	frame    *fyne.Container
	root     *root
}

// newShell makes the shell with its screens.
func newShell(desk Desk, run bridge.Run, c clock.Clock, pinHint string) *shell {
	s := &shell{desk: desk, clock: c, pinHint: pinHint, setTheme: func(*theme.Theme) {}, sound: func(look.Kind) {}, quit: func() {},
		after: func(time.Duration, func()) {}, theme: theme.New(theme.Light)}
	s.run = s.counted(run)
	s.snapshot = desk.Snapshot()
	s.told, s.payer = map[string]bool{}, nav.Sale
	for _, stored := range s.snapshot.Stored.Missing {
		s.told[stored.ID] = true
	}
	// What was left by an earlier run is asked about once; what is left later
	// was left on purpose.
	if b, ok := sale.Unfinished(s.snapshot); ok {
		s.offered = b.ID
	}
	if c, ok := liveCode(s.snapshot); ok {
		s.wallets.offered = c.ID
	}
	s.furnish()
	return s
}

// furnish builds every screen: once, and again in another language. What was
// entered of a sale is kept.
func (s *shell) furnish() {
	desk, run, c := s.desk, s.run, s.clock
	entered := sale.New(desk)
	if s.sale != nil {
		entered = s.sale.Presenter
	}
	s.overlay = widgets.NewOverlay()
	s.help = newHelp()
	s.slip = slip.NewPanel(slip.New(desk, run))
	s.signin = signin.NewScreen(signin.New(desk, run, c, s.pinHint))
	s.sale = sale.NewScreen(entered)
	s.card = cardentry.NewScreen(cardentry.New(desk, run, c))
	s.waiting = waiting.NewScreen(waiting.New(desk, run, c))
	s.outcome = outcome.NewScreen(outcome.New(desk, run, c))
	s.history = history.NewScreen(history.New(desk, run, c))
	s.menu = menu.NewScreen(menu.New())
	s.approve = approve.NewPanel(approve.New(desk, run, c))
	s.do = s.approve.Do
	s.screens = map[nav.Place]screen{
		nav.SignIn: s.signin, nav.Sale: s.sale, nav.Card: s.card,
		nav.Waiting: s.waiting, nav.Outcome: s.outcome, nav.History: s.history, nav.Menu: s.menu,
	}
	s.bar = status.NewBar(status.Taps{
		Chip: s.tellPart, Batch: s.toWork, Operator: s.signOut, Theme: s.otherTheme, Help: s.showHelp,
		Alert: func() { s.goTo(nav.Attention) },
	})
	s.wire()
	s.flows()
	s.build()
}

// speak changes the language while nothing is under way.
func (s *shell) speak(language string) {
	if !nav.Free(s.at) {
		return
	}
	text.Use(language)
	at := s.at
	s.screens[at].Hide()
	s.at = nav.None
	s.furnish()
	s.useTheme(s.theme.Name())
	s.at = at
	s.screens[at].Apply(s.snapshot)
	s.screens[at].Show()
	s.reveal()
}

// flows add their screens, what leads there and where it leads, and their
// items of the menu, in the menu's order. Each has a file of its own.
func (s *shell) flows() {
	s.addSale()
	s.addBill()
	s.addWallet()
	s.addFollow()
	s.addHistory()
	s.addReports()
	s.addAttention()
	s.addWalletBack()
	s.addCounter()
	s.addShift()
	s.addSwipe()
	s.addDesk()
	s.addOffice()
}

// build puts the layers over each other; the training frame is the uppermost.
func (s *shell) build() {
	var screens []fyne.CanvasObject
	for _, place := range nav.Places {
		if screen, ok := s.screens[place]; ok {
			screen.Object().Hide()
			screens = append(screens, screen.Object())
		}
	}
	s.frame = widgets.NewFrame(text.Get("app.training"))
	layers := []fyne.CanvasObject{s.bar.Container}
	s.stack = widgets.NewPlane(func(size fyne.Size) {
		if s.size != size { // what is shown may depend on the room for it
			s.size = size
			s.after(0, s.resized)
		}
		bar := status.Height(size)
		widgets.Place(s.bar.Container, 0, 0, size.Width, bar)
		// Those out of sight are placed when they come into it: to fit all their
		// texts takes longer than all else of a start.
		for _, o := range screens {
			if o.Visible() {
				widgets.Place(o, 0, bar, size.Width, size.Height-bar)
			}
		}
		if s.help.Visible() {
			widgets.Place(s.help.Container, 0, 0, size.Width, size.Height)
		}
		for _, o := range []fyne.CanvasObject{s.slip.Object(), s.approve.Object(), s.overlay, s.notice.Container} {
			widgets.Place(o, 0, 0, size.Width, size.Height)
		}
	}, append(append(layers, screens...), s.slip.Object(), s.help.Container, s.approve.Object(), s.overlay, s.notice.Container)...)
	content := widgets.NewPlane(func(size fyne.Size) {
		widgets.Place(s.frame, 0, 0, size.Width, size.Height)
		if !s.snapshot.Training {
			widgets.Place(s.stack, 0, 0, size.Width, size.Height)
			return
		}
		widgets.Place(s.stack, widgets.FrameSide, widgets.FrameTop,
			size.Width-2*widgets.FrameSide, size.Height-widgets.FrameTop-widgets.FrameSide)
	}, s.stack, s.frame)
	widgets.Show(s.frame, s.snapshot.Training)
	if s.root == nil {
		s.root = newRoot(content)
	}
	s.root.fill(content)
	s.root.onKey, s.root.onRune, s.root.onPaste, s.root.onTouch = s.reader.TypedKey, s.reader.TypedRune, s.paste, s.touched
	widgets.Pressed = s.reader.Settle
	s.overlay.Redraw, s.slip.Redraw, s.approve.Redraw, s.help.redraw = s.redraw, s.redraw, s.redraw, s.redraw
}

// wire says what leads where.
func (s *shell) wire() {
	s.signin.Done = func() { s.apply(s.desk.Snapshot()) }
	s.card.Ended = s.charged
	s.card.Stored = s.stored
	s.waiting.Ended = func(sale engine.Sale) {
		s.outcome.Presenter.Show(s.waiting.Payment(), sale)
		s.goTo(nav.Outcome)
	}
	s.outcome.TryAgain = func(c engine.Charge) {
		s.retried = true
		s.card.Begin(c)
		s.goTo(nav.Card)
	}
	s.outcome.Tell = s.sale.Tell
	s.outcome.Receipt = s.slip.Open
	s.menu.Back = func() { s.goTo(nav.Sale) }
}

// charged takes what a call of Charge came to. A snapshot may have told the
// outcome before.
func (s *shell) charged(p cardentry.Payment, sale engine.Sale, err error) {
	if !s.waiting.Active() || s.waiting.Payment() != p {
		return
	}
	if err == nil {
		s.waiting.Take(sale)
		return
	}
	s.waiting.Hide()
	s.sale.Failed(p.Charge, err)
	s.outcome.ShowProblem(p, err)
	s.goTo(nav.Outcome)
}

// stored takes what became of a sale that was to be stored.
func (s *shell) stored(p cardentry.Payment, stored order.Stored, err error) {
	if s.at != nav.Card {
		return
	}
	if err == nil {
		s.sale.Sent(p.Charge)
		s.outcome.ShowStored(stored)
	} else {
		s.outcome.ShowProblem(p, err)
	}
	s.goTo(nav.Outcome)
}

// start shows the first screen.
func (s *shell) start() {
	s.apply(s.desk.Snapshot())
	if s.at == nav.None {
		s.goTo(s.door())
	}
}

// apply takes a snapshot and moves where it demands.
func (s *shell) apply(snapshot engine.Snapshot) {
	if snapshot.Version < s.snapshot.Version {
		return
	}
	before := s.snapshot.Operator
	s.snapshot = snapshot
	s.status()
	s.collected()
	switch {
	case snapshot.Operator != nil && (s.at == nav.SignIn || s.at == nav.None):
		s.uncover()
		return
	case snapshot.Operator == nil && before != nil && s.at != nav.SignIn && nav.Allowed(s.at, nav.SignIn):
		s.cover(before.ID)
		return
	}
	if current, ok := s.screens[s.at]; ok {
		current.Apply(snapshot)
	}
	s.overtaken()
	s.echo()
	s.tellNews()
}

// tellNews shows what became of a payment that had been interrupted, and which
// stored sale the bank did not pay, as soon as nobody is in the middle of
// something else.
func (s *shell) tellNews() {
	free := s.at == nav.Sale && s.sale.Idle() && s.snapshot.Operator != nil && s.uncovered()
	for _, stored := range s.snapshot.Stored.Missing {
		if s.told[stored.ID] {
			continue
		}
		looked := s.at == nav.Outcome && s.outcome.Stored().ID == stored.ID
		if s.told[stored.ID] = looked || free; free {
			s.outcome.ShowStored(stored)
			s.goTo(nav.Outcome)
			return
		}
	}
	for _, sale := range s.snapshot.News {
		switch {
		case s.at == nav.Outcome && s.outcome.Number() == sale.Number:
			s.desk.Acknowledge(sale.Number) // it is being looked at
			return
		case sale.Stored:
			s.desk.Acknowledge(sale.Number) // the stored sale tells of it
			return
		case free:
			s.payer = nav.Sale
			s.outcome.ShowLate(sale)
			s.goTo(nav.Outcome)
			s.desk.Acknowledge(sale.Number)
			return
		}
	}
	s.tellFollows(free)
	s.tellCodes(free)
	s.tellRefunds(free)
	if free && s.at == nav.Sale {
		s.offerCode()
	}
	if s.at == nav.Sale && s.uncovered() && free {
		s.offerUnfinished()
	}
}

func (s *shell) status() {
	s.minute = s.clock.Now().Format("15:04")
	next := map[string]look.Shape{theme.Dark: look.Moon, theme.Contrast: look.Half, theme.Light: look.Sun}[s.theme.Other()]
	v := status.Of(s.snapshot, s.clock.Now())
	if n := attention.Count(s.snapshot) + s.attention.Waiting(); n > 0 {
		v.Alert = text.Number(n)
	}
	s.bar.Set(v, next, nav.Free(s.at))
}

// resized has the screen in sight shown anew in another size of the window.
func (s *shell) resized() {
	if screen, ok := s.screens[s.at]; ok {
		screen.Apply(s.snapshot)
	}
}

// redraw has the window drawn again. A layer that appears for the first time
// is not known to the canvas yet, so its own refresh comes to nothing.
func (s *shell) redraw() { canvas.Refresh(s.root) }

// unveil brings into sight what was hidden, and into its place.
func (s *shell) unveil(o fyne.CanvasObject) {
	o.Show()
	s.stack.Layout.Layout(s.stack.Objects, s.stack.Size())
}

// goTo moves to a place, if the table allows it.
func (s *shell) goTo(to nav.Place) {
	if nav.Free(to) && s.snapshot.Operator == nil {
		to = s.door()
	}
	next, ok := s.screens[to]
	if !ok || !nav.Allowed(s.at, to) {
		return
	}
	if old, ok := s.screens[s.at]; ok {
		old.Hide()
		old.Object().Hide()
	}
	s.at = to
	s.unveil(next.Object())
	next.Apply(s.snapshot)
	next.Show()
	s.reveal()
}

// tick is called once a second.
func (s *shell) tick() {
	if s.at == nav.Waiting {
		s.waiting.Tick()
	}
	if s.at == nav.Code {
		s.wallets.code.Tick()
	}
	s.attention.Tick()
	s.counter.Tick()
	s.follow.working.Tick()
	s.tellCustomer()
	s.signin.Tick()
	s.approve.Tick()
	s.lockWhenIdle()
	s.tellNews()
	if s.clock.Now().Format("15:04") != s.minute {
		s.status()
		s.card.Tick()
		s.history.Tick()
		s.attention.ReadLog()
		s.keepFace()
	}
}

func (s *shell) key(k keys.Key) {
	switch {
	case s.overlay.Open():
		s.overlay.Key(k)
	case s.approve.IsOpen():
		s.approve.Key(k)
	case s.slip.IsOpen():
		s.slip.Key(k)
	case s.help.Visible():
		s.help.key(k)
	case k == keys.Help:
		s.showHelp()
	case k == keys.Theme:
		s.otherTheme()
	case k == keys.SignOut:
		s.signOut()
	case k == keys.Drawer && (s.at == nav.Sale || s.at == nav.Menu):
		s.askDrawer()
	case k == keys.Batch && s.at == nav.Menu:
		s.goTo(nav.CloseDay)
	case k == keys.Menu && nav.Free(s.at) && s.at != nav.Menu:
		s.goTo(nav.Menu)
	default:
		s.screens[s.at].Key(k)
	}
}

func (s *shell) rune(r rune) {
	switch {
	case s.overlay.Open():
	case s.approve.IsOpen():
		s.approve.Rune(r)
	case s.slip.IsOpen():
		s.slip.Rune(r)
	case s.uncovered():
		s.screens[s.at].Rune(r)
	}
}

// paste is for screens with a field that takes more than digits; nobody can
// paste a card.
func (s *shell) paste(words string) {
	if s.slip.IsOpen() && !s.overlay.Open() && !s.approve.IsOpen() {
		s.slip.Paste(words)
		return
	}
	if p, ok := s.screens[s.at].(interface{ Paste(string) }); ok && s.uncovered() {
		p.Paste(words)
	}
}

// uncovered reports that nothing lies over the screen.
func (s *shell) uncovered() bool {
	return !s.overlay.Open() && !s.approve.IsOpen() && !s.slip.IsOpen() && !s.help.Visible()
}

func (s *shell) showHelp() {
	s.unveil(s.help.Container)
	s.redraw()
}

// tellPart says how a part is. That of the printer leads to the printer, where
// nothing is under way.
func (s *shell) tellPart(c status.Chip) {
	switch {
	case !c.Printer || !s.uncovered():
	case s.at == nav.Counter:
		return // it is in sight
	case nav.Free(s.at) && s.snapshot.Operator != nil:
		s.goTo(nav.Counter)
		return
	}
	s.overlay.Ask(widgets.Question{Shape: c.Shape, Title: c.Name, Text: c.Text, Choices: []widgets.Choice{
		{Words: text.Get("app.ok"), Hint: "Enter", Role: widgets.RoleMain},
	}})
}

// otherTheme changes to the next theme, and keeps the choice.
func (s *shell) otherTheme() {
	s.useTheme(s.theme.Other())
	name := s.theme.Name()
	s.run(func(ctx context.Context) func() {
		if err := s.desk.Set(ctx, "window.theme", name); err != nil {
			return func() { s.sale.Tell(text.Of(err)) }
		}
		return nil
	})
}

func (s *shell) useTheme(name string) {
	s.theme = theme.New(name)
	s.setTheme(s.theme) // the toolkit draws everything anew
	s.status()
}

// askQuit is the window's close. While a payment is under way it asks once.
func (s *shell) askQuit() {
	if s.at != nav.Waiting && s.at != nav.Working {
		s.leave()
		return
	}
	s.overlay.Ask(widgets.Question{Title: text.Get("quit.title"), Text: text.Get("quit.text"), Choices: []widgets.Choice{
		{Words: text.Get("quit.stay"), Hint: "Enter", Role: widgets.RoleMain},
		{Words: text.Get("quit.leave"), Hint: string(keys.SignOut), Role: widgets.RolePlain, Tap: s.leave},
	}})
}

// leave ends the program. What was typed of a card, a PIN or a password is
// cleared first.
func (s *shell) leave() {
	s.card.Hide()
	for _, screen := range s.screens {
		if secret, ok := screen.(interface{ Lock() }); ok {
			secret.Lock()
		}
	}
	s.signin.Hide()
	s.approve.Hide()
	s.quit()
}

// everySecond calls tick until ctx ends.
func everySecond(ctx context.Context, c clock.Clock, tick func()) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.After(time.Second):
			tick()
		}
	}
}
