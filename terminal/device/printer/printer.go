// Package printer is for handing a finished print job to the receipt printer,
// and for saying honestly what became of it. A dead or blocked printer costs
// its caller no more than the deadline.
package printer

import (
	"context"
	"errors"
	"sync"
	"time"

	"paydesk/terminal/clock"
)

// Proof is how sure it is that a job is on paper.
type Proof int

// Proofs of print, from none to full. The zero value must not be taken for
// success.
const (
	// NotSent: no byte of the job left. It is safe to send it again.
	NotSent Proof = iota
	// Unknown: some or all bytes left, and the printer did not confirm. The
	// slip may be on paper, whole or in part: a person looks, and a further
	// print must be marked as a copy.
	Unknown
	// Sent: all bytes left, to a printer that cannot confirm.
	Sent
	// Confirmed: the printer answered behind the last byte, or the file is on
	// the disk.
	Confirmed
)

// String names the proof for logs.
func (p Proof) String() string {
	return [...]string{"not sent", "unknown", "sent", "confirmed"}[p]
}

// Result is what became of one job.
type Result struct {
	Proof Proof
	Sent  int    // bytes of the job that left
	Text  string // what to do, as a sentence; empty when all is well
	Err   error  // cause for the log; nil when all is well
}

// Done reports whether there is nothing left to do for the job.
func (r Result) Done() bool { return r.Proof >= Sent }

// State is how the printer is, as far as is known.
type State int

// States of a printer.
const (
	None    State = iota // there is no printer
	Ready                // nothing speaks against printing
	Trouble              // the last job or check failed
)

// Status is a state with a sentence for people.
type Status struct {
	State State
	Text  string
}

// Printer prints one job after the other. It is safe for many goroutines.
type Printer struct {
	target     Target
	openSerial SerialOpener
	clk        clock.Clock
	turn       chan struct{} // holds one token: whoever takes it owns the device

	mu     sync.Mutex
	status Status
	torn   bool // the job before was left unfinished on the paper
}

// New makes a printer. It opens nothing: the device may appear later.
func New(target Target, openSerial SerialOpener, clk clock.Clock) *Printer {
	p := &Printer{target: target, openSerial: openSerial, clk: clk, turn: make(chan struct{}, 1)}
	p.turn <- struct{}{}
	p.status = Status{Ready, "The receipt printer has not been used yet."}
	if target.kind == none {
		p.status = Status{None, noPrinter}
	}
	return p
}

// Status is what the last job or check showed. It does not touch the device.
func (p *Printer) Status() Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.status
}

// ErrNone says that no printer is set up.
var ErrNone = errors.New("no receipt printer is set up")

// Print sends a job and waits until it is confirmed, or as far on the way as
// this printer tells. It returns when the context ends, or after a time limit
// of its own that suits the length of the job.
func (p *Printer) Print(ctx context.Context, job []byte) Result {
	return p.talk(ctx, len(job), func(ctx context.Context, s session) Result { return p.print(ctx, s, job) })
}

// Check asks the printer how it is, and prints nothing.
func (p *Printer) Check(ctx context.Context) Status {
	p.talk(ctx, 0, func(ctx context.Context, s session) Result {
		_, refused := p.before(ctx, s)
		return refused
	})
	return p.Status()
}

// talk waits for its turn, opens the device and keeps what came out.
func (p *Printer) talk(ctx context.Context, size int, run func(context.Context, session) Result) Result {
	if p.target.kind == none {
		return Result{Text: noPrinter, Err: ErrNone}
	}
	ctx, cancel := context.WithTimeout(ctx, p.target.limit(size))
	defer cancel()
	select {
	case <-p.turn:
		defer func() { p.turn <- struct{}{} }()
	case <-ctx.Done():
		return Result{Text: busy, Err: ctx.Err()}
	}
	port, err := Open(ctx, p.target, p.openSerial, p.clk)
	if err != nil {
		return p.keep(Result{Text: openText(p.target, err), Err: err})
	}
	r := run(ctx, session{port})
	if err := port.Close(); err != nil && r.Err == nil && !r.Done() {
		r.Err = err
	}
	return p.keep(r)
}

// limit is the time for a job: twice what the line needs, and time to think.
func (t Target) limit(size int) time.Duration {
	const base, bitsPerByte = 20 * time.Second, 10
	if t.kind != serialLine {
		return base
	}
	return base + 2*time.Duration(size)*bitsPerByte*time.Second/time.Duration(t.baud)
}

// keep remembers a result for Status and for the next job.
func (p *Printer) keep(r Result) Result {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case r.Err != nil:
		p.status = Status{Trouble, r.Text}
	case r.Text != "":
		p.status = Status{Ready, r.Text}
	default:
		p.status = Status{Ready, "The receipt printer is ready."}
	}
	if r.Sent > 0 {
		p.torn = r.Proof == Unknown
	}
	return r
}

// before looks at the printer. The result says why not to print, or has no
// error.
func (p *Printer) before(ctx context.Context, s session) (report, Result) {
	if !p.target.asked {
		return report{}, Result{}
	}
	r, err := s.look(ctx)
	switch {
	case err != nil:
		return r, Result{Text: lostText(p.target, err), Err: err}
	case r.trouble() != "":
		return r, Result{Text: r.trouble(), Err: errNotReady}
	case r.low():
		return r, Result{Text: paperLow}
	}
	return r, Result{}
}

var (
	errNotReady = errors.New("the printer says that it cannot print")
	errNoProof  = errors.New("the printer stopped answering")
)

// tearOff parts the rest of an unfinished slip from the next one: reset, feed,
// cut.
var tearOff = []byte{0x1B, 0x40, 0x1B, 0x64, 0x03, 0x1D, 0x56, 0x42, 0x00}

func (p *Printer) print(ctx context.Context, s session, job []byte) Result {
	status, result := p.before(ctx, s)
	if result.Err != nil {
		return result
	}
	p.mu.Lock()
	torn := p.torn
	p.mu.Unlock()
	if torn {
		if _, err := s.port.Write(ctx, tearOff); err != nil {
			return Result{Text: lostText(p.target, err), Err: err}
		}
	}
	n, err := s.port.Write(ctx, job)
	if err == nil {
		err = s.port.Drain(ctx)
	}
	result.Sent = n
	switch {
	case err != nil && n == 0:
		return Result{Text: lostText(p.target, err), Err: err}
	case err != nil:
		return Result{Unknown, n, lostText(p.target, err) + lookFirst, err}
	case p.target.kind == file:
		result.Proof = Confirmed
	case !status.answered:
		result.Proof = Sent
	default:
		return p.after(ctx, s, result)
	}
	return result
}

// after waits for the printer to confirm. Where it does not know that request
// but says that it is well, the job counts as sent.
func (p *Printer) after(ctx context.Context, s session, result Result) Result {
	proven, err := s.prove(ctx)
	if err == nil && proven {
		result.Proof = Confirmed
		return result
	}
	var status report
	if err == nil {
		status, err = s.look(ctx)
	}
	result.Proof = Unknown
	switch {
	case err != nil:
		result.Text, result.Err = lostText(p.target, err)+lookFirst, err
	case !status.answered:
		result.Text, result.Err = lostText(p.target, errNoProof)+lookFirst, errNoProof
	case status.trouble() != "":
		result.Text, result.Err = status.trouble()+lookFirst, errNotReady
	default:
		result.Proof = Sent
	}
	return result
}
