package order

import (
	"testing"
	"time"
)

// TestNextCopy: one original by whatever way it leaves, and no number twice.
func TestNextCopy(t *testing.T) {
	job := func(kind string, state JobState, n int) Job {
		return Job{Kind: kind, State: state, Reprint: n, Document: DocumentSale, Copy: CopyCustomer}
	}
	touched := job(JobPrint, JobDropped, 0)
	touched.Touched = true
	other := job(JobPrint, JobDone, 3)
	other.Copy = CopyMerchant
	for name, tt := range map[string]struct {
		jobs []Job
		kind string
		want int
	}{
		"nothing before":                {nil, JobPrint, 0},
		"nothing before, by mail":       {nil, JobMail, 0},
		"printed":                       {[]Job{job(JobPrint, JobDone, 0)}, JobPrint, 1},
		"printed, then mailed":          {[]Job{job(JobPrint, JobDone, 0)}, JobMail, 1},
		"mailed, then printed":          {[]Job{job(JobMail, JobDone, 0)}, JobPrint, 1},
		"waits for the printer":         {[]Job{job(JobPrint, JobQueued, 0)}, JobMail, 1},
		"perhaps printed":               {[]Job{job(JobPrint, JobUnsure, 0)}, JobPrint, 1},
		"dropped, nothing had left":     {[]Job{job(JobPrint, JobDropped, 0)}, JobMail, 0},
		"dropped, a part had left":      {[]Job{touched}, JobMail, 1},
		"no such address":               {[]Job{job(JobMail, JobRefused, 0)}, JobMail, 0},
		"the shop's file":               {[]Job{job(JobPDF, JobDone, 0)}, JobPrint, 0},
		"the shop's file, another":      {[]Job{job(JobPDF, JobDone, 0)}, JobPDF, 1},
		"a file that was asked for":     {[]Job{job(JobPDF, JobDone, 0), job(JobPDF, JobDone, 1)}, JobPrint, 2},
		"a gap":                         {[]Job{job(JobPrint, JobDone, 0), job(JobMail, JobDone, 4)}, JobPrint, 5},
		"the other copy has its own":    {[]Job{other}, JobPrint, 0},
		"the drawer is no receipt":      {[]Job{job(JobDrawer, JobDone, 0)}, JobPrint, 0},
		"a file beside paper as a copy": {[]Job{job(JobPrint, JobDone, 0), job(JobPDF, JobDone, 0)}, JobPDF, 1},
	} {
		if got := NextCopy(tt.jobs, tt.kind, DocumentSale, CopyCustomer); got != tt.want {
			t.Errorf("%s: got %d, want %d", name, got, tt.want)
		}
	}
}

// TestExpireJob: a drawer opens at once or not at all.
func TestExpireJob(t *testing.T) {
	for _, tt := range []struct {
		kind  string
		state JobState
		age   time.Duration
		want  bool
	}{
		{JobDrawer, JobQueued, DrawerLife, false}, {JobDrawer, JobQueued, DrawerLife + time.Millisecond, true},
		{JobDrawer, JobQueued, -DrawerLife - time.Hour, true}, {JobDrawer, JobSending, time.Hour, false},
		{JobPrint, JobQueued, time.Hour, false},
	} {
		j, got := ExpireJob(Job{Kind: tt.kind, State: tt.state, Queued: t0, Version: 1}, t0.Add(tt.age))
		if got != tt.want || got && (j.State != JobDropped || j.Trouble == "" || j.Version != 2) {
			t.Errorf("%+v: got %t, %+v", tt, got, j)
		}
	}
}
