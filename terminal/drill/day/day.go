// Package day plays a whole working day of a shop, from the counted float to the
// books, with the whole program against the embedded sandbox: host, wallets and
// books that lose answers, a printer without paper, an hour without a network, and
// a restart in the middle of a sale. It runs in a training terminal of its own, in
// a folder that is thrown away, under a clock that hurries. What it found is a sheet
// that an owner understands, signed with the installation's key.
package day

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"paydesk/receipts"
	"paydesk/terminal"
	"paydesk/terminal/clock"
	"paydesk/terminal/settings"
)

// Options say what is played.
type Options struct {
	// Seed decides amounts, cards and their order; the same seed is the same day.
	Seed uint64
	// Shop are the settings of the shop that the drill is for: its name, papers,
	// printer and business day are taken from them. The zero value is none.
	Shop settings.Settings
	// Sign signs the sheet; nil leaves that to the drill's own terminal, whose key is
	// thrown away with it.
	Sign Signer
	// Dir is a folder for what is thrown away; "" is the system's.
	Dir string
	// Print prints the sheet on the printer of Shop.
	Print bool
	Log   *slog.Logger

	// Spoil is a fault of the sandbox's in what the bank tells of the transactions of a
	// batch, such as "rows 3 5 8", which the sheet must find; "" is none.
	Spoil string
}

// Result is what came of a drill. PDF is the sheet; Trouble says why it could not be
// printed, "" where it was or was not to be.
type Result struct {
	Sheet
	PDF     []byte `json:"-"`
	Trouble string `json:"trouble,omitempty"`
}

// errStopped ends a day that cannot go on; the check that failed says why.
var errStopped = errors.New("the day cannot go on")

// Run plays a day. Its error is that no day could be played; that a check failed is
// on the sheet. It takes less than a minute.
func Run(ctx context.Context, o Options) (r Result, err error) {
	dir, err := os.MkdirTemp(o.Dir, "paydesk-day-")
	if err != nil {
		return r, fmt.Errorf("there is no room for the drill (%w): free some space, then try again", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	began := clock.Real{}.Now()
	d := newDesk(o, dir, began)
	defer d.clock.stop()
	if err := d.open(ctx); err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, d.term.Close()) }()
	if err := d.furnish(ctx); err != nil {
		return r, err
	}
	if err := d.play(ctx); err != nil && !errors.Is(err, errStopped) {
		return r, err
	}
	if ctx.Err() != nil {
		return r, ctx.Err()
	}
	r.Sheet = Sheet{Shop: d.term.Settings().Shop.Name, Seed: o.Seed, Began: began, Ended: clock.Real{}.Now(), Passed: d.passed(), Checks: d.checks, Totals: d.totals}
	if r.Sheet, err = d.signed(r.Sheet); err != nil {
		return r, err
	}
	return d.paper(ctx, r)
}

// paper lays the sheet out, and prints it where that is wanted.
func (d *desk) paper(ctx context.Context, r Result) (Result, error) {
	doc := r.Document(receipts.Shop{Name: r.Shop, Lines: d.term.Settings().Shop.Address}, d.tongue())
	var err error
	if r.PDF, err = d.term.PDF(doc); err != nil || !d.opt.Print {
		return r, err
	}
	s := d.term.Settings()
	s.Printer = d.opt.Shop.Printer
	if s.Printer.Target == "" || s.Printer.Target == "none" {
		r.Trouble = "No receipt printer is set up in this shop. Choose one in the settings, or take the PDF."
		return r, nil
	}
	if err = d.signIn(ctx, terminal.TrainingOperator, terminal.TrainingPIN); err == nil { // cashiers change no printer
		err = d.term.Apply(ctx, s)
	}
	if err == nil {
		err = d.term.PrintNow(ctx, doc)
	}
	if err != nil {
		r.Trouble = err.Error()
	}
	return r, nil
}

// open opens the drill's terminal, or opens it again.
func (d *desk) open(ctx context.Context) error {
	term, err := terminal.Open(ctx, terminal.Options{Dir: d.dir, Mode: settings.Training, Clock: d.clock, Log: d.opt.Log})
	if err == nil {
		d.term = term
	}
	return err
}
