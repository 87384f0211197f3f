package paper

import "slices"

// Status is how a printer is. Its zero value is a printer that is well.
type Status struct {
	Off         bool // has no power
	Unplugged   bool // nobody can connect
	Stalled     bool // takes and answers nothing
	PaperOut    bool
	PaperLow    bool
	CoverOpen   bool
	Jam         bool // the knife will not move
	CutterError bool // the knife has not moved: waits for recovery (10 05)
	Hot         bool // the head cools down
	DrawerOpen  bool

	Connected bool  // somebody has the line
	Online    bool  // it prints what it gets
	Buffered  int   // bytes received and not carried out
	Received  int64 // bytes, since it was made
	Done      int64 // bytes carried out
	Lost      int64 // bytes that nobody will print
	Lines     int64 // of letters
	Slips     int64
	Pulses    int64 // that opened the drawer
}

func (s Status) offline() bool { return s.PaperOut || s.CoverOpen || s.CutterError || s.Hot }

// Status is how the printer is now.
func (p *Printer) Status() Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.status
	s.Connected, s.Online, s.Buffered = p.line != nil, !s.Off && !s.offline(), len(p.buffer)
	return s
}

// flags adds the bits whose conditions hold to the fixed ones.
func flags(fixed byte, bits map[byte]bool) byte {
	for bit, on := range bits {
		if on {
			fixed |= bit
		}
	}
	return fixed
}

func (p *Printer) pin() bool { return p.status.DrawerOpen != p.opt.OpenIsLow }

// statusByte is the answer to 10 04 n.
func (p *Printer) statusByte(n byte) (byte, bool) {
	s := p.status
	basic := p.opt.Model.Tells == Full
	switch n {
	case 1:
		return flags(0x12, map[byte]bool{0x04: p.pin(), 0x08: s.offline(), 0x20: s.CutterError}), true
	case 2:
		return flags(0x12, map[byte]bool{0x04: s.CoverOpen, 0x20: s.PaperOut, 0x40: s.CutterError || s.Hot}), basic
	case 3:
		return flags(0x12, map[byte]bool{0x08: s.CutterError, 0x40: s.Hot}), basic
	case 4:
		return flags(0x12, map[byte]bool{0x0C: s.PaperLow, 0x60: s.PaperOut}), true
	}
	return 0, false
}

// report sends the four bytes of automatic status when they have changed.
func (p *Printer) report() {
	now := p.automaticBytes()
	if p.asb != 0 && now != p.reported {
		p.reply(now[:]...)
	}
	p.reported = now
}

// automaticBytes are the four bytes of automatic status, with what is switched
// on of it.
func (p *Printer) automaticBytes() [4]byte {
	s := p.status
	online, errors, paper := p.asb&2 != 0, p.asb&4 != 0, p.asb&8 != 0
	return [4]byte{
		flags(0x10, map[byte]bool{0x04: p.pin() && p.asb&1 != 0, 0x08: s.offline() && online, 0x20: s.CoverOpen && online}),
		flags(0, map[byte]bool{0x08: s.CutterError && errors, 0x40: s.Hot && errors}),
		flags(0, map[byte]bool{0x03: s.PaperLow && paper, 0x0C: s.PaperOut && paper}),
		0,
	}
}

// automatic switches reports on and off: 1D 61. The first comes at once.
func (p *Printer) automatic(n byte) string {
	if p.opt.Model.Tells != Full {
		return "this printer reports nothing by itself"
	}
	p.asb = n
	p.reported = p.automaticBytes()
	if n != 0 {
		p.reply(p.reported[:]...)
	}
	return ""
}

// inOrder answers 1D 72 when the data before it was carried out.
func (p *Printer) inOrder(n byte) string {
	s := p.status
	if p.opt.Model.Tells != Full {
		return "this printer does not answer in order"
	}
	switch n {
	case 1, '1':
		p.reply(flags(0, map[byte]bool{0x03: s.PaperLow, 0x0C: s.PaperOut}))
	case 2, '2':
		p.reply(flags(0, map[byte]bool{0x01: p.pin()}))
	default:
		return "unknown sensor"
	}
	return ""
}

// identify answers 1D 49.
func (p *Printer) identify(n byte) string {
	m := p.opt.Model
	if m.Tells != Full {
		return "this printer does not say what it is"
	}
	text := func(s string) { p.reply(append(append([]byte{0x5F}, s...), 0)...) }
	switch n {
	case 'A':
		text("1.00 VIRTUAL")
	case 'B':
		text(m.Maker)
	case 'C':
		text(m.Name)
	case 'D':
		text("VIRTUAL0001")
	case 1, '1':
		p.reply(0x20)
	case 2, '2':
		p.reply(flags(0, map[byte]bool{0x02: m.Cutter}))
	case 3, '3':
		p.reply(0x01)
	default:
		return "unknown question"
	}
	return ""
}

