package card

import (
	"bytes"
	"slices"
	"strings"
)

// ReadStripe makes a card of what the tracks of a magnetic stripe say, one
// behind the other as readers type them: each from its start sentinel to its
// end sentinel, with its check character or without, and a line's end between
// them (ISO/IEC 7813 for tracks 1 and 2; track 3 is not looked at). What is
// discretionary in them is never copied. The tracks stay with the caller, who
// clears them. The error is a *Problem.
//
// A track that the reader calls unreadable, such as "%E?", is done without
// where the other one is whole; one that is cut off or has a wrong check
// character is not, and two that differ are refused: they are misread or
// cloned. So are tracks that a reader has encrypted or masked, and a number with
// no sentinel before it, which a keyboard's layout has lost.
func ReadStripe(tracks []byte) (*Card, error) {
	if p := foreign(tracks); p != nil {
		return nil, p
	}
	var one, two track
	defer func() { one, two = track{}, track{} }()
	if p := cutTracks(tracks, &one, &two); p != nil {
		return nil, p
	}
	t, p := agree(&one, &two)
	if p != nil {
		return nil, p
	}
	expiry, err := ParseYYMM(t.expiry)
	switch {
	case len(t.expiry) == 0:
		return nil, problem(FieldStripe, CodeMissing)
	case err != nil || CheckNumber(t.pan[:t.digits]) != nil:
		return nil, problem(FieldStripe, CodeUnread)
	case t.says(2, "34"):
		return nil, problem(FieldStripe, CodeCash)
	}
	pan := append(make([]byte, 0, maxDigits), t.pan[:t.digits]...)
	c, err := New(pan, nil, expiry, holderOf(one.name))
	if err != nil {
		clear(pan)
		return nil, err
	}
	c.swiped, c.chip, c.askFirst = true, t.says(0, "26"), t.says(1, "2") || t.says(2, "05")
	return c, nil
}

// track is what one track says. All but the number, which may have spaces on
// the stripe, are views of the tracks.
type track struct {
	pan                   [maxDigits]byte
	digits                int
	name, expiry, service []byte
}

// says reports whether a digit of the service code is one of some (ISO/IEC
// 7813, Service code).
func (t *track) says(at int, digits string) bool {
	return len(t.service) > at && strings.IndexByte(digits, t.service[at]) >= 0
}

// Lengths with both sentinels and without the check character.
const (
	mostTrack1 = 78
	mostTrack2 = 39
)

// foreign is why this cannot be tracks in the clear, or nil. No track has a
// stroke behind its end, which sets off the encrypted ones, or a star, which
// masks digits.
func foreign(tracks []byte) *Problem {
	hex := func(r rune) bool { return r < '0' || r > '9' && r < 'A' || r > 'F' && r < 'a' || r > 'f' }
	switch {
	case len(tracks) == 0 || lineEnd(tracks[0]):
		return nil
	case bytes.ContainsAny(tracks, "|*"), !bytes.ContainsFunc(tracks, hex):
		return problem(FieldStripe, CodeEncrypted)
	case !startSentinel(tracks[0]):
		return problem(FieldStripe, CodeLayout)
	}
	return nil
}

// cutTracks takes the tracks apart. One that is not there, or that the reader
// could not read, has no digits.
func cutTracks(tracks []byte, one, two *track) (p *Problem) {
	seen2 := false
	for len(tracks) > 0 {
		if lineEnd(tracks[0]) {
			tracks = tracks[1:]
			continue
		}
		start := tracks[0]
		end := bytes.IndexByte(tracks, '?')
		if !startSentinel(start) || end < 0 || bytes.ContainsFunc(tracks[:end], noSign) {
			return problem(FieldStripe, CodeUnread)
		}
		body, check := tracks[1:end], checkCharacter(tracks[:end+1])
		if tracks = tracks[end+1:]; checked(tracks) {
			if upper(tracks[0]) != check {
				return problem(FieldStripe, CodeUnread)
			}
			tracks = tracks[1:]
		}
		failed := len(body) == 1 && upper(body[0]) == 'E'
		switch {
		case start == '%' && one.digits == 0 && !failed:
			p = one.read1(body)
		case start == ';' && !seen2:
			if seen2 = true; !failed {
				p = two.read2(body)
			}
		}
		if p != nil {
			return p
		}
	}
	return nil
}

// noSign reports what no track can hold: a sign has six bits beside its parity
// (ISO/IEC 7811-2, 7811-6).
func noSign(r rune) bool { return r < ' ' || r > '_' && (r < 'a' || r > 'z') }

