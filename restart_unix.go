//go:build unix

package main

import (
	"os"
	"syscall"
)

// restart puts the program, in another mode, in the place of this process. It
// returns only where that fails.
func restart(mode string) error {
	path, err := os.Executable()
	if err != nil {
		return err
	}
	return syscall.Exec(path, append([]string{path}, restartArgs(mode)...), os.Environ())
}
