package preview_test

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"paydesk/receipts"
	"paydesk/receipts/glyphs"
	"paydesk/receipts/preview"
	"paydesk/receipts/receiptstest"
)

var update = flag.Bool("update", false, "write the golden files")

// widths are columns and dots.
var widths = [][2]int{{32, 384}, {42, 512}, {48, 576}}

func picture(t *testing.T, d receipts.Document, width [2]int) *image.Gray {
	t.Helper()
	img, err := preview.Image(d, width[0], width[1], receiptstest.Mono(t))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// TestGolden keeps pictures of documents that differ in how they are drawn. A
// picture that differs is written beside, to be looked at.
func TestGolden(t *testing.T) {
	all := receiptstest.Documents()
	all["kitchen"] = receiptstest.Kitchen()
	for _, name := range []string{"kitchen", "hi-bill", "declined", "scripts"} {
		for _, width := range widths {
			img := picture(t, all[name], width)
			bits := image.NewPaletted(img.Rect, color.Palette{color.White, color.Black})
			for i, grey := range img.Pix {
				if grey != 0 && grey != 0xFF {
					t.Fatalf("%s: a dot of grey %d", name, grey)
				}
				if grey == 0 {
					bits.Pix[i] = 1
				}
			}
			path := filepath.Join("testdata", fmt.Sprintf("%s-%d.png", name, width[0]))
			if *update {
				var data bytes.Buffer
				encoder := png.Encoder{CompressionLevel: png.BestCompression}
				if err := encoder.Encode(&data, bits); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, data.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			compare(t, path, bits)
		}
	}
}

func compare(t *testing.T, path string, got *image.Paletted) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatalf("no golden file; run with -update and look at it: %v", err)
	}
	defer f.Close()
	want, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if p, ok := want.(*image.Paletted); !ok || p.Rect != got.Rect || !bytes.Equal(p.Pix, got.Pix) {
		t.Errorf("%s is drawn in another way: run with -update and look at it", path)
	}
}

func TestNothingBesideThePaper(t *testing.T) {
	for name, d := range receiptstest.Documents() {
		for _, width := range widths {
			img := picture(t, d, width)
			if got := img.Rect.Dx(); got != width[1]+48 {
				t.Errorf("%s: got %d dots, want %d and a margin of 24", name, got, width[1])
			}
			for y := range img.Rect.Dy() {
				for _, x := range []int{0, 23, width[1] + 24, img.Rect.Dx() - 1} {
					if img.GrayAt(x, y).Y != 0xFF {
						t.Fatalf("%s: ink in the margin at %d, %d", name, x, y)
					}
				}
			}
		}
	}
}

func TestEmptyAndImpossible(t *testing.T) {
	if img := picture(t, receipts.Document{}, widths[0]); img.Rect.Empty() {
		t.Error("an empty slip has no paper")
	}
	d := receipts.Document{Blocks: []receipts.Block{receipts.Drawer{}, receipts.Logo{}, receipts.Barcode{Text: "\x00\x10"}}}
	if img := picture(t, d, widths[0]); img.Rect.Dy() > 100 {
		t.Errorf("nothing takes %d rows", img.Rect.Dy())
	}
	d.Blocks = []receipts.Block{receipts.QR{Text: string(make([]byte, 2000))}}
	if _, err := preview.Image(d, 32, 384, receiptstest.Mono(t)); err == nil {
		t.Error("a code wider than the paper is drawn")
	}
	if _, err := preview.Image(receipts.Document{}, 32, 384, glyphs.Fonts{}); err == nil {
		t.Error("drawn without fonts")
	}
}
