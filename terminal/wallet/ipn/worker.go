package ipn

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"paydesk/terminal/clock"
	"paydesk/terminal/order"
	"paydesk/terminal/wallet"
)

// Book is the payment log. Each method takes an entry once, however often it
// comes.
type Book interface {
	// Known is the entry with an id, or false.
	Known(ctx context.Context, id string) (order.Notice, bool, error)
	Record(ctx context.Context, n order.Notice) error
	Place(ctx context.Context, n order.Notice) error
	Told(ctx context.Context, n order.Notice) error
}

// Transactions read a payment at PayPal itself.
type Transactions interface {
	// Transaction is what was received, and the payment's state there.
	Transaction(ctx context.Context, id string) (order.Received, string, error)
}

// Setup is how messages are dealt with now.
type Setup struct {
	Rules
	// Client reaches the host of the post-back.
	Client *wallet.Client
	// Verify: payments are read at PayPal before they are booked; nil
	// Transactions cannot, and the payment waits.
	Verify       bool
	Transactions Transactions
}

// The bounds of trying.
const (
	firstPause = 5 * time.Second
	lastPause  = 10 * time.Minute
	askTime    = 30 * time.Second
)

// mostMadeUp is how many messages that PayPal did not send are put into the log,
// at once and in a day: anybody can post them, and the journal keeps for ever
// what it has. More are forgotten.
const mostMadeUp = 100

// Item is a message that waits, and when it is its turn.
type Item struct {
	ID  string
	Due time.Time
}

// Worker deals with the messages of a spool, one step at a time: Pending and Do
// are for a scheduler that does one at once.
type Worker struct {
	Spool *Spool
	Book  Book
	// Setup is read before each step.
	Setup func() Setup
	// Hint tells that there is news of a code, by our reference.
	Hint  func(reference string)
	Clock clock.Clock
	Log   *slog.Logger

	once    sync.Once
	mu      sync.Mutex
	waiting map[string]*message
	trouble error
	wake    chan struct{}
	madeUp  *rate.Limiter
	flooded bool
}

// message is how far one that waits has come.
type message struct {
	due      time.Time
	tries    int
	verified bool
}

func (w *Worker) begin() {
	w.once.Do(func() {
		w.waiting, w.wake = map[string]*message{}, make(chan struct{}, 1)
		w.madeUp = rate.NewLimiter(rate.Every(24*time.Hour/mostMadeUp), mostMadeUp)
		w.Spool.sweep()
		names, err := w.Spool.List()
		if err != nil {
			w.Log.Warn("the messages that wait cannot be read", "err", err)
		}
		for _, name := range names {
			w.waiting[name] = &message{due: w.Clock.Now()}
		}
	})
}

// Take stores a message durably and has it dealt with. It fails where it is not
// stored.
func (w *Worker) Take(body []byte) error {
	w.begin()
	name, err := w.Spool.Keep(body)
	if err != nil {
		return err
	}
	w.mu.Lock()
	if w.waiting[name] == nil {
		w.waiting[name] = &message{due: w.Clock.Now()}
	}
	w.mu.Unlock()
	w.signal()
	return nil
}

// Hurry makes the turn of all that waits come now, as when settings changed.
func (w *Worker) Hurry() {
	w.begin()
	w.mu.Lock()
	for _, m := range w.waiting {
		m.due = w.Clock.Now()
	}
	w.mu.Unlock()
	w.signal()
}

func (w *Worker) signal() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Wake is signalled when Pending has something new.
func (w *Worker) Wake() <-chan struct{} {
	w.begin()
	return w.wake
}

// Pending lists the messages that wait.
func (w *Worker) Pending() []Item {
	w.begin()
	w.mu.Lock()
	defer w.mu.Unlock()
	all := make([]Item, 0, len(w.waiting))
	for name, m := range w.waiting {
		all = append(all, Item{name, m.due})
	}
	return all
}

// Trouble is why messages wait, or nil.
func (w *Worker) Trouble() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.trouble
}

