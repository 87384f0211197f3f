package order

import "time"

// JobState is the state of one paper or file that a sale calls for.
type JobState string

// The job states.
const (
	JobQueued JobState = "QUEUED"
	// JobSending: bytes may be on their way to the printer.
	JobSending JobState = "SENDING"
	// JobDone: the printer took the last byte, or the file is on the disk.
	JobDone JobState = "CONFIRMED"
	// JobUnsure: part of it may be on paper. A person looks and says.
	JobUnsure JobState = "UNKNOWN"
	// JobDropped: somebody decided that it is not needed.
	JobDropped JobState = "DROPPED"
)

// The kinds of job.
const (
	JobPrint = "print"
	JobPDF   = "pdf"
	// JobMail is a receipt to a customer's address (Job.To).
	JobMail = "mail"
	// JobDrawer opens the cash drawer. It is sent once and never again: who
	// finds it shut opens it anew (see ExpireJob).
	JobDrawer = "drawer"
)

// JobKinds lists all kinds: each has a scheduler of its own.
var JobKinds = []string{JobPrint, JobPDF, JobMail, JobDrawer}

// The documents and copies of jobs.
const (
	DocumentSale  = "sale"
	DocumentBatch = "batch"
	// DocumentStored is the slip of a sale that the bank has not seen yet.
	DocumentStored = "stored"
	DocumentCash   = "cash"
	// DocumentFollow is the slip of a follow-up: void, return, capture or check.
	DocumentFollow = "follow"
	// DocumentBill is the receipt of a whole bill with all its payments.
	DocumentBill = "bill"
	// DocumentCashBack is the slip of cash that was given back.
	DocumentCashBack = "cash-back"
	// DocumentApproval is the slip of what a supervisor approved.
	DocumentApproval = "approval"
	// DocumentPayLater asks for what is still owed, with a code that finds it.
	DocumentPayLater = "pay-later"
	// DocumentDrawer is no paper: the drawer was opened, for Job.Reason.
	DocumentDrawer = "drawer"
	CopyCustomer   = "customer"
	CopyMerchant   = "merchant"
)

// Job is one copy of one document on its way to paper or a file.
type Job struct {
	ID      string   `json:"id"`
	Version int64    `json:"version"`
	Kind    string   `json:"kind"`
	State   JobState `json:"state"`
	// Subject is the number of the attempt, or the id of batch, stored sale or
	// cash.
	Subject string `json:"subject"`
	// Document and Copy are of the constants above.
	Document string `json:"document"`
	Copy     string `json:"copy,omitempty"`
	// Reprint counts the copies: 0 is the original, n prints "COPY n".
	Reprint int `json:"reprint,omitempty"`
	// To is the address of a mail; Reason why the drawer is opened.
	To      string    `json:"to,omitempty"`
	Reason  string    `json:"reason,omitempty"`
	Tries   int       `json:"tries,omitempty"`
	Due     time.Time `json:"due"`
	Trouble string    `json:"trouble,omitempty"`
	Path    string    `json:"path,omitempty"`
}

// JobResult is how a try at a job ended.
type JobResult struct {
	// Done: confirmed. Otherwise Touched tells whether any byte left.
	Done    bool
	Touched bool
	Trouble string
	Path    string
}

// StartJob begins a try.
func StartJob(j Job) (Job, error) {
	if j.State != JobQueued {
		return j, ErrNotAllowed
	}
	j.State = JobSending
	j.Version++
	return j, nil
}

// EndJob records how a try ended. A job of which nothing left is queued again;
// one of which something may have left is never sent again by itself, so that
// no second unmarked original is printed.
func EndJob(j Job, r JobResult, now time.Time) (Job, error) {
	if j.State != JobSending {
		return j, ErrNotAllowed
	}
	j.Version++
	j.Trouble = r.Trouble
	switch {
	case r.Done:
		j.State, j.Path = JobDone, r.Path
	case r.Touched && j.Kind == JobPrint:
		j.State = JobUnsure
	default:
		j.Tries++
		j.State, j.Due = JobQueued, now.Add(backOff(j.Tries))
	}
	return j, nil
}

// SettleJob records what a person says of a job: that the paper came out, or
// that it is not needed. Only a job that waits can be settled.
func SettleJob(j Job, printed bool) (Job, error) {
	if j.State != JobUnsure && j.State != JobQueued {
		return j, ErrNotAllowed
	}
	j.Version++
	j.State = JobDropped
	if printed {
		j.State = JobDone
	}
	return j, nil
}

// RestoreJob is a job of an older journal that was put back: what was to be
// printed then may be on paper by now, so a person looks and says.
func RestoreJob(j Job) (Job, error) {
	if j.State != JobQueued && j.State != JobSending {
		return j, ErrNotAllowed
	}
	j.Version++
	j.State = JobUnsure
	if j.Kind != JobPrint {
		j.State = JobQueued // a file is written again under its name
	}
	return j, nil
}
