package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"paydesk/app/bridge"
	"paydesk/app/keys"
	"paydesk/app/theme"
	"paydesk/app/widgets"
	"paydesk/terminal"
	"paydesk/terminal/clock"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

// bank is a sandbox host that outlives the terminal, and can be away.
type bank struct {
	t      *testing.T
	host   *sandbox.Host
	server *sandbox.Server
	addr   string
}

func newBank(t *testing.T) *bank {
	t.Helper()
	host, err := sandbox.Open(sandbox.Options{Path: filepath.Join(t.TempDir(), "bank.db")})
	if err != nil {
		t.Fatal(err)
	}
	b := &bank{t: t, host: host, addr: "127.0.0.1:0"}
	b.back()
	t.Cleanup(func() {
		_ = b.server.Close()
		_ = host.Close()
	})
	return b
}

func (b *bank) back() {
	b.t.Helper()
	var err error
	if b.server, err = b.host.Listen(b.addr); err != nil {
		b.t.Fatal(err)
	}
	b.addr = strings.TrimPrefix(b.server.URL(), "http://")
}

func (b *bank) leave() { _ = b.server.Close() }

func (b *bank) rows() []sandbox.Transaction {
	b.t.Helper()
	rows, err := b.host.Ledger(context.Background())
	if err != nil {
		b.t.Fatal(err)
	}
	return rows
}

// charged reports whether a card of these last digits pays an amount there.
func (b *bank) charged(last4, amount string) bool {
	for _, r := range b.rows() {
		if r.Kind == "Sale" && r.Last4 == last4 && r.EffectiveAmount.Decimal() == amount {
			return true
		}
	}
	return false
}

// The people at the desk, beside the trainee.
var staffOfDay = []struct {
	name, pin string
	role      staff.Role
}{{"Sue", "1357", staff.Supervisor}, {"Ben", "2468", staff.Cashier}}

