package printer

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"time"

	"paydesk/terminal/clock"
)

// How long a printer may take to answer. Real-time requests are answered at
// once, even by a printer that is offline.
const (
	answerTime = 500 * time.Millisecond
	// takeTime is how long it may take the request itself: one with a full
	// buffer hears nothing.
	takeTime = time.Second
	// tries is how often a printer is asked in vain until it counts as gone.
	tries = 3
	// pauseTime, with the time that pieceOut bytes need, is less than a printer
	// takes to come back when its power was gone.
	pauseTime = 500 * time.Millisecond
	pieceOut  = 256
	// proofRest is how long the last lines of a job may take, proofLook how
	// often the printer is looked at meanwhile.
	proofRest = 5 * time.Second
	proofLook = time.Second
)

const (
	// serialChunk is what a buffer of 128 bytes, stopped late, still takes;
	// elsewhere the system stops the line itself.
	serialChunk = 64
	streamChunk = 1024
	// usualEvery is how many bytes of a job are sent between two questions.
	usualEvery = 1024
)

var (
	errNotReady = errors.New("the printer says that it cannot print")
	errMute     = errors.New("the printer answers nothing")
	errNoProof  = errors.New("the printer stopped answering")
	errPaused   = errors.New("the printer took no data for a while, in which it may have lost what it had")
	errGarbage  = errors.New("the printer's answers make no sense: the speed of the line is not that of the printer")
)

// session is the talk with a printer over one open port. A goroutine of its own
// hears what the printer says; all else is called by one goroutine.
type session struct {
	port  Port
	clk   clock.Clock
	chunk int // most bytes of one write
	every int // bytes of a job between two questions
	// reports: the printer is asked to report by itself during the job.
	reports bool
	stalls  func() // is called where it does not take data for a while
	// oneWay: that nothing can be read is no sign of a lost line.
	oneWay bool
	// takes is how long bytes need on a line that stays when the printer's power
	// goes; nil on others.
	takes  func(bytes int) time.Duration
	alive  time.Duration // when the last question was asked that was answered
	since  int           // bytes sent after it
	paused bool          // the power may have been gone between two questions

	mu     sync.Mutex
	ears   ears
	held   bool // by XOFF
	answer []byte
	order  []byte
	blocks [][]byte
	auto   *report                 // the latest one that came by itself
	halt   context.CancelCauseFunc // ends the sending of a job
	noise  int
	raw    []byte // the first bytes since the last request of another language
	lost   error
	news   chan struct{}

	deaf func() // ends the hearing
}

// begin starts to hear.
func (p *Printer) begin(ctx context.Context, port Port) *session {
	s := &session{port: port, clk: p.clk, chunk: streamChunk, every: p.traits.AskEvery, oneWay: p.target.kind == device || p.target.kind == file,
		news: make(chan struct{}, 1), halt: func(error) {}, stalls: func() {}}
	if p.target.kind == serialLine {
		s.chunk = serialChunk
	}
	if s.every == 0 {
		s.every = usualEvery
	}
	if p.target.kind == serialLine {
		s.every, s.takes = min(s.every, pieceOut), p.target.takes
	}
	ctx, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.listen(ctx)
	}()
	s.deaf = func() {
		stop()
		<-done
	}
	return s
}

// close ends the talk. Its error counts only where the job's end is open.
func (s *session) close() error {
	s.deaf()
	return s.port.Close()
}

