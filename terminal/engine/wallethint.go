package engine

import (
	"context"
	"errors"
	"maps"
	"strings"
	"time"

	"paydesk/terminal/order"
)

// A notification says only which code is worth a look. Whoever sends many gets no
// more looks than the pauses allow.
const (
	hintPause = time.Second      // between two looks at a code that is open
	endPause  = 10 * time.Second // and at one at its end
	mostHints = 100              // that wait
	// hintsFor is how long a code at its end is looked at on a hint.
	hintsFor = 72 * time.Hour
)

// hint is what a notification was about, where the code is not open.
type hint struct{ provider, reference, remote string }

// work names a hint among what the scheduler is to do.
func (h hint) work() string {
	return strings.Join([]string{"hint", h.provider, h.reference, h.remote}, " ")
}

// HintCode tells that a provider has news of a code, by our reference or the
// provider's name: it is looked at now. It returns at once.
func (e *Engine) HintCode(provider, reference, remote string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if reference == "" && remote == "" {
		return
	}
	defer nudge(e.wakeCodes)
	for id, q := range e.codes.open {
		if q.Provider == provider && (id == reference || reference == "" && q.Remote == remote) {
			e.codes.asked[id] = true
			return
		}
	}
	if len(e.codes.hints) < mostHints {
		e.codes.hints[hint{provider, reference, remote}] = true
	}
}

// followHint looks at a code that is not open and that a hint was about.
func (e *Engine) followHint(ctx context.Context, work string) error {
	var h hint
	e.mu.Lock()
	for other := range e.codes.hints {
		if other.work() == work {
			h = other
		}
	}
	delete(e.codes.hints, h)
	e.mu.Unlock()
	q, err := e.hinted(ctx, h)
	if errors.Is(err, order.ErrNotFound) {
		return nil // none of ours
	}
	if err != nil || !e.firstHint(q.ID) || !e.holdCode(q.ID) {
		return err
	}
	defer e.releaseCode(q.ID)
	return e.look(ctx, q)
}

// hinted finds the code that a hint is about, or order.ErrNotFound.
func (e *Engine) hinted(ctx context.Context, h hint) (q order.QR, err error) {
	from := e.now().Add(-hintsFor)
	if h.reference != "" {
		if q, err = e.deps.Journal.QR(ctx, h.reference); err == nil && (q.Provider != h.provider || q.Created.Before(from)) {
			err = order.ErrNotFound
		}
		return q, err
	}
	all, err := e.deps.Journal.QRs(ctx, from)
	for _, q := range all {
		if q.Provider == h.provider && q.Remote == h.remote {
			return q, nil
		}
	}
	if err == nil {
		err = order.ErrNotFound
	}
	return q, err
}

// firstHint reports that a code at its end was not looked at on a hint just now.
func (e *Engine) firstHint(id string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.now()
	maps.DeleteFunc(e.codes.looked, func(_ string, at time.Time) bool { return now.Sub(at).Abs() >= endPause })
	if _, just := e.codes.looked[id]; just {
		return false
	}
	e.codes.looked[id] = now
	return true
}
