package connexpay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/order"
)

func listing(t *testing.T, c *Client, s order.Shelf) (rows []order.HostRow, err error) {
	t.Helper()
	for row, err := range c.Rows(context.Background(), strings.ToUpper(device), s, today.Add(-time.Hour), today) {
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// TestRows reads the rows of all shelves, by search and by list.
func TestRows(t *testing.T) {
	row := func(guid, at string, more string) string {
		return fmt.Sprintf(`{"guid":%q,"status":"Transaction - Approved","deviceGuid":%q,"amount":12.5,"timeStamp":%q%s}`, guid, device, at, more)
	}
	at := "2026-03-01T11:30:00"
	tests := []struct {
		shelf order.Shelf
		path  string // of the list
		row   string
		want  order.HostRow
	}{
		{order.ShelfSales, "sales", row("s", at, `,"effectiveAmount":0,"orderNumber":"N1","relatedVoid":{"guid":"v"}`),
			order.HostRow{Evidence: order.Evidence{GUID: "s", Number: "N1"}, Undone: true}},
		{order.ShelfHolds, "AuthOnlys", row("a", at, `,"orderNumber":"N2","relatedVoid":null`), order.HostRow{Evidence: order.Evidence{GUID: "a", Number: "N2"}}},
		{order.ShelfCaptures, "Captures", row("c", at, `,"orderNumber":"N2","sequenceNumber":"N3","authOnlyGuid":"a"`),
			order.HostRow{Evidence: order.Evidence{GUID: "c", Number: "N3", Target: "a"}}},
		{order.ShelfVoids, "void", row("v", at, `,"orderNumber":"N1","saleGuid":"s"`), order.HostRow{Evidence: order.Evidence{GUID: "v", Target: "s"}}},
		{order.ShelfReturns, "returns", row("r", at, `,"sale":{"guid":"s"}`), order.HostRow{Evidence: order.Evidence{GUID: "r", Target: "s"}}},
	}
	for _, tt := range tests {
		for _, merchant := range []string{"m-1", ""} {
			asked := ""
			h := newHost(t, func(w http.ResponseWriter, r *http.Request) {
				asked = strings.TrimPrefix(r.URL.Path, "/api/v1/")
				other := strings.Replace(row("other", at, ""), device, "d-2", 1)
				rows := "[" + strings.Join([]string{tt.row, other, row("old", "2025-03-01T11:30:00Z", "")}, ",") + "]"
				if merchant != "" {
					var f struct{ TimeStampFrom, TimeStampTo string }
					if err := json.NewDecoder(r.Body).Decode(&f); err != nil || f.TimeStampFrom != "2026-02-28" || f.TimeStampTo != "2026-03-02" {
						t.Errorf("asked for %+v, %v", f, err)
					}
					rows = `{"count":3,"ret":` + rows + `}`
				}
				sendJSON(w, rows)
			})
			got, err := listing(t, newClient(t, h.URL, func(c *Config) { c.MerchantGUID = merchant }), tt.shelf)
			if err != nil || len(got) != 1 {
				t.Fatalf("%s: %d rows, %v", tt.shelf, len(got), err)
			}
			g, w := got[0], tt.want
			if g.Shelf != tt.shelf || g.GUID != w.GUID || g.Number != w.Number || g.Target != w.Target || g.Undone != w.Undone ||
				!g.At.Equal(today.Add(-30*time.Minute)) || !g.Done() || tt.shelf != order.ShelfVoids && g.Amount == nil {
				t.Errorf("%s: got %+v, want %+v", tt.shelf, g, w)
			}
			if searched := strings.HasPrefix(asked, "Search/"); searched != (merchant != "") || !searched && asked != tt.path {
				t.Errorf("%s: asked for %s", tt.shelf, asked)
			}
		}
	}
}

// TestRowsNotOffered: an account that offers neither road says so, as does a
// host that does not know the call.
func TestRowsNotOffered(t *testing.T) {
	h := newHost(t, always(404, "text/html", "<html>"))
	for name, c := range map[string]*Client{
		"no list": newClient(t, h.URL, func(c *Config) { c.Offer.Dialect = order.DialectCurrent }),
		"no search of these": newClient(t, h.URL, func(c *Config) {
			c.Offer.Dialect, c.MerchantGUID = order.DialectCurrent, "m-1"
		}),
	} {
		if rows, err := listing(t, c, order.ShelfHolds); !errors.Is(err, order.ErrNoList) || rows != nil {
			t.Errorf("%s: %v, %v", name, rows, err)
		}
	}
	busy := newHost(t, always(503, "text/html", "<html>"))
	if _, err := listing(t, newClient(t, busy.URL, searcher), order.ShelfSales); err == nil || errors.Is(err, order.ErrNoList) {
		t.Errorf("a host in trouble: %v", err)
	}
}

// TestRowsOfALongBook: of a host that ignores the period and has a long book,
// the newest pages are read; all of them where it has no order.
func TestRowsOfALongBook(t *testing.T) {
	const pages = 12
	for name, tt := range map[string]struct {
		swap  int // the row that stands in a wrong place
		asked string
	}{
		"in order":     {-1, "1 12 11 10"},
		"out of order": {11*MaxPage + 7, "1 12 2 3 4 5 6 7 8 9 10 11 12"},
	} {
		asked := ""
		h := newHost(t, func(w http.ResponseWriter, r *http.Request) {
			parts := strings.Split(r.URL.Path, "/")
			page, _ := strconv.Atoi(parts[len(parts)-2])
			asked += fmt.Sprint(" ", page)
			var rows []string
			for i := (page - 1) * MaxPage; i < page*MaxPage; i++ {
				at := today.Add(-time.Duration(pages*MaxPage-i) * 5 * time.Minute)
				if i == tt.swap {
					at = at.AddDate(0, 0, -20)
				}
				rows = append(rows, fmt.Sprintf(`{"guid":"g-%d","status":"Transaction - Approved","deviceGuid":%q,"timeStamp":%q}`, i, device, at.Format("2006-01-02T15:04:05")))
			}
			sendJSON(w, fmt.Sprintf(`{"totalResults":%d,"pageTotal":%d,"searchResultDTO":[%s]}`, pages*MaxPage, pages, strings.Join(rows, ",")))
		})
		rows, err := listing(t, newClient(t, h.URL, searcher), order.ShelfSales)
		if err != nil {
			t.Fatal(name, err)
		}
		if strings.TrimSpace(asked) != tt.asked {
			t.Errorf("%s: asked for pages%s, want %s", name, asked, tt.asked)
		}
		for i := pages*MaxPage - 12; i < pages*MaxPage; i++ { // the last hour
			if !slices.ContainsFunc(rows, func(r order.HostRow) bool { return r.GUID == fmt.Sprint("g-", i) }) {
				t.Errorf("%s: row %d was not read", name, i)
			}
		}
	}
}

// TestRowsComeInBetween: rows that come in while the pages are read push others
// onto a page more, which is read too.
func TestRowsComeInBetween(t *testing.T) {
	all, next := []string{}, 0
	grow := func(n int) {
		for range n {
			all = append([]string{fmt.Sprintf(`{"guid":"g-%d","status":"Transaction - Approved","deviceGuid":%q}`, next, device)}, all...)
			next++
		}
	}
	grow(2 * MaxPage)
	h := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		parts := strings.Split(r.URL.Path, "/")
		page, _ := strconv.Atoi(parts[len(parts)-2])
		from := min((page-1)*MaxPage, len(all))
		rows := all[from:min(from+MaxPage, len(all))]
		sendJSON(w, fmt.Sprintf(`{"totalResults":%d,"pageTotal":%d,"searchResultDTO":[%s]}`, len(all), (len(all)+MaxPage-1)/MaxPage, strings.Join(rows, ",")))
		if page == 1 {
			grow(30)
		}
	})
	rows, err := listing(t, newClient(t, h.URL, searcher), order.ShelfSales)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 2 * MaxPage {
		if !slices.ContainsFunc(rows, func(r order.HostRow) bool { return r.GUID == fmt.Sprint("g-", n) }) {
			t.Fatalf("row %d was not read", n)
		}
	}
}
