package escpos_test

import (
	"strings"
	"testing"

	"paydesk/receipts"
	"paydesk/receipts/escpos"
	"paydesk/receipts/receiptstest"
	"paydesk/terminal/device/devicetest"
)

// decode reads a job with the code pages of its printer.
func decode(t testing.TB, job []byte, p escpos.Profile) devicetest.Print {
	t.Helper()
	pages := p.Charmaps()
	print, err := devicetest.DecodeWith(job, func(page, b byte) (rune, bool) {
		if pages[page] == nil {
			return 0, page == 0 // where every printer begins
		}
		return pages[page].Decode(b), true
	})
	if err != nil {
		t.Fatalf("%s: %v", p.Name, err)
	}
	return print
}

func TestEveryProfile(t *testing.T) {
	names, titles := map[string]bool{}, map[string]bool{}
	for _, p := range escpos.Profiles() {
		if err := p.Validate(); err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
		if p.Name == "" || p.Title == "" || names[p.Name] || titles[p.Title] {
			t.Errorf("%q, %q: without a name of its own", p.Name, p.Title)
		}
		names[p.Name], titles[p.Title] = true, true
		numbers := map[byte]string{}
		for name, n := range p.Pages {
			if numbers[n] != "" {
				t.Errorf("%s: %s and %s both have number %d", p.Name, name, numbers[n], n)
			}
			numbers[n] = name
		}
		if p.Pages["CP437"] != 0 {
			t.Errorf("%s begins on another page than it resets to", p.Name)
		}
		job, err := escpos.Render(receiptstest.Kitchen(), p, receiptstest.Mono(t))
		if err != nil {
			t.Fatalf("%s: %v", p.Name, err)
		}
		got := decode(t, job, p)
		for _, img := range got.Images {
			if img.Bounds().Dx() > p.Dots || img.Bounds().Dy() > p.Band {
				t.Errorf("%s: an image of %v on %d dots", p.Name, img.Bounds().Size(), p.Dots)
			}
		}
		if got.Width > p.Columns || got.Kicks != 1 {
			t.Errorf("%s: got %d columns and %d kicks\n%s", p.Name, got.Width, got.Kicks, got)
		}
	}
	for _, name := range []string{"generic-80", "generic-58", "generic-80-180dpi", "plain-80", "plain-58"} {
		if !names[name] {
			t.Errorf("the settings of a shop may say %s, which is gone", name)
		}
	}
}

// TestPagesOfAllMakes prints the letters of each language on each printer, and
// reads them back by the printer's own page numbers.
func TestPagesOfAllMakes(t *testing.T) {
	texts := map[string]string{"de": "Grüße ß €5", "fr": "Reçu œuvre €", "pl": "Zażółć gęślą jaźń", "cs": "Příliš žluťoučký",
		"ru": "Спасибо за покупку", "uk": "Дякуємо її ґрунт", "el": "Ευχαριστώ πολύ", "tr": "Teşekkürler ğıİ", "lt": "Ačiū už ėšį", "en": "Thank you"}
	drawn := map[string]bool{}
	for _, p := range escpos.Profiles() {
		for lang, text := range texts {
			d := receipts.Document{Lang: lang, Blocks: []receipts.Block{receipts.Line{Text: text}}}
			job, err := escpos.Render(d, p, receiptstest.Mono(t))
			if err != nil {
				t.Fatal(err)
			}
			got := decode(t, job, p)
			switch {
			case len(got.Images) > 0:
				drawn[p.Name+" "+lang] = true
			case got.Text() != text:
				t.Errorf("%s: got %q, want %q", p.Name, got.Text(), text)
			}
		}
	}
	for _, written := range []string{"epson-tm-t88 lt", "epson-tm-t88 el", "citizen-ct-s310 tr", "bixolon-srp-350 uk", "xprinter-xp-80 ru",
		"generic-5890 tr", "generic-80 pl", "generic-58 ru", "plain-58 en"} {
		if drawn[written] {
			t.Errorf("%s is drawn, where a code page has it", written)
		}
	}
	for _, picture := range []string{"generic-80 lt", "plain-80 pl", "citizen-ct-s310 el"} {
		if !drawn[picture] {
			t.Errorf("%s is not drawn, and no code page has it", picture)
		}
	}
}

func TestRomanianCommas(t *testing.T) {
	p, err := escpos.Named("epson-tm-t88", 0)
	if err != nil {
		t.Fatal(err)
	}
	job, err := escpos.Render(receipts.Document{Lang: "ro", Blocks: []receipts.Block{receipts.Line{Text: "Mulțumim și"}}}, p, receiptstest.Mono(t))
	if err != nil {
		t.Fatal(err)
	}
	if got := decode(t, job, p).Text(); got != "Mulţumim şi" {
		t.Errorf("got %q", got)
	}
}

func TestProfileIsChecked(t *testing.T) {
	tests := []struct {
		name   string
		change func(*escpos.Profile)
		want   string
	}{
		{"no columns", func(p *escpos.Profile) { p.Columns = 0 }, "16 to 128 columns"},
		{"odd dots", func(p *escpos.Profile) { p.Dots = 577 }, "577 dots"},
		{"too few dots", func(p *escpos.Profile) { p.Dots = 64 }, "64 dots"},
		{"no page", func(p *escpos.Profile) { p.Pages = nil }, "at least one"},
		{"foreign page", func(p *escpos.Profile) { p.Pages = map[string]byte{"CP99": 45} }, `code page "CP99"`},
		{"band", func(p *escpos.Profile) { p.Band = 300 }, "1 to 256 rows"},
		{"chunk", func(p *escpos.Profile) { p.Chunk = 0 }, "chunks"},
		{"cut", func(p *escpos.Profile) { p.Cut.Style = "tear" }, "full, partial or feed"},
		{"status", func(p *escpos.Profile) { p.Status = "snmp" }, "dle, asb or none"},
		{"end", func(p *escpos.Profile) { p.EndOfJob = "etb" }, "paper, process or none"},
		{"logo", func(p *escpos.Profile) { p.Logo = "flash" }, "raster or stored"},
		{"pin", func(p *escpos.Profile) { p.Drawer.Pin = 3 }, "pin 2 or 5"},
		{"hot magnet", func(p *escpos.Profile) { p.Drawer.On = 500 }, "burns its magnet"},
		{"long pause", func(p *escpos.Profile) { p.Drawer.Off = 600 }, "at most 510"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := roll("generic-80")
			tt.change(&p)
			_, err := escpos.Render(receipts.Document{}, p, receiptstest.Mono(t))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestNamedProfiles(t *testing.T) {
	got, err := escpos.Named("generic-80", 42)
	if err != nil || got.Columns != 42 || got.Dots != 576 {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := escpos.Named("generic-58", 64); err == nil {
		t.Error("got no error for columns that do not fit the paper")
	}
	if _, err := escpos.Named("best", 0); err == nil || !strings.Contains(err.Error(), "generic-80, generic-58") {
		t.Errorf("got %v, want the known names", err)
	}
}
