package paper

import (
	"bytes"
	"crypto/rand"
	_ "embed" // for the page
	"encoding/json"
	"html/template"
	"image"
	"image/draw"
	"image/png"
	"net"
	"net/http"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

// Picture shows the latest slips below each other, and the paper that is still
// in the printer below them.
func (p *Printer) Picture() *image.Gray {
	const most, gap = 4, 12
	slips := p.Slips()
	slips = slips[max(0, len(slips)-most):]
	if strip := p.Strip(); len(slips) == 0 || len(strip.Script) > 0 {
		slips = append(slips, strip)
	}
	var pictures []*image.Gray
	size := image.Point{}
	for _, s := range slips {
		picture := s.Image()
		pictures = append(pictures, picture)
		size.X = max(size.X, picture.Rect.Dx())
		size.Y += picture.Rect.Dy() + gap
	}
	size.Y -= gap
	all := image.NewGray(image.Rectangle{Max: size})
	for i := range all.Pix {
		all.Pix[i] = 0xB8 // the table below the paper
	}
	y := 0
	for _, picture := range pictures {
		draw.Draw(all, picture.Rect.Add(image.Pt(0, y)), picture, image.Point{}, draw.Src)
		y += picture.Rect.Dy() + gap
	}
	return all
}

// Handler serves a page that shows the paper and lets things happen to the
// printer, for people on this computer alone.
func (p *Printer) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.showPage)
	mux.HandleFunc("GET /paper.png", p.showPaper)
	mux.HandleFunc("GET /status", p.showStatus)
	mux.HandleFunc("POST /do", func(w http.ResponseWriter, r *http.Request) {
		if err := p.Do(r.URL.Query().Get("what")); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	origin := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if !fromHere(r.Host) || origin.Check(r) != nil {
			http.Error(w, "Open this page by the address 127.0.0.1 or localhost.", http.StatusForbidden)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// fromHere keeps out a name that some web site made point to this computer.
func fromHere(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(host)
	return host == "localhost" || host == "[::1]" || ip != nil && ip.IsLoopback()
}

func (p *Printer) showPage(w http.ResponseWriter, _ *http.Request) {
	nonce := rand.Text()
	w.Header().Set("Content-Security-Policy", "default-src 'none'; img-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "+
		"style-src 'nonce-"+nonce+"'; script-src 'nonce-"+nonce+"'")
	var text bytes.Buffer
	err := page.Execute(&text, struct {
		Nonce, Model string
		Acts         []string
	}{nonce, p.opt.Model.Name, Acts()})
	send(w, "text/html; charset=utf-8", text.Bytes(), err)
}

func (p *Printer) showPaper(w http.ResponseWriter, _ *http.Request) {
	var picture bytes.Buffer
	err := png.Encode(&picture, p.Picture())
	send(w, "image/png", picture.Bytes(), err)
}

func (p *Printer) showStatus(w http.ResponseWriter, _ *http.Request) {
	mistakes := []string{}
	for _, m := range p.Mistakes() {
		mistakes = append(mistakes, m.String())
	}
	const latest = 10
	text, err := json.Marshal(struct {
		Status
		Mistakes []string
	}{p.Status(), mistakes[max(0, len(mistakes)-latest):]})
	send(w, "application/json", text, err)
}

func send(w http.ResponseWriter, kind string, body []byte, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(body) // whoever asked has gone
}
