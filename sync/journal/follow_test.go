package journal

import (
	"context"
	"errors"
	"testing"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

func followUp(id string, act order.Act, of string, minor int64, at time.Time) order.FollowUp {
	return order.BeginFollow(order.FollowUp{ID: id, Act: act, Of: of, Device: "dev", Amount: usd(minor), Operator: "op"}, at)
}

func done(f order.FollowUp, batch string) order.FollowUp {
	f.Version++
	f.State, f.Batch, f.GUID = order.FollowDone, batch, "guid-"+f.ID
	return f
}

func TestFollowUps(t *testing.T) {
	j := open(t)
	ctx := context.Background()
	f := followUp("F1", order.Return, "N1", 300, t0.Add(time.Second))
	put(t, j, attempt("N1", t0), attempt("N2", t0), f, followUp("F2", order.Void, "N2", 1250, t0.Add(2*time.Second)))
	if got, err := j.FollowUp(ctx, "F1"); err != nil || got != f {
		t.Errorf("got %+v, %v; want %+v", got, err, f)
	}
	if _, err := j.FollowUp(ctx, "N1"); !errors.Is(err, order.ErrNotFound) {
		t.Errorf("an attempt as a follow-up: %v", err)
	}
	for _, tt := range []struct {
		of   []string
		want int
	}{{nil, 0}, {[]string{"N1"}, 1}, {[]string{"N1", "N2"}, 2}, {[]string{"N3"}, 0}} {
		if got, err := j.FollowsOf(ctx, tt.of...); err != nil || len(got) != tt.want {
			t.Errorf("of %v: got %d, %v; want %d", tt.of, len(got), err, tt.want)
		}
	}
	if u, err := j.Unfinished(ctx); err != nil || len(u.Follows) != 2 || u.Follows[0] != f {
		t.Errorf("unfinished: %+v, %v", u.Follows, err)
	}
	put(t, j, done(f, "b"))
	if u, err := j.Unfinished(ctx); err != nil || len(u.Follows) != 1 {
		t.Errorf("unfinished after the end: %+v, %v", u.Follows, err)
	}
	if err := j.Commit(ctx, entries(done(f, "b"))...); !errors.Is(err, order.ErrConflict) {
		t.Errorf("ended twice: %v", err)
	}
	if story, err := j.Story(ctx, "N1"); err != nil || len(story) != 3 {
		t.Errorf("story: got %d entries, %v; want the attempt and both of its return", len(story), err)
	}
	if n, err := j.LastNumber(ctx); err != nil || n != "F2" {
		t.Errorf("last number %q, %v; want that of the follow-up", n, err)
	}
	put(t, j, attempt("N3", t0.Add(time.Minute)))
	if n, err := j.LastNumber(ctx); err != nil || n != "N3" {
		t.Errorf("last number %q, %v", n, err)
	}
	if rep, err := j.Verify(ctx); err != nil || rep.Events != 7 {
		t.Errorf("verify: %d events, %v", rep.Events, err)
	}
}

// TestTotals: what a batch holds is what the host would count in it.
func TestTotals(t *testing.T) {
	hold := func(n string, batch string) []any {
		a := attempt(n, t0)
		a.Kind = order.KindAuth
		return []any{a, paid(a, batch)}
	}
	sale := func(n, batch string) []any { a := attempt(n, t0); return []any{a, paid(a, batch)} }
	did := func(id string, act order.Act, of string, minor int64, batch string) []any {
		f := followUp(id, act, of, minor, t0.Add(time.Minute))
		return []any{f, done(f, batch)}
	}
	lost := func(id string, act order.Act, of string) []any {
		return []any{followUp(id, act, of, 1250, t0.Add(time.Minute))}
	}
	closed := []any{order.Batch{ID: "C", Version: 1, State: order.BatchClosed, GUID: "b1", Asked: t0}}
	for _, tt := range []struct {
		name           string
		objects        [][]any
		batch          string
		sales, returns int
		sold, paidBack int64
		witness        order.Witness
	}{
		{"sales", [][]any{sale("N1", "b1"), sale("N2", "b1")}, "b1", 2, 0, 2500, 0, order.Witness{GUID: "guid-N1", Number: "N1", Device: "dev"}},
		{"a voided one", [][]any{sale("N1", "b1"), sale("N2", "b1"), did("F1", order.Void, "N1", 1250, "b1")}, "b1", 1, 0, 1250, 0,
			order.Witness{GUID: "guid-N2", Number: "N2", Device: "dev"}},
		{"voided, the void named no batch", [][]any{sale("N1", "b1"), did("F1", order.Void, "N1", 1250, "")}, "b1", 0, 0, 0, 0, order.Witness{}},
		{"a void in doubt", [][]any{sale("N1", "b1"), lost("F1", order.Void, "N1")}, "b1", 1, 0, 1250, 0,
			order.Witness{GUID: "guid-N1", Number: "N1", Device: "dev"}},
		{"a hold", [][]any{hold("N1", "b1")}, "b1", 0, 0, 0, 0, order.Witness{}},
		{"a captured hold", [][]any{hold("N1", "b1"), did("F1", order.Capture, "N1", 900, "b1")}, "b1", 1, 0, 900, 0,
			order.Witness{Act: order.Capture, GUID: "guid-F1", Number: "F1", Device: "dev"}},
		{"captured in the next batch", [][]any{hold("N1", "b1"), closed, did("F1", order.Capture, "N1", 900, "b2")}, "b2", 1, 0, 900, 0,
			order.Witness{Act: order.Capture, GUID: "guid-F1", Number: "F1", Device: "dev"}},
		{"captured and voided", [][]any{hold("N1", "b1"), did("F1", order.Capture, "N1", 900, "b2"), did("F2", order.Void, "N1", 900, "b2")},
			"b2", 0, 0, 0, 0, order.Witness{}},
		{"a return of an earlier sale", [][]any{sale("N1", "b1"), closed, did("F1", order.Return, "N1", 300, "b2")}, "b2", 0, 1, 0, 300,
			order.Witness{Act: order.Return, GUID: "guid-F1", Number: "F1", Device: "dev"}},
		{"a return in doubt", [][]any{sale("N1", "b1"), closed, lost("F1", order.Return, "N1")}, "", 0, 0, 0, 0, order.Witness{}},
	} {
		j := open(t)
		for _, objects := range tt.objects {
			put(t, j, objects...)
		}
		sum, err := j.OpenBatch(context.Background())
		got := sum.Totals
		if err != nil || sum.GUID != tt.batch || got.Sales != tt.sales || got.Returns != tt.returns ||
			got.SaleAmount.Minor != tt.sold || got.ReturnAmount.Minor != tt.paidBack || sum.Witness != tt.witness {
			t.Errorf("%s: got %+v, %v", tt.name, sum, err)
		}
		if sum.GUID != "" && (sum.Totals.SaleAmount.Currency != money.USD || sum.Totals.ReturnAmount.Currency != money.USD) {
			t.Errorf("%s: no currency in %+v", tt.name, sum.Totals)
		}
		if known, err := j.Closed(context.Background(), "b1"); err != nil || known != (len(tt.objects) > 1 && &tt.objects[1][0] == &closed[0]) {
			t.Errorf("%s: closed %t, %v", tt.name, known, err)
		}
		if _, err := j.Verify(context.Background()); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// TestOlderJournal: one of the first schema is taken on as it is.
func TestOlderJournal(t *testing.T) {
	j := open(t)
	put(t, j, attempt("N1", t0))
	for _, q := range []string{`DROP INDEX objects_follows`, `DROP INDEX objects_beside`, `DROP INDEX objects_ledger`, `DROP INDEX objects_wallets`, `DROP INDEX objects_books`, `DROP TABLE search`, `DROP TABLE search_words`, `DROP TABLE search_notes`, `DROP TABLE sealed`,
		`DELETE FROM meta WHERE key = 'searched'`, `PRAGMA user_version=1`} {
		if _, err := j.conn.ExecContext(context.Background(), q); err != nil {
			t.Fatal(err)
		}
	}
	_ = j.Close()
	again := open(t, func(o *Options) { o.Dir = j.Dir() })
	put(t, again, followUp("F1", order.Void, "N1", 1250, t0))
	if got, err := again.FollowsOf(context.Background(), "N1"); err != nil || len(got) != 1 {
		t.Errorf("got %d, %v", len(got), err)
	}
	if _, err := again.Verify(context.Background()); err != nil {
		t.Error(err)
	}
}
