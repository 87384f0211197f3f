package engine

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"paydesk/terminal/order"
)

// CodeView is a code with what the screens need beside it.
type CodeView struct {
	order.QR
	// Title is what people call the provider, Note the order's.
	Title, Note string
	// Refunds are those of its payments that are not at their end.
	Refunds []order.Refund
	// NextAt is when the provider is asked next; zero where it is not.
	NextAt time.Time
	// Alarm: a person should be told.
	Alarm bool
}

// WalletCheck is the newest comparison of the journal with what the providers
// received.
type WalletCheck struct {
	// At is when it ended; zero before the first. Found counts the payments that
	// the journal did not have.
	At    time.Time
	Found int
	// Missing are payments that the journal has and their provider does not list.
	Missing []order.WalletFinding
	// Trouble says in a sentence why not all was compared, or is "".
	Trouble Sentence
}

// codeView is a code for the screens.
func (e *Engine) codeView(q order.QR, note string) CodeView {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.codeShown(q, note)
}

// codeShown is codeView for who holds the lock.
func (e *Engine) codeShown(q order.QR, note string) CodeView {
	v := CodeView{QR: q, Note: note, Title: order.WalletTitle(q.Provider)}
	if i := slices.IndexFunc(e.cfg.Wallets, func(o order.WalletOffer) bool { return o.Name == q.Provider }); i >= 0 {
		v.Title = e.cfg.Wallets[i].Title
	}
	v.Title = e.titled(v.Title, q.Test)
	for _, r := range e.codes.refunds {
		if r.Of == q.ID {
			v.Refunds = append(v.Refunds, r)
			v.Alarm = v.Alarm || order.AlarmingRefund(r, e.now())
		}
	}
	slices.SortFunc(v.Refunds, earlierRefund)
	_, v.NextAt = order.NextQR(q)
	v.Alarm = v.Alarm || order.AlarmingQR(q)
	return v
}

// titled marks in a live terminal what moves no real money.
func (e *Engine) titled(title string, test bool) string {
	if test && !e.deps.Training && !strings.Contains(title, "TEST") {
		return title + " (TEST)"
	}
	return title
}

// walletsShown adds to a snapshot what there is of wallets. The caller holds the
// lock.
func (e *Engine) walletsShown(s *Snapshot) {
	for _, o := range e.cfg.Wallets {
		if o.In(e.cfg.Currency) {
			o.Title = e.titled(o.Title, o.Test)
			s.Wallets = append(s.Wallets, o)
		}
	}
	b := &e.codes
	shown := func(q order.QR) CodeView { return e.codeShown(q, b.notes[q.ID]) }
	for _, q := range b.open {
		s.Codes = append(s.Codes, shown(q))
	}
	slices.SortFunc(s.Codes, func(a, b CodeView) int { return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID)) })
	if b.last != nil {
		last := shown(*b.last)
		s.Code = &last
	}
	for _, q := range b.news {
		s.CodeNews = append(s.CodeNews, shown(q))
	}
	for _, r := range b.refunds {
		s.Refunds = append(s.Refunds, r)
	}
	slices.SortFunc(s.Refunds, earlierRefund)
	s.RefundNews = slices.Clone(b.refundNews)
	s.WalletCheck = b.check
}

func earlierRefund(a, b order.Refund) int {
	return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
}

// Code reads a code, at its end or not.
func (e *Engine) Code(ctx context.Context, id string) (CodeView, error) {
	q, o, err := e.codeAndOrder(ctx, id)
	if err != nil {
		return CodeView{}, err
	}
	return e.codeView(q, o.Note), nil
}

// Refund reads a refund by wallet, at its end or not.
func (e *Engine) Refund(ctx context.Context, id string) (order.Refund, error) {
	r, err := e.deps.Journal.Refund(ctx, id)
	if err != nil {
		return r, e.readProblem(err)
	}
	return r, nil
}
