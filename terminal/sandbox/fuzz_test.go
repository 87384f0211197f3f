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
		out := create(kindSale)(host, &call{r: r.WithContext(gone)})
		if out.status >= 500 && out.html == "" {
			t.Errorf("the host failed with %d on %q", out.status, body)
		}
		w := httptest.NewRecorder()
		host.write(w, host.render(out))
		clean := regexp.MustCompile(`"(sequence|order)Number":"(\\.|[^"\\])*"`).ReplaceAllString(w.Body.String(), "")
		if pan.MatchString(clean) {
			t.Errorf("a card number came back for %q: %s", body, clean)
		}
	})
}

// FuzzCalls sends any body to any call that makes something, in both dialects,
// after a sale and an authorization: the host answers, never with a fault of its
// own, and its books still agree with its rows.
func FuzzCalls(f *testing.F) {
	var paths []string
	for _, rt := range transactionRoutes {
		if rt.method == "POST" {
			paths = append(paths, rt.path)
		}
	}
	for i := range paths {
		f.Add(uint8(i), true, saleBody("4111111111111111", "5.00", "a"))
		f.Add(uint8(i), false, on("SaleGuid", "SALE", "Amount", "5", "SequenceNumber", "b"))
		f.Add(uint8(i), false, on("AuthOnlyGuid", "AUTH", "NewAmount", "5.01", "VoidReason", "DEVICE_TIMEOUT"))
		f.Add(uint8(i), true, on("SaleReferenceNumber", 16000001, "Amount", "1"))
	}
	hosts := map[bool]*Host{}
	for current, dialect := range map[bool]Dialect{false: DialectDocument, true: DialectCurrent} {
		host, err := Open(Options{Path: ":memory:", Clock: clock.NewVirtual(documentDay), Dialect: dialect})
		if err != nil {
			f.Fatal(err)
		}
		f.Cleanup(func() { _ = host.Close() })
		hosts[current] = host
	}
	gone, hangUp := context.WithCancel(context.Background())
	hangUp() // so that no card makes the host wait
	f.Fuzz(func(t *testing.T, n uint8, current bool, body string) {
		host := hosts[current]
		send := func(path, body string) reply {
			rt, args, _ := host.match("POST", "/api/v1/"+path)
			if rt == nil {
				return reply{status: 404} // not in this dialect
			}
			r := httptest.NewRequest("POST", "/", strings.NewReader(body))
			return host.serve(rt, &call{r: r.WithContext(gone), args: args})
		}
		sale := send("sales", pay("5")).body.(paymentAnswer).GUID
		auth := send("authonlys", pay("6")).body.(paymentAnswer).GUID
		out := send(paths[int(n)%len(paths)], strings.NewReplacer("SALE", sale, "AUTH", auth).Replace(body))
		if out.status >= 500 && out.html == "" {
			t.Errorf("the host failed with %d on %q", out.status, body)
		}
		w := httptest.NewRecorder()
		host.write(w, host.render(out))
		var wrong int
		err := host.ledger.db.QueryRow(`SELECT count(*) FROM transactions WHERE
			id >= (SELECT id FROM transactions WHERE guid = ?)
			AND (effective < 0 OR effective > standing OR standing > approved OR approved > amount)`, sale).Scan(&wrong)
		if err != nil || wrong > 0 {
			t.Errorf("%d rows have more left than they began with, after %q (%v)", wrong, body, err)
		}
	})
}
