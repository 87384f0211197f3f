package engine

import (
	"cmp"
	"slices"
	"time"

	"paydesk/terminal/order"
)

// jobsShown is how many receipts that wait a snapshot holds, jobsDue how many
// that are due the scheduler gets at a time.
const (
	jobsShown = 50
	jobsDue   = 16
)

// jobBook is the engine's picture of the receipts that are not at their end.
// After an hour of stored sales thousands of them wait at once, so that neither
// a commit nor the scheduler may go through all of them.
type jobBook struct {
	// waiting are queued or on their way, asking need a person's word; in the
	// order of their ids, which is that in which they were called for.
	waiting, asking []*order.Job
	byID            map[string]*order.Job
	// hold is until when those of a kind wait whose printer or mail server took
	// nothing at the last try.
	hold map[string]time.Time
}

func newJobBook() jobBook {
	return jobBook{byID: map[string]*order.Job{}, hold: map[string]time.Time{}}
}

// put takes up a job as it was committed.
func (b *jobBook) put(j order.Job) {
	if old := b.byID[j.ID]; old != nil {
		list := b.list(old)
		if at, found := slices.BinarySearchFunc(*list, old, earlierJob); found {
			*list = slices.Delete(*list, at, at+1)
		}
		delete(b.byID, j.ID)
	}
	if j.State == order.JobDone || j.State == order.JobDropped {
		return
	}
	b.byID[j.ID] = &j
	list := b.list(&j)
	at, _ := slices.BinarySearchFunc(*list, &j, earlierJob)
	*list = slices.Insert(*list, at, &j)
}

func (b *jobBook) list(j *order.Job) *[]*order.Job {
	if j.State == order.JobUnsure || j.State == order.JobRefused {
		return &b.asking
	}
	return &b.waiting
}

func earlierJob(a, b *order.Job) int { return cmp.Compare(a.ID, b.ID) }

// shown are those of a snapshot: what needs a person's word, and the newest of
// the others.
func (b *jobBook) shown() []order.Job {
	newest := b.waiting[max(0, len(b.waiting)-jobsShown):]
	jobs := make([]order.Job, 0, len(b.asking)+len(newest))
	for _, j := range b.asking {
		jobs = append(jobs, *j)
	}
	for _, j := range newest {
		jobs = append(jobs, *j)
	}
	slices.SortFunc(jobs, func(a, b order.Job) int { return earlierJob(&a, &b) })
	return jobs
}
