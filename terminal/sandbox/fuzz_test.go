package sandbox

import (
	"context"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"paydesk/terminal/clock"
)

// FuzzSale sends any body to Create sale: the host answers, never with a fault
// of its own, and what it says back holds no card number.
func FuzzSale(f *testing.F) {
	f.Add(saleBody("4111111111111111", "5.00", "a"))
	f.Add(saleBody("4000000000009995", `"1500"`, "b"))
	f.Add(`{"card":{"cardnumber":4111111111111111,"customer":{"zip":1}},"amount":-1e9}`)
	f.Add(`{"DeviceGuid":"` + DeviceGUID + `","Amount":null,"RiskProcessingOnly":"True"}`)
	f.Add("\x00[[[")
	host, err := Open(Options{Path: ":memory:", Clock: clock.NewVirtual(documentDay)})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = host.Close() })
	gone, hangUp := context.WithCancel(context.Background())
	hangUp() // so that no card makes the host wait
	pan := regexp.MustCompile(`4111111111111111|4000000000009995`)
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest("POST", "/api/v1/sales", strings.NewReader(body))
		out := host.createSale(&call{r: r.WithContext(gone)})
		if out.status >= 500 && out.html == "" {
			t.Errorf("the host failed with %d on %q", out.status, body)
		}
		w := httptest.NewRecorder()
		host.write(w, out)
		clean := regexp.MustCompile(`"(sequence|order)Number":"(\\.|[^"\\])*"`).ReplaceAllString(w.Body.String(), "")
		if pan.MatchString(clean) {
			t.Errorf("a card number came back for %q: %s", body, clean)
		}
	})
}
