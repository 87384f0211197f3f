package apptest

import (
	"context"

	"paydesk/app/bridge"
)

// Unasked does work for which nobody's approval is asked.
func Unasked(run bridge.Run) func(func(context.Context) error, func(error)) {
	return func(work func(context.Context) error, done func(error)) {
		run(func(ctx context.Context) func() {
			err := work(ctx)
			return func() { done(err) }
		})
	}
}
