//go:build linux

package xtest

import (
	"cmp"
	"fmt"
	"image"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// empty is the program with an empty window, built as the other one is.
func empty(t testing.TB) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "empty")
	c := exec.Command("bash", "-c", `. build/lib.sh && go build "${BUILD_FLAGS[@]}" -o "$0" ./build/xtest/testdata/empty`, bin)
	c.Dir = "../.."
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	return bin
}

// floor opens the empty window on a screen of its own and returns when it is at
// rest.
func floor(b *testing.B, bin string) (*exec.Cmd, *glass) {
	b.Helper()
	s := newScreen(b, "1280x800")
	g := s.look()
	c := exec.Command(bin)
	c.Env = s.env()
	g.start(c)
	return c, g
}

// start starts a program with a window, and returns when its first frame could
// be seen and when its window was at rest.
func (g *glass) start(c *exec.Cmd) (first, whole time.Duration) {
	g.t.Helper()
	before := g.seen(g.bounds)
	start := time.Now()
	if err := c.Start(); err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { kill(c) })
	first = g.change("the start", g.bounds, before, start, 30*time.Second)
	return first, g.rest(g.bounds, start)
}

// counter is a data folder with a host inside the program: the one that
// PAYDESK_MILLION names, or else a new one. Each has some sales of today.
func counter(b *testing.B) *desk {
	b.Helper()
	d := &desk{t: b, bin: program(b), dir: os.Getenv("PAYDESK_MILLION")}
	if d.dir == "" {
		d.dir = b.TempDir()
	}
	d.must("settings", "set", "day.drawer", "none")
	for range 5 {
		c := d.command("sale", "12.50")
		c.Stdin = strings.NewReader("4111111111111111\n1231\n999\n")
		if out, err := c.CombinedOutput(); err != nil {
			b.Fatalf("%v %s", err, out)
		}
	}
	return d
}

// below is the screen without the status bar, which has a clock.
func (g *glass) below() image.Rectangle {
	part := g.bounds
	part.Min.Y += 100
	return part
}

// presses are keys, and what they are pressed at, from the sale screen back to
// it. Each shows something.
var presses = []struct {
	at   string
	keys []string
}{
	{"sale", []string{"1", "2", "3", "4", "5", "6", "7", "BackSpace", "Escape"}},
	{"to the card", []string{"1", "2", "5", "0", "Return"}},
	{"card", []string{"4", "1", "1", "1", "1", "1", "1", "1", "BackSpace", "Tab", "1", "2"}},
	{"from the card", []string{"Escape", "Escape"}},
	{"to the transactions", []string{"F4"}},
	{"transactions", []string{"Down", "Down", "Down", "Up", "Left", "Right"}},
	{"from the transactions", []string{"Escape"}},
	{"menu", []string{"F9", "Escape"}},
	{"help", []string{"F1", "Escape"}},
	{"theme", []string{"F11", "F11", "F11"}},
	{"sign-in", []string{"F12", "1", "2", "3", "4", "Return"}},
}

// BenchmarkPress measures from a press, before it goes to the X server, to the
// first pixel that shows it, beside the same in an empty window.
func BenchmarkPress(b *testing.B) {
	_, low := floor(b, empty(b))
	d, s := counter(b), newScreen(b, "1280x800")
	g := s.look()
	c := d.command()
	c.Env = s.env()
	g.start(c)
	for _, key := range []string{"Escape", "1", "2", "3", "4", "Return"} { // the assistant comes first
		g.press(key, g.below())
	}
	pause(time.Second) // the PIN is being checked
	var ours, bare times
	by := map[string]times{}
	for b.Loop() {
		for _, p := range presses {
			for _, key := range p.keys {
				took := g.press(key, g.below())
				ours = append(ours, took)
				by[p.at+" "+key] = append(by[p.at+" "+key], took)
				bare = append(bare, low.press("a", low.bounds))
				if key == "F12" {
					pause(time.Second) // the operators are being read
				}
			}
		}
		pause(time.Second) // as above: the next key is not answered by its own picture
	}
	ours.report(b, "press", 50, 99, 100)
	bare.report(b, "floor", 50, 99, 100)
	middle := func(name string) time.Duration { slices.Sort(by[name]); return by[name][len(by[name])/2] }
	slowest := slices.SortedFunc(maps.Keys(by), func(x, y string) int { return cmp.Compare(middle(y), middle(x)) })
	for _, name := range slowest[:12] {
		b.Logf("%s: %v, %v at most", name, middle(name).Round(time.Millisecond), slices.Max(by[name]).Round(time.Millisecond))
	}
}

