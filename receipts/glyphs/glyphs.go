// Package glyphs is for letters as shapes: which font has a letter, and how the
// letters of a text stand together in scripts where that is more than one after
// the other, such as Devanagari.
package glyphs

import (
	"bytes"
	"fmt"
	"sync"
	"unicode"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
)

// Fonts are the bytes of two TrueType fonts, and of those to ask for letters
// that these lack. Whoever opens them must not change the bytes afterwards.
type Fonts struct {
	Regular, Bold []byte
	Further       *Fonts // nil: none
}

// Family is a list of fonts that were read. It is safe for many goroutines.
type Family struct {
	fonts []pair

	mu     sync.Mutex // of all below
	faces  [][2]*font.Face
	shaper shaping.HarfbuzzShaper
	paths  map[glyphKey][]Segment
}

// pair is a font in regular and bold.
type pair [2]*font.Font

type glyphKey struct {
	font   int
	weight int
	id     font.GID
}

// Op is what a Segment does.
type Op byte

// Ops of segments. A Move begins a closed contour.
const (
	Move Op = iota
	Line
	Curve // cubic
)

// Segment is a step along the outline of a glyph, to the last of its points:
// one, or three for a curve.
type Segment struct {
	Op     Op
	Points [3]Point
}

// Point is in units of the font's size; y goes up from the line of writing.
type Point struct{ X, Y float32 }

// Glyph is a shape and where it stands, from the beginning of its run.
type Glyph struct {
	Path []Segment
	At   Point
}

// Run is a part of a text whose letters are all in one font: 0 is the first.
type Run struct {
	Text string
	Font int
}

// opened keeps every family, for as long as the program runs: reading a font
// takes longer than a receipt.
var opened sync.Map

type openKey struct {
	regular, bold *byte
	further       *Fonts
}

// Open reads fonts, once for the same bytes.
func Open(f Fonts) (*Family, error) {
	if len(f.Regular) == 0 || len(f.Bold) == 0 {
		return nil, fmt.Errorf("the font for receipts is missing")
	}
	key := openKey{&f.Regular[0], &f.Bold[0], f.Further}
	if family, known := opened.Load(key); known {
		return family.(*Family), nil
	}
	family := &Family{paths: map[glyphKey][]Segment{}}
	for next := &f; next != nil; next = next.Further {
		var fonts pair
		var faces [2]*font.Face
		for i, data := range [][]byte{next.Regular, next.Bold} {
			face, err := font.ParseTTF(bytes.NewReader(data))
			if err != nil {
				return nil, fmt.Errorf("the font for receipts cannot be read: %w", err)
			}
			fonts[i], faces[i] = face.Font, face
		}
		family.fonts, family.faces = append(family.fonts, fonts), append(family.faces, faces)
	}
	kept, _ := opened.LoadOrStore(key, family)
	return kept.(*Family), nil
}

// Has reports whether some font has the letter, in both weights.
func (f *Family) Has(r rune) bool {
	_, ok := f.of(r)
	return ok
}

func (f *Family) of(r rune) (int, bool) {
	for i, fonts := range f.fonts {
		if fonts.has(r) {
			return i, true
		}
	}
	return 0, false
}

func (p pair) has(r rune) bool {
	for _, font := range p {
		if id, ok := font.NominalGlyph(r); !ok || id == 0 {
			return false
		}
	}
	return true
}

// Plain reports whether the letters of a text, all of the first font, stand one
// after the other.
func (f *Family) Plain(text string) bool {
	for _, r := range text {
		if r < 0x300 {
			continue
		}
		if i, _ := f.of(r); i != 0 || unicode.Is(unicode.M, r) {
			return false
		}
	}
	return true
}

// Runs parts a text by fonts. A mark stays with its letter.
func (f *Family) Runs(text string) []Run {
	var runs []Run
	from, now := 0, 0
	for at, r := range text {
		i, _ := f.of(r)
		stays := unicode.Is(unicode.M, r) && f.fonts[now].has(r)
		if at > 0 && i != now && !stays {
			runs = append(runs, Run{text[from:at], now})
			from = at
		}
		if at == from {
			now = i
		}
	}
	if text != "" {
		runs = append(runs, Run{text[from:], now})
	}
	return runs
}

// Shape sets the letters of a run: their shapes from left to right, and how
// wide they are together.
func (f *Family) Shape(run Run, bold bool) (glyphs []Glyph, width float32) {
	weight := 0
	if bold {
		weight = 1
	}
	text := []rune(run.Text)
	f.mu.Lock()
	defer f.mu.Unlock()
	face := f.faces[run.Font][weight]
	const size = 1000 // results are whole numbers of 64ths of this part of the size
	out := f.shaper.Shape(shaping.Input{Text: text, RunEnd: len(text), Direction: di.DirectionLTR,
		Face: face, Size: fixed.I(size), Script: script(text)})
	em := func(x fixed.Int26_6) float32 { return float32(x) / 64 / size }
	for _, g := range out.Glyphs {
		glyphs = append(glyphs, Glyph{f.path(face, glyphKey{run.Font, weight, g.GlyphID}), Point{width + em(g.XOffset), em(g.YOffset)}})
		width += em(g.Advance)
	}
	return glyphs, width
}

// Advance is how wide the letters of a text in the first font are, one after
// the other.
func (f *Family) Advance(text string, bold bool) (width float32) {
	weight := 0
	if bold {
		weight = 1
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	face := f.faces[0][weight]
	for _, r := range text {
		if id, ok := face.NominalGlyph(r); ok {
			width += face.HorizontalAdvance(id)
		}
	}
	return width / float32(face.Upem())
}

// script is that of the first letter that has one.
func script(text []rune) language.Script {
	for _, r := range text {
		if s := language.LookupScript(r); s != language.Common && s != language.Inherited {
			return s
		}
	}
	return language.Latin
}

// path is the outline of a glyph, kept for the next time.
func (f *Family) path(face *font.Face, key glyphKey) []Segment {
	path, known := f.paths[key]
	if known {
		return path
	}
	if outline, ok := face.GlyphData(key.id).(font.GlyphOutline); ok {
		path = segments(outline, 1/float32(face.Upem()))
	}
	f.paths[key] = path
	return path
}

// segments are the steps of an outline, all curves as cubic ones.
func segments(outline font.GlyphOutline, scale float32) []Segment {
	path := make([]Segment, 0, len(outline.Segments))
	var last Point
	for _, s := range outline.Segments {
		at := func(i int) Point { return Point{s.Args[i].X * scale, s.Args[i].Y * scale} }
		var step Segment
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			step, last = Segment{Move, [3]Point{at(0)}}, at(0)
		case opentype.SegmentOpLineTo:
			step, last = Segment{Line, [3]Point{at(0)}}, at(0)
		case opentype.SegmentOpQuadTo:
			step, last = Segment{Curve, [3]Point{towards(last, at(0)), towards(at(1), at(0)), at(1)}}, at(1)
		case opentype.SegmentOpCubeTo:
			step, last = Segment{Curve, [3]Point{at(0), at(1), at(2)}}, at(2)
		}
		path = append(path, step)
	}
	return path
}

// towards is two thirds of the way from one point to another: where a cubic
// curve has its handle, and a quadratic one its point.
func towards(from, to Point) Point {
	return Point{from.X + (to.X-from.X)*2/3, from.Y + (to.Y-from.Y)*2/3}
}
