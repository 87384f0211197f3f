package app

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"paydesk/app/keys"
)

// BenchmarkPress measures what a press keeps the window's goroutine busy with,
// at the screens of a sale: all that stands between the press and the next frame
// but the drawing of it.
func BenchmarkPress(b *testing.B) {
	w := newWindow(b, usual, true)
	w.day()
	w.press(keys.Escape)
	var all []time.Duration
	took := map[string]time.Duration{}
	press := func(names ...keys.Key) {
		for _, k := range names {
			start := now()
			if len(k) == 1 {
				w.typed(string(k))
			} else {
				w.press(k)
			}
			d := now().Sub(start)
			all = append(all, d)
			took[fmt.Sprint(w.at, " ", k)] = max(took[fmt.Sprint(w.at, " ", k)], d)
		}
	}
	for b.Loop() {
		press("1", "2", "3", "4", keys.Erase, keys.Escape, "1", "2", "5", "0", keys.Enter)
		press("4", "1", "1", "1", "1", keys.Tab, "1", "2", keys.Erase, keys.Escape, keys.Escape)
		press(keys.History, keys.Down, keys.Down, keys.Up, keys.PageDown, keys.Left, keys.Right, keys.Escape)
		press(keys.Menu, keys.Right, keys.Escape, keys.Help, keys.Escape, keys.Theme, keys.Theme)
	}
	slices.Sort(all)
	for _, p := range []int{50, 99, 100} {
		b.ReportMetric(float64(all[min(len(all)*p/100, len(all)-1)].Microseconds())/1000, fmt.Sprintf("press-p%d-ms", p))
	}
	for name, d := range took {
		if d > 20*time.Millisecond {
			b.Logf("%s: %v at most", name, d)
		}
	}
}
