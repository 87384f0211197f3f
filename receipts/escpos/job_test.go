package escpos_test

import (
	"bytes"
	"image"
	"slices"
	"strings"
	"testing"

	"paydesk/receipts"
	"paydesk/receipts/escpos"
	"paydesk/receipts/receiptstest"
)

func named(t testing.TB, name string) escpos.Profile {
	t.Helper()
	p, err := escpos.Named(name, 0)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func encode(t testing.TB, p escpos.Profile, blocks ...receipts.Block) escpos.Job {
	t.Helper()
	job, err := escpos.Encode(receipts.Document{Blocks: blocks}, p, receiptstest.Mono(t))
	if err != nil {
		t.Fatal(err)
	}
	return job
}

func TestLogoIsSentOnce(t *testing.T) {
	p := named(t, "epson-tm-t88")
	logo := receipts.Logo{Picture: receiptstest.Logo()}
	job := encode(t, p, logo, receipts.Line{Text: "Coffee"}, logo)
	if len(job.Key) != 2 || strings.ContainsFunc(job.Key, func(r rune) bool { return r < ' ' || r > '~' }) {
		t.Fatalf("key %q, want two printable letters", job.Key)
	}
	stored := decode(t, job.Store, p)
	if !slices.Equal(stored.Stored, []string{job.Key}) || len(stored.Lines) > 0 {
		t.Errorf("storing: %+v", stored)
	}
	held := decode(t, job.Bytes(true), p)
	if !slices.Equal(held.Logos, []string{job.Key, job.Key}) || len(held.Images) > 0 {
		t.Errorf("held: %v, %d images", held.Logos, len(held.Images))
	}
	drawn := decode(t, job.Bytes(false), p)
	if len(drawn.Logos) > 0 || len(drawn.Images) == 0 || drawn.Text() != held.Text() {
		t.Errorf("drawn: %v, %d images, %q", drawn.Logos, len(drawn.Images), drawn.Text())
	}
	if len(job.Bytes(true)) > 200 || len(job.Bytes(false)) < 2000 {
		t.Errorf("%d bytes with the logo held, %d without", len(job.Bytes(true)), len(job.Bytes(false)))
	}
	other := receiptstest.Logo()
	other.Pix[0] = 0
	for i := range 2000 {
		other.Pix[i*7] = 0
	}
	if again := encode(t, p, logo); again.Key != job.Key {
		t.Errorf("the same picture has keys %q and %q", job.Key, again.Key)
	}
	if another := encode(t, p, receipts.Logo{Picture: other}); another.Key == job.Key {
		t.Error("another picture has the same key")
	}
	if plain := encode(t, named(t, "generic-80"), logo); plain.Key != "" || plain.Store != nil || !bytes.Equal(plain.Bytes(true), plain.Bytes(false)) {
		t.Error("a printer that keeps nothing is to keep a logo")
	}
}

func TestLogoFitsThePaper(t *testing.T) {
	flat := func(w, h int) *image.Gray { return image.NewGray(image.Rect(0, 0, w, h)) } // all black
	for _, tt := range []struct {
		name    string
		picture *image.Gray
		w, h    int // of the dots, w in whole bytes
	}{
		{"small", flat(30, 20), 32, 20}, {"wide", flat(4000, 100), 352, 8}, {"high", flat(10, 4000), 8, 200},
		{"huge", flat(3000, 3000), 200, 200}, {"line", flat(5000, 1), 352, 1}, {"part of a picture", flat(90, 90).SubImage(image.Rect(40, 40, 60, 60)).(*image.Gray), 24, 20},
	} {
		got := decode(t, encode(t, named(t, "generic-80"), receipts.Logo{Picture: tt.picture}).Bytes(false), roll("generic-80"))
		h := 0
		for _, band := range got.Images {
			h += band.Bounds().Dy()
		}
		if h != tt.h || got.Images[0].Bounds().Dx() != tt.w {
			t.Errorf("%s: got %d by %d dots, want %d by %d", tt.name, got.Images[0].Bounds().Dx(), h, tt.w, tt.h)
		}
	}
	for _, picture := range []*image.Gray{nil, {}, flat(0, 5)} {
		if got := decode(t, encode(t, roll("generic-80"), receipts.Logo{Picture: picture}).Bytes(false), roll("generic-80")); len(got.Images)+len(got.Lines) > 0 {
			t.Errorf("nothing is printed as %s", got)
		}
	}
}

func TestDrawer(t *testing.T) {
	for _, tt := range []struct {
		pulse escpos.Pulse
		want  string
	}{
		{escpos.Pulse{Pin: 2, On: 50, Off: 500}, "\x1bp\x00\x19\xfa"},
		{escpos.Pulse{Pin: 5, On: 200, Off: 510}, "\x1bp\x01\x64\xff"},
		{escpos.Pulse{}, ""},
	} {
		p := roll("generic-80")
		p.Drawer = tt.pulse
		job := encode(t, p, receipts.Drawer{}).Bytes(false)
		if got := strings.TrimPrefix(string(job), string(encode(t, p).Bytes(false))); got != tt.want {
			t.Errorf("%+v: got % X, want % X", tt.pulse, got, tt.want)
		}
	}
}

func TestCut(t *testing.T) {
	for style, want := range map[string]string{"full": "\x1dVA\x18", "partial": "\x1dVB\x18", "feed": "\x1bd\x18"} {
		p := roll("generic-80")
		p.Cut.Style = style
		if job := encode(t, p, receipts.Cut{}).Bytes(false); !strings.HasSuffix(string(job), want) {
			t.Errorf("%s: got % X, want % X at the end", style, job, want)
		}
	}
}

func TestBarcode(t *testing.T) {
	native, drawn := named(t, "generic-58"), named(t, "plain-58")
	for _, tt := range []struct {
		name, text string
		p          escpos.Profile
		bars       bool // drawn by the printer
		images     bool
	}{
		{"digits", "0123456789012345", native, true, false},
		{"mixed", "A7K2M{}00417", native, true, false},
		{"by us", "0123456789", drawn, false, true},
		{"too wide for the paper", strings.Repeat("A", 40), native, false, false},
		{"status request in pairs of digits", "991604", native, false, true},
		{"drawer pulse in pairs of digits", "001620", native, false, true},
		{"no ASCII", "Łódź", native, false, false},
		{"commands", "A\x1b@\x10\x14\x01", native, false, false},
	} {
		got := decode(t, encode(t, tt.p, receipts.Barcode{Text: tt.text}).Bytes(false), tt.p)
		if (len(got.Bars) == 1) != tt.bars || (len(got.Images) > 0) != tt.images {
			t.Errorf("%s: got %v and %d images", tt.name, got.Bars, len(got.Images))
		}
		if tt.bars && got.Bars[0] != tt.text {
			t.Errorf("%s: got %q in bars", tt.name, got.Bars[0])
		}
		want := strings.TrimSpace(escpos.Normalise(tt.text))
		if text := strings.Join(strings.Fields(got.Text()), ""); text != strings.Join(strings.Fields(want), "") {
			t.Errorf("%s: got %q below the bars, want %q", tt.name, text, want)
		}
	}
}

func TestQRThatThePrinterDoesNotDraw(t *testing.T) {
	p := named(t, "generic-5890")
	for text, native := range map[string]bool{
		strings.Repeat("x", p.MostQR): true, strings.Repeat("x", p.MostQR+1): false, "a\x10\x14\x01b": false,
	} {
		got := decode(t, encode(t, p, receipts.QR{Text: text}).Bytes(false), p)
		if (len(got.QR) == 1) != native || (len(got.Images) > 0) == native {
			t.Errorf("%.20q: got %d codes and %d images, drawn by the printer is %v", text, len(got.QR), len(got.Images), native)
		}
	}
}

func TestWordOfAnySize(t *testing.T) {
	word := strings.Repeat("x", 10_000)
	got := decode(t, encode(t, roll("generic-58"), receipts.Row{Left: word, Right: word}, receipts.Heading{Text: word},
		receipts.Columns{Cells: []receipts.Cell{{Text: word, Share: 9}, {Text: "1", Share: 1}}}).Bytes(false), roll("generic-58"))
	if n := strings.Count(got.Text(), "x"); n != 4*len(word) || got.Width > 32 {
		t.Errorf("got %d letters in %d columns, want %d in 32", n, got.Width, 4*len(word))
	}
}
