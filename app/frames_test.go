package app

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/nav"
	"paydesk/app/theme"
	"paydesk/terminal"
	"paydesk/terminal/clock"
	"paydesk/terminal/settings"
)

// frame is the time from one picture of the window to the next.
const frame = time.Second / 60

// beat is a window's goroutine as the toolkit has it: sixty times a second it
// does what was posted. It notes how much later than it should each begins.
type beat struct {
	mu    sync.Mutex
	queue []func()
	late  []time.Duration
	done  chan struct{}
}

func (l *beat) post(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queue = append(l.queue, f)
}

func (l *beat) run(ctx context.Context) {
	defer close(l.done)
	for due := now(); ctx.Err() == nil; {
		due = due.Add(frame)
		<-clock.Real{}.After(due.Sub(now()))
		late := now().Sub(due)
		l.late = append(l.late, late)
		if late > frame {
			due = now() // the frames that were missed are not made up for
		}
		l.mu.Lock()
		queue := l.queue
		l.queue = nil
		l.mu.Unlock()
		for _, f := range queue {
			f()
		}
	}
}

// do runs a function in a frame and waits for it.
func (l *beat) do(f func()) {
	done := make(chan struct{})
	l.post(func() { f(); close(done) })
	<-done
}

func now() time.Time { return clock.Real{}.Now() }

func newBeat(ctx context.Context) *beat {
	l := &beat{done: make(chan struct{})}
	go l.run(ctx)
	return l
}

func (l *beat) report(b *testing.B, name string) {
	slices.Sort(l.late)
	for _, p := range []int{50, 99, 100} {
		d := l.late[min(len(l.late)*p/100, len(l.late)-1)]
		b.ReportMetric(float64(d.Microseconds())/1000, fmt.Sprintf("%s-p%d-ms", name, p))
	}
	over := 0
	for _, d := range l.late {
		if d > 50*time.Millisecond {
			over++
		}
	}
	b.ReportMetric(float64(over), name+"-over-50ms")
	b.ReportMetric(float64(len(l.late)), name+"-frames")
}

// BenchmarkFrames measures how late the window's goroutine gets to its frames
// while stored sales are forwarded, as many as PAYDESK_STORED says, and journal
// and host compared again and again; beside a goroutine that has nothing to do,
// at the same time. Terminal and host are the real ones, in this process.
func BenchmarkFrames(b *testing.B) {
	for _, place := range []nav.Place{nav.Sale, nav.History} {
		b.Run(string(place), func(b *testing.B) {
			for b.Loop() {
				benchFrames(b, place)
			}
		})
	}
}

func benchFrames(b *testing.B, place nav.Place) {
	count := 300
	if n, err := strconv.Atoi(os.Getenv("PAYDESK_STORED")); err == nil {
		count = n
	}
	term := trainingTerminal(b)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	if err := apptest.Store(ctx, term, count); err != nil {
		b.Fatal(err)
	}
	w := beating(b, ctx, term)
	w.beat.do(func() { w.goTo(place) })
	floor, end := context.WithCancel(ctx)
	bare := newBeat(floor)
	w.beat.do(func() { w.beat.late = nil })
	start := now()
	term.SetHost(time.Time{}, "")
	var compared int
	for waiting, _ := term.StoredSales(); len(waiting) > 0; waiting, _ = term.StoredSales() {
		if _, err := term.Reconcile(ctx, time.Time{}, time.Time{}); err != nil {
			b.Fatal(err)
		}
		compared++
		<-clock.Real{}.After(100 * time.Millisecond)
	}
	took := now().Sub(start)
	end()
	<-bare.done
	w.stop()
	w.beat.report(b, "late")
	bare.report(b, "floor")
	b.ReportMetric(float64(count)/took.Seconds(), "forwarded/s")
	b.ReportMetric(float64(compared), "compared")
}

// trainingTerminal opens the real terminal on the host inside the program.
func trainingTerminal(t testing.TB) *terminal.Terminal {
	t.Helper()
	term, err := terminal.Open(context.Background(), terminal.Options{Dir: t.TempDir(), Mode: settings.Training, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := term.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := term.Set(context.Background(), "day.drawer", settings.DrawerNone); err != nil {
		t.Fatal(err)
	}
	return term
}

// beatingWindow is the window with a goroutine of its own.
type beatingWindow struct {
	*shell
	t    testing.TB
	beat *beat
	stop func()
}

// beating opens the window over a terminal, signed in as it is.
func beating(t testing.TB, ctx context.Context, desk Desk) *beatingWindow {
	t.Helper()
	ctx, end := context.WithCancel(ctx)
	w := &beatingWindow{t: t, beat: newBeat(ctx)}
	a := test.NewTempApp(t)
	w.beat.do(func() {
		a.Settings().SetTheme(theme.New(theme.Light))
		w.shell = newShell(desk, bridge.Runner(ctx, w.beat.post), clock.Real{}, "")
		w.shell.setTheme = func(t *theme.Theme) { a.Settings().SetTheme(t) }
		open(test.NewWindow(nil), w.shell, fyne.NewSize(1280, 800), false)
		w.shell.start()
	})
	unwatch := desk.Watch(bridge.New(w.beat.post, w.shell.apply).Push)
	w.stop = func() { unwatch(); end(); <-w.beat.done }
	return w
}
