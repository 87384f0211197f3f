// Package printer is for handing a finished print job to the receipt printer,
// and for saying honestly what became of it. A dead or blocked printer costs
// its caller no more than the deadline.
//
// A device is opened for one job, one look or one pulse of the drawer, and
// closed again: a printer in the network is for several tills, of which it hears
// one at a time, and a line that nobody holds can be unplugged and found again.
package printer

import (
	"context"
	"errors"
	"math/rand/v2"
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
	// Sent: all bytes left, to a printer that cannot confirm, or the system's
	// print queue has the job.
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
	Unseen               // it was not looked at yet
	Ready                // nothing speaks against printing
	Trouble              // the last job or look failed
)

// Status is a state with a sentence for people.
type Status struct {
	State  State
	Text   string
	Drawer Drawer
}

// Form is what a printer takes.
type Form int

// The forms.
const (
	ESCPOS Form = iota // the commands of receipt printers
	PDF
)

// Confirm is how a printer proves that a job is on paper.
type Confirm int

// The ways of proof.
const (
	BySensor  Confirm = iota // 1D 72 01; a printer that does not know it is believed without
	ByProcess                // 1D 28 48, which Epson's better models have
	ByNothing                // none
)

// Traits are what the printer's profile and the settings say about it.
type Traits struct {
	Confirm Confirm
	// Reports: it can report changes by itself (1D 61), also while its buffer is
	// full and no request reaches it.
	Reports bool
	// Silent: it understands no status request.
	Silent bool
	// AskEvery is how many bytes of a job are sent between two questions; 0 is
	// 1,024.
	AskEvery int
	// Pulse opens the drawer: connector (0 is pin 2, 1 is pin 5), time on and
	// time off, both in steps of 2 ms. The zero value is 50 ms on, 500 ms off.
	Pulse [3]byte
	// NoDrawer: it has no connector for one.
	NoDrawer bool
	// Drawer: a drawer hangs on it. DrawerLow: its sensor reads low while open.
	Drawer, DrawerLow bool
	// Torn: before this program began, a slip was left unfinished on the paper.
	Torn bool
}

// Openers open what this package does not open itself.
type Openers struct {
	Serial SerialOpener
	// Virtual dials the virtual printer of training; nil where there is none.
	Virtual VirtualOpener
	Queue   Queue
}

// Printer prints one job after the other. It is safe for many goroutines.
type Printer struct {
	target  Target
	traits  Traits
	openers Openers
	clk     clock.Clock
	turn    chan struct{} // holds one token: whoever takes it owns the device
	usb     usbNode       // of whoever has the turn
	held    map[string]bool
	pulsed  time.Duration // when the drawer may be opened again

	mu      sync.Mutex
	status  Status
	reach   bool               // the device could be opened the last time
	order   inTurn             // whether it answers 1D 72
	cause   string             // why it could not print when it was heard last
	pad     int                // zeros that end what a torn job left open; 0: not torn
	cut     bool               // a command may have been torn within its length
	mark    uint32             // of the last request for proof
	waiting int                // jobs that want the turn
	looking context.CancelFunc // ends the look under way: a job waits for nobody
	changed chan struct{}
}

// New makes a printer. It opens nothing: the device may appear later.
func New(target Target, traits Traits, openers Openers, clk clock.Clock) *Printer {
	p := &Printer{target: target, traits: traits, openers: openers, clk: clk, turn: make(chan struct{}, 1),
		held: map[string]bool{}, looking: func() {}, changed: make(chan struct{}, 1),
		mark: rand.Uint32()} // an answer to a program that was killed is none to this one
	p.turn <- struct{}{}
	p.status = Status{State: Unseen, Text: "The receipt printer has not been used yet."}
	if target.kind == none {
		p.status = Status{State: None, Text: noPrinter}
	}
	if traits.Torn && target.kind != file && target.kind != queued {
		p.pad, p.cut = mostPad, true
	}
	return p
}

// Status is what the last job or look showed. It does not touch the device.
func (p *Printer) Status() Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.status
}

// Form is what the jobs for this printer must be.
func (p *Printer) Form() Form {
	if p.target.kind == queued {
		return PDF
	}
	return ESCPOS
}

// ErrNone says that no printer is set up.
var ErrNone = errors.New("no receipt printer is set up")

// Print sends a job and waits until it is confirmed, or as far on the way as
// this printer tells. It returns when the context ends, or after a time limit
// of its own that suits the length of the job.
func (p *Printer) Print(ctx context.Context, job []byte) Result {
	if p.target.kind == queued {
		return p.enqueue(ctx, job)
	}
	return p.talk(ctx, len(job), func(ctx context.Context, s *session) Result { return p.print(ctx, s, job) })
}

// Check asks the printer how it is, and prints nothing.
func (p *Printer) Check(ctx context.Context) Status {
	if p.target.kind == queued {
		p.lookAtQueue(ctx)
		return p.Status()
	}
	p.talk(ctx, 0, func(ctx context.Context, s *session) Result {
		_, refused := p.before(ctx, s)
		return refused
	})
	return p.Status()
}

