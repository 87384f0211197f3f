package journal

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"slices"
	"strings"
	"testing"

	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// TestBefore: the head before the end of a thing is the same whatever comes
// later, and there is none before the end.
func TestBefore(t *testing.T) {
	ctx := context.Background()
	j := open(t, signing(1))
	usd := money.New(1250, money.USD)
	a := attempt("N1", t0)
	f := order.FollowUp{ID: "F1", Act: order.Return, Version: 1, State: order.FollowSending, Of: "N1", Amount: usd, Created: t0}
	b := order.Bill{ID: "B1", Version: 1, State: order.BillOpen, Goods: usd, Created: t0}
	declined, cancelled := attempt("N0", t0), order.Bill{ID: "B0", Version: 1, State: order.BillCancelled, Goods: usd, Created: t0}
	declined.State = order.Declined
	put(t, j, a, f, b, declined, cancelled)
	for id, document := range map[string]string{"N1": "sale", "F1": "follow", "B1": "bill", "N0": "sale", "B0": "bill"} {
		if got, err := j.Before(ctx, document, id); !errors.Is(err, order.ErrNotFound) {
			t.Errorf("%s before its good end: got %x, %v", document, got, err)
		}
	}
	approved := paid(a, "batch")
	done, whole := f, b
	done.Version, done.State = 2, order.FollowDone
	whole.Version, whole.State = 2, order.BillPaid
	cash := order.Cash{ID: "K1", Version: 1, Order: "O", Amount: usd, Tendered: usd, At: t0}
	want := map[[2]string][]byte{}
	for _, end := range []struct {
		document, id string
		object       any
	}{{"sale", "N1", approved}, {"follow", "F1", done}, {"bill", "B1", whole}, {"cash", "K1", cash},
		{"stored", "S1", filedSale("S1")},
		{"cash-back", "R1", order.CashBack{ID: "R1", Version: 1, Of: "K1", Order: "O", Amount: usd, At: t0}}} {
		want[[2]string{end.document, end.id}] = bytes.Clone(j.hash)
		put(t, j, end.object)
	}
	check := func(when string) {
		t.Helper()
		for fact, want := range want {
			if got, err := j.Before(ctx, fact[0], fact[1]); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: %v: got %x, %v; want %x", when, fact, got, err, want)
			}
		}
	}
	check("at once")
	approved.Version, approved.Parked = 3, "op"
	cash.Version, cash.Returned = 2, usd
	put(t, j, approved, cash)
	check("after more was written")
	if err := j.Rebuild(ctx); err != nil {
		t.Fatal(err)
	}
	check("after a rebuild")
	for _, none := range [][2]string{{"sale", "N2"}, {"cash", "N1"}, {"sale", "K1"}, {"poem", "N1"}, {"", ""}} {
		if got, err := j.Before(ctx, none[0], none[1]); !errors.Is(err, order.ErrNotFound) {
			t.Errorf("%v: got %x, %v", none, got, err)
		}
	}
}

func signers(t *testing.T, j *Journal) (keys []ed25519.PublicKey) {
	t.Helper()
	keys, err := j.Keys(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// TestKeys: every key that ever signed stays known, also in a journal from
// before they were listed, and in one that was made anew from its events.
func TestKeys(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	var want []ed25519.PublicKey
	same := func(when string, j *Journal) {
		t.Helper()
		if got := signers(t, j); !slices.EqualFunc(got, want, func(a, b ed25519.PublicKey) bool { return a.Equal(b) }) {
			t.Errorf("%s: got %x, want %x", when, got, want)
		}
	}
	for _, n := range []byte{1, 2, 1, 3} {
		j := open(t, in(dir), signing(n))
		if key := testKey(n).Public().(ed25519.PublicKey); !slices.ContainsFunc(want, func(k ed25519.PublicKey) bool { return k.Equal(key) }) {
			want = append(want, key)
		}
		same("after a start", j)
		if err := j.Rebuild(ctx); err != nil {
			t.Fatal(err)
		}
		same("after a rebuild", j)
		verify(t, j)
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
	j := open(t, in(dir), signing(3), func(o *Options) { o.Clock = clock.NewVirtual(t0) })
	if err := j.exec(ctx, `DELETE FROM meta WHERE key = 'signers'`); err != nil {
		t.Fatal(err)
	}
	verify(t, j)
	if got := signers(t, j); len(got) != 1 || !got[0].Equal(want[2]) {
		t.Errorf("not listed: got %x, want the newest", got)
	}
	listing := slices.IndexFunc(migrations, func(m string) bool { return strings.Contains(m, "'signers'") })
	if err := j.exec(ctx, migrations[listing]); err != nil {
		t.Fatal(err)
	}
	same("listed by the migration", j)
	verify(t, j)
}
