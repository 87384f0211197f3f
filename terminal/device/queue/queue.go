// Package queue is for the print queues of the system, which take PDF and keep
// it until it is on paper: CUPS on Linux and macOS, the spooler on Windows.
package queue

import (
	"context"
	"fmt"
	"strings"
)

// Trouble is why a queue does not print, as a sentence that says what to do.
type Trouble string

// Error implements error.
func (t Trouble) Error() string { return string(t) }

const (
	noSystem = Trouble("This system has no print queues. Install its printing service (on Linux the package cups), or choose another printer in the settings.")
	stuck    = Trouble("The system's printing service does not answer. Restart it, or choose another printer in the settings.")
)

func unknown(name string) Trouble {
	return Trouble(fmt.Sprintf("The print queue %s is not there. Choose a queue in the settings.", name))
}

func stopped(name string) Trouble {
	return Trouble(fmt.Sprintf("The print queue %s is stopped. Start it in the system's printer settings.", name))
}

func refused(name string) Trouble {
	return Trouble(fmt.Sprintf("The print queue %s did not take the receipt. Look at it in the system's printer settings.", name))
}

// Queues are the print queues of this system. It is safe for many goroutines.
type Queues struct {
	run runner // not used on Windows
}

// runner runs a program of the system with an input, and returns what it wrote.
type runner func(ctx context.Context, input []byte, program string, args ...string) (string, error)

// safe reports whether a name can be that of a queue: neither an option nor a
// list of names.
func safe(name string) bool {
	return name != "" && name[0] != '-' && !strings.ContainsAny(name, ",\n\x00")
}
