package razorpay

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"paydesk/receipts/qr"
	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

var (
	noon  = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	asked = money.New(30000, money.INR)
)

const (
	reference = "TILL0000000000A42"
	upi       = "upi://pay?pa=shop@bank&pn=Corner%20shop&am=300.00&cu=INR&tr=RZP1"
	wholeCode = `{"id":"qr_1","entity":"qr_code","status":"active","close_reason":null,"payment_amount":30000,"image_content":"` + upi + `","close_by":1793621760,"notes":{"sale":"` + reference + `"}}`
	wholeLink = `{"id":"plink_1","status":"created","amount":30000,"currency":"INR","reference_id":"` + reference + `","short_url":"http://rzp.test/i/x","expire_by":1793621760,"order_id":"order_1","payments":null,"notes":{"sale":"` + reference + `"}}`
	nobody    = `{"entity":"collection","count":0,"items":[]}`
)

// stub answers what a test says, by method and path.
type stub struct {
	*httptest.Server
	mu      sync.Mutex
	answers map[string]string // "status body"
	calls   []string          // method, address, body
	headers []http.Header
}

func newStub(t *testing.T, answers map[string]string) *stub {
	t.Helper()
	s := &stub{answers: answers}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, r.Method+" "+r.URL.String()+" "+string(body))
	s.headers = append(s.headers, r.Header)
	w.Header().Set("Date", noon.Format(http.TimeFormat))
	status, text := 404, `{"error":{"code":"BAD_REQUEST_ERROR","description":"The id provided does not exist"}}`
	if answer, ok := s.answers[r.Method+" "+r.URL.Path]; ok {
		_, _ = fmt.Sscanf(answer, "%d", &status)
		text = answer[4:]
	}
	if status/100 == 3 {
		w.Header().Set("Location", text)
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

func (s *stub) set(call, answer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[call] = answer
}

func secrets(name string) (string, error) {
	s, ok := map[string]string{"key_secret": "rzp_secret_terminal_test", "webhook_secret": "whsec_terminal_test"}[name]
	if !ok {
		return "", errors.New("not set")
	}
	return s, nil
}

func newProvider(t *testing.T, s *stub, change ...func(*Config)) *Provider {
	t.Helper()
	cfg := Config{Test: true, KeyID: "rzp_test_1", Flow: FlowQR, Currency: money.INR, LoopbackOnly: true, Shop: "Corner shop",
		Secret: secrets, Clock: clock.NewVirtual(noon)}
	if s != nil {
		cfg.BaseURL = s.URL + "/v1"
	}
	for _, f := range change {
		f(&cfg)
	}
	p, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func byLink(c *Config) { c.Flow = FlowLink }

func request(remote string) order.CodeRequest {
	return order.CodeRequest{Provider: Name, Reference: reference, Remote: remote, Amount: asked, Created: noon, Until: noon.Add(5 * time.Minute), Label: "Table 4"}
}

var ctx = context.Background()

// poster is a picture like Razorpay's: the code below a coloured head, in a
// frame.
func poster(t testing.TB, text string) image.Image {
	t.Helper()
	m, err := qr.Encode(text)
	if err != nil {
		t.Fatal(err)
	}
	const dot = 6
	side := len(m) * dot
	img := image.NewRGBA(image.Rect(0, 0, side+160, side+320))
	draw.Draw(img, img.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(0, 0, side+160, 140), image.NewUniform(color.RGBA{20, 40, 120, 255}), image.Point{}, draw.Src)
	for y := range m {
		for x := range m {
			if m[y][x] {
				at := image.Pt(80+x*dot, 200+y*dot)
				draw.Draw(img, image.Rectangle{at, at.Add(image.Pt(dot, dot))}, image.Black, image.Point{}, draw.Src)
			}
		}
	}
	return img
}

func asPNG(t testing.TB, img image.Image) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func asJPEG(t testing.TB, img image.Image) string {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 60}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