// talk waits for its turn, opens the device and keeps what came out.
func (p *Printer) talk(ctx context.Context, size int, run func(context.Context, *session) Result) Result {
	if p.target.kind == none {
		return Result{Text: noPrinter, Err: ErrNone}
	}
	ctx, cancel := context.WithTimeout(ctx, p.target.limit(size))
	defer cancel()
	if !p.take(ctx) {
		return Result{Text: busy, Err: ctx.Err()}
	}
	defer p.pass()
	return p.own(ctx, run)
}

// take waits for the turn. A look that is under way makes room.
func (p *Printer) take(ctx context.Context) bool {
	p.mu.Lock()
	p.waiting++
	p.looking()
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		p.waiting--
		p.mu.Unlock()
	}()
	select {
	case <-p.turn:
		return true
	case <-ctx.Done():
		return false
	}
}

func (p *Printer) pass() { p.turn <- struct{}{} }

// own talks to the device. The caller has the turn.
func (p *Printer) own(ctx context.Context, run func(context.Context, *session) Result) Result {
	port, err := p.open(ctx)
	p.mu.Lock()
	p.reach = err == nil
	p.mu.Unlock()
	if err != nil {
		clear(p.held) // another printer may come back in its place
		p.mu.Lock()
		p.order = unasked
		p.mu.Unlock()
		return p.keep(Result{Text: openText(p.target, err), Err: err})
	}
	s := p.begin(ctx, port)
	r := run(ctx, s)
	if err := s.close(); err != nil && r.Err == nil && !r.Done() {
		r.Err = err
	}
	return p.keep(r)
}

// rate is how many bytes a second the printer takes at the least.
func (t Target) rate() int {
	const bitsPerByte, printing = 10, 4096
	if t.kind == serialLine {
		return min(printing, t.baud/bitsPerByte)
	}
	return printing
}

// takes is how long that many bytes need.
func (t Target) takes(size int) time.Duration {
	return time.Duration(size) * time.Second / time.Duration(t.rate())
}

// Aside lends the device to somebody else, who opens it himself.
func (p *Printer) Aside(ctx context.Context, run func()) error {
	if !p.take(ctx) {
		return ctx.Err()
	}
	defer p.pass()
	run()
	return nil
}

// limit is the time for a job: twice what the line needs, and time to think.
func (t Target) limit(size int) time.Duration {
	const base = 40 * time.Second // a printer may stop the line for half a minute
	return base + 2*t.takes(size)
}

// keep remembers a result for Status and tells whoever watches.
func (p *Printer) keep(r Result) Result {
	p.mu.Lock()
	defer p.mu.Unlock()
	old := p.status
	switch {
	case r.Err != nil:
		p.status.State, p.status.Text = Trouble, r.Text
	case r.Text != "":
		p.status.State, p.status.Text = Ready, r.Text
	default:
		p.status.State, p.status.Text = Ready, "The receipt printer is ready."
	}
	if p.status != old {
		p.tell()
	}
	return r
}

// show tells of trouble that may pass while a job is under way.
func (p *Printer) show(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status.State, p.status.Text = Trouble, text
	p.tell()
}

