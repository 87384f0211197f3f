package pdf

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf16"

	"paydesk/receipts"
)

// The structure of a file (ISO 32000-1, 14.7): what is a heading, a paragraph,
// a picture, in which order they are read, and in which language. Programs that
// read aloud need it. The PDF writer knows none of it; so what belongs together
// is marked while it is drawn, and the structure is appended to the finished
// file as an update, which is a form that every reader knows.

// element is a part of the structure.
type element struct {
	role  string // of the standard: H1, P or Figure
	alt   string // what to say instead of a picture
	parts []part
}

// part is what was marked on one page, counted from 0.
type part struct{ page, id int }

// roleOf tells what a block is. What has no role is decoration.
func roleOf(b receipts.Block) (role, alt string) {
	switch b := b.(type) {
	case receipts.Heading:
		return "H1", ""
	case receipts.Line, receipts.Row, receipts.Columns, receipts.Total, receipts.Banner:
		return "P", ""
	case receipts.QR:
		return "Figure", "QR: " + b.Text
	case receipts.Barcode:
		return "Figure", "Barcode: " + b.Text
	case receipts.Logo:
		return "Figure", "Logo"
	}
	return "", ""
}

// begin opens an element, or decoration if it has no role.
func (s *sheet) begin(role, alt string) {
	if s.decoration = role == ""; !s.decoration {
		s.elements = append(s.elements, element{role: role, alt: alt})
	}
	s.resume()
}

// resume marks a further part of decoration or of the last element, on the page
// that is drawn.
func (s *sheet) resume() {
	if s.decoration {
		s.RawWriteStr("/Artifact BMC")
		return
	}
	last := &s.elements[len(s.elements)-1]
	page := s.PageNo() - 1
	for len(s.marked) <= page {
		s.marked = append(s.marked, nil)
	}
	id := len(s.marked[page])
	s.marked[page] = append(s.marked[page], len(s.elements)-1)
	last.parts = append(last.parts, part{page, id})
	s.RawWriteStr(fmt.Sprintf("/%s <</MCID %d>> BDC", last.role, id))
}

func (s *sheet) end() { s.RawWriteStr("EMC") }

// turn begins a new page in the middle of what is marked.
func (s *sheet) turn() {
	s.end()
	s.AddPage()
	s.resume()
}

// trailer and pages find their way in what the PDF writer wrote.
var (
	trailer = regexp.MustCompile(`/Size (\d+)\n/Root (\d+) 0 R\n/Info (\d+) 0 R\n>>\nstartxref\n(\d+)\n%%EOF\s*$`)
	pages   = regexp.MustCompile(`(?m)^(\d+) 0 obj\n<</Type /Page\n`)
)

// update is a set of objects that is appended to a file.
type update struct {
	out   *bytes.Buffer
	table bytes.Buffer // where the objects are
}

func (u *update) object(number int, format string, args ...any) {
	fmt.Fprintf(&u.table, "%d 1\n%010d 00000 n \n", number, u.out.Len())
	fmt.Fprintf(u.out, "%d 0 obj\n"+format+"\nendobj\n", append([]any{number}, args...)...)
}

// structured appends the structure of what was drawn.
func (s *sheet) structured(out *bytes.Buffer, d receipts.Document) error {
	var size, root, info, old int
	tail := trailer.FindSubmatch(out.Bytes()[max(0, out.Len()-200):])
	found := pages.FindAllSubmatchIndex(out.Bytes(), -1)
	if tail == nil || len(found) != s.PageCount() {
		return fmt.Errorf("the receipt's PDF has another form than expected")
	}
	for i, n := range []*int{&size, &root, &info, &old} {
		fmt.Sscan(string(tail[i+1]), n)
	}
	u := update{out: out}
	numbers := make([]int, len(found)) // of the pages
	for i, at := range found {
		all := out.Bytes()
		fmt.Sscan(string(all[at[2]:at[3]]), &numbers[i])
		rest := all[at[1]:]
		u.object(numbers[i], "<</Type /Page\n/StructParents %d\n%s", i, rest[:bytes.Index(rest, []byte("\nendobj"))])
	}
	tree, whole, parents, meta, first := size, size+1, size+2, size+3, size+4
	u.object(tree, "<</Type /StructTreeRoot /K %d 0 R /ParentTree %d 0 R /ParentTreeNextKey %d>>", whole, parents, len(s.marked))
	u.object(whole, "<</Type /StructElem /S /Document /P %d 0 R /K [%s]>>", tree, references(first, len(s.elements)))
	var nums strings.Builder
	for page, elements := range s.marked {
		fmt.Fprintf(&nums, "%d [", page)
		for _, e := range elements {
			fmt.Fprintf(&nums, "%d 0 R ", first+e)
		}
		nums.WriteString("] ")
	}
	u.object(parents, "<</Nums [%s]>>", nums.String())
	xmp := metadata(d)
	u.object(meta, "<</Type /Metadata /Subtype /XML /Length %d>>\nstream\n%s\nendstream", len(xmp), xmp)
	for i, e := range s.elements {
		var kids strings.Builder
		for _, p := range e.parts {
			fmt.Fprintf(&kids, "<</Type /MCR /Pg %d 0 R /MCID %d>> ", numbers[p.page], p.id)
		}
		alt := ""
		if e.alt != "" {
			alt = " /Alt " + words(e.alt)
		}
		u.object(first+i, "<</Type /StructElem /S /%s /P %d 0 R%s /K [%s]>>", e.role, whole, alt, kids.String())
	}
	u.object(root, "<</Type /Catalog /Version /1.7 /Pages 1 0 R /Lang (%s) /ViewerPreferences <</DisplayDocTitle true>> "+
		"/MarkInfo <</Marked true>> /StructTreeRoot %d 0 R /Metadata %d 0 R>>", tag(d.Lang), tree, meta)
	start := out.Len()
	fmt.Fprintf(out, "xref\n%strailer\n<</Size %d /Root %d 0 R /Info %d 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n",
		u.table.String(), first+len(s.elements), root, info, old, start)
	return nil
}

func references(first, n int) string {
	var list strings.Builder
	for i := range n {
		fmt.Fprintf(&list, "%d 0 R ", first+i)
	}
	return list.String()
}

// words is a text as a PDF holds it: UTF-16 in hexadecimal digits.
func words(text string) string {
	var out strings.Builder
	out.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&out, "%04X", u)
	}
	return out.String() + ">"
}

// tag is the language, or nothing if it is no language tag.
func tag(lang string) string {
	if strings.ContainsFunc(lang, func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) {
		return ""
	}
	return lang
}

// metadata tells title, shop and language in the form (XMP) that readers for
// the blind and archives look for.
func metadata(d receipts.Document) []byte {
	var out bytes.Buffer
	field := func(before, text, after string) {
		out.WriteString(before)
		_ = xml.EscapeText(&out, []byte(text)) // a buffer takes all
		out.WriteString(after)
	}
	out.WriteString(`<?xpacket begin="` + "\ufeff" + `" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">` +
		`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">`)
	field(`<dc:title><rdf:Alt><rdf:li xml:lang="x-default">`, d.Title, `</rdf:li></rdf:Alt></dc:title>`)
	field(`<dc:creator><rdf:Seq><rdf:li>`, d.Author, `</rdf:li></rdf:Seq></dc:creator>`)
	field(`<dc:language><rdf:Bag><rdf:li>`, tag(d.Lang), `</rdf:li></rdf:Bag></dc:language>`)
	out.WriteString(`</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>`)
	return out.Bytes()
}
