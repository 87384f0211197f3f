// Package paper is a receipt printer without hardware: it reads the ESC/POS
// that it gets, draws the paper as a picture, answers status requests, and has
// every trouble that a printer at a counter has, for tests and for training.
//
// It is another company's machine: it shares no code with the program that
// writes ESC/POS, so that neither hides the other's mistakes.
package paper

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"paydesk/terminal/clock"
)

// Options say what printer to be.
type Options struct {
	Model Model
	// Fonts may be empty: letters then take their room and leave no dots, which
	// costs less. Texts are kept as always.
	Fonts Fonts
	// Buffer is the size of the receive buffer in bytes; 0 is 4096.
	Buffer int
	// Baud paces what is read, at 10 bits a byte; 0 reads as fast as it comes.
	Baud int
	// Speed is how many rows of dots are printed in a second; 0 takes no time.
	Speed int
	// Flow is how the sender is told to wait.
	Flow Flow
	// BusyOffline tells the sender to wait also while the printer is offline;
	// otherwise an offline printer swallows data while its buffer has room.
	BusyOffline bool
	// OpenIsLow is a drawer whose switch reads low when it is open.
	OpenIsLow bool
	// Faults happen by themselves when their moment comes.
	Faults []Fault
	Clock  clock.Clock // nil is the real one
}

// Flow is how a printer with a full buffer keeps the sender from sending.
type Flow string

// Flows. With Hold nothing more is read, as on a network or by RTS/CTS; with
// the others bytes that come all the same are lost.
const (
	FlowHold Flow = ""
	FlowXON  Flow = "xonxoff"
	FlowNone Flow = "none"
)

// Printer is one virtual printer. It is safe for many goroutines. It needs no
// closing: it has goroutines only while it serves a line or prints slowly.
type Printer struct {
	opt     Options
	clk     clock.Clock
	letters *letters
	turn    chan struct{} // holds one token: whoever takes it has the line

	mu       sync.Mutex
	changed  chan struct{} // closed and renewed at every change
	status   Status
	mech     *machine
	nv       map[string]*bitmap // graphics that survive the power
	paper    *sheet
	slips    []Slip
	buffer   []byte // received and not carried out
	scan     []byte // of a real-time command
	off      [3]bool
	faults   []Fault
	line     *line // that answers go to; nil when nobody is connected
	held     bool  // XOFF was sent
	full     bool  // the byte before was lost
	asb      byte  // what is reported by itself
	reported [4]byte
	printing bool // the mechanism moves
	next     time.Duration
	events   []Event
	mistakes []Mistake
	received []byte
}

// New makes a printer with power, paper and a closed drawer.
func New(opt Options) (*Printer, error) {
	if opt.Model.Dots <= 0 || opt.Model.Dots%8 != 0 || opt.Model.Pages[0] == nil {
		return nil, errors.New("a virtual printer needs a model, with a multiple of 8 dots and code page 0")
	}
	if opt.Buffer == 0 {
		opt.Buffer = 4096
	}
	if opt.Clock == nil {
		opt.Clock = clock.Real{}
	}
	letters, err := newLetters(opt.Fonts)
	if err != nil {
		return nil, err
	}
	p := &Printer{
		opt: opt, clk: opt.Clock, letters: letters, turn: make(chan struct{}, 1), changed: make(chan struct{}),
		nv: map[string]*bitmap{}, paper: newSheet(opt.Model.Dots, false), faults: slices.Clone(opt.Faults),
	}
	p.turn <- struct{}{}
	p.powerOn()
	return p, nil
}

// powerOn begins with nothing in memory but what survives the power.
func (p *Printer) powerOn() {
	p.mech = &machine{model: p.opt.Model, letters: p.letters, host: p, paper: p.paper, ram: map[string]*bitmap{}}
	p.mech.reset()
	p.buffer, p.scan, p.off, p.asb, p.held = nil, nil, [3]bool{}, 0, false
}

// Print prints one job on a fresh printer and returns its slips; what is behind
// the last cut is a slip too. The error tells every mistake of the job, also
// that it ends within a line or a command.
func Print(opt Options, job []byte) ([]Slip, error) {
	p, err := New(opt)
	if err != nil {
		return nil, err
	}
	p.Print(job)
	for _, m := range p.mistakes {
		err = errors.Join(err, errors.New(m.String()))
	}
	if !p.paper.empty() {
		p.part(false)
	}
	return p.slips, err
}

// Print hands the printer a whole job at once, as a line without a limit of
// speed or buffer would. A job that ends within a line or a command is a
// mistake.
func (p *Printer) Print(job []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, b := range job {
		p.realtime(b)
		p.buffer = append(p.buffer, b)
		p.work()
	}
	if pending := p.mech.pending; len(pending) > 0 {
		p.mistake(fmt.Sprintf("the job ends within the command % X", pending[:min(8, len(pending))]))
	}
	if !p.mech.startOfLine() {
		p.mistake("the last line is not fed")
	}
	p.advance()
}

