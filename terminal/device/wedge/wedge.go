// Package wedge is for readers of magnetic stripes and of bar codes that type
// what they read, as a keyboard does. It stands before everything else that the
// keyboard reaches and tells them from typing, so that no sign of a track gets
// any further, and what a scanner read comes in one piece.
//
// Machines type many times faster than people (hardware reference: 1 to 20 ms
// between signs, people need 60 or more). So every sign is held back until it is
// plain what it is: one that a person typed for so short a time that nobody sees
// it, and one that may begin a track, which people type as well, a little
// longer. What a person typed is passed on in its order; a track is swallowed
// whole, read or not.
package wedge

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"paydesk/terminal/card"
)

const (
	// most is the longest burst: a proof behind a long address. Three tracks of
	// 79, 40 and 107 signs are shorter.
	most = 640
	// A burst with a start sentinel is a machine's when it has so many signs
	// with a median gap below fast, and a person's when its median is slow.
	// Between the two it is held to its end, and not read.
	fewest = 3
	fast   = 25 * time.Millisecond
	slow   = 50 * time.Millisecond
	// whole is how many signs no person types like that.
	whole = 15
	// A burst without a sentinel is a scanner's when it has so many: goods have
	// eight digits at least (GS1 General Specifications, GTIN). preamble is how
	// many signs a reader may be set to type before a sentinel.
	codeSigns = 8
	preamble  = 4

	// silence ends a burst; tail does behind an end sentinel, between a sign
	// that may be a person's, and long one that is the beginning of a receipt's
	// code. Then again is waited: a window that stood still delivers what was
	// typed meanwhile, and the end of the silence, in any order. It stood still
	// where the end comes later than late.
	silence = 300 * time.Millisecond
	tail    = 120 * time.Millisecond
	between = 30 * time.Millisecond
	long    = 1500 * time.Millisecond
	again   = 40 * time.Millisecond
	late    = 15 * time.Millisecond
)

// Sign is one thing that came: a rune, a key by its name, a code that a scanner
// typed, or a swipe.
type Sign struct {
	Rune rune
	Key  string
	// Code is what a scanner typed, one byte for each sign (ISO/IEC 8859-1); not
	// nil, and empty where it cannot be read. The receiver clears it. Key is then
	// the key that ended it, "" for none.
	Code  []byte
	Swipe *Swipe
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
	// track: there is a start sentinel, behind so many signs of a preamble.
	track bool
	start int
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
	switch {
	case c.n == 0 && (r < ' ' || r > 0xFF):
		return []Sign{{Rune: r}} // no layout that is known types it
	case c.n == 0, !c.track && c.n <= preamble && sentinel(r):
		c.track, c.start = sentinel(r), c.n
		c.hold(r, at)
		return nil
	case !c.track:
		return c.plain(r, at)
	}
	if c.n == c.start+1 && !follows(c.burst[c.start], r) {
		if c.start == 0 {
			return append(c.release(), c.Rune(r, at)...)
		}
		c.track, c.start = false, 0
		return c.plain(r, at)
	}
	if r < ' ' || r > 0xFF {
		if c.personal() {
			return append(c.release(), Sign{Rune: r})
		}
		c.spoil(at)
		return nil
	}
	c.hold(r, at)
	if c.n > c.start+fewest && c.personal() {
		return c.release()
	}
	return nil
}

// plain takes a rune of a burst without a sentinel.
func (c *Catcher) plain(r rune, at time.Time) []Sign {
	if r < ' ' || r > 0xFF {
		if !c.machine {
			return append(c.release(), Sign{Rune: r})
		}
		c.spoil(at)
		return nil
	}
	c.hold(r, at)
	if c.n >= codeSigns && !c.machine {
		return c.release() // a key that is held down is as fast
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
	case !c.track && (name == keyEnter || name == keyTab):
		return c.end(name)
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
// a person typed, to be passed on, or what a swipe or a scan came to.
func (c *Catcher) Due(now time.Time) []Sign {
	if left, waiting := c.Wait(now); !waiting || left > 0 {
		return nil
	}
	stood := now.Sub(c.last.Add(c.patience())) > late
	if c.quiet.IsZero() && (c.track || stood) {
		c.quiet = now
		return nil
	}
	if c.personal() {
		return c.release()
	}
	return c.end("")
}

// Settle returns what a person typed without waiting for the end of the silence.
func (c *Catcher) Settle() []Sign {
	if c.n == 0 || !c.personal() {
		return nil
	}
	return c.release()
}

// end is what a machine's burst came to.
func (c *Catcher) end(key string) []Sign {
	defer c.wipe()
	typed := bytes.TrimRight(c.burst[:c.n], "\r\t")
	switch {
	case c.track && (c.start == 0 || c.spoiled || bytes.ContainsAny(typed, "?\r\t")):
		tracks := c.burst[c.start:c.n]
		if c.spoiled && c.n < most || c.median() >= fast {
			tracks = nil
		}
		cd, err := readStripe(tracks)
		return []Sign{{Swipe: &Swipe{Card: cd, Err: err}}}
	case c.spoiled:
		return []Sign{{Code: []byte{}, Key: key}}
	}
	if s := swiped(typed); s != nil {
		return []Sign{{Swipe: s}}
	}
	if len(typed) < c.n {
		key = map[byte]string{'\r': keyEnter, '\t': keyTab}[c.burst[len(typed)]]
	}
	return []Sign{{Code: bytes.Clone(typed), Key: key}}
}

// readStripe reads tracks as they came, or through the layout of the keyboard.
func readStripe(tracks []byte) (*card.Card, error) {
	c, err := card.ReadStripe(tracks)
	if err == nil {
		return c, nil
	}
	if s := undone(tracks); s != nil {
		return s.Card, nil
	}
	return nil, err
}

func (c *Catcher) hold(r rune, at time.Time) {
	if c.n == most {
		c.spoil(at)
		return
	}
	c.burst[c.n] = byte(r)
	if c.n > 0 {
		c.gaps[c.n-1] = at.Sub(c.last)
	}
	c.n++
	c.last, c.quiet = at, time.Time{}
	least := whole
	if !c.track {
		least = codeSigns
	}
	if !c.machine && c.n >= least && c.median() < fast {
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
	return !c.machine && (!c.track || c.n < c.start+fewest || c.median() >= slow)
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
	switch {
	case !c.track && !c.machine:
		return between
	case !c.track && !c.spoiled && begun(c.burst[:c.n]):
		return long
	}
	end := bytes.TrimRight(c.burst[:c.n], "\r\t")
	if n := len(end); c.track && !c.spoiled && n > 1 && (end[n-1] == '?' || end[n-2] == '?') {
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