func startSentinel(c byte) bool { return c == '%' || c == ';' || c == '+' }

func lineEnd(c byte) bool { return c == '\r' || c == '\n' || c == '\t' }

// checked reports whether a check character comes first behind an end
// sentinel. It may look like a start sentinel, but then no track follows it.
func checked(rest []byte) bool {
	if len(rest) == 0 || lineEnd(rest[0]) {
		return false
	}
	return !startSentinel(rest[0]) || len(rest) == 1 || lineEnd(rest[1]) || startSentinel(rest[1])
}

// checkCharacter is the longitudinal redundancy check of a track with both
// sentinels, as readers type it (ISO/IEC 7811-2, 7811-6).
func checkCharacter(t []byte) byte {
	base := byte('0')
	if t[0] == '%' {
		base = ' '
	}
	sum := byte(0)
	for _, c := range t {
		if c == '+' && base == '0' {
			c = ';' // some readers type it for the start sentinel of track 3
		}
		sum ^= upper(c) - base
	}
	return base + sum
}

// upper undoes a Caps Lock: tracks have capitals only.
func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

func (t *track) read1(body []byte) *Problem {
	if len(body) == 0 || upper(body[0]) != 'B' {
		return problem(FieldStripe, CodeOther)
	}
	pan, rest, ok := bytes.Cut(body[1:], []byte("^"))
	name, rest, named := bytes.Cut(rest, []byte("^"))
	if !ok || !named || len(name) > 26 || len(body)+2 > mostTrack1 {
		return problem(FieldStripe, CodeUnread)
	}
	t.name = name
	return t.take(pan, rest, '^')
}

func (t *track) read2(body []byte) *Problem {
	pan, rest, ok := bytes.Cut(body, []byte("="))
	if !ok || len(body)+2 > mostTrack2 {
		return problem(FieldStripe, CodeUnread)
	}
	return t.take(pan, rest, '=')
}

// take reads the number, and expiry and service code in front of what is
// discretionary. A separator in the place of one of them says that it is not
// there.
func (t *track) take(pan, rest []byte, separator byte) *Problem {
	for _, c := range pan {
		if c == ' ' {
			continue
		}
		if c < '0' || c > '9' || t.digits == maxDigits {
			return problem(FieldStripe, CodeUnread)
		}
		t.pan[t.digits] = c
		t.digits++
	}
	for _, f := range []struct {
		into *[]byte
		n    int
	}{{&t.expiry, 4}, {&t.service, 3}} {
		if len(rest) > 0 && rest[0] == separator {
			rest = rest[1:]
			continue
		}
		if len(rest) < f.n || !allDigits(rest[:f.n]) {
			return problem(FieldStripe, CodeUnread)
		}
		*f.into, rest = rest[:f.n], rest[f.n:]
	}
	if t.digits == 0 {
		return problem(FieldStripe, CodeUnread)
	}
	return nil
}

// agree is the track that tells of the card, of those that could be read.
func agree(one, two *track) (*track, *Problem) {
	switch {
	case one.digits == 0 && two.digits == 0:
		return nil, problem(FieldStripe, CodeUnread)
	case two.digits == 0:
		return one, nil
	case one.digits == 0:
		return two, nil
	case one.pan != two.pan || !bytes.Equal(one.expiry, two.expiry) || !bytes.Equal(one.service, two.service):
		return nil, problem(FieldStripe, CodeMismatch)
	}
	return two, nil
}

// titles stand behind given names where no point sets them off.
var titles = []string{"MR", "MRS", "MS", "MISS", "MX", "DR", "PROF", "SIR"}

// holderOf is a name as people write it. Stripes have SURNAME/GIVEN
// MIDDLE.TITLE, in capitals and padded; without a stroke it is in no order.
// What is no name is left away: it is not needed.
func holderOf(name []byte) string {
	surname, given, _ := bytes.Cut(bytes.ToUpper(name), []byte("/"))
	given, _, _ = bytes.Cut(given, []byte("."))
	first := bytes.Fields(given)
	for len(first) > 1 && titled(first[len(first)-1]) {
		first = first[:len(first)-1]
	}
	holder := string(bytes.Join(append(first, bytes.Fields(surname)...), []byte(" ")))
	if CheckHolder(holder) != nil {
		return ""
	}
	return holder
}

func titled(word []byte) bool { return slices.Contains(titles, string(word)) }