// mostReceived and mostEvents bound what a printer remembers of its past.
const (
	mostReceived = 1 << 20
	mostEvents   = 20_000
	mostSlips    = 200
)

// receive takes bytes from the line.
func (p *Printer) receive(data []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status.Received += int64(len(data))
	p.received = latest(append(p.received, data...), mostReceived)
	for _, b := range data {
		if p.held && p.line != nil {
			p.line.wire--
		}
		if p.status.Off {
			p.lose(1)
			continue
		}
		p.realtime(b)
		if len(p.buffer) >= p.opt.Buffer+p.reserve() {
			p.lose(1)
			if !p.full {
				p.mistake("the buffer is full: bytes were lost")
			}
			p.full = true
			continue
		}
		p.full = false
		p.buffer = append(p.buffer, b)
		p.work()
		p.flow()
	}
	p.advance()
}

func latest[T any](all []T, most int) []T {
	if len(all) > 2*most {
		return slices.Clone(all[len(all)-most:])
	}
	return all
}

// reserve is the room behind a buffer that counts as full, where the sender is
// held: requests for status still come through.
func (p *Printer) reserve() int {
	if p.opt.Flow == FlowHold {
		return 64
	}
	return 0
}

// lose counts bytes that nobody will print, and spoils the slip they are of.
func (p *Printer) lose(n int) {
	if n > 0 {
		p.status.Lost += int64(n)
		p.paper.hurt = true
	}
}

// advance goes on with the work, and tells everybody what changed.
func (p *Printer) advance() {
	p.work()
	p.flow()
	p.report()
	close(p.changed)
	p.changed = make(chan struct{})
}

// work carries out what is in the buffer, as far as the printer's state lets it.
func (p *Printer) work() {
	p.happen()
	for len(p.buffer) > 0 && !p.stopped() {
		b := p.buffer[0]
		p.buffer = p.buffer[1:]
		p.status.Done++
		rows := p.mech.take(b)
		if rows > 0 && p.opt.Speed > 0 {
			p.printing = true
			go p.move(p.clk.After(time.Duration(rows) * time.Second / time.Duration(p.opt.Speed)))
		}
		p.happen()
	}
}

// stopped reports whether nothing is carried out now.
func (p *Printer) stopped() bool {
	return p.status.Off || p.status.Stalled || p.printing || p.status.offline()
}

// move waits while the mechanism prints.
func (p *Printer) move(done <-chan time.Time) {
	<-done
	p.mu.Lock()
	defer p.mu.Unlock()
	p.printing = false
	p.advance()
}

// part ends the slip: by the knife, or by hand.
func (p *Printer) part(knife bool) {
	if knife && p.status.Jam {
		p.status.CutterError = true
		return
	}
	if knife {
		p.paper.note("[cut]")
	}
	p.slips = latest(append(p.slips, p.paper.slip(p.opt.Model.Edge, knife)), mostSlips)
	p.status.Slips++
	p.paper = newSheet(p.opt.Model.Dots, false)
	p.mech.paper = p.paper
}

func (p *Printer) event(e Event) {
	e.At = p.status.Done
	e.Args = slices.Clone(e.Args)
	p.events = latest(append(p.events, e), mostEvents)
}

// said adds text to the event before it: letters to letters, data to the
// symbol that holds it.
func (p *Printer) said(text ...rune) {
	last := len(p.events) - 1
	if len(text) == 1 && (last < 0 || p.events[last].Name != "text") {
		p.event(Event{Name: "text"})
		last = len(p.events) - 1
	}
	p.events[last].Text += string(text)
}

func (p *Printer) mistake(text string) {
	p.mistakes = latest(append(p.mistakes, Mistake{p.status.Done, text}), mostEvents)
}

// lined counts a printed line.
func (p *Printer) lined() { p.status.Lines++ }

// Slips are the slips so far, from the first to the last; of very many only the
// latest. The paper that is still in the printer is not among them.
func (p *Printer) Slips() []Slip {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.slips)
}

// Strip is the paper that is still in the printer.
func (p *Printer) Strip() Slip {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.paper.slip(p.opt.Model.Edge, false)
	s.Script, s.dots = slices.Clone(s.Script), s.dots.clone()
	return s
}

// Events are the commands and letters that were carried out, in their order; of
// very many only the latest.
func (p *Printer) Events() []Event {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.events)
}

// Mistakes are what senders did wrong so far.
func (p *Printer) Mistakes() []Mistake {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.mistakes)
}

// Received are the bytes that came, of very many only the latest.
func (p *Printer) Received() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.received)
}

// Changed is closed when something happens to the printer next. Take it before
// looking, so as to miss nothing.
func (p *Printer) Changed() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.changed
}