// BenchmarkStart measures from the start of the process to its first frame and
// to the sign-in screen at rest, beside the first frame of an empty window:
// with what both need in the page cache, and with program and journal out of
// it. PAYDESK_MILLION names the data folder of a long journal.
func BenchmarkStart(b *testing.B) {
	bin := empty(b)
	d := counter(b)
	d.must("history")
	for _, tt := range []struct {
		name  string
		files []string
	}{
		{"warm", nil},
		{"cold", []string{d.bin, bin, filepath.Join(d.dir, "training", "journal.db"), filepath.Join(d.dir, "training", "journal.db-wal")}},
	} {
		b.Run(tt.name, func(b *testing.B) {
			var first, whole, bare times
			var ratio []float64
			s := newScreen(b, "1280x800")
			g := s.look()
			start := func(c *exec.Cmd) (time.Duration, time.Duration) {
				for _, file := range tt.files {
					drop(b, file)
				}
				c.Env = s.env()
				first, whole := g.start(c)
				kill(c)
				g.rest(g.bounds, time.Now())
				return first, whole
			}
			for b.Loop() {
				f, _ := start(exec.Command(bin))
				one, all := start(d.command())
				first, whole, bare = append(first, one), append(whole, all), append(bare, f)
				ratio = append(ratio, float64(one)/float64(f))
			}
			first.report(b, "first", 50, 100)
			whole.report(b, "sign-in", 50, 100)
			bare.report(b, "floor", 50, 100)
			slices.Sort(ratio)
			b.ReportMetric(ratio[len(ratio)/2], "×floor")
		})
	}
}

// drop takes a file out of the page cache.
func drop(b *testing.B, file string) {
	b.Helper()
	if _, err := os.Stat(file); err != nil {
		return
	}
	if out, err := exec.Command("dd", "if="+file, "iflag=nocache", "count=0").CombinedOutput(); err != nil {
		b.Fatalf("%v %s", err, out)
	}
}

// BenchmarkIdle measures the time of the processor that the sale screen takes
// while nobody touches it, beside an empty window in the same minute.
func BenchmarkIdle(b *testing.B) {
	bare, _ := floor(b, empty(b))
	d, s := newDesk(b), newScreen(b, "1280x800")
	g := s.look()
	c := d.command()
	c.Env = s.env()
	g.start(c)
	for _, key := range []string{"1", "2", "3", "4", "Return"} {
		g.press(key, g.below())
	}
	pause(5 * time.Second) // what belongs to the start
	var ours, theirs, all time.Duration
	for b.Loop() {
		mine, bares := used(b, c), used(b, bare)
		pause(time.Minute)
		ours, theirs, all = ours+used(b, c)-mine, theirs+used(b, bare)-bares, all+time.Minute
	}
	b.ReportMetric(float64(ours)*100/float64(all), "idle-%")
	b.ReportMetric(float64(theirs)*100/float64(all), "floor-%")
	b.ReportMetric(float64(ours)/float64(theirs), "×floor")
}

// used is the time of the processor that a process has had.
func used(b *testing.B, c *exec.Cmd) (sum time.Duration) {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	// The name is in brackets and may hold anything; utime and stime are the
	// 12th and 13th field behind it, in hundredths of a second.
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	for _, field := range fields[11:13] {
		n, err := strconv.Atoi(field)
		if err != nil {
			b.Fatal(err)
		}
		sum += time.Duration(n) * 10 * time.Millisecond
	}
	return sum
}
