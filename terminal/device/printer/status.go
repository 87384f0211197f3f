package printer

import (
	"context"
	"time"
)

// How long a printer may take to answer. Real-time requests are answered at
// once, even by a printer that is offline; the proof comes after the last line.
const (
	answerTime = 500 * time.Millisecond
	proofTime  = 8 * time.Second
)

// session is the talk with a printer over one job.
type session struct{ port Port }

// report holds the answers to the four real-time requests, by their number.
type report struct {
	answered bool
	answer   [5]byte
}

// look asks the printer how it is. A printer that does not answer is no error.
func (s session) look(ctx context.Context) (report, error) {
	var r report
	first, ok, err := s.ask(ctx, 1)
	if err != nil || !ok {
		return r, err
	}
	r.answered, r.answer[1] = true, first
	for _, n := range []byte{2, 3, 4} {
		if n < 4 && first&0x08 == 0 {
			continue // online: no cause to ask for
		}
		if r.answer[n], _, err = s.ask(ctx, n); err != nil {
			return r, err
		}
	}
	return r, nil
}

// ask sends the real-time request 10 04 n and waits for its answer.
func (s session) ask(ctx context.Context, n byte) (byte, bool, error) {
	if _, err := s.port.Write(ctx, []byte{0x10, 0x04, n}); err != nil {
		return 0, false, err
	}
	return s.await(ctx, answerTime, func(b byte) bool { return b&0x93 == 0x12 })
}

// prove asks in order with the job: the answer comes when all before it is
// processed (paper sensor request, 1D 72 01).
func (s session) prove(ctx context.Context) (bool, error) {
	if _, err := s.port.Write(ctx, []byte{0x1D, 0x72, 0x01}); err != nil {
		return false, err
	}
	_, ok, err := s.await(ctx, proofTime, func(b byte) bool { return b&0x90 == 0 })
	return ok, err
}

// await reads until an answer comes; other bytes (XON, XOFF, stray answers) are
// passed over. Silence and a line that cannot be read are no answer; whether
// the line still lives, the next write tells.
func (s session) await(ctx context.Context, wait time.Duration, is func(byte) bool) (byte, bool, error) {
	patience, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	buffer := make([]byte, 16)
	for {
		n, err := s.port.Read(patience, buffer)
		for _, b := range buffer[:n] {
			if is(b) {
				return b, true, nil
			}
		}
		if err != nil {
			return 0, false, ctx.Err()
		}
	}
}

// trouble says what keeps the printer from printing, and what to do; it is
// empty when nothing does.
func (r report) trouble() string {
	switch {
	case !r.answered:
		return ""
	case r.answer[4]&0x60 != 0, r.answer[2]&0x20 != 0:
		return "The receipt printer is out of paper. Put in a new roll, then press Print again."
	case r.answer[2]&0x04 != 0:
		return "The cover of the receipt printer is open. Close it, then press Print again."
	case r.answer[3]&0x08 != 0:
		return "The cutter of the receipt printer is stuck. Switch the printer off, clear the cutter, switch it on, then press Print again."
	case r.answer[3]&0x40 != 0:
		return "The receipt printer is too hot. Wait a minute, then press Print again."
	case r.answer[3]&0x24 != 0:
		return "The receipt printer reports a fault. Switch it off and on, then press Print again."
	case r.answer[1]&0x08 != 0:
		return "The receipt printer is offline. Check cover and paper, switch it off and on, then press Print again."
	}
	return ""
}

// low reports whether the roll is nearly used up.
func (r report) low() bool { return r.answered && r.answer[4]&0x0C != 0 }
