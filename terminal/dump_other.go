//go:build unix && !linux

package terminal

import "golang.org/x/sys/unix"

// NoCoreDumps keeps the system from writing this process's memory to the disk
// when it dies: a card number may be in it (PCI DSS 3.3.1).
func NoCoreDumps() error {
	return unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
}
