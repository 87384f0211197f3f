package ledger

import (
	"context"
	"errors"
	"strings"

	"paydesk/terminal/id"
	"paydesk/terminal/order"
)

func lower[T ~string](s T) string { return strings.ToLower(string(s)) }

// Payouts puts payouts on the list, all or none of them.
func (b *Book) Payouts(ctx context.Context, actor string, list []order.Payout) ([]order.Payout, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.Clock.Now()
	made := make([]order.Payout, 0, len(list))
	var entries []order.Entry
	for _, p := range list {
		p = order.Payout{ID: b.NewID(), Version: 1, State: order.PayoutListed, To: strings.TrimSpace(p.To), Amount: p.Amount, Note: strings.TrimSpace(p.Note),
			Operator: actor, Created: now, Since: now}
		if err := p.Check(); err != nil {
			return nil, err
		}
		made = append(made, p)
		entries = append(entries, entry(actor, p))
	}
	if len(entries) == 0 {
		return nil, nil
	}
	return made, b.Journal.Commit(ctx, entries...)
}

// Cancel takes a payout off the list.
func (b *Book) Cancel(ctx context.Context, actor, id string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	p, err := b.Journal.Payout(ctx, id)
	if err != nil {
		return err
	}
	if p, err = p.Cancel(b.Clock.Now()); err != nil {
		return err
	}
	return b.Journal.Commit(ctx, entry(actor, p))
}

// Write marks payouts as written. prepare gets them before, and says into which
// file each goes: that one is on the disk, under another name, when it returns,
// and gets its name behind Write. So a crash leaves payouts that are in no file,
// which a person sees, and never one that is in two files unseen. again is for
// payouts that were written before.
func (b *Book) Write(ctx context.Context, actor string, ids []string, again bool, prepare func([]order.Payout) (file map[string]string, err error)) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.Clock.Now()
	var list []order.Payout
	own := id.Nonce(b.NewID())
	for _, name := range ids {
		p, err := b.Journal.Payout(ctx, name)
		if err != nil {
			return err
		}
		if _, err := p.Write("", again, now); err != nil {
			return err
		}
		if !again && id.Nonce(p.ID) != own { // the journal that was there before may have written it
			return order.ErrPayoutAgain
		}
		list = append(list, p)
	}
	files, err := prepare(list)
	if err != nil {
		return err
	}
	var entries []order.Entry
	for _, p := range list {
		p, err := p.Write(files[p.ID], again, now)
		if err != nil {
			return err
		}
		entries = append(entries, entry(actor, p))
	}
	return b.Journal.Commit(ctx, entries...)
}

// Told puts a message about a payout into the log, and what it says into the
// list.
func (b *Book) Told(ctx context.Context, n order.Notice) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, fresh, err := b.next(ctx, n)
	if err != nil || !fresh {
		return err
	}
	version := n.Version
	p, err := b.Journal.Payout(ctx, n.Payout)
	if err != nil && !errors.Is(err, order.ErrNotFound) {
		return err
	}
	now := b.Clock.Now()
	fits := -n.Gross.Minor == p.Amount.Minor && n.Gross.Currency == p.Amount.Currency && p.State != order.PayoutListed
	switch {
	case err != nil:
		n = n.To(order.NoticeReview, order.WhyPayout, now)
	case !fits:
		n = n.To(order.NoticeReview, order.WhyAmount, now)
	case p.Twice(n):
		n, fits = n.To(order.NoticeReview, order.WhyTwice, now), false
	default:
		n = n.To(order.NoticeRecorded, "", now)
	}
	n.Version = version
	entries := []order.Entry{entry(order.ActorTerminal, n)}
	if changed, told := p.Told(n, now); fits && told {
		entries = append(entries, entry(order.ActorTerminal, changed))
	}
	return b.Journal.Commit(ctx, entries...)
}
