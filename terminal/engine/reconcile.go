package engine

import (
	"cmp"
	"context"
	"errors"
	"time"

	"paydesk/terminal/id"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Finding is one difference between the journal and the host's rows, with a
// sentence on what it is and what to do.
type Finding struct {
	order.Mismatch
	Alarm bool
	Text  string
	// Say is Text with what is put into it apart.
	Say Sentence
}

// ReconView is the newest comparison of the journal with the host's rows.
type ReconView struct {
	// Reached is until when all was compared; zero before the first time.
	Reached time.Time
	// Trouble says why the newest one came to no end, or is "".
	Trouble string
	// Differences counts all, Findings are those that are listed; the alarming
	// ones are among them.
	Differences int
	Findings    []Finding
}

// NewReconView puts a comparison into words.
func NewReconView(r order.Reconciliation) ReconView {
	v := ReconView{Reached: r.Reached, Trouble: r.Trouble, Differences: r.Counts.Differences}
	for _, m := range r.Found {
		say := findingSay(m)
		v.Findings = append(v.Findings, Finding{m, m.Alarm(), say.String(), say})
	}
	return v
}

// reconView is the newest comparison in words. The caller holds the lock.
func (e *Engine) reconView() ReconView {
	if e.shownRecon == nil {
		v := NewReconView(e.recon)
		e.shownRecon = &v
	}
	return *e.shownRecon
}

// Record makes a comparison durable and shows it. The first one that is
// complete after the journal was put back lets sales begin again.
func (e *Engine) Record(ctx context.Context, r order.Reconciliation) error {
	kind := "reconcile.matched"
	switch {
	case !r.Complete:
		kind = "reconcile.failed"
	case r.Counts.Differences > 0:
		kind = "reconcile.differs"
	}
	if err := e.commit(ctx, order.Entry{Kind: kind, Subject: r.ID, Actor: order.ActorTerminal, Object: r}); err != nil {
		return err
	}
	for _, m := range r.Found {
		if m.Alarm() && r.Complete {
			e.deps.Log.Error("journal and host differ", "kind", m.What, "number", m.Number, "guid", m.GUID)
		}
	}
	if !r.Complete || !r.Reached.Equal(r.Began) || !e.deps.Journal.Restored() {
		return nil
	}
	if err := e.deps.Journal.Reconciled(ctx); err != nil {
		return e.readProblem(err)
	}
	e.publish()
	nudge(e.wakeForward)
	nudge(e.wakeRecovery)
	return nil
}

// Unsettled is when the oldest thing was begun that is not at its end, the open
// batch included; zero without one. What is parked is not waited for.
func (e *Engine) Unsettled() (oldest time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	note := func(at time.Time) {
		if !at.IsZero() && (oldest.IsZero() || at.Before(oldest)) {
			oldest = at
		}
	}
	for _, a := range e.live {
		if a.Parked == "" {
			note(a.Created)
		}
	}
	for _, f := range e.follows {
		if f.Parked == "" {
			note(f.Created)
		}
	}
	note(e.sum.Opened)
	return oldest
}

// HostUp reports whether the host answered when it was last asked.
func (e *Engine) HostUp() bool { return e.Snapshot().Host.Health == HealthGood }

// Look asks the host now for an attempt that waits for its next look. One that
// is being asked for anyway, or taken back, goes on at its own pace.
func (e *Engine) Look(ctx context.Context, number string) error {
	e.mu.Lock()
	a, live := e.live[number]
	e.mu.Unlock()
	if act, _ := order.Next(a); live && a.State != order.Unknown && act == order.DoQuery {
		return e.resolveAttempt(ctx, a)
	}
	nudge(e.wakeRecovery)
	return nil
}

// textRestored is said in place of a sale until the journal was compared.
const textRestored = "This terminal's journal was put back from a copy, and is held against the bank's records first. Payments can be taken when that is done; it needs the payment host and goes on by itself."

// compared refuses to move money on a journal that was put back and not yet
// held against the host: it may not know of payments that stand there.
func (e *Engine) compared() error {
	if !e.deps.Journal.Restored() {
		return nil
	}
	text := textRestored
	e.mu.Lock()
	if t := e.recon.Trouble; t != "" {
		text += " So far: " + t + "."
	}
	e.mu.Unlock()
	return &Problem{Code: ProblemRestored, Text: text}
}

// putBack makes everything unknown that an older journal has as unfinished: it
// may be long at its end by now. It is done once for a journal that was put
// back, all in one commit, with the comparison that it begins.
func (e *Engine) putBack(ctx context.Context, open order.Unfinished, jobs []order.Job) (bool, error) {
	if !e.deps.Journal.Restored() {
		return false, nil
	}
	number := e.deps.NewNumber()
	last, err := e.deps.Journal.Reconciliation(ctx)
	if err != nil && !errors.Is(err, order.ErrNotFound) || err == nil && id.Nonce(last.ID) == id.Nonce(number) {
		return false, ignore(err, order.ErrNotFound)
	}
	var entries []order.Entry
	for _, a := range open.Attempts {
		o, err := e.deps.Journal.Order(ctx, a.Order)
		if err != nil {
			return false, err
		}
		_, stepped, err := e.stepped(o, a, order.Restored{}, order.ActorTerminal, nil)
		if err != nil {
			return false, err
		}
		entries = append(entries, stepped...)
	}
	stored, err := e.putBackStored(ctx, open)
	if err != nil {
		return false, err
	}
	entries = append(entries, stored...)
	for _, f := range open.Follows {
		f, err := order.StepFollow(f, order.Restored{}, e.now())
		if err != nil {
			return false, err
		}
		entries = append(entries, followEntry(f, order.ActorTerminal, nil))
	}
	codes, err := e.putBackCodes(ctx, open)
	if err != nil {
		return false, err
	}
	entries = append(entries, codes...)
	for _, b := range open.Batches {
		b, err := order.StepBatch(b, order.BatchAnswer{}, e.now())
		if err != nil {
			return false, err
		}
		entries = append(entries, order.Entry{Kind: "batch.unknown", Subject: b.ID, Actor: order.ActorTerminal, Object: b})
	}
	for _, j := range jobs {
		j, err := order.RestoreJob(j)
		if errors.Is(err, order.ErrNotAllowed) {
			continue // a person is asked for it already
		}
		if err != nil {
			return false, err
		}
		entries = append(entries, jobEntry(j, order.ActorTerminal))
	}
	begun := order.Reconciliation{ID: number, Version: last.Version + 1, Why: order.WhyRestored, Device: last.Device,
		Began: e.now(), Reached: last.Reached}
	return true, e.commit(ctx, append(entries, order.Entry{Kind: "reconcile.begun", Subject: number, Actor: order.ActorTerminal, Object: begun})...)
}

// putBackStored is putBack for the stored sales and their keys.
func (e *Engine) putBackStored(ctx context.Context, open order.Unfinished) (entries []order.Entry, err error) {
	for _, s := range open.Stored {
		o, err := e.deps.Journal.Order(ctx, s.Order)
		if err != nil {
			return nil, err
		}
		o2, s, err := order.StepStored(o, s, order.Restored{}, e.now())
		if errors.Is(err, order.ErrNotAllowed) {
			continue // nothing of it goes out any more
		}
		if err != nil {
			return nil, err
		}
		if entries = append(entries, storedEntry(s, order.ActorTerminal)); o2 != o {
			entries = append(entries, orderEntry(o2, order.ActorTerminal))
		}
	}
	for _, k := range open.SealKeys {
		// Its private half may be destroyed by now: nothing new is sealed with it.
		if len(k.Public) > 0 {
			k.Public = nil
			k.Version++
			entries = append(entries, keyEntry(k, "key.retired"))
		}
	}
	return entries, nil
}

func ignore(err, what error) error {
	if errors.Is(err, what) {
		return nil
	}
	return err
}

// findingSay is a difference in a sentence.
func findingSay(m order.Mismatch) Sentence {
	what := Sentence{Format: shelfWords[m.Shelf]}
	if name := cmp.Or(m.Number, m.GUID); name != "" {
		what = sentence("%s %s", what, name)
	}
	here, there := display(m.Here), display(m.There)
	switch m.What {
	case order.LocalOnly:
		return sentence("The bank has no %s, which this terminal has as approved with %s. Call the payment service before you close the day.", what, here)
	case order.NotCharged:
		return sentence("The bank has the %s as not carried out; this terminal has it as approved with %s. Call the payment service before you close the day.", what, here)
	case order.HostOnly:
		return sentence("The bank has a %s over %s that this terminal does not know. %s", what, there, Sentence{Format: strangerWords[m.Origin]})
	case order.LateCharge:
		if m.Act != "" {
			return sentence("The %s turned up at the bank with %s after it had ended here without a payment. The terminal takes it back by itself.", what, there)
		}
		return sentence("The %s stands at the bank with %s; here it ended without a payment. The terminal may not take it back by itself: void or return it at the payment service.", what, there)
	case order.AmountDiffers:
		return sentence("The %s is %s at the bank and %s here. Ask the payment service what was changed.", what, there, here)
	case order.VoidedThere:
		return sentence("The %s was voided at the bank and not by this terminal. It stays listed here with %s; ask who did it.", what, here)
	case order.ReturnedThere:
		return sentence("Money of the %s was returned at the bank and not by this terminal: %s here, %s there. Ask who did it.", what, here, there)
	case order.CapturedThere:
		return sentence("The bank has %s captured of the %s, and not by this terminal. Ask who did it.", there, what)
	case order.NotDone:
		return sentence("The bank does not have the %s over %s, which this terminal has as done. Call the payment service.", what, here)
	case order.Twice:
		return sentence("The bank has the %s twice. Have the payment service void the one with the guid %s.", what, m.GUID)
	}
	return sentence("The bank's row of the %s cannot be read. Ask the payment service for it.", what)
}

var shelfWords = map[order.Shelf]string{order.ShelfSales: "payment", order.ShelfHolds: "hold", order.ShelfCaptures: "capture",
	order.ShelfVoids: "void", order.ShelfReturns: "return"}

var strangerWords = map[order.Origin]string{
	order.OriginOwn:     "It carries this terminal's own number: the journal has lost it. Call the payment service, and look for the customer's slip.",
	order.OriginEarlier: "It was made here before the journal was put back. Look for its slip; void or return it at the payment service where no goods went.",
	order.OriginOther:   "Another program uses the same device. Ask who did it.",
}

func display(a *money.Amount) any {
	if a == nil {
		return Sentence{Format: "an unknown amount"}
	}
	return *a
}
