package journal

import (
	"runtime"
	"syscall"
)

// unhurried runs f, one long statement that cannot pause, in a thread to which
// the system prefers every other. The thread ends with it.
func unhurried(f func() error) error {
	result := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocks: nobody inherits the priority
		_ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, 19)
		result <- f()
	}()
	return <-result
}
