package printer

// report is what a printer said of itself: the answers to the four real-time
// requests, by their number.
type report struct {
	answered bool
	answer   [5]byte
}

// ofAutomatic is the report that a printer sent by itself (see 1D 61).
func ofAutomatic(b [4]byte) report {
	r := report{answered: true}
	r.answer[1] = b[0] & 0x0C // drawer, offline
	r.answer[2] = b[0] & 0x20 >> 3
	r.answer[3] = b[1] & 0x6C
	if b[2]&0x03 != 0 {
		r.answer[4] |= 0x0C
	}
	if b[2]&0x0C != 0 {
		r.answer[4] |= 0x60
	}
	return r
}

func (r report) offline() bool { return r.answer[1]&0x08 != 0 }

// trouble says what keeps the printer from printing, and what to do; it is
// empty when nothing does.
func (r report) trouble() string {
	switch {
	case !r.answered:
		return ""
	case r.answer[2]&0x04 != 0:
		return "The cover of the receipt printer is open. Close it."
	case r.answer[4]&0x60 != 0, r.answer[2]&0x20 != 0:
		return "The receipt printer is out of paper. Put in a new roll."
	case r.answer[3]&0x08 != 0:
		return "The cutter of the receipt printer is stuck. Switch the printer off, clear the cutter, then switch it on."
	case r.answer[3]&0x40 != 0:
		return "The receipt printer is too hot. Wait a minute: it goes on when it is cool."
	case r.answer[3]&0x24 != 0:
		return "The receipt printer reports a fault. Switch it off and on."
	case r.offline():
		return "The receipt printer is offline. Check cover and paper, then switch it off and on."
	}
	return ""
}

// well is an error that says why the printer does not print.
func (r report) well() error {
	switch {
	case !r.answered:
		return errNoProof
	case r.trouble() != "":
		return trouble{r}
	}
	return nil
}

// low reports whether the roll is nearly used up.
func (r report) low() bool { return r.answered && r.answer[4]&0x0C != 0 }

// Drawer is how the cash drawer stands.
type Drawer string

// The states of a drawer; the zero value is not known.
const (
	DrawerOpen   Drawer = "open"
	DrawerClosed Drawer = "closed"
)

// drawer reads the sensor of the cash drawer; low says that it reads low while
// the drawer is open.
func (r report) drawer(low bool) Drawer {
	switch high := r.answer[1]&0x04 != 0; {
	case !r.answered:
		return ""
	case high != low:
		return DrawerOpen
	}
	return DrawerClosed
}
