package printer

// said is one thing that a printer says in its stream of bytes.
type said int

const (
	nothing   said = iota // within something longer, or of no meaning
	noise                 // a byte that no printer of this language sends here
	stop                  // XOFF
	goOn                  // XON
	answered              // to a real-time request, 10 04 n
	automatic             // a report of four bytes that it sends by itself
	inOrder               // to a request in the order of the job, 1D 72 n
	block                 // a text or a list, with 00 at its end
)

// longestBlock is the longest block that a printer sends: the list of the
// pictures that it keeps.
const longestBlock = 128

// ears tell apart what comes from a printer. Answers carry no number of their
// request, so that only their bits say what they are.
type ears struct {
	// blocks is set while a block is asked for: its letters look like answers.
	blocks bool
	byteOf byte    // the byte of answered and inOrder
	report [4]byte // that of automatic
	text   []byte  // that of block, with its first byte and without its end

	reported int // bytes of a report that have come
	open     bool
}

// hear takes the next byte.
func (e *ears) hear(b byte) said {
	switch b {
	case 0x11:
		return goOn
	case 0x13: // may stand between the bytes of a report
		return stop
	}
	if e.open {
		return e.letter(b)
	}
	if e.reported > 0 {
		if b&0x90 == 0 {
			e.report[e.reported] = b
			if e.reported = (e.reported + 1) % len(e.report); e.reported == 0 {
				return automatic
			}
			return nothing
		}
		e.reported = 0 // torn off: this byte begins something else
	}
	switch {
	case e.blocks && (b == 0x5F || b == 0x37 || b == 0x3B || b == 0x3D):
		e.open, e.text = true, append(e.text[:0], b)
		return nothing
	case b&0x93 == 0x12:
		e.byteOf = b
		return answered
	case b&0x93 == 0x10:
		e.report[0], e.reported = b, 1
		return nothing
	case b&0x90 == 0:
		e.byteOf = b
		return inOrder
	}
	return noise
}

func (e *ears) letter(b byte) said {
	if b == 0 {
		e.open = false
		return block
	}
	if e.text = append(e.text, b); len(e.text) > longestBlock {
		e.open = false
		return noise
	}
	return nothing
}
