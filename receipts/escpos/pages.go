package escpos

import (
	_ "embed" // for the data below
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/encoding/charmap"
)

// profilesFile holds the profiles, which code pages suit which language, and
// the code pages that no library has.
//
//go:embed profiles.json
var profilesFile []byte

type file struct {
	Order     []string            `json:"order"`     // of pages for any language, the preferred one first
	Languages map[string][]string `json:"languages"` // pages to prefer, by the language of the document
	Tables    map[string]string   `json:"tables"`    // letters 80 to FF of a page; U+FFFD where it has none
	Profiles  []Profile           `json:"profiles"`
}

// table reads the file once. It is part of the program, and a test reads it.
var table = sync.OnceValue(func() (f file) {
	if err := json.Unmarshal(profilesFile, &f); err != nil {
		return file{}
	}
	return f
})

// charmaps are the pages that the library has.
var charmaps = map[string]*charmap.Charmap{
	"CP437": charmap.CodePage437, "CP850": charmap.CodePage850, "CP852": charmap.CodePage852, "CP858": charmap.CodePage858,
	"CP866": charmap.CodePage866, "CP1250": charmap.Windows1250, "CP1251": charmap.Windows1251, "CP1252": charmap.Windows1252,
	"CP1253": charmap.Windows1253, "CP1254": charmap.Windows1254, "CP1257": charmap.Windows1257,
}

// Page is a code page: the letters of the bytes 80 to FF. The bytes below are
// those of ASCII on every page.
type Page struct {
	letters [128]rune
	bytes   map[rune]byte
}

// Decode is the letter of a byte, U+FFFD where the page has none.
func (p *Page) Decode(b byte) rune {
	if b < 0x80 {
		return rune(b)
	}
	return p.letters[b-0x80]
}

var pages = sync.OnceValue(func() map[string]*Page {
	all := map[string]*Page{}
	for name, m := range charmaps {
		var letters []rune
		for b := 0x80; b <= 0xFF; b++ {
			letters = append(letters, m.DecodeByte(byte(b)))
		}
		all[name] = newPage(letters)
	}
	for name, letters := range table().Tables {
		all[name] = newPage([]rune(letters))
	}
	return all
})

func newPage(letters []rune) *Page {
	p := &Page{bytes: map[rune]byte{}}
	copy(p.letters[:], letters)
	for i, r := range p.letters {
		if r > 0xA0 && r != 0xAD && r != '\uFFFD' {
			p.bytes[r] = byte(0x80 + i)
		}
	}
	return p
}

func pageNamed(name string) (*Page, bool) {
	p, known := pages()[name]
	return p, known
}

// romanian are letters with a comma below, which pages have with a cedilla.
var romanian = map[rune]rune{'ș': 'ş', 'ț': 'ţ', 'Ș': 'Ş', 'Ț': 'Ţ'}

// encode is the byte of a letter that can be printed.
func (p *Page) encode(r rune) (byte, bool) {
	if r < 0x80 {
		return byte(r), r >= 0x20 && r != 0x7F
	}
	b, ok := p.bytes[r]
	if !ok && romanian[r] != 0 {
		b, ok = p.bytes[romanian[r]]
	}
	return b, ok
}

// numbered is a page with its number on one printer.
type numbered struct {
	number byte
	*Page
}

// pagesFor lists the printer's pages, those first that suit the language.
func (p Profile) pagesFor(lang string) []numbered {
	base, _, _ := strings.Cut(lang, "-")
	var list []numbered
	var taken []string
	for _, name := range slices.Concat(table().Languages[base], table().Order) {
		number, has := p.Pages[name]
		page, known := pageNamed(name)
		if has && known && !slices.Contains(taken, name) {
			list, taken = append(list, numbered{number, page}), append(taken, name)
		}
	}
	return list
}

// Charmaps are the pages of the profile by their numbers, for whoever reads
// what was printed.
func (p Profile) Charmaps() map[byte]*Page {
	all := map[byte]*Page{}
	for name, number := range p.Pages {
		if page, known := pageNamed(name); known {
			all[number] = page
		}
	}
	return all
}
