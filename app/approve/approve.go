// Package approve is for work that may need the approval of somebody else at
// the desk, who gives it on the spot with a PIN of their own.
package approve

import "context"

// Do does work off the window's goroutine and hands its error to done, on it.
// Where the work fails because it needs somebody's approval, that person is
// asked on the spot and the work is done again with what they gave in its
// context; done hears of the second try only, or, where nobody approved, of the
// first.
type Do func(work func(context.Context) error, done func(error))
