// Package approve is for work that may need the approval of somebody else at
// the desk.
package approve

import (
	"context"

	"paydesk/app/bridge"
)

// Do does work off the window's goroutine and hands its error to done, on it.
// Where the work fails because it needs somebody's approval, that person is
// asked on the spot and the work is done again with what they gave in its
// context; done hears of the second try only.
type Do func(work func(context.Context) error, done func(error))

// Plain is the Do that asks nobody.
func Plain(run bridge.Run) Do {
	return func(work func(context.Context) error, done func(error)) {
		run(func(ctx context.Context) func() {
			err := work(ctx)
			return func() { done(err) }
		})
	}
}
