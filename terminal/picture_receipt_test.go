package terminal_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"paydesk/receipts"
	"paydesk/terminal"
	"paydesk/terminal/engine"
)

// TestPictureOfASlip: the screen shows the paper of the printer that is set up,
// with the shop's logo as long as there is one.
func TestPictureOfASlip(t *testing.T) {
	term := training(t)
	sale := charge(t, term, "4111111111111111")
	show := func() image.Rectangle {
		t.Helper()
		img, err := term.Picture(background, "sale", sale.Number, engine.CopyCustomer)
		if err != nil {
			t.Fatal(err)
		}
		return img.Bounds()
	}
	plain := show()
	if plain.Dx() != 576+48 {
		t.Errorf("got %d dots, want 576 and a margin", plain.Dx())
	}
	logo := filepath.Join(t.TempDir(), "logo.png")
	write := func(data []byte, age time.Duration) {
		t.Helper()
		at := term.Now().Add(-age)
		if err := os.WriteFile(logo, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(logo, at, at); err != nil {
			t.Fatal(err)
		}
	}
	write(pngOf(t, image.NewGray(image.Rect(0, 0, 100, 50))), time.Hour)
	if err := term.Set(background, "shop.logo", logo); err != nil {
		t.Fatal(err)
	}
	if got := show(); got.Dy() <= plain.Dy()+50 {
		t.Errorf("got %d rows with a logo, %d without", got.Dy(), plain.Dy())
	}
	write([]byte("broken"), time.Minute)
	if got := show(); got != plain {
		t.Errorf("a broken logo makes %v of %v", got, plain)
	}
	write(pngOf(t, image.NewGray(image.Rect(0, 0, 3000, 3000)))[:200], time.Second)
	if got := show(); got != plain {
		t.Errorf("half a logo makes %v of %v", got, plain)
	}
	if err := os.Remove(logo); err != nil {
		t.Fatal(err)
	}
	if got := show(); got != plain {
		t.Errorf("a logo that is gone makes %v of %v", got, plain)
	}
	if err := term.Set(background, "printer.profile", "generic-58"); err != nil {
		t.Fatal(err)
	}
	if got := show(); got.Dx() != 384+48 {
		t.Errorf("got %d dots, want 384 and a margin", got.Dx())
	}
	if _, err := term.Picture(background, "sale", "none", engine.CopyCustomer); err == nil {
		t.Error("a sale that never was has a picture")
	}
}

func TestLogoOnPaper(t *testing.T) {
	clear := image.NewNRGBA(image.Rect(0, 0, 60, 30)) // all transparent: white on paper
	term := training(t)
	sale := charge(t, term, "4111111111111111")
	for name, data := range map[string][]byte{"clear.png": pngOf(t, clear), "photo.jpg": jpegOf(t, 3000, 2000)} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := terminal.CheckPicture(path); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := term.Set(background, "shop.logo", path); err != nil {
			t.Fatal(err)
		}
		doc, err := term.Slip(background, "sale", sale.Number, engine.CopyCustomer)
		if err != nil {
			t.Fatal(err)
		}
		logo, ok := doc.Blocks[0].(receipts.Logo)
		for _, b := range doc.Blocks[:4] { // behind the notice of the training
			if l, found := b.(receipts.Logo); found {
				logo, ok = l, true
			}
		}
		if !ok {
			t.Fatalf("%s: no logo on the slip", name)
		}
		if size := logo.Picture.Rect.Size(); size.X > 1200 || size.Y > 600 {
			t.Errorf("%s: got %v, larger than paper needs", name, size)
		}
		if name == "clear.png" && logo.Picture.GrayAt(5, 5) != (color.Gray{Y: 0xFF}) {
			t.Error("what is transparent is not white")
		}
	}
	bomb := filepath.Join(t.TempDir(), "bomb.png")
	data := pngOf(t, image.NewGray(image.Rect(0, 0, 10, 10)))
	copy(data[16:24], []byte{0, 0, 0x1F, 0, 0, 0, 0x1F, 0}) // its head says 7936 by 7936
	if err := os.WriteFile(bomb, data, 0o600); err != nil {
		t.Fatal(err)
	}
	wantCode(t, terminal.CheckPicture(bomb), terminal.ProblemNotPicture)
}

func pngOf(t *testing.T, img image.Image) []byte {
	t.Helper()
	var data bytes.Buffer
	if err := png.Encode(&data, img); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

func jpegOf(t *testing.T, w, h int) []byte {
	t.Helper()
	var data bytes.Buffer
	if err := jpeg.Encode(&data, image.NewGray(image.Rect(0, 0, w, h)), nil); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}
