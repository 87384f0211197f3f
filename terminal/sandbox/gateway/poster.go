package gateway

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"strings"

	"paydesk/receipts/qr"
)

// showPoster draws the picture of a UPI code.
func (s *Server) showPoster(w http.ResponseWriter, r *http.Request) {
	short, ok := strings.CutSuffix(r.PathValue("file"), ".png")
	s.mu.Lock()
	text := ""
	if c := s.find(short); ok && c != nil && c.Kind == kindQR {
		text = c.Text
	}
	s.mu.Unlock()
	matrix, err := qr.Encode(text)
	if text == "" || err != nil {
		http.NotFound(w, r)
		return
	}
	var out bytes.Buffer
	if err := png.Encode(&out, poster(matrix)); err != nil {
		s.log.Error("gateway poster", "error", err)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	s.write(w, answer{status: http.StatusOK, kind: "image/png", body: out.Bytes()}, 0)
}

// The poster's measures, in points.
const (
	posterModule = 10
	posterQuiet  = 6 // modules
	posterBand   = 60
)

// poster is a code on white between two bands, as the real poster has.
func poster(m qr.Matrix) image.Image {
	side := (len(m) + 2*posterQuiet) * posterModule
	palette := color.Palette{color.White, color.Black, color.RGBA{0x0b, 0x2a, 0x6b, 0xff}}
	img := image.NewPaletted(image.Rect(0, 0, side, side+2*posterBand), palette)
	for y := range posterBand {
		for x := range side {
			img.SetColorIndex(x, y, 2)
			img.SetColorIndex(x, side+2*posterBand-1-y, 2)
		}
	}
	for y, row := range m {
		for x, dark := range row {
			if !dark {
				continue
			}
			for i := range posterModule * posterModule {
				img.SetColorIndex((x+posterQuiet)*posterModule+i%posterModule, posterBand+(y+posterQuiet)*posterModule+i/posterModule, 1)
			}
		}
	}
	return img
}
