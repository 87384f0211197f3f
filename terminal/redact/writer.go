package redact

import (
	"bytes"
	"io"
	"sync"
)

// maxLine is how much of one line is held back, in bytes.
const maxLine = 64 << 10

// Writer masks what goes through it with the rule of Text. It holds a line
// back until it is whole, since a number may come in pieces: call Close at
// the end. It is safe for many goroutines.
type Writer struct {
	to io.Writer

	mu   sync.Mutex
	line []byte // begun and not yet ended
}

// NewWriter makes a Writer in front of another.
func NewWriter(to io.Writer) *Writer { return &Writer{to: to} }

// Write implements io.Writer. All of p is taken even where an error comes
// from the writer behind.
func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.line = append(w.line, p...)
	whole := bytes.LastIndexByte(w.line, '\n') + 1
	if whole == 0 && len(w.line) > maxLine {
		// Far too long for a line: let go up to something that cannot stand
		// inside a number, or everything.
		whole = bytes.LastIndexFunc(w.line, func(r rune) bool {
			return (r < '0' || r > '9') && r != ' ' && r != '-'
		}) + 1
		if whole == 0 {
			whole = len(w.line)
		}
	}
	return len(p), w.flush(whole)
}

// Close writes what is held back. It does not close the writer behind.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.flush(len(w.line))
}

func (w *Writer) flush(n int) error {
	if n == 0 {
		return nil
	}
	out := masked(bytes.Clone(w.line[:n]))
	rest := copy(w.line, w.line[n:])
	clear(w.line[rest:])
	w.line = w.line[:rest]
	_, err := w.to.Write(out)
	return err
}