func (s *session) listen(ctx context.Context) {
	buffer := make([]byte, 64)
	for {
		n, err := s.port.Read(ctx, buffer)
		s.mu.Lock()
		for _, b := range buffer[:n] {
			s.take(b)
		}
		if err != nil && ctx.Err() == nil && !s.oneWay {
			s.lost = err
		}
		s.mu.Unlock()
		select {
		case s.news <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// take keeps what a byte completes. The caller holds the lock.
func (s *session) take(b byte) {
	if len(s.raw) < starReport {
		s.raw = append(s.raw, b)
	}
	switch s.ears.hear(b) {
	case stop:
		s.held = true
	case goOn:
		s.held = false
	case answered:
		s.answer = append(s.answer, s.ears.byteOf)
	case automatic:
		r := ofAutomatic(s.ears.report)
		if s.auto = &r; r.trouble() != "" {
			s.halt(trouble{r})
		}
	case inOrder:
		s.order = append(s.order, s.ears.byteOf)
	case block:
		s.blocks = append(s.blocks, bytes.Clone(s.ears.text))
	case noise:
		s.noise++
	}
}

// await waits until what the printer said is enough. It is false after the
// time; an error means that the line or the whole time is at its end.
func (s *session) await(ctx context.Context, wait time.Duration, enough func() bool) (bool, error) {
	patience, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	for {
		s.mu.Lock()
		ok, lost := enough(), s.lost
		s.mu.Unlock()
		switch {
		case ok:
			return true, nil
		case lost != nil:
			return false, lost
		}
		select {
		case <-s.news:
		case <-patience.Done():
			return false, ctx.Err()
		}
	}
}

// ask sends the real-time request 10 04 n and waits for its answer.
func (s *session) ask(ctx context.Context, n byte, wait time.Duration) (byte, bool, error) {
	s.mu.Lock()
	s.answer = s.answer[:0]
	s.mu.Unlock()
	began := s.clk.Steady()
	taking, cancel := context.WithTimeout(ctx, takeTime)
	defer cancel()
	if _, err := s.port.Write(taking, []byte{0x10, 0x04, n}); err != nil {
		return 0, false, err
	}
	ok, err := s.await(ctx, wait, func() bool { return len(s.answer) > 0 })
	if !ok {
		return 0, false, err
	}
	s.lives(began)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.answer[0], true, nil
}

// lives keeps that the printer had power when it was asked, and whether it can
// have lost it since the question before: a printer that was off for a moment is
// as well as any, and what was sent meanwhile is nowhere.
func (s *session) lives(asked time.Duration) {
	if s.takes != nil && s.clk.Steady()-s.alive > s.takes(s.since)+pauseTime {
		s.paused = true
	}
	s.alive, s.since = asked, 0
}

// look asks the printer how it is, so often at most, and waits so long for each
// answer. A printer that does not answer is no error, one whose answers make no
// sense is.
func (s *session) look(ctx context.Context, often int, wait time.Duration) (report, error) {
	var r report
	for range often {
		first, ok, err := s.ask(ctx, 1, wait)
		if err != nil {
			return r, err
		}
		if ok {
			r.answered, r.answer[1] = true, first
			break
		}
	}
	if !r.answered {
		return s.unasked()
	}
	for _, n := range []byte{2, 3, 4} {
		if n < 4 && !r.offline() {
			continue // online: no cause to ask for
		}
		var err error
		if r.answer[n], _, err = s.ask(ctx, n, answerTime); err != nil {
			return r, err
		}
	}
	return r, nil
}

// unasked is what a printer told by itself that answers no request. That it was
// well once is no answer: it may have lost its power since.
func (s *session) unasked() (report, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.auto != nil && s.auto.trouble() != "":
		return *s.auto, nil
	case s.noise > 0:
		return report{}, errGarbage
	}
	return report{}, nil
}

// Reports of changes: all of them, and none.
var (
	reportAll  = []byte{0x1D, 0x61, 0xFF}
	reportNone = []byte{0x1D, 0x61, 0x00}
)

// send hands over a job in small pieces, and stops where the printer asks for
// it. One that answers is asked on the way, where a command ends.
func (s *session) send(ctx context.Context, job []byte, answers bool) (sent int, err error) {
	ctx, halt := context.WithCancelCause(ctx)
	defer halt(nil)
	s.mu.Lock()
	s.halt = halt
	s.mu.Unlock()
	defer func() {
		var said trouble
		if err != nil && errors.As(context.Cause(ctx), &said) {
			err = said // that is why the writing was called off
		}
	}()
	for i, piece := range pieces(job, s.every) {
		if i > 0 && answers {
			if err := s.well(ctx); err != nil {
				return sent, err
			}
		}
		if reset := len(resetFirst); i == 0 && s.reports && bytes.HasPrefix(piece, resetFirst) {
			// A reset ends the reports, so they are asked for behind it.
			n, err := s.write(ctx, piece[:reset])
			if sent += n; err != nil {
				return sent, err
			}
			if _, err := s.write(ctx, reportAll); err != nil {
				return sent, err
			}
			piece = piece[reset:]
		}
		n, err := s.write(ctx, piece)
		if sent += n; err != nil {
			return sent, err
		}
	}
	return sent, s.port.Drain(ctx)
}

// resetFirst begins a job.
var resetFirst = []byte{0x1B, 0x40}

// well looks at a printer within a job. It is asked once and may take its time:
// one that answers only the second question had no power at the first.
func (s *session) well(ctx context.Context) error {
	r, err := s.look(ctx, 1, tries*answerTime)
	if err != nil {
		return err
	}
	return r.well()
}

// stallTime is how long a printer may take no data before the screen says so.
const stallTime = 4 * time.Second

// write sends bytes in chunks, none while the printer has stopped the line.
func (s *session) write(ctx context.Context, data []byte) (sent int, err error) {
	for len(data) > 0 {
		stalled := time.AfterFunc(stallTime, s.stalls)
		n := 0
		if err = s.clear(ctx); err == nil {
			n, err = s.port.Write(ctx, data[:min(len(data), s.chunk)])
		}
		stalled.Stop()
		s.since += n
		if sent += n; err != nil {
			return sent, err
		}
		data = data[n:]
	}
	return sent, nil
}

// clear waits while the printer has stopped the line (XOFF).
func (s *session) clear(ctx context.Context) error {
	for {
		s.mu.Lock()
		held, lost := s.held, s.lost
		s.mu.Unlock()
		switch {
		case lost != nil:
			return lost
		case !held:
			return ctx.Err()
		}
		select {
		case <-s.news:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// trouble is a printer that says why it cannot print.
type trouble struct{ report report }

func (trouble) Error() string          { return errNotReady.Error() }
func (t trouble) Is(target error) bool { return target == errNotReady }

// prove asks in order with the job: the answer comes when all before it is
// processed. Meanwhile the printer is looked at, because one that has stopped
// answers later or never. Without proof, the report says how it is.
func (s *session) prove(ctx context.Context, how Confirm, mark [4]byte, wait time.Duration) (bool, report, error) {
	request := []byte{0x1D, 0x72, 0x01}
	enough := func() bool { return len(s.order) > 0 }
	if how == ByProcess {
		request = append([]byte{0x1D, 0x28, 0x48, 0x06, 0x00, 0x30, 0x30}, mark[:]...)
		want := append([]byte{0x37, 0x22}, mark[:]...)
		enough = func() bool {
			for _, b := range s.blocks {
				if bytes.Equal(b, want) {
					return true
				}
			}
			return false
		}
	}
	s.expect(how == ByProcess)
	if _, err := s.port.Write(ctx, request); err != nil {
		return false, report{}, err
	}
	s.lives(s.clk.Steady())
	for {
		ok, err := s.await(ctx, min(wait, proofLook), enough)
		if ok || err != nil {
			return ok, report{}, err
		}
		r, err := s.look(ctx, tries, answerTime)
		if wait -= proofLook; wait <= 0 || err != nil || !r.answered || r.trouble() != "" {
			return false, r, err
		}
	}
}

// expect forgets answers of earlier and says whether the next one is a block.
func (s *session) expect(blocks bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.order, s.blocks = nil, nil
	s.ears.blocks, s.ears.open = blocks, false
}

// request sends a request that is answered by a block, and returns the block
// without its first byte; nil means that none came.
func (s *session) request(ctx context.Context, bytes ...byte) ([]byte, error) {
	return s.requestWithin(ctx, answerTime, bytes...)
}

func (s *session) requestWithin(ctx context.Context, wait time.Duration, bytes ...byte) ([]byte, error) {
	s.expect(true)
	defer s.expect(false)
	if _, err := s.port.Write(ctx, bytes); err != nil {
		return nil, err
	}
	var got []byte
	_, err := s.await(ctx, wait, func() bool {
		if len(s.blocks) > 0 {
			got = s.blocks[0][1:]
		}
		return got != nil
	})
	return got, err
}
