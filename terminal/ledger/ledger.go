// Package ledger books what providers' messages say: into the payment log, the
// balances of customers and the list of payouts. Whatever belongs together is
// one commit, so that a crash leaves all of it or nothing, and each message is
// booked once however often it comes.
package ledger

import (
	"context"
	"errors"
	"sync"

	"paydesk/terminal/clock"
	"paydesk/terminal/order"
)

// Journal is what the ledger needs of the journal.
type Journal interface {
	Commit(ctx context.Context, entries ...order.Entry) error
	// Notice, Customer and Payout read one object, or order.ErrNotFound.
	Notice(ctx context.Context, id string) (order.Notice, error)
	Customer(ctx context.Context, id string) (order.Customer, error)
	Payout(ctx context.Context, id string) (order.Payout, error)
	// NoticesOf lists the entries about money of another one, oldest first.
	NoticesOf(ctx context.Context, parent string) ([]order.Notice, error)
	Customers(ctx context.Context) ([]order.Customer, error)
	Payouts(ctx context.Context) ([]order.Payout, error)
}

// Book books. It is safe for many goroutines.
type Book struct {
	Journal Journal
	Clock   clock.Clock
	// NewID makes the numbers of customers and payouts.
	NewID func() string

	mu sync.Mutex // one change at a time: balances are read and written
}

// Known is the entry of a message that is in the log already, or false.
func (b *Book) Known(ctx context.Context, id string) (order.Notice, bool, error) {
	n, err := b.Journal.Notice(ctx, id)
	if errors.Is(err, order.ErrNotFound) {
		return n, false, nil
	}
	return n, err == nil, err
}

// Record puts a message into the log as it is: one that is not booked, or not
// yet. One that is there already stays, unless that one was not at its end.
func (b *Book) Record(ctx context.Context, n order.Notice) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, fresh, err := b.next(ctx, n)
	if err != nil || !fresh {
		return err
	}
	return b.Journal.Commit(ctx, entry(order.ActorTerminal, n))
}

// Place puts a message that passed all checks into the log and into the balance
// that it belongs to. Refunds of it that came before it are placed behind it.
func (b *Book) Place(ctx context.Context, n order.Notice) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	next, fresh, err := b.next(ctx, n)
	if err != nil {
		return err
	}
	if had, known, err := b.Known(ctx, n.ID); !fresh {
		if err != nil || !known {
			return err
		}
		return b.followers(ctx, had) // a crash may have kept them from it
	}
	return b.place(ctx, next)
}

// next is a message as the next version of its entry, or that there is nothing
// to add to that.
func (b *Book) next(ctx context.Context, n order.Notice) (order.Notice, bool, error) {
	had, known, err := b.Known(ctx, n.ID)
	if err != nil || known && (had.Final() || n.State == had.State) {
		return n, false, err
	}
	n.Version = 1
	if known {
		n.Version, n.Created = had.Version+1, had.Created
	}
	return n, true, nil
}

func (b *Book) place(ctx context.Context, n order.Notice) error {
	customers, err := b.Journal.Customers(ctx)
	if err != nil {
		return err
	}
	parent, err := b.parent(ctx, n)
	if err != nil {
		return err
	}
	version := n.Version
	n, c := order.PlaceNotice(n, customers, parent, b.Clock.Now())
	n.Version = version
	if err := b.Journal.Commit(ctx, booked(order.ActorTerminal, n, c)...); err != nil {
		return err
	}
	return b.followers(ctx, n)
}

func (b *Book) parent(ctx context.Context, n order.Notice) (*order.Notice, error) {
	id := n.ParentID()
	if id == "" {
		return nil, nil
	}
	p, known, err := b.Known(ctx, id)
	if err != nil || !known {
		return nil, err
	}
	return &p, nil
}

// followers places what waits for an entry that is at its end now.
func (b *Book) followers(ctx context.Context, n order.Notice) error {
	if n.State != order.NoticeCredited && n.State != order.NoticeRecorded || n.Kind != order.NoticePayment {
		return nil
	}
	waiting, err := b.Journal.NoticesOf(ctx, n.ID)
	if err != nil {
		return err
	}
	for _, w := range waiting {
		if w.State != order.NoticeReview || w.Why != order.WhyParent {
			continue
		}
		w.Version++
		if err := b.place(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// entry is an object of the ledger as the journal gets it.
func entry(actor string, object any) order.Entry {
	switch o := object.(type) {
	case order.Notice:
		return order.Entry{Kind: "notice." + lower(o.State), Subject: o.ID, Actor: actor, Object: o}
	case order.Payout:
		return order.Entry{Kind: "payout." + lower(o.State), Subject: o.ID, Actor: actor, Object: o}
	}
	c, _ := object.(order.Customer)
	return order.Entry{Kind: "customer.changed", Subject: c.ID, Actor: actor, Object: c}
}

// booked are an entry of the log and the customer whose balance it changed. The
// entry comes first: it is why the balance is another.
func booked(actor string, n order.Notice, c *order.Customer) []order.Entry {
	all := []order.Entry{entry(actor, n)}
	if c != nil {
		all = append(all, order.Entry{Kind: "customer.booked", Subject: c.ID, Actor: actor, Object: *c, Note: map[string]string{"notice": n.ID, "amount": n.Booked.String()}})
	}
	return all
}

// ErrNotMatchable: the entry is booked, or cannot be booked by hand.
var ErrNotMatchable = errors.New("this entry of the payment log is booked already, or nothing can be booked for it")

// Match books an entry that waits for a person to the balance of a customer.
func (b *Book) Match(ctx context.Context, actor, id, customer string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, err := b.Journal.Notice(ctx, id)
	if err != nil {
		return err
	}
	if !n.Matchable() {
		return ErrNotMatchable
	}
	c, err := b.Journal.Customer(ctx, customer)
	if err != nil {
		return err
	}
	n, c, err = order.BookNotice(n, c, b.Clock.Now())
	if err != nil {
		return err
	}
	n.By = actor
	if err := b.Journal.Commit(ctx, booked(actor, n, &c)...); err != nil {
		return err
	}
	return b.followers(ctx, n)
}

// SaveCustomer keeps a new customer, whose ID is "", or another name and other
// addresses of one. Balances change by messages alone.
func (b *Book) SaveCustomer(ctx context.Context, actor string, c order.Customer) (order.Customer, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	all, err := b.Journal.Customers(ctx)
	if err != nil {
		return c, err
	}
	if c, err = c.Check(all); err != nil {
		return c, err
	}
	if c.ID == "" {
		c = order.Customer{ID: b.NewID(), Version: 1, Name: c.Name, Emails: c.Emails, Created: b.Clock.Now()}
	} else {
		had, err := b.Journal.Customer(ctx, c.ID)
		if err != nil {
			return c, err
		}
		had.Name, had.Emails = c.Name, c.Emails
		had.Version++
		c = had
	}
	return c, b.Journal.Commit(ctx, entry(actor, c))
}
