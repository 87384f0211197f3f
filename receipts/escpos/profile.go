// Package escpos is for receipt printers: it turns a document into the bytes
// of the ESC/POS command language, as common to Epson, Bixolon, Citizen,
// Xprinter and unnamed printers. What differs between models is a Profile.
package escpos

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Profile is what one kind of printer can do. It is data, kept in
// profiles.json; no model name appears in code.
type Profile struct {
	Name    string          `json:"name"`    // in the settings
	Title   string          `json:"title"`   // for people who choose one
	Columns int             `json:"columns"` // letters of font A on a line: 32, 42 or 48
	Dots    int             `json:"dots"`    // printable dots on a line, a multiple of 8: 384, 512 or 576
	Pages   map[string]byte `json:"pages"`   // the number of each code page that it has, by the page's name
	Barcode bool            `json:"barcode"` // draws Code 128 itself
	QR      bool            `json:"qr"`      // draws QR codes itself
	MostQR  int             `json:"most_qr"` // most bytes in a QR that it draws itself; 0: as many as a QR holds
	Cut     Cut             `json:"cut"`
	Drawer  Pulse           `json:"drawer"`
	Status  Status          `json:"status"`
	// EndOfJob is how it confirms that all before is printed.
	EndOfJob EndOfJob `json:"end_of_job"`
	Logo     Logo     `json:"logo"`
	Chunk    int      `json:"chunk"` // most bytes to send between two looks at its status
	Band     int      `json:"band"`  // most rows of dots in one image command
	// RealTimeOff tells that the power-off and clear-buffer commands can be
	// disabled, so that nothing inside image data is taken for one.
	RealTimeOff bool `json:"realtime_off"`
}

// Cut is how a slip ends: "full" and "partial" cut behind Feed more dots;
// "feed" has no knife and feeds Feed lines, to tear the slip off.
type Cut struct {
	Style string `json:"style"`
	Feed  byte   `json:"feed"`
}

// Pulse opens the cash drawer: the pin of its connector, 2 or 5, and how long
// the magnet is on, and off before the next pulse, in milliseconds. Pin 0 is a
// printer without a connector for a drawer.
type Pulse struct {
	Pin int `json:"pin"`
	On  int `json:"on_ms"`
	Off int `json:"off_ms"`
}

// Status is how a printer tells how it is.
type Status string

// Ways to tell. ByASB includes ByDLE.
const (
	NoStatus Status = "none"
	ByDLE    Status = "dle" // answers 10 04 n
	ByASB    Status = "asb" // reports changes by itself after 1D 61 FF, too
)

// EndOfJob is how a printer confirms that everything before is printed.
type EndOfJob string

// Ways to confirm, from none to the strongest.
const (
	NoEnd     EndOfJob = "none"
	ByPaper   EndOfJob = "paper"   // answers 1D 72 01 when it comes to it
	ByProcess EndOfJob = "process" // answers 1D 28 48 06 00 30 30 d1 d2 d3 d4 with 37 22 d1 d2 d3 d4 00 after printing
)

// Logo is how a picture comes on paper.
type Logo string

// Ways of a picture.
const (
	Drawn  Logo = "raster" // sent with every slip: 1D 76 30
	Stored Logo = "stored" // kept in the printer's memory under a key: 1D 28 4C
)

// Named finds a profile by its name in the settings, with another number of
// columns unless columns is 0. The plain ones are for printers that have
// neither code pages nor QR nor cutter.
func Named(name string, columns int) (Profile, error) {
	all := table().Profiles
	at := slices.IndexFunc(all, func(p Profile) bool { return p.Name == name })
	if at < 0 {
		var names []string
		for _, p := range all {
			names = append(names, p.Name)
		}
		return Profile{}, fmt.Errorf("there is no printer profile %q: use one of %s", name, strings.Join(names, ", "))
	}
	p := all[at]
	if columns != 0 {
		p.Columns = columns
	}
	return p, p.Validate()
}

// Profiles lists every known profile, the ones that suit any make first.
func Profiles() []Profile { return slices.Clone(table().Profiles) }

// leastCell is how many dots a letter takes across to be read.
const leastCell = 8

// Validate tells what is wrong with a profile in a sentence for the person who
// fills in the settings.
func (p Profile) Validate() error {
	switch {
	case p.Columns < 16 || p.Columns > 128:
		return fmt.Errorf("a printer has 16 to 128 columns, not %d: the usual numbers are 32, 42 and 48", p.Columns)
	case p.Dots%8 != 0 || p.Dots/p.Columns < leastCell || p.Dots > 4096:
		return fmt.Errorf("%d dots do not suit %d columns: give the printable dots per line, such as 384 for 32 columns or 576 for 48", p.Dots, p.Columns)
	case len(p.Pages) == 0:
		return errors.New("give at least one code page; CP1252 is the usual one")
	case p.Band < 1 || p.Band > 256 || p.Chunk < 1:
		return fmt.Errorf("an image goes to the printer in bands of 1 to 256 rows, and a job in chunks of at least one byte, not %d and %d", p.Band, p.Chunk)
	case !slices.Contains([]string{"full", "partial", "feed"}, p.Cut.Style):
		return fmt.Errorf("a slip ends with full, partial or feed, not %q", p.Cut.Style)
	case !slices.Contains([]Status{NoStatus, ByDLE, ByASB}, p.Status):
		return fmt.Errorf("a printer tells its status by dle, asb or none, not by %q", p.Status)
	case !slices.Contains([]EndOfJob{NoEnd, ByPaper, ByProcess}, p.EndOfJob):
		return fmt.Errorf("a printer confirms a job by paper, process or none, not by %q", p.EndOfJob)
	case !slices.Contains([]Logo{Drawn, Stored}, p.Logo):
		return fmt.Errorf("a picture is raster or stored, not %q", p.Logo)
	}
	for name := range p.Pages {
		if _, known := pageNamed(name); !known {
			return fmt.Errorf("code page %q is not known: use names such as CP1252 and CP437", name)
		}
	}
	return p.Drawer.validate()
}

func (p Pulse) validate() error {
	const most = 2 * 255 // a byte counts two milliseconds
	if p.Pin != 0 && p.Pin != 2 && p.Pin != 5 {
		return fmt.Errorf("a drawer hangs on pin 2 or 5, not %d", p.Pin)
	}
	if p.Pin != 0 && (p.On < 2 || p.On >= p.Off || p.Off > most) {
		return fmt.Errorf("a drawer's pulse of %d ms on and %d ms off burns its magnet: on is the shorter, and off at most %d", p.On, p.Off, most)
	}
	return nil
}
