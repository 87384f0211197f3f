// Command paydesk is a payment terminal for the counter: a window, a journal,
// a printer and a host in one program.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"paydesk/terminal/cli"
)

// version is set when the program is built.
var version = "0.1.0-dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, cli.Env{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Version: version}, os.Args[1:])
	stop()
	os.Exit(code)
}
