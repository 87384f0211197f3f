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

// window opens the terminal and its window, and closes both.
func window(ctx context.Context, o cli.WindowOptions) (err error) {
	if runtime.GOOS == "linux" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return errNoDisplay
	}
	t, err := terminal.Open(ctx, o.Terminal)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	w := app.Options{Version: version, Fullscreen: o.Fullscreen, OnReady: func() { o.Terminal.Log.Info("window ready") }}
	if t.Training() {
		w.PINHint = "Training: the PIN is " + terminal.TrainingPIN
	}
	if code := app.Run(t, w); code != 0 {
		return fmt.Errorf("the window ended with code %d", code)
	}
	return nil
}
