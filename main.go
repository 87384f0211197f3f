// Command paydesk is a payment terminal for the counter: a window, a journal,
// a printer and a host in one program.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"

	"paydesk/app"
	"paydesk/terminal"
	"paydesk/terminal/cli"
)

// version is set when the program is built.
var version = "0.1.0-dev"

func main() {
	// The window's toolkit wants the main thread.
	runtime.LockOSThread()
	terminal.GuardLog(os.Stderr)
	if err := terminal.NoCoreDumps(); err != nil {
		fmt.Fprintln(os.Stderr, "Core dumps could not be switched off:", err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, cli.Env{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Version: version, Window: window}, os.Args[1:])
	stop()
	os.Exit(code)
}

var errNoDisplay = errors.New("there is no display to open the window on: start paydesk from a desktop session, or use its commands (paydesk --help); paydesk demo shows a sale")

// window shows the terminal's window. Where somebody chose the other mode there,
// the program starts anew in it: each mode has a journal of its own.
func window(ctx context.Context, o cli.WindowOptions) error {
	mode, err := show(ctx, o)
	if err == nil && mode != o.Terminal.Mode {
		err = restart(string(mode))
	}
	return err
}

// show opens the terminal and its window, and closes both. It gives the mode
// that is wanted next.
func show(ctx context.Context, o cli.WindowOptions) (mode terminal.Mode, err error) {
	mode = o.Terminal.Mode
	if runtime.GOOS == "linux" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return mode, errNoDisplay
	}
	t, err := terminal.Open(ctx, o.Terminal)
	if err != nil {
		return mode, err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	w := app.Options{Version: version, Fullscreen: o.Fullscreen, OnReady: func() { o.Terminal.Log.Info("window ready") }}
	w.Reopen = func(ctx context.Context, next terminal.Mode) error {
		other := o.Terminal
		other.Mode, other.Ask = next, nil
		err := terminal.TryOpen(ctx, other)
		if err == nil {
			mode = next
		}
		return err
	}
	if t.Training() {
		w.PINHint = "Training: the PIN is " + terminal.TrainingPIN
	}
	if code := app.Run(t, w); code != 0 {
		return mode, fmt.Errorf("the window ended with code %d", code)
	}
	return mode, nil
}

// restartArgs are the arguments of this start, with another mode.
func restartArgs(mode string) []string {
	args := []string{"--" + mode}
	for _, arg := range os.Args[1:] {
		name, _, _ := strings.Cut(arg, "=")
		if name != "--training" && name != "--live" {
			args = append(args, arg)
		}
	}
	return args
}
