package form

import (
	"context"

	"paydesk/app/approve"
	"paydesk/app/bridge"
)

// Task is work that may take long. It can be cancelled, and nothing is heard of
// it then. All methods but Tell are for the window's goroutine.
type Task struct {
	do   approve.Do
	run  bridge.Run
	turn int
	stop chan struct{}
}

// NewTask makes a task at which nothing is under way.
func NewTask(do approve.Do, run bridge.Run) *Task { return &Task{do: do, run: run} }

// Busy reports whether work is under way.
func (t *Task) Busy() bool { return t.stop != nil }

// Work is what a task does, off the window's goroutine. What it tells meanwhile
// happens on that, unless the task was cancelled.
type Work func(ctx context.Context, tell func(func())) error

// Start does the work and hands its error to done. While other work is under
// way it does nothing. The work may be done twice, where somebody approves it:
// it takes copies of secrets, which are overwritten at the end.
func (t *Task) Start(work Work, done func(error), secrets ...[]byte) {
	if t.Busy() {
		return
	}
	t.turn++
	turn, stop := t.turn, make(chan struct{})
	t.stop = stop
	tell := func(f func()) {
		t.run(func(context.Context) func() {
			return func() {
				if turn == t.turn && t.Busy() {
					f()
				}
			}
		})
	}
	t.do(func(ctx context.Context) error {
		ctx, end := context.WithCancel(ctx)
		defer end()
		go func() {
			select {
			case <-stop:
				end()
			case <-ctx.Done():
			}
		}()
		return work(ctx, tell)
	}, func(err error) {
		for _, secret := range secrets {
			clear(secret)
		}
		if turn == t.turn {
			t.stop = nil
			done(err)
		}
	})
}

// Cancel ends the work, if any is under way.
func (t *Task) Cancel() {
	if t.Busy() {
		close(t.stop)
		t.stop = nil
		t.turn++
	}
}
