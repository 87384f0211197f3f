package paper_test

import (
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"paydesk/terminal/sandbox/paper"
)

func TestPageShowsAndDisturbs(t *testing.T) {
	p := start(t, paper.Options{})
	p.Print([]byte("\x1b@one\n\x1dV\x00two\n"))
	call := func(method, target string, headers ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), method, "http://127.0.0.1:8788"+target, http.NoBody)
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
			if headers[i] == "Host" {
				r.Host = headers[i+1]
			}
		}
		w := httptest.NewRecorder()
		p.Handler().ServeHTTP(w, r)
		return w
	}
	if w := call("GET", "/"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `data-what="paper out"`) {
		t.Errorf("got %d, want a page with buttons", w.Code)
	}
	if w := call("POST", "/do?what=paper+out"); w.Code != http.StatusNoContent || !p.Status().PaperOut {
		t.Errorf("got %d, want no paper", w.Code)
	}
	if w := call("POST", "/do?what=fire"); w.Code != http.StatusBadRequest {
		t.Errorf("got %d for what cannot happen", w.Code)
	}
	if w := call("GET", "/status"); !strings.Contains(w.Body.String(), `"PaperOut":true`) {
		t.Errorf("got %s", w.Body)
	}
	w := call("GET", "/paper.png")
	img, err := png.Decode(w.Body)
	if err != nil || img.Bounds().Dx() != 640 || img.Bounds().Dy() < 2*48 {
		t.Errorf("got %v, %v; want two pieces of paper", img, err)
	}
	for _, headers := range [][]string{{"Host", "shop.example"}, {"Sec-Fetch-Site", "cross-site"}} {
		if w := call("POST", "/do?what=power+off", headers...); w.Code != http.StatusForbidden || p.Status().Off {
			t.Errorf("%v: got %d, want it kept out", headers, w.Code)
		}
	}
}
