// Package escpos is for receipt printers: it turns a document into the bytes
// of the ESC/POS command language, as common to Epson, Bixolon, Citizen,
// Xprinter and unnamed printers. What differs between models is a Profile.
package escpos

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// Profile is what one printer can do. It is data of the settings; no model
// name appears in code.
type Profile struct {
	Columns  int    // letters of font A on a line: 32, 42 or 48
	Dots     int    // printable dots on a line, a multiple of 8: 384, 512 or 576
	Pages    []byte // code page numbers that it has, the preferred one first
	NativeQR bool   // draws QR codes itself
	Cutter   bool
}

// Roll80 is a printer for 80 mm paper at 203 dots per inch.
func Roll80() Profile {
	return Profile{Columns: 48, Dots: 576, Pages: PortablePages(), NativeQR: true, Cutter: true}
}

// Roll58 is a small printer for 58 mm paper, without a cutter.
func Roll58() Profile {
	return Profile{Columns: 32, Dots: 384, Pages: PortablePages(), NativeQR: true}
}

// profiles by name; columns 0 in Named leaves theirs.
var profiles = map[string]func() Profile{
	"generic-80": Roll80,
	"generic-58": Roll58,
	"generic-80-180dpi": func() Profile {
		return Profile{Columns: 42, Dots: 512, Pages: PortablePages(), NativeQR: true, Cutter: true}
	},
	"plain-80": func() Profile { return Profile{Columns: 48, Dots: 576, Pages: []byte{0}} },
	"plain-58": func() Profile { return Profile{Columns: 32, Dots: 384, Pages: []byte{0}} },
}

// Named finds a profile by its name in the settings, with another number of
// columns unless columns is 0. The plain ones are for printers that have
// neither code pages nor QR nor cutter.
func Named(name string, columns int) (Profile, error) {
	build, known := profiles[name]
	if !known {
		names := slices.Sorted(maps.Keys(profiles))
		return Profile{}, fmt.Errorf("there is no printer profile %q: use one of %s", name, strings.Join(names, ", "))
	}
	p := build()
	if columns != 0 {
		p.Columns = columns
	}
	return p, p.Validate()
}

// PortablePages lists the code page numbers that mean the same on every vendor's
// printers: CP1252, CP858, CP852, CP866 and CP437. All other numbers differ
// between vendors and are not supported.
func PortablePages() []byte { return []byte{16, 19, 18, 17, 0} }

var charmaps = map[byte]*charmap.Charmap{
	0: charmap.CodePage437, 16: charmap.Windows1252, 17: charmap.CodePage866,
	18: charmap.CodePage852, 19: charmap.CodePage858,
}

// Validate tells what is wrong with a profile in a sentence for the person who
// fills in the settings.
func (p Profile) Validate() error {
	if p.Columns < 16 || p.Columns > 128 {
		return fmt.Errorf("a printer has 16 to 128 columns, not %d: the usual numbers are 32, 42 and 48", p.Columns)
	}
	if p.Dots%8 != 0 || p.Dots/p.Columns < minCell || p.Dots > 4096 {
		return fmt.Errorf("%d dots do not suit %d columns: give the printable dots per line, such as 384 for 32 columns or 576 for 48", p.Dots, p.Columns)
	}
	if len(p.Pages) == 0 {
		return fmt.Errorf("give at least one code page of 0, 16, 17, 18 and 19; 16 is the usual one")
	}
	for _, n := range p.Pages {
		if charmaps[n] == nil {
			return fmt.Errorf("code page %d is not supported: use 0, 16, 17, 18 or 19", n)
		}
	}
	return nil
}

// encode returns the text in the first page of the profile that has all its
// letters, beginning with the page in use so as not to switch without need.
func (p Profile) encode(text string, inUse byte) (page byte, data []byte, ok bool) {
	for _, n := range append([]byte{inUse}, p.Pages...) {
		if data, ok = encodeIn(charmaps[n], text); ok {
			return n, data, true
		}
	}
	return inUse, nil, false
}

func encodeIn(page *charmap.Charmap, text string) ([]byte, bool) {
	data := make([]byte, 0, len(text))
	for _, r := range text {
		b, ok := page.EncodeRune(r)
		if !ok || b < 0x20 || b == 0x7F {
			return nil, false
		}
		data = append(data, b)
	}
	return data, true
}