// tell wakes whoever watches.
func (p *Printer) tell() {
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// asks reports whether this printer has to say that it is well before a job.
func (p *Printer) asks() bool { return p.target.asked && !p.traits.Silent }

// before looks at the printer. The result says why not to print, or has no
// error.
func (p *Printer) before(ctx context.Context, s *session) (report, Result) {
	if !p.asks() {
		return report{}, Result{}
	}
	var r report
	err := p.endLength(ctx, s)
	if err == nil {
		r, err = s.look(ctx, tries, answerTime)
	}
	p.mu.Lock()
	if r.answered {
		p.cause = r.trouble()
	}
	cause := p.cause
	if r.answered && p.traits.Drawer {
		if now := r.drawer(p.traits.DrawerLow); now != p.status.Drawer {
			p.status.Drawer = now
			p.tell()
		}
	}
	p.mu.Unlock()
	switch {
	case errors.Is(err, context.DeadlineExceeded) && cause != "": // its buffer is full since
		return r, Result{Text: cause, Err: err}
	case err != nil:
		return r, Result{Text: lostText(p.target, err), Err: err}
	case !r.answered:
		return r, Result{Text: lostText(p.target, errMute), Err: errMute}
	case r.trouble() != "":
		return r, Result{Text: r.trouble(), Err: errNotReady}
	case r.low():
		return r, Result{Text: paperLow}
	}
	return r, Result{}
}

// longestHead is how many bytes a command has at most in front of its data.
const longestHead = 8

// endLength sends zeros to a printer that may be within the length of a command:
// a question would be taken for a part of it, and make it one of thousands of
// bytes.
func (p *Printer) endLength(ctx context.Context, s *session) error {
	p.mu.Lock()
	cut := p.cut
	p.mu.Unlock()
	if !cut {
		return nil
	}
	taking, cancel := context.WithTimeout(ctx, takeTime)
	defer cancel()
	if _, err := s.port.Write(taking, make([]byte, longestHead)); err != nil {
		return err
	}
	p.mu.Lock()
	p.cut = false
	p.mu.Unlock()
	return nil
}

// tearOff parts the rest of an unfinished slip from the next one: reset, feed,
// cut.
var tearOff = []byte{0x1B, 0x40, 0x1B, 0x64, 0x03, 0x1D, 0x56, 0x42, 0x00}

func (p *Printer) print(ctx context.Context, s *session, job []byte) Result {
	status, result := p.before(ctx, s)
	if result.Err != nil {
		return result
	}
	p.mu.Lock()
	pad := p.pad
	p.mu.Unlock()
	if pad > 0 {
		// A printer that waits for the rest of a picture takes the zeros for
		// white dots, any other passes over them.
		if _, err := s.send(ctx, append(make([]byte, pad), tearOff...), false); err != nil {
			return Result{Text: lostText(p.target, err), Err: err}
		}
		if err := p.settle(ctx, s); err != nil {
			return Result{Text: lostText(p.target, err), Err: err}
		}
	}
	confirms, err := p.confirms(ctx, s, false)
	if err != nil {
		return Result{Text: lostText(p.target, err), Err: err}
	}
	s.reports = p.traits.Reports && status.answered
	s.paused = false
	s.stalls = func() { p.show(lostText(p.target, context.DeadlineExceeded)) }
	n, err := s.send(ctx, job, status.answered)
	result = p.finish(ctx, s, result, confirms, len(job), n, err)
	if n > 0 {
		p.mu.Lock()
		if said := (trouble{}); errors.As(err, &said) {
			p.cause = said.report.trouble()
		}
		p.pad = 0
		if result.Proof == Unknown {
			p.pad, p.cut = max(1, longest(job)), true
		}
		p.mu.Unlock()
	}
	return result
}

// settle waits until the printer has worked off what is left of an unfinished
// job, whose proof may be in there: coming late, it would be taken for that of the
// next one.
func (p *Printer) settle(ctx context.Context, s *session) error {
	if !p.asks() {
		return nil
	}
	if p.traits.Confirm == BySensor {
		// The maker's name is told in the order of the job, and no proof looks like it.
		if _, err := s.requestWithin(ctx, proofRest, 0x1D, 0x49, 0x42); err != nil {
			return err
		}
	}
	return s.well(ctx) // this took its time
}

// torn reports whether the printer may wait for the rest of a command.
func (p *Printer) torn() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pad > 0
}

// inTurn is whether a printer answers 1D 72, as far as is known.
type inTurn int

const (
	unasked inTurn = iota
	inVain
	answering
)

// confirms reports whether the printer proves jobs. Whether it does is found out
// while nothing is at stake: afterwards nobody could tell one that does not know
// the request from one whose power was gone for a moment. A torn one that takes
// the request for a part of a picture is taken for one that answers.
func (p *Printer) confirms(ctx context.Context, s *session, torn bool) (bool, error) {
	if !p.asks() || p.traits.Confirm != BySensor {
		return p.asks() && p.traits.Confirm == ByProcess, nil
	}
	p.mu.Lock()
	known := p.order
	p.mu.Unlock()
	if torn || known != unasked {
		return known != inVain, nil
	}
	known = inVain
	for range 2 {
		ok, r, err := s.prove(ctx, BySensor, [4]byte{}, proofLook)
		if err == nil && !ok {
			err = r.well()
		}
		if err != nil {
			return false, err
		}
		if ok {
			known = answering
			break
		}
	}
	p.mu.Lock()
	p.order = known
	p.mu.Unlock()
	return known == answering, s.well(ctx) // this took its time
}

// finish tells how the sending of n bytes ended.
func (p *Printer) finish(ctx context.Context, s *session, result Result, confirms bool, size, n int, err error) Result {
	result.Sent = n
	if err == nil && p.asks() {
		err = s.well(ctx)
	}
	switch {
	case err != nil && n == 0:
		return Result{Text: lostText(p.target, err), Err: err}
	case err != nil:
		return Result{Unknown, n, lostText(p.target, err) + lookFirst, err}
	case p.target.kind == file:
		result.Proof = Confirmed
	case !confirms:
		result.Proof = Sent
	default:
		return p.after(ctx, s, result, size)
	}
	return result
}

// after waits for the printer to confirm.
func (p *Printer) after(ctx context.Context, s *session, result Result, size int) Result {
	p.mu.Lock()
	p.mark++
	var mark [4]byte // of signs that all printers take
	for i := range mark {
		mark[i] = 0x30 + byte(p.mark>>(6*i))&0x3F
	}
	p.mu.Unlock()
	ok, status, err := s.prove(ctx, p.traits.Confirm, mark, p.target.takes(size)+proofRest)
	switch {
	case ok && s.paused:
		err = errPaused
	case ok:
		if s.reports {
			_, _ = s.port.Write(ctx, reportNone) // the job is on paper, whatever becomes of this
		}
		result.Proof = Confirmed
		return result
	case err == nil:
		if err = status.well(); err == nil {
			err = errNoProof
		}
	}
	result.Proof, result.Text, result.Err = Unknown, lostText(p.target, err)+lookFirst, err
	return result
}