// Do asks PayPal about a message and books what it says. Only what keeps the
// journal from being written is an error.
func (w *Worker) Do(ctx context.Context, name string) error {
	w.begin()
	body, came, err := w.Spool.Read(name)
	if errors.Is(err, fs.ErrNotExist) {
		w.forget(name)
		return nil
	}
	if err != nil {
		return err
	}
	set := w.Setup()
	word, err := w.word(ctx, set, name, body)
	switch {
	case word == Invalid && !w.room():
	case word == Invalid:
		if err := w.Book.Record(ctx, set.Unproven(body, came)); err != nil {
			return err
		}
	case word == Unsaid:
		w.later(name, err)
		return nil
	default:
		wait, err := w.book(ctx, set, set.Judge(body, came))
		if err != nil {
			return err
		}
		if wait != nil {
			w.later(name, wait)
			return nil
		}
	}
	if err := w.Spool.Drop(name); err != nil {
		return err
	}
	w.forget(name)
	return nil
}

// room counts a message that PayPal did not send, and reports that the log takes
// it. Only the first of those that are forgotten is told.
func (w *Worker) room() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	room := w.madeUp.AllowN(w.Clock.Now(), 1)
	if !room && !w.flooded {
		w.Log.Warn("so many messages come that PayPal did not send that not all are put into the payment log")
	}
	w.flooded = !room
	return room
}

// word is PayPal's word for a message, asked for once.
func (w *Worker) word(ctx context.Context, set Setup, name string, body []byte) (Word, error) {
	w.mu.Lock()
	m := w.waiting[name]
	verified := m != nil && m.verified
	w.mu.Unlock()
	if verified {
		return Verified, nil
	}
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	word, err := Ask(ctx, set.Client, body)
	w.mu.Lock()
	if m != nil {
		m.verified = word == Verified
	}
	w.mu.Unlock()
	return word, err
}

// book does what is to be done with each entry. wait is why one has to wait.
func (w *Worker) book(ctx context.Context, set Setup, all []Judged) (wait, err error) {
	for _, j := range all {
		if j.Act == Place && j.Kind == order.NoticePayment && set.Verify {
			var why error
			if j, why, err = w.check(ctx, set, j); err != nil {
				return nil, err
			}
			if why != nil {
				wait = why
			}
		}
		switch j.Act {
		case Place:
			err = w.Book.Place(ctx, j.Notice)
		case Line:
			err = w.Book.Told(ctx, j.Notice)
		default:
			err = w.Book.Record(ctx, j.Notice)
		}
		if err != nil {
			return nil, err
		}
		if j.Code != "" && j.Why != order.WhyReceiver && j.Why != order.WhyMode {
			w.Hint(j.Code)
		}
	}
	return wait, nil
}

// errNoKeys: payments are to be read at PayPal, and its keys are not set up.
var errNoKeys = errors.New("PayPal's keys are not set up")

// NoKeys reports that messages wait because PayPal's keys are not set up.
func NoKeys(trouble error) bool { return errors.Is(trouble, errNoKeys) }

// check holds a payment against PayPal's own record of it. Where that cannot be
// read, why says so, and the payment waits as verified.
func (w *Worker) check(ctx context.Context, set Setup, j Judged) (_ Judged, why, err error) {
	had, known, err := w.Book.Known(ctx, j.ID)
	if err != nil || known && had.Final() {
		return j, nil, err // it will not be booked again
	}
	why = errNoKeys
	var got order.Received
	var status string
	if set.Transactions != nil {
		ctx, cancel := context.WithTimeout(ctx, askTime)
		got, status, why = set.Transactions.Transaction(ctx, j.Txn)
		cancel()
	}
	switch {
	case why != nil:
		j.Act, j.State, j.Why = Keep, order.NoticeVerified, order.WhyAsking
	case status != order.NoticePaid || got.Amount != j.Gross:
		j.Act, j.State, j.Why = Keep, order.NoticeReview, order.WhyTransaction
	case reference.MatchString(got.Reference):
		j.Act, j.State, j.Why, j.Code = Keep, order.NoticeRecorded, order.WhyCode, got.Reference
	}
	return j, why, nil
}

// later puts a message back, for longer each time.
func (w *Worker) later(name string, why error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trouble = why
	if m := w.waiting[name]; m != nil {
		m.due = w.Clock.Now().Add(min(firstPause<<min(m.tries, 10), lastPause))
		m.tries++
	}
}

func (w *Worker) forget(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.waiting, name)
	w.trouble = nil
}
