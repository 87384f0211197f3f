package xtest

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"paydesk/sync/journal"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox"
)

// dayVariable names the folder in which TestDay plays the long-lived process.
const dayVariable = "PAYDESK_DAY"

// TestDay is the long-lived process of dayTrace. It says of each commit that
// it returned, as the terminal does with its next request or picture.
func TestDay(t *testing.T) {
	dir := os.Getenv(dayVariable)
	if dir == "" {
		t.Skip("it is run by others, as a process of its own")
	}
	j, err := journal.Open(journal.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	err = tradingDay(j, 200, func(a order.Attempt) { fmt.Printf("committed %s %d\n", a.Number, a.Version) })
	if err != nil {
		t.Fatal(err)
	}
}

// tradingDay commits sales as the engine does, and tells of each commit.
func tradingDay(j *journal.Journal, sales int, told func(order.Attempt)) error {
	ctx := context.Background()
	began := time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)
	for i := range sales {
		at := began.Add(time.Duration(i) * time.Minute)
		o := order.Order{ID: fmt.Sprintf("O%05d", i), Version: 1, State: order.Open, Amount: money.New(1250+int64(i), money.USD), Created: at}
		a := order.Begin(order.Attempt{Number: fmt.Sprintf("N%05d", i), Order: o.ID, Kind: order.KindSale, Asked: o.Amount,
			Device: sandbox.DeviceGUID, Brand: "Visa", Last4: "1111", Entry: "keyed", Operator: "op"}, at)
		if err := j.Commit(ctx, entry("order.open", o), entry("attempt.sending", a)); err != nil {
			return err
		}
		told(a)
		a.Version, a.State, a.Decision, a.Approved = 2, order.Approved, order.Adopt, a.Asked
		a.GUID, a.Batch, a.AuthCode = fmt.Sprintf("guid-%05d", i), fmt.Sprintf("batch-%d", i/100), "TAS123"
		o.Version, o.State, o.PaidBy = 2, order.PaidCard, a.Number
		if i%7 == 3 {
			a.State, a.Decision, a.Approved, a.Batch, a.Code = order.Declined, order.Undecided, money.Amount{}, "", "D2012"
			o.State, o.PaidBy = order.Open, ""
		}
		job := order.Job{ID: fmt.Sprintf("J%05d", i), Version: 1, Kind: order.JobPrint, State: order.JobQueued, Subject: a.Number, Document: "sale", Due: at}
		if err := j.Commit(ctx, entry("attempt.decided", a), entry("order.decided", o), entry("job.queued", job)); err != nil {
			return err
		}
		told(a)
		job.Version, job.State = 2, order.JobDone
		if err := j.Commit(ctx, entry("job.done", job)); err != nil {
			return err
		}
	}
	return nil
}

func entry(kind string, object any) order.Entry {
	return order.Entry{Kind: kind, Actor: order.ActorTerminal, Object: object}
}
