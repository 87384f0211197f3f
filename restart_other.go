//go:build !unix

package main

import (
	"os"
	"os/exec"
)

// restart starts the program in another mode; this process ends.
func restart(mode string) error {
	path, err := os.Executable()
	if err != nil {
		return err
	}
	next := exec.Command(path, restartArgs(mode)...)
	next.Stdin, next.Stdout, next.Stderr = os.Stdin, os.Stdout, os.Stderr
	return next.Start()
}
