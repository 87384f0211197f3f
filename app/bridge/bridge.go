// Package bridge is for everything that crosses into the window's goroutine:
// snapshots from the desk, and results of work that may wait. Nothing else in
// the window starts a goroutine that touches a widget.
package bridge

import (
	"context"
	"sync"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
)

// Post runs a function on the window's goroutine, some time later.
// fyne.Do is one; tests use Inline.
type Post func(func())

// Inline is the Post of tests: it runs the function at once.
func Inline(f func()) { f() }

// Run does work off the window's goroutine and hands the function that the
// work returns, if any, to the window's goroutine. It returns at once.
type Run func(work func(context.Context) func())

// Runner makes a Run whose work lives as long as ctx.
func Runner(ctx context.Context, post Post) Run {
	return func(work func(context.Context) func()) {
		go func() {
			if then := work(ctx); then != nil {
				post(then)
			}
		}()
	}
}

// After calls a function on the window's goroutine when some time has passed.
// It returns at once.
type After func(d time.Duration, then func())

// Timer makes an After that calls nothing any more once ctx ends.
func Timer(ctx context.Context, c clock.Clock, post Post) After {
	return func(d time.Duration, then func()) {
		due := c.After(d)
		go func() {
			select {
			case <-ctx.Done():
			case <-due:
				post(then)
			}
		}()
	}
}

// InlineRun is the Run of tests: work and result happen before it returns.
func InlineRun(work func(context.Context) func()) {
	if then := work(context.Background()); then != nil {
		then()
	}
}

// Bridge keeps the newest snapshot and has at most one delivery waiting, so a
// burst of changes costs one redraw.
type Bridge struct {
	post Post
	show func(engine.Snapshot)

	mu      sync.Mutex
	newest  engine.Snapshot
	pending bool
}

// New makes a bridge that delivers to show through post.
func New(post Post, show func(engine.Snapshot)) *Bridge {
	return &Bridge{post: post, show: show}
}

// Push takes a snapshot from any goroutine and returns at once. A snapshot
// older than the newest is dropped.
func (b *Bridge) Push(s engine.Snapshot) {
	b.mu.Lock()
	if s.Version < b.newest.Version {
		b.mu.Unlock()
		return
	}
	b.newest = s
	waiting := b.pending
	b.pending = true
	b.mu.Unlock()
	if !waiting {
		b.post(b.deliver)
	}
}

func (b *Bridge) deliver() {
	b.mu.Lock()
	s := b.newest
	b.pending = false
	b.mu.Unlock()
	b.show(s)
}