// openDay makes the folder of a shop that takes tax and tips, and cards while
// its bank is away.
func openDay(t *testing.T, b *bank) (dir string) {
	t.Helper()
	ctx := context.Background()
	dir = t.TempDir()
	term := openTerminal(t, dir)
	all, err := term.Operators(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := term.SignIn(ctx, all[0].ID, []byte(terminal.TrainingPIN)); err != nil {
		t.Fatal(err)
	}
	for _, p := range staffOfDay {
		if _, err := term.AddOperator(ctx, p.name, p.role, []byte(p.pin)); err != nil {
			t.Fatal(err)
		}
	}
	now := term.Settings()
	now.Host.BaseURL, now.Sales.Tax, now.Sales.Tips, now.Offline.Enabled = b.server.URL(), "10", []string{"15", "18", "20"}, true
	now.Day.Drawer = settings.DrawerNone
	if err := term.Apply(ctx, now); err != nil {
		t.Fatal(err)
	}
	term.SignOut(ctx)
	if err := term.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func openTerminal(t *testing.T, dir string) *terminal.Terminal {
	t.Helper()
	term, err := terminal.Open(context.Background(), terminal.Options{Dir: dir, Mode: settings.Training, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	return term
}

// posts are functions for the goroutine of the test, which is the window's.
type posts struct {
	mu    sync.Mutex
	queue []func()
	news  chan struct{}
}

func (p *posts) post(f func()) {
	p.mu.Lock()
	p.queue = append(p.queue, f)
	p.mu.Unlock()
	select {
	case p.news <- struct{}{}:
	default:
	}
}

func (p *posts) drain() {
	for {
		p.mu.Lock()
		queue := p.queue
		p.queue = nil
		p.mu.Unlock()
		if len(queue) == 0 {
			return
		}
		for _, f := range queue {
			f()
		}
	}
}

// stand is the real window over a real terminal, without a screen.
type stand struct {
	*window
	t     *testing.T
	dir   string
	size  fyne.Size
	bank  *bank
	term  *terminal.Terminal
	posts *posts
	stop  func()
}

func newStand(t *testing.T, size fyne.Size) *stand {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(theme.New(theme.Light))
	s := &stand{t: t, size: size, bank: newBank(t)}
	s.dir = openDay(t, s.bank)
	s.open()
	t.Cleanup(func() { s.close() })
	return s
}

// open starts the program, as far as it goes without a screen.
func (s *stand) open() {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	s.term, s.posts = openTerminal(s.t, s.dir), &posts{news: make(chan struct{}, 1)}
	s.window = &window{shell: newShell(s.term, bridge.Runner(ctx, s.posts.post), clock.Real{}, "Training: the PIN is "+terminal.TrainingPIN)}
	s.after = bridge.Timer(ctx, clock.Real{}, s.posts.post)
	s.w = test.NewWindow(nil)
	open(s.w, s.shell, s.size, false)
	s.w.Resize(s.size)
	s.start()
	unwatch := s.term.Watch(bridge.New(s.posts.post, s.apply).Push)
	s.stop = func() {
		unwatch()
		cancel()
	}
}

// close ends the program without mercy: nothing that is under way is waited for
// by the window.
func (s *stand) close() {
	if s.term == nil {
		return
	}
	s.stop()
	if err := s.term.Close(); err != nil {
		s.t.Error(err)
	}
	s.w.Close()
	s.term = nil
}

// typed types all at once, as a machine does, and waits until the keyboard has
// been quiet for so long that it has arrived.
func (s *stand) typed(signs string) {
	for _, r := range signs {
		s.root.TypedRune(r)
	}
	quiet := 100 * time.Millisecond
	if len(signs) >= 8 {
		quiet = 400 * time.Millisecond
	}
	for end := (clock.Real{}).After(quiet); ; {
		s.posts.drain()
		select {
		case <-s.posts.news:
		case <-end:
			s.posts.drain()
			return
		}
	}
}

// await does the window's work until something is so.
func (s *stand) await(what string, is func() bool) {
	s.t.Helper()
	now := clock.Real{}
	limit := now.After(40 * time.Second)
	for {
		s.posts.drain()
		if is() {
			return
		}
		select {
		case <-s.posts.news:
		case <-now.After(200 * time.Millisecond):
			s.tick()
		case <-limit:
			s.t.Fatalf("waited in vain for %s; at %s: %s", what, s.at, strings.Join(s.words(), " | "))
		}
	}
}

// words are all that is in sight, for a test that fails.
func (s *stand) words() (all []string) {
	s.walk(func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *widgets.Button:
			all = append(all, "["+o.Words+"]")
		case *widgets.Text:
			all = append(all, o.Words)
		}
	})
	return all
}

// walk goes through what is in sight, what lies on top last.
func (s *stand) walk(see func(fyne.CanvasObject)) {
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if !o.Visible() {
			return
		}
		see(o)
		switch o := o.(type) {
		case *fyne.Container:
			for _, child := range o.Objects {
				walk(child)
			}
		case fyne.Widget:
			for _, child := range test.WidgetRenderer(o).Objects() {
				walk(child)
			}
		}
	}
	walk(s.root)
}

// spot is the middle of the button with the words, or else of the words.
func (s *stand) spot(words string) fyne.Position {
	s.t.Helper()
	var button, line fyne.CanvasObject
	s.walk(func(o fyne.CanvasObject) {
		switch x := o.(type) {
		case *widgets.Button:
			if x.Words == words || string(x.Shape) == words {
				button = o
			}
		case *widgets.Text:
			if x.Words == words && x.Size().Width > 0 {
				line = o
			}
		}
	})
	if button == nil {
		button = line
	}
	if button == nil {
		s.t.Fatalf("no %q in sight at %s: %s", words, s.at, strings.Join(s.words(), " | "))
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(button)
	return at.Add(fyne.NewPos(button.Size().Width/2, button.Size().Height/2))
}

// journalOf is the journal as another program reads it.
func journalOf(t *testing.T, dir string) (rows []order.Row, backs []order.CashBack) {
	t.Helper()
	ctx := context.Background()
	j, err := terminal.OpenHistory(dir, settings.Training)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	for q := (order.Query{Limit: 500}); ; {
		l, err := j.List(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, l.Rows...)
		if q.Before = l.Next; l.Next == "" {
			break
		}
	}
	for _, r := range rows {
		if r.Cash == nil {
			continue
		}
		of, err := j.CashBacksOf(ctx, r.Cash.ID)
		if err != nil {
			t.Fatal(err)
		}
		backs = append(backs, of...)
	}
	return rows, backs
}

// states says in a line how far a journal is: how many of what are in which
// state, what the open batch holds, and who has signed in how often. Two desks
// with the same day have the same line.
func states(t *testing.T, dir string) string {
	t.Helper()
	ctx := context.Background()
	rows, backs := journalOf(t, dir)
	count := map[string]int{"back": len(backs)}
	for _, r := range rows {
		f := r.Facts()
		count[fmt.Sprint(f.Kind, " ", f.State, " ", f.Amount.Decimal())]++
	}
	j, err := terminal.OpenHistory(dir, settings.Training)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	people, err := j.Operators(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, person := range people {
		story, err := j.Story(ctx, person.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, told := range story {
			count[person.Name+" "+told.Kind]++
		}
	}
	sum, err := j.OpenBatch(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(count, sum.Totals)
}

// books are what journal and bank have at the end of the day, in cents.
type books struct {
	drawer, journal, host int64
	// differ says which payments are not the same at both.
	differ []string
}

func readBooks(t *testing.T, dir string, b *bank) (out books) {
	t.Helper()
	rows, backs := journalOf(t, dir)
	here := map[string]int64{} // by the number at the bank, or the guid of a captured hold
	for _, r := range rows {
		switch {
		case r.Cash != nil:
			out.drawer += r.Cash.Tendered.Minor - r.Cash.Change().Minor
		case r.Attempt != nil && r.Attempt.Kind == order.KindSale && r.Attempt.State == order.Approved:
			here[r.Attempt.Number] += r.Attempt.Approved.Minor
		case r.Follow == nil || r.Follow.State != order.FollowDone:
		case r.Follow.Act == order.Capture:
			here[r.Follow.Made] += r.Follow.Amount.Minor
		case r.Follow.Act == order.Void || r.Follow.Act == order.Return:
			here[r.Follow.Of] -= r.Follow.Amount.Minor
		}
	}
	for _, back := range backs {
		out.drawer -= back.Amount.Minor
	}
	there := map[string]int64{}
	for _, r := range b.rows() {
		if r.Kind != "Sale" {
			continue
		}
		name := r.SequenceNumber
		if _, ours := here[r.GUID]; ours {
			name = r.GUID
		}
		there[name] += r.EffectiveAmount.Minor
		out.host += r.EffectiveAmount.Minor
	}
	for name, minor := range here {
		if out.journal += minor; there[name] != minor {
			out.differ = append(out.differ, fmt.Sprintf("%s: %d here, %d there", name, minor, there[name]))
		}
	}
	return out
}

// press does what keys do, and what follows at once.
func (s *stand) press(names ...keys.Key) {
	for _, name := range names {
		s.window.press(name)
		s.posts.drain()
	}
}

// tapAt presses a place.
func (s *stand) tapAt(at fyne.Position) {
	test.TapCanvas(s.w.Canvas(), at)
	s.posts.drain()
}
