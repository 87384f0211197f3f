// Package wedge is for magnetic stripe readers that type what they read, as a
// keyboard does. It stands before everything else that the keyboard reaches
// and tells a swipe from typing, so that no sign of a track gets any further.
//
// A track begins with a start sentinel, which people also type. From one on,
// everything is held back until it is plain what it is: machines type many
// times faster than people (hardware reference: 1 to 20 ms between signs,
// people need 60 or more). What a person typed is passed on in its order, a
// little late; what a machine typed is swallowed whole, read or not.
package wedge

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"paydesk/terminal/card"
)

const (
	// most is the longest burst: three tracks of 79, 40 and 107 signs, each with
	// its check character and a line's end.
	most = 256
	// A burst with a start sentinel is a machine's when it has so many signs
	// with a median gap below fast, and a person's when its median is slow.
	// Between the two it is held to its end, and not read.
	fewest = 3
	fast   = 25 * time.Millisecond
	slow   = 50 * time.Millisecond
	// whole is how many signs no person types like that.
	whole = 15

	// silence ends a burst; tail does behind an end sentinel. Then again is
	// waited: a window that stood still delivers what was typed meanwhile, and
	// the end of the silence, in any order.
	silence = 300 * time.Millisecond
	tail    = 120 * time.Millisecond
	again   = 40 * time.Millisecond
)

// Sign is what the keyboard typed: a rune, or a key by its name.
type Sign struct {
	Rune rune
	Key  string
}

// Swipe is what a swipe came to: the card, which the receiver clears, or why
// there is none, a *card.Problem.
type Swipe struct {
	Card *card.Card
	Err  error
}

// Catcher takes all that the keyboard types. The zero value is ready. It is
// for one goroutine.
type Catcher struct {
	// burst is what is held back, with '\r' and '\t' for the keys; gaps are the
	// times between its signs.
	burst [most]byte
	gaps  [most]time.Duration
	n     int
	// machine: no person types like that. spoiled: it cannot be read, and is
	// swallowed to its end.
	machine, spoiled bool
	last             time.Time // of the newest sign
	quiet            time.Time // when the silence was noticed; zero: not yet
}

// Enter and Tab end a burst; the names are the window system's.
const (
	keyEnter = "Return"
	keyTab   = "Tab"
)

// Rune takes a rune and returns what is to be passed on now, in its order.
func (c *Catcher) Rune(r rune, at time.Time) []Sign {
	if c.n == 0 {
		if !sentinel(r) {
			return []Sign{{Rune: r}}
		}
		c.hold(byte(r), at)
		return nil
	}
	if c.n == 1 && !follows(c.burst[0], r) {
		return append(c.release(), c.Rune(r, at)...)
	}
	if r < ' ' || r > '~' {
		if c.personal() {
			return append(c.release(), Sign{Rune: r})
		}
		c.spoil(at)
		return nil
	}
	c.hold(byte(r), at)
	if c.n > fewest && c.personal() {
		return c.release()
	}
	return nil
}

// Key takes a key and returns what is to be passed on now. While something is
// held back, keys that only accompany a rune, as the window system reports
// them, or that change one, are dropped: nothing acts on them.
func (c *Catcher) Key(name string, at time.Time) []Sign {
	switch {
	case c.n == 0:
		return []Sign{{Key: name}}
	case accompanies(name):
		return nil
	case c.personal():
		return append(c.release(), Sign{Key: name})
	case name == keyEnter:
		c.hold('\r', at)
	case name == keyTab:
		c.hold('\t', at)
	}
	c.machine = true
	return nil
}

// Wait is how long from now Due is to be called; false: there is nothing to
// wait for.
func (c *Catcher) Wait(now time.Time) (time.Duration, bool) {
	if c.n == 0 {
		return 0, false
	}
	if !c.quiet.IsZero() {
		return max(0, c.quiet.Add(again).Sub(now)), true
	}
	return max(0, c.last.Add(c.patience()).Sub(now)), true
}

// Due ends what is held back if it has been quiet long enough: it returns what
// a person typed, to be passed on, or what a swipe came to.
func (c *Catcher) Due(now time.Time) ([]Sign, *Swipe) {
	if left, waiting := c.Wait(now); !waiting || left > 0 {
		return nil, nil
	}
	if c.quiet.IsZero() {
		c.quiet = now
		return nil, nil
	}
	if c.personal() {
		return c.release(), nil
	}
	defer c.wipe()
	tracks := c.burst[:c.n]
	if c.spoiled || c.median() >= fast {
		tracks = nil
	}
	cd, err := card.ReadStripe(tracks)
	return nil, &Swipe{Card: cd, Err: err}
}

func (c *Catcher) hold(sign byte, at time.Time) {
	if c.n == most {
		c.spoil(at)
		return
	}
	c.burst[c.n] = sign
	if c.n > 0 {
		c.gaps[c.n-1] = at.Sub(c.last)
	}
	c.n++
	c.last, c.quiet = at, time.Time{}
	if c.n >= whole && c.median() < fast {
		c.machine = true
	}
}

// spoil goes on swallowing what cannot be read any more.
func (c *Catcher) spoil(at time.Time) {
	c.machine, c.spoiled = true, true
	c.last, c.quiet = at, time.Time{}
}

func (c *Catcher) wipe() { *c = Catcher{} }

// release is what was held back, as it was typed. No key is among it: the first
// one to be held is a machine's.
func (c *Catcher) release() []Sign {
	signs := make([]Sign, c.n)
	for i, b := range c.burst[:c.n] {
		signs[i].Rune = rune(b)
	}
	c.wipe()
	return signs
}

// personal reports that what is held back is a person's, as far as can be seen.
func (c *Catcher) personal() bool {
	return !c.machine && (c.n < fewest || c.median() >= slow)
}

// median is the upper one of the gaps.
func (c *Catcher) median() time.Duration {
	gaps := c.gaps
	sorted := gaps[:max(0, c.n-1)]
	slices.Sort(sorted)
	return sorted[len(sorted)/2]
}

// patience is the silence that ends the burst: shorter behind an end sentinel,
// with its check character and a line's end.
func (c *Catcher) patience() time.Duration {
	end := bytes.TrimRight(c.burst[:c.n], "\r\t")
	if n := len(end); !c.spoiled && n > 1 && (end[n-1] == '?' || end[n-2] == '?') {
		return tail
	}
	return silence
}

func sentinel(r rune) bool { return r == '%' || r == ';' || r == '+' }

// follows reports whether a track that begins with start can go on with r: a
// format code or a digit, or an E where it could not be read.
func follows(start byte, r rune) bool {
	letter := r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
	if start == '%' {
		return letter
	}
	return r >= '0' && r <= '9' || r == 'E' || r == 'e'
}

// accompanies reports the keys that the window system reports beside runes:
// those that type one, and those that change it.
func accompanies(name string) bool {
	switch name {
	case "Space", "CapsLock", "Menu", "PrintScreen":
		return true
	}
	for _, modifier := range []string{"Shift", "Control", "Alt", "Super"} {
		if strings.HasSuffix(name, modifier) {
			return true
		}
	}
	return len(name) <= 1
}
