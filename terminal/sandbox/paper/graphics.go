package paper

import (
	"fmt"
	"maps"
	"slices"
)

// rasterLength is that of 1D 76 30 m xL xH yL yH and the dots.
func rasterLength(a []byte) int {
	if len(a) < 6 {
		return 6
	}
	return 6 + number(a[2:])*number(a[4:])
}

// raster prints dots in rows of whole bytes: 1D 76 30.
func raster(m *machine, a []byte) string {
	stride, tall := number(a[2:]), number(a[4:])
	switch {
	case a[0] != '0':
		return "unknown command"
	case a[1]&^0x30 > 3:
		return "unknown mode"
	case stride*tall == 0:
		return "a picture without dots"
	case !m.startOfLine():
		return "a picture begins within a line"
	}
	b := &bitmap{wide: stride * 8, tall: tall, stride: stride, bits: a[6:]}
	return m.image(scaled{b, 1 + int(a[1]&1), 1 + int(a[1]>>1&1)})
}

// image prints a picture between the margins, and cuts off what is wider.
func (m *machine) image(s scaled) string {
	wide := s.wide * s.across
	m.paper.dots.draw(s, m.shift(wide), m.roll(s.tall*s.down), false)
	m.paper.note(fmt.Sprintf("[image %dx%d]", wide, s.tall*s.down))
	return unless(wide <= m.set.area, "a picture wider than the paper")
}

// columnsLength is that of 1B 2A m nL nH and the dots.
func columnsLength(a []byte) int {
	if len(a) < 3 {
		return 3
	}
	return 3 + number(a[1:])*(1+2*int(a[0]>>5&1))
}

// columnBand sets a band of columns, of 8 or 24 dots, on the line: 1B 2A.
func columnBand(m *machine, a []byte) string {
	s := scaled{across: 1, down: 1}
	bytes := 1
	switch a[0] {
	case 0: // 8 dots, both ways coarse
		s.across, s.down = 2, 3
	case 1:
		s.down = 3
	case 32:
		s.across, bytes = 2, 3
	case 33:
		bytes = 3
	default:
		return "unknown mode"
	}
	n := number(a[1:])
	s.bitmap = newBitmap(n, bytes*8)
	for i, column := range a[3:] {
		for y := range 8 {
			if column&(0x80>>y) != 0 {
				s.set(i/bytes, i%bytes*8+y)
			}
		}
	}
	room := m.set.area - m.x
	m.put(s, false, 0)
	return unless(n*s.across <= room, "a band wider than the paper")
}

// Functions of 1D 28 4C.
const (
	printStored = 50
	listNV      = 64
	clearNV     = 65
	deleteNV    = 66
	defineNV    = 67
	printNV     = 69
	listRAM     = 80
	clearRAM    = 81
	deleteRAM   = 82
	defineRAM   = 83
	printRAM    = 85
	storeRaster = 112
)

// graphics runs 1D 28 4C: pictures that the printer keeps, in memory that
// survives its power (NV) or does not (RAM).
func (m *machine) graphics(b []byte) string {
	if !m.model.Graphics {
		return "this printer keeps no graphics"
	}
	if len(b) < 2 || b[0] != '0' {
		return "unknown function"
	}
	kept := m.ram
	if b[1] >= listNV && b[1] < listRAM {
		kept = m.host.nv
	}
	a := b[2:]
	switch b[1] {
	case 2, printStored:
		return m.printKept(m.set.stored, 1, 1)
	case storeRaster:
		return m.storeRaster(a)
	case listNV, listRAM:
		m.listKept(kept)
		return unless(string(a) == "KC", "the list of keys is asked for with KC")
	case clearNV, clearRAM:
		if string(a) != "CLR" {
			return "all graphics are deleted with CLR"
		}
		clear(kept)
	case deleteNV, deleteRAM:
		if len(a) != 2 || kept[string(a)] == nil {
			return "there are no graphics of this key"
		}
		delete(kept, string(a))
	case defineNV, defineRAM:
		return define(kept, a)
	case printNV, printRAM:
		if len(a) != 4 || a[2] < 1 || a[2] > 2 || a[3] < 1 || a[3] > 2 {
			return "two bytes of key and two of size, 1 or 2, are needed"
		}
		return m.printKept(kept[string(a[:2])], int(a[2]), int(a[3]))
	default:
		return fmt.Sprintf("unknown function %d", b[1])
	}
	return ""
}

func (m *machine) printKept(b *bitmap, across, down int) string {
	if b == nil {
		return "graphics are printed before they are stored"
	}
	if !m.startOfLine() {
		return "a picture begins within a line"
	}
	return m.image(scaled{b, across, down})
}

// storeRaster reads a bx by c xL xH yL yH and the dots; x counts dots.
func (m *machine) storeRaster(a []byte) string {
	if len(a) < 8 || a[0] != '0' || a[1] < 1 || a[1] > 2 || a[2] < 1 || a[2] > 2 || a[3] != '1' {
		return "only a picture of one colour is known"
	}
	b, wrong := rows(a[4:])
	if wrong == "" && (a[1] != 1 || a[2] != 1) {
		large := newBitmap(b.wide*int(a[1]), b.tall*int(a[2]))
		large.draw(scaled{b, int(a[1]), int(a[2])}, 0, 0, false)
		b = large
	}
	m.set.stored = b
	return wrong
}

// rows reads xL xH yL yH and the dots, with x in dots.
func rows(a []byte) (*bitmap, string) {
	wide, tall := number(a), number(a[2:])
	stride := (wide + 7) / 8
	if wide*tall == 0 || len(a) != 4+stride*tall {
		return nil, "the data has another length than the picture"
	}
	return &bitmap{wide: wide, tall: tall, stride: stride, bits: append([]byte(nil), a[4:]...)}, ""
}

// mostKept is how many graphics a printer keeps.
const mostKept = 40

// define reads a kc1 kc2 b xL xH yL yH c and the dots.
func define(kept map[string]*bitmap, a []byte) string {
	if len(a) < 9 || a[0] != '0' || a[3] != 1 || a[8] != '1' {
		return "only a picture of one colour is known"
	}
	key := string(a[1:3])
	if len(kept) >= mostKept && kept[key] == nil {
		return "there is no room for more graphics"
	}
	b, wrong := rows(append(append([]byte(nil), a[4:8]...), a[9:]...))
	if wrong == "" {
		kept[key] = b
	}
	return wrong
}

// listKept answers with the keys of the graphics that are kept.
func (m *machine) listKept(kept map[string]*bitmap) {
	answer := []byte{0x37, 0x72, 0x40}
	for _, key := range slices.Sorted(maps.Keys(kept)) {
		answer = append(answer, key...)
	}
	m.host.reply(append(answer, 0)...)
}
