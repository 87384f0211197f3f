package paper

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Fault is something that happens to the printer at a moment of its work.
type Fault struct {
	Do    string // as for Do: "paper out"
	At    int64  // bytes, or lines of letters, that are carried out before it
	Lines bool
}

// acts are what can happen to a printer, by what people type.
var acts = map[string]func(p *Printer){
	"paper out":    func(p *Printer) { p.status.PaperOut = true },
	"paper in":     (*Printer).newRoll,
	"paper low":    func(p *Printer) { p.status.PaperLow = true },
	"cover open":   func(p *Printer) { p.status.CoverOpen = true },
	"cover close":  func(p *Printer) { p.status.CoverOpen = false },
	"drawer open":  func(p *Printer) { p.status.DrawerOpen = true },
	"drawer close": func(p *Printer) { p.status.DrawerOpen = false },
	"jam":          func(p *Printer) { p.status.Jam = true },
	"jam clear":    func(p *Printer) { p.status.Jam = false },
	"hot":          func(p *Printer) { p.status.Hot = true },
	"cool":         func(p *Printer) { p.status.Hot = false },
	"stall":        func(p *Printer) { p.status.Stalled = true },
	"go":           func(p *Printer) { p.status.Stalled = false },
	"power off":    (*Printer).powerOff,
	"power on":     (*Printer).powerBack,
	"unplug":       (*Printer).unplug,
	"plug":         func(p *Printer) { p.status.Unplugged = false },
	"garbage":      func(p *Printer) { p.reply(garbage...) },
	"tear":         func(p *Printer) { p.part(false) },
}

// garbage is what a broken line brings: no byte of it is an answer.
var garbage = []byte{0xFF, 0x80, 0xC3, 0xE0, 0x9D, 0x81, 0xFE, 0xAA}

// Acts lists what can happen to a printer.
func Acts() []string { return slices.Sorted(maps.Keys(acts)) }

// Do lets something happen to the printer, such as "paper out" or "drawer
// close"; Acts lists them. Its error says what is possible.
func (p *Printer) Do(what string) error {
	what, err := actNamed(what)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	acts[what](p)
	p.report()
	p.advance()
	return nil
}

// actNamed takes "paper-out" for "paper out" too.
func actNamed(text string) (string, error) {
	name := strings.Join(strings.Fields(strings.ReplaceAll(strings.ToLower(text), "-", " ")), " ")
	if acts[name] == nil {
		return "", fmt.Errorf("nothing called %q happens to a printer: use one of %s", text, strings.Join(Acts(), ", "))
	}
	return name, nil
}

// ParseFaults reads a list such as "paper-out@1200,paper-in@1201,jam@12l": what
// happens, and behind how many bytes, or lines (l).
func ParseFaults(text string) ([]Fault, error) {
	var faults []Fault
	for part := range strings.SplitSeq(text, ",") {
		what, when, dated := strings.Cut(part, "@")
		name, err := actNamed(what)
		if err != nil {
			return nil, err
		}
		when, lines := strings.CutSuffix(when, "l")
		at, err := strconv.ParseInt(when, 10, 64)
		if !dated || err != nil || at < 0 {
			return nil, fmt.Errorf("%q does not say when: write %s@1200 for byte 1200 or %[2]s@12l for line 12", part, strings.ReplaceAll(name, " ", "-"))
		}
		faults = append(faults, Fault{Do: name, At: at, Lines: lines})
	}
	return faults, nil
}

// happen does the faults whose moment has come, each once.
func (p *Printer) happen() {
	p.faults = slices.DeleteFunc(p.faults, func(f Fault) bool {
		passed := p.status.Done
		if f.Lines {
			passed = p.status.Lines
		}
		if passed < f.At {
			return false
		}
		acts[f.Do](p)
		p.report()
		return true
	})
}

// newRoll is fresh paper: what was on the old roll's end is a slip of its own.
func (p *Printer) newRoll() {
	out := p.status.PaperOut
	p.status.PaperOut, p.status.PaperLow = false, false
	if out && !p.paper.empty() {
		p.paper.hurt = true
		p.part(false)
		p.paper.hurt = true
	}
}

// powerOff forgets all but the paper and the graphics that are kept.
func (p *Printer) powerOff() {
	p.clearBuffers()
	if !p.paper.empty() {
		p.paper.hurt = true
	}
	p.status.Off, p.status.CutterError = true, false
	p.powerOn()
}

// powerBack ends the connection that the lost power left behind.
func (p *Printer) powerBack() {
	if p.status.Off && p.line != nil && p.line.network {
		p.line.hangUp()
	}
	p.status.Off = false
}

func (p *Printer) unplug() {
	p.status.Unplugged = true
	if p.line != nil {
		p.line.hangUp()
	}
}
