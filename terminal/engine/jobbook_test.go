package engine

import (
	"fmt"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/order"
)

// Thousands of receipts wait at once behind stored sales: a snapshot holds what
// a person is asked about and the newest, the scheduler gets some that are due,
// and each of them in the end.
func TestJobBookIsBounded(t *testing.T) {
	at := time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)
	e := New(Deps{Clock: clock.NewVirtual(at)}, Config{})
	job := func(i int, state order.JobState, due time.Time) order.Job {
		return order.Job{ID: fmt.Sprintf("J%05d", i), Kind: order.JobPDF, State: state, Due: due}
	}
	const many = 2000
	for i := range many {
		e.jobs.put(job(i, order.JobQueued, at))
	}
	e.jobs.put(job(3, order.JobUnsure, at))
	shown := e.jobs.shown()
	if len(shown) != jobsShown+1 || shown[0].ID != "J00003" || shown[jobsShown].ID != fmt.Sprintf("J%05d", many-1) {
		t.Errorf("%d are shown, from %s", len(shown), shown[0].ID)
	}
	done := 0
	for {
		work := e.PendingJobs(order.JobPDF)
		if len(work) == 0 {
			break
		}
		if len(work) > jobsDue || work[0].ID >= work[len(work)-1].ID && len(work) > 1 {
			t.Fatalf("%d are due: %v", len(work), work)
		}
		for _, w := range work {
			done++
			j := *e.jobs.byID[w.ID]
			j.State = order.JobDone
			e.jobs.put(j)
		}
	}
	if done != many-1 || len(e.jobs.waiting) != 0 || len(e.jobs.byID) != 1 {
		t.Errorf("%d were done, %d wait, %d are known", done, len(e.jobs.waiting), len(e.jobs.byID))
	}
}

// Of those that are due later, the scheduler gets the first.
func TestJobsDueLater(t *testing.T) {
	at := time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)
	e := New(Deps{Clock: clock.NewVirtual(at)}, Config{})
	for i, wait := range []time.Duration{time.Hour, time.Minute, 0, time.Second} {
		e.jobs.put(order.Job{ID: fmt.Sprint("J", i), Kind: order.JobPrint, State: order.JobQueued, Due: at.Add(wait)})
	}
	work := e.PendingJobs(order.JobPrint)
	if len(work) != 2 || work[0].ID != "J2" || work[1].ID != "J3" || !work[1].Due.Equal(at.Add(time.Second)) {
		t.Errorf("got %v", work)
	}
}
