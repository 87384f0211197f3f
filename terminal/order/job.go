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
	// JobRefused: the mail server will never take it. A person gives another
	// address or drops it.
	JobRefused JobState = "REFUSED"
	// JobDropped: somebody decided that it is not needed, or its time is over.
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
	// DocumentWallet is the receipt of a payment by wallet, by the id of its code;
	// DocumentRefund the slip of a refund; DocumentCode the slip with a code that
	// is paid later.
	DocumentWallet = "wallet"
	DocumentRefund = "refund"
	DocumentCode   = "code"
	// DocumentShift is the slip of a shift, by its id: of its opening with CopyOpen,
	// of its closing with CopyMerchant. DocumentMove is the slip of cash that was put
	// in or taken out, DocumentZ a Z report, by their ids.
	DocumentShift = "shift"
	DocumentMove  = "move"
	DocumentZ     = "z"
	// DocumentDrawer is no paper: the drawer was opened, for Job.Reason.
	DocumentDrawer = "drawer"
	CopyCustomer   = "customer"
	CopyMerchant   = "merchant"
	// CopyOpen is the shop's slip of a shift's opening; its closing is on another.
	CopyOpen = "open"
)

// Job is one copy of one document on its way to paper, a file or an address, or
// one opening of the cash drawer.
type Job struct {
	ID      string   `json:"id"`
	Version int64    `json:"version"`
	Kind    string   `json:"kind"`
	State   JobState `json:"state"`
	// Subject is the number of the attempt, or the id of batch, stored sale or
	// cash; the operator where the drawer is opened without any.
	Subject string `json:"subject"`
	// Document and Copy are of the constants above.
	Document string `json:"document"`
	Copy     string `json:"copy,omitempty"`
	// Reprint counts the copies: 0 is the original, n prints "COPY n".
	Reprint int `json:"reprint,omitempty"`
	// To is the address of a mail; Reason why the drawer is opened, "" for a
	// payment.
	To     string `json:"to,omitempty"`
	Reason string `json:"reason,omitempty"`
	// Queued is when it was called for; zero in journals that did not keep it.
	Queued time.Time `json:"queued,omitzero"`
	Tries  int       `json:"tries,omitempty"`
	Due    time.Time `json:"due"`
	// Touched: a part of it at least may have left, in whatever try.
	Touched bool   `json:"touched,omitempty"`
	Trouble string `json:"trouble,omitempty"`
	Path    string `json:"path,omitempty"`
}

// JobResult is how a try at a job ended.
type JobResult struct {
	// Done: confirmed. Otherwise Touched tells whether any byte left.
	Done    bool
	Touched bool
	// Refused: it will never be taken, and nothing left of it.
	Refused bool
	// Own: the trouble is this job's alone; others of its kind may go on.
	Own     bool
	Trouble string
	Path    string
}

// DrawerLife is how long a drawer may take to open. After that nobody stands
// there waiting for it, and a drawer that springs open is a danger.
const DrawerLife = 15 * time.Second

// How a drawer job ends that is not confirmed.
const (
	textDrawerShut   = "The drawer was not opened: the printer did not answer."
	textDrawerUnsure = "The drawer is perhaps not open: the printer did not answer in time. Look at it."
)

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
// no second unmarked original is printed or mailed. A drawer has one try.
func EndJob(j Job, r JobResult, now time.Time) (Job, error) {
	if j.State != JobSending {
		return j, ErrNotAllowed
	}
	j.Version++
	j.Trouble = r.Trouble
	j.Touched = j.Touched || r.Touched || r.Done
	switch {
	case r.Done:
		j.State, j.Path = JobDone, r.Path
	case j.Kind == JobDrawer:
		j.State, j.Trouble = JobDropped, textDrawerShut
		if r.Touched {
			j.Trouble = textDrawerUnsure
		}
	case r.Touched && j.leaves():
		j.State = JobUnsure
	case r.Refused:
		j.State = JobRefused
	default:
		j.Tries++
		j.State, j.Due = JobQueued, now.Add(backOff(j.Tries))
	}
	return j, nil
}

// leaves reports that what is sent of a job is out of the terminal's hands: on
// paper, or in somebody's mailbox. A file is written again under its name.
func (j Job) leaves() bool { return j.Kind == JobPrint || j.Kind == JobMail }

// ExpireJob ends a drawer job that is older than DrawerLife, or from a time to
// come: it is opened now or not at all.
func ExpireJob(j Job, now time.Time) (Job, bool) {
	if j.Kind != JobDrawer || j.State != JobQueued || now.Sub(j.Queued).Abs() <= DrawerLife {
		return j, false
	}
	return drop(j, textDrawerShut), true
}

func drop(j Job, trouble string) Job {
	j.Version++
	j.State, j.Trouble = JobDropped, trouble
	return j
}

// SettleJob records what a person says of a job: that the paper came out, or
// that it is not needed. Only a job that waits can be settled.
func SettleJob(j Job, printed bool) (Job, error) {
	if j.State != JobUnsure && j.State != JobQueued {
		return j, ErrNotAllowed
	}
	if !printed {
		return DropJob(j)
	}
	j.Version++
	j.State, j.Touched = JobDone, true
	return j, nil
}

// DropJob records that a person does not need it. What is being sent just now
// ends first.
func DropJob(j Job) (Job, error) {
	if j.State != JobUnsure && j.State != JobQueued && j.State != JobRefused {
		return j, ErrNotAllowed
	}
	j.Touched = j.Touched || j.State == JobUnsure
	return drop(j, j.Trouble), nil
}

// RestoreJob is a job of an older journal that was put back: what was to be
// printed then may be on paper by now, so a person looks and says.
func RestoreJob(j Job) (Job, error) {
	if j.State != JobQueued && j.State != JobSending {
		return j, ErrNotAllowed
	}
	j.Version++
	switch {
	case j.Kind == JobDrawer:
		j.State, j.Trouble = JobDropped, textDrawerShut
	case j.leaves():
		j.State, j.Touched = JobUnsure, true
	default:
		j.State = JobQueued
	}
	return j, nil
}

// NextCopy is the number of a further copy of a document, 0 for the original,
// among the jobs of its subject.
//
// There is one original of each copy that goes into somebody's hands, on paper
// or by mail, whichever was called for first: the next by either way says COPY
// n, and no n is given twice. The PDF that is kept in the folder beside it is
// the shop's record of that same original; only where neither paper nor mail
// was called for does a PDF stand for it. What was dropped or refused before
// any byte of it left does not count.
func NextCopy(jobs []Job, kind, document, copyName string) int {
	next := 0
	for _, j := range jobs {
		gone := j.State == JobDropped || j.State == JobRefused
		if j.Kind == JobDrawer || j.Document != document || j.Copy != copyName || gone && !j.Touched {
			continue
		}
		if j.leaves() || j.Reprint > 0 || kind == JobPDF {
			next = max(next, j.Reprint+1)
		}
	}
	return next
}
