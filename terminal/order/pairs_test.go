package order

import (
	"errors"
	"maps"
	"testing"
	"time"
)

// TestEveryPairOfJobs decides each state and event of a receipt; what is
// missing is not allowed.
func TestEveryPairOfJobs(t *testing.T) {
	end := func(kind string, r JobResult) func(Job) (Job, error) {
		return func(j Job) (Job, error) { j.Kind = kind; return EndJob(j, r, t0) }
	}
	restore := func(kind string) func(Job) (Job, error) {
		return func(j Job) (Job, error) { j.Kind = kind; return RestoreJob(j) }
	}
	settle := func(printed bool) func(Job) (Job, error) {
		return func(j Job) (Job, error) { return SettleJob(j, printed) }
	}
	events := map[string]func(Job) (Job, error){
		"start": StartJob, "done": end(JobPrint, JobResult{Done: true}), "nothing left": end(JobPrint, JobResult{Trouble: "off"}),
		"something left": end(JobPrint, JobResult{Touched: true}), "file cut short": end(JobPDF, JobResult{Touched: true}),
		"printed": settle(true), "not needed": settle(false), "restored": restore(JobPrint), "restored file": restore(JobPDF),
		"restored mail": restore(JobMail), "restored drawer": restore(JobDrawer), "dropped": DropJob,
		"mail lost": end(JobMail, JobResult{Touched: true}), "mail refused": end(JobMail, JobResult{Refused: true}),
		"mail put off": end(JobMail, JobResult{}), "drawer lost": end(JobDrawer, JobResult{Touched: true}),
		"drawer shut": end(JobDrawer, JobResult{}), "drawer open": end(JobDrawer, JobResult{Done: true})}
	restored := map[string]JobState{"restored": JobUnsure, "restored file": JobQueued, "restored mail": JobUnsure, "restored drawer": JobDropped}
	allowed := map[JobState]map[string]JobState{
		JobQueued: {"start": JobSending, "printed": JobDone, "not needed": JobDropped, "dropped": JobDropped},
		JobSending: {"done": JobDone, "nothing left": JobQueued, "something left": JobUnsure, "file cut short": JobQueued,
			"mail lost": JobUnsure, "mail refused": JobRefused, "mail put off": JobQueued,
			"drawer lost": JobDropped, "drawer shut": JobDropped, "drawer open": JobDone},
		JobUnsure:  {"printed": JobDone, "not needed": JobDropped, "dropped": JobDropped},
		JobRefused: {"dropped": JobDropped},
	}
	maps.Copy(allowed[JobQueued], restored)
	maps.Copy(allowed[JobSending], restored)
	for _, s := range []JobState{JobQueued, JobSending, JobDone, JobUnsure, JobRefused, JobDropped} {
		for name, ev := range events {
			got, err := ev(Job{State: s, Version: 1})
			if want, ok := allowed[s][name]; !ok && !errors.Is(err, ErrNotAllowed) || ok && (err != nil || got.State != want || got.Version != 2) {
				t.Errorf("%s × %s: got %s, version %d, %v; want %q", s, name, got.State, got.Version, err, want)
			}
		}
	}
}

// TestEveryPairOfBatches does the same for a closing.
func TestEveryPairOfBatches(t *testing.T) {
	events := map[string]BatchAnswer{"silence": {}, "closed": {Answered: true, Closed: true, GUID: "g"}, "open": {Answered: true}}
	for _, s := range []BatchState{BatchClosing, BatchUnknown, BatchClosed, BatchNotClosed} {
		for name, answer := range events {
			b, err := StepBatch(Batch{State: s, Version: 1}, answer, t0)
			want := map[string]BatchState{"silence": BatchUnknown, "closed": BatchClosed, "open": BatchNotClosed}[name]
			if _, open := NextBatch(Batch{State: s}); !open {
				if !errors.Is(err, ErrNotAllowed) {
					t.Errorf("%s × %s: got %s, %v; want it refused", s, name, b.State, err)
				}
			} else if err != nil || b.State != want || b.Version != 2 {
				t.Errorf("%s × %s: got %s, %v; want %s", s, name, b.State, err, want)
			}
		}
	}
}

// TestEveryStateHasItsAlarm: a person is told of what is stuck or contradicts.
func TestEveryStateHasItsAlarm(t *testing.T) {
	for _, s := range States {
		_, a := inState(s)
		a.Since = t0
		late := s == Review || s == Reversing || s == OrphanReturn
		if got := Alarming(a, t0.Add(AlarmAfter)); got != late {
			t.Errorf("%s: %t after %v", s, got, AlarmAfter)
		}
		if got := Alarming(a, t0.Add(AlarmAfter-time.Second)); got != (s == Review) {
			t.Errorf("%s: %t before", s, got)
		}
		a.Tries = AlarmTries
		if got := Alarming(a, t0); got != late {
			t.Errorf("%s: %t after %d tries", s, got, AlarmTries)
		}
	}
}

// TestOffer: what was found out counts, then the dialect.
func TestOffer(t *testing.T) {
	for _, f := range Features {
		if (Offer{}).Can(f) != true || (Offer{Dialect: DialectCurrent}).Can(f) == lacking[f] {
			t.Errorf("%s by dialect: %t", f, (Offer{Dialect: DialectCurrent}).Can(f))
		}
		if (Offer{Has: map[Feature]bool{f: false}}).Can(f) || !(Offer{Dialect: DialectCurrent, Has: map[Feature]bool{f: true}}).Can(f) {
			t.Errorf("%s by what was found out", f)
		}
	}
}

// TestOneWayOut: an order leaves OPEN once.
func TestOneWayOut(t *testing.T) {
	for _, s := range []OrderState{Open, PaidCard, PaidOther, Held, Abandoned} {
		o, err := Abandon(Order{State: s, Version: 1})
		if open := s == Open; open != (err == nil) || open && (o.State != Abandoned || o.Version != 2) {
			t.Errorf("%s: got %s, version %d, %v", s, o.State, o.Version, err)
		}
	}
}

// TestRequests carry what the host needs and no more.
func TestRequests(t *testing.T) {
	_, a := inState(Unknown)
	a.Last4, a.GUID, a.Payments = "1111", "g", 2
	if got, want := a.Request(), (CardRequest{Number: number, Device: "dev", Amount: asked, Payments: 2, Last4: "1111", Created: t0, GUID: "g"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	f := followIn(Return, FollowSending)
	got := f.Request([]string{"k"})
	if got.Number != "F" || got.Act != Return || got.Amount != asked || got.Target != f.Target || len(got.Known) != 1 {
		t.Errorf("got %+v", got)
	}
	if of := ByAttempt([]FollowUp{f, f}); len(of[f.Of]) != 2 {
		t.Errorf("by attempt: %v", of)
	}
}
