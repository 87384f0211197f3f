//go:build !linux

package journal

// unhurried runs f. Only Linux gives a thread a priority of its own so simply.
func unhurried(f func() error) error { return f() }