// processID answers 1D 28 48 with the number that it brings.
func (p *Printer) processID(b []byte) string {
	if p.opt.Model.Tells != Full || !p.opt.Model.Graphics {
		return "this printer knows no process numbers"
	}
	if len(b) != 6 || b[0] != '0' || b[1] != '0' {
		return "unknown function"
	}
	for _, d := range b[2:] {
		if d < 0x20 || d > 0x7E {
			return "a process number has four printable letters"
		}
	}
	p.reply(append(append([]byte{0x37, 0x22}, b[2:]...), 0)...)
	return ""
}

// kick opens the drawer: 1B 70.
func (p *Printer) kick() string {
	const pause = 500e6 // nanoseconds that the coil needs to cool, half a second
	now := p.clk.Steady()
	wrong := unless(now >= p.next, "the drawer's coil has not cooled since the pulse before")
	p.next = now + pause
	p.status.Pulses++
	p.status.DrawerOpen = true
	p.paper.note("[drawer]")
	return wrong
}

// Real-time commands that 1D 28 44 can forbid, by their function.
const (
	realPulse = 1
	realOff   = 2
)

// allowRealtime is 1D 28 44: 14, then pairs of function and permission.
func (p *Printer) allowRealtime(b []byte) string {
	if len(b) < 3 || len(b)%2 == 0 || b[0] != 0x14 {
		return "unknown function"
	}
	for pair := range slices.Chunk(b[1:], 2) {
		if pair[0] != realPulse && pair[0] != realOff || pair[1]&0xCF > 1 {
			return "unknown real-time command"
		}
		p.off[pair[0]] = pair[1]&1 == 0
	}
	return ""
}

// clearNow is what stands behind 10 14 to clear the buffers.
var clearNow = []byte{8, 1, 3, 0x14, 1, 6, 2, 8}

// realtimeLength is how many bytes stand behind 10 14.
func realtimeLength(a []byte) int {
	if len(a) > 0 && a[0] == 8 {
		return len(clearNow)
	}
	if len(a) > 0 && (a[0] == realPulse || a[0] == realOff) {
		return 3
	}
	return 1
}

// realtime looks for the commands that a printer obeys as they come in: 10 04,
// 10 05 and 10 14, also within pictures and symbols.
func (p *Printer) realtime(b byte) {
	p.scan = append(p.scan, b)
	switch s := p.scan; {
	case s[0] != 0x10:
		p.scan = nil
	case len(s) == 1:
	case s[1] == 0x04 || s[1] == 0x05:
		if len(s) == 3 {
			p.scan = nil
			p.obey(s)
		}
	case s[1] == 0x14:
		if len(s) >= 3 && len(s) >= 2+realtimeLength(s[2:]) {
			p.scan = nil
			p.obey(s)
		}
	case b == 0x10:
		p.scan = s[1:]
	default:
		p.scan = nil
	}
}

// obey carries out a real-time command.
func (p *Printer) obey(b []byte) {
	if p.status.Stalled || p.opt.Model.Tells == Silent {
		return
	}
	name := map[byte]string{0x04: "real-time DLE EOT", 0x05: "real-time DLE ENQ", 0x14: "real-time DLE DC4"}[b[1]]
	p.event(Event{Name: name, Args: b[2:]})
	switch {
	case b[1] == 0x04:
		if answer, ok := p.statusByte(b[2]); ok {
			p.reply(answer)
		}
	case b[1] == 0x05:
		p.recover(b[2])
	case slices.Equal(b[2:], clearNow):
		p.clearBuffers()
	case b[2] == realPulse && !p.off[realPulse]:
		if wrong := p.kick(); wrong != "" {
			p.mistake(wrong)
		}
	case b[2] == realOff && !p.off[realOff] && b[3] == 1 && b[4] == 8:
		p.powerOff()
	}
}

// recover is 10 05: 1 cuts again where the knife was stuck, 2 forgets the job.
func (p *Printer) recover(n byte) {
	if n == 2 {
		p.clearBuffers()
	}
	if p.status.CutterError && !p.status.Jam {
		p.status.CutterError = false
		if n == 1 {
			p.part(true)
		}
	}
}

// clearBuffers forgets what is not printed yet.
func (p *Printer) clearBuffers() {
	p.lose(len(p.buffer) + len(p.mech.pending))
	p.mech.pending, p.mech.needs, p.buffer = nil, 0, nil
	if !p.mech.startOfLine() {
		p.paper.hurt = true
	}
	p.mech.reset()
}
