package app

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"paydesk/app/apptest"
	"paydesk/app/keys"
	"paydesk/app/nav"
	"paydesk/terminal/clock"
)

// TestMemoryOfADay sells for 24 hours at the window over the real terminal and
// its host, as many sales an hour as PAYDESK_HOURLY says, as fast as they go, and
// holds the memory at the end against that after the first hour. Each hour goes
// by the transactions, the menu and the sign-in.
func TestMemoryOfADay(t *testing.T) {
	hourly := 3
	if n, err := strconv.Atoi(os.Getenv("PAYDESK_HOURLY")); err == nil {
		hourly = n
	}
	ctx := context.Background()
	term := trainingTerminal(t)
	if err := apptest.SignIn(ctx, term); err != nil {
		t.Fatal(err)
	}
	w := beating(t, ctx, term)
	defer w.stop()
	var first, last use
	for hour := range 24 {
		for i := range hourly {
			w.sell(fmt.Sprint(1000 + hour*hourly + i))
		}
		w.press(keys.History)
		w.press(keys.First, keys.Down, keys.Escape)
		// A change of the theme and back drops what the toolkit keeps of texts. In a
		// real window it does so by itself, a minute after they were last drawn.
		w.press(keys.Menu, keys.Escape, keys.Help, keys.Escape, keys.Theme, keys.Theme, keys.SignOut)
		w.until("signed out", func() bool { return w.at == nav.SignIn })
		w.typed("1234")
		w.press(keys.Enter)
		w.until("signed in", func() bool { return w.at == nav.Sale })
		w.until("all slips are written", func() bool { return len(term.Snapshot().Jobs) == 0 })
		if last = measured(); hour == 0 {
			first = last
		}
		if hour%6 == 0 || hour == 23 {
			t.Logf("after hour %d: %v", hour+1, last)
		}
	}
	if last.heap > first.heap+first.heap/10 {
		t.Errorf("%v after 24 hours of %d sales, %v after one", last, hourly, first)
	}
}

// use is the memory of this process in kB: what lives in Go's heap, and what the
// system has given in all, where it tells.
type use struct{ heap, resident int }

func (u use) String() string { return fmt.Sprintf("%d kB live, %d kB resident", u.heap, u.resident) }

func measured() use {
	runtime.GC()
	runtime.GC() // what the first one finalised
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	u := use{heap: int(m.HeapAlloc >> 10)}
	text, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(text)) {
		_, _ = fmt.Sscanf(line, "VmRSS: %d kB", &u.resident)
	}
	return u
}

// sell takes a card sale from the amount to the next one.
func (w *beatingWindow) sell(amount string) {
	w.typed(amount)
	w.press(keys.Enter)
	w.typed("41111111111111111231999")
	w.press(keys.Enter)
	w.until("the outcome", func() bool { return w.at == nav.Outcome })
	w.beat.do(w.outcome.NewSale)
}

func (w *beatingWindow) typed(signs string) {
	w.beat.do(func() {
		for _, r := range signs {
			w.root.TypedRune(r)
		}
	})
}

func (w *beatingWindow) press(names ...keys.Key) {
	w.beat.do(func() {
		for _, name := range names {
			w.root.TypedKey(&fyne.KeyEvent{Name: fyne.KeyName(name)})
		}
	})
}

// until waits for something on the window's goroutine.
func (w *beatingWindow) until(what string, ok func() bool) {
	for range 60 * 60 {
		var done bool
		if w.beat.do(func() { done = ok() }); done {
			return
		}
		<-clock.Real{}.After(time.Second / 60)
	}
	w.t.Fatalf("waited in vain until %s, at %s", what, w.at)
}
