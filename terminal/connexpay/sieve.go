package connexpay

import (
	"net/http"
	"strings"
	"time"

	"paydesk/terminal/order"
)

// A row without a number may be ours only if the host wrote it about then: the
// clocks may differ, and a request lives half an hour at most.
const (
	before = 2 * time.Minute
	after  = 36 * time.Minute
)

// sieve picks the rows of one charge out of many.
type sieve struct {
	c        *Client
	q        order.CardRequest
	numbered bool             // some row tells its number
	hits     []order.Evidence // carry the number
	fits     []order.Evidence // carry none, and agree in all else
	unsure   int              // carry none, and may be it or not
}

// add weighs one row.
func (s *sieve) add(row rowReply) error {
	e := s.c.rowEvidence(row, "", http.StatusOK)
	if e.Number != "" {
		s.numbered = true
		if e.Number == s.q.Number && (e.Device == "" || strings.EqualFold(e.Device, s.q.Device)) && len(s.hits) < maxRows {
			s.hits = append(s.hits, e)
		}
		return nil
	}
	switch other, whole := s.weigh(row, e); {
	case other:
	case whole && len(s.fits) < maxRows:
		s.fits = append(s.fits, e)
	default:
		s.unsure++
	}
	return nil
}

// weigh compares a row that tells no number: other where one thing is plainly
// another's, whole where all is ours. The host's time alone excludes nothing,
// since it often comes without its zone, nor does the amount of an approval in
// part.
func (s *sieve) weigh(row rowReply, e order.Evidence) (other, whole bool) {
	last4 := string(row.Card.v.Last4)
	device, card, amount := e.Device != "", last4 != "" && s.q.Last4 != "", e.Amount != nil
	switch {
	case device && !strings.EqualFold(e.Device, s.q.Device),
		card && last4 != s.q.Last4,
		amount && *e.Amount != s.q.Amount && e.Code != "A0002":
		return true, false
	}
	at, err := row.TimeStamp.v.Time()
	timely := err == nil && !at.Before(s.q.Created.Add(-before)) && !at.After(s.q.Created.Add(after))
	return false, device && card && amount && *e.Amount == s.q.Amount && timely
}

// listed is what a whole list proves. Where its rows tell numbers, one without
// is not ours: ours has one. Where none does, one row that fits is the one; two
// cannot be told apart, and where one may be it or not, nothing is proven.
func (s *sieve) listed() order.Finding {
	switch {
	case len(s.hits) > 0 || s.numbered:
		return order.Finding{Hits: s.hits}
	case s.unsure > 0 || len(s.fits) > 1:
		return order.Finding{Impossible: true}
	}
	return order.Finding{Hits: s.fits}
}

// searched is what a whole search proves. It asked for the number, so that any
// row without one may be ours.
func (s *sieve) searched() (f order.Finding, ok bool) {
	switch {
	case s.unsure > 0 || len(s.fits) > 1 || len(s.fits) > 0 && len(s.hits) > 0:
		return order.Finding{}, false
	case len(s.hits) > 0:
		return order.Finding{Hits: s.hits}, true
	}
	return order.Finding{Hits: s.fits}, true
}
