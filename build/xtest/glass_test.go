//go:build linux

package xtest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// glass looks at a screen all the time, as an eye does: the X server draws in a
// file, and what is in it is what is seen. Its fingers press keys without a
// process of their own.
type glass struct {
	t      testing.TB
	pixels []byte
	stride int
	bounds image.Rectangle
	hands  io.Writer
}

// look begins to watch a screen.
func (s *screen) look() *glass {
	s.t.Helper()
	f, err := os.Open(s.frames)
	if err != nil {
		s.t.Fatal(err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		s.t.Fatal(err)
	}
	data, err := syscall.Mmap(int(f.Fd()), 0, int(st.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		s.t.Fatal(err)
	}
	// The head of an X window dump: numbers of four bytes, most significant
	// first. The colours come before the pixels, twelve bytes each.
	head := func(n int) int { return int(binary.BigEndian.Uint32(data[4*n:])) }
	g := &glass{t: s.t, pixels: data[head(0)+12*head(19):], stride: head(12), bounds: image.Rect(0, 0, head(4), head(5))}
	c := exec.Command("xdotool", "-")
	c.Env = s.env()
	hands, err := c.StdinPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		_ = hands.Close()
		_ = c.Wait()
		_ = syscall.Munmap(data)
	})
	g.hands = hands
	return g
}

// seen is a copy of a part of the screen.
func (g *glass) seen(part image.Rectangle) []byte {
	var all []byte
	for y := part.Min.Y; y < part.Max.Y; y++ {
		all = append(all, g.row(part, y)...)
	}
	return all
}

func (g *glass) row(part image.Rectangle, y int) []byte {
	at := y * g.stride
	return g.pixels[at+4*part.Min.X : at+4*part.Max.X]
}

func (g *glass) same(part image.Rectangle, before []byte) bool {
	n := 4 * part.Dx()
	for y := part.Min.Y; y < part.Max.Y; y++ {
		if !bytes.Equal(g.row(part, y), before[:n]) {
			return false
		}
		before = before[n:]
	}
	return true
}

// watch is how often the glass is looked at, and blink how long a picture
// stands that is at rest.
const (
	watch = 500 * time.Microsecond
	blink = 60 * time.Millisecond
)

// change waits until a part of the screen is no longer as before, and returns
// when that was since start.
func (g *glass) change(what string, part image.Rectangle, before []byte, start time.Time, limit time.Duration) time.Duration {
	g.t.Helper()
	for {
		same := g.same(part, before)
		took := time.Since(start)
		if !same {
			return took
		}
		if took > limit {
			g.t.Fatalf("nothing was to be seen %v behind %s", limit, what)
		}
		pause(watch)
	}
}

// rest waits until a part of the screen is at rest, and returns when it changed
// last, since start.
func (g *glass) rest(part image.Rectangle, start time.Time) (last time.Duration) {
	for {
		before := g.seen(part)
		last = time.Since(start)
		for g.same(part, before) {
			if time.Since(start)-last > blink {
				return last
			}
			pause(watch)
		}
	}
}

// press presses a key and returns how long it takes until a part of the screen
// shows something else.
func (g *glass) press(key string, part image.Rectangle) time.Duration {
	g.t.Helper()
	before := g.seen(part)
	start := time.Now()
	if _, err := fmt.Fprintf(g.hands, "key --delay 0 %s\n", key); err != nil {
		g.t.Fatal(err)
	}
	took := g.change("the key "+key, part, before, start, 5*time.Second)
	g.rest(part, start)
	return took
}

// times are durations of one kind.
type times []time.Duration

// report puts them among the figures of a benchmark, in milliseconds.
func (all times) report(b *testing.B, name string, percents ...int) {
	b.Helper()
	sorted := slices.Sorted(slices.Values(all))
	for _, p := range percents {
		d := sorted[min(len(sorted)*p/100, len(sorted)-1)]
		b.ReportMetric(float64(d.Microseconds())/1000, fmt.Sprintf("%s-p%d-ms", strings.TrimSpace(name), p))
	}
}
