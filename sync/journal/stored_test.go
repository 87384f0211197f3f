package journal

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"paydesk/terminal/order"
)

func storedSale(id string, version int64, state order.StoredState) order.Stored {
	return order.Stored{ID: id, Order: "O-" + id, Version: version, State: state, Amount: usd(2000), Created: t0, Since: t0}
}

func filedSale(id string) order.Stored {
	s := storedSale(id, 1, order.StoredWaiting)
	s.Charged = "N1"
	return s
}

// TestCardOnFileNeedsNoSealedCard: a stored sale that names the payment whose
// card it charges is kept by itself, to its end.
func TestCardOnFileNeedsNoSealedCard(t *testing.T) {
	ctx := context.Background()
	j := open(t)
	s := filedSale("S1")
	for i, state := range []order.StoredState{order.StoredWaiting, order.StoredForwarding, order.StoredApproved} {
		s.State, s.Version = state, int64(i+1)
		if err := j.Commit(ctx, order.Entry{Kind: "stored", Subject: s.ID, Actor: "test", Object: s}); err != nil {
			t.Fatal(err)
		}
		if got, err := j.Stored(ctx, "S1"); err != nil || got.Charged != "N1" || got.State != state {
			t.Errorf("%+v, %v", got, err)
		}
		if _, err := j.SealedCard(ctx, "S1"); !errors.Is(err, order.ErrNotFound) {
			t.Errorf("%s: %v", state, err)
		}
	}
	if _, err := j.Verify(ctx); err != nil {
		t.Error(err)
	}
}

// TestSealedCards: a row is there exactly as long as the sale may be forwarded,
// and what was deleted is no longer in the files.
func TestSealedCards(t *testing.T) {
	ctx := context.Background()
	j := open(t)
	secret := bytes.Repeat([]byte("sealed card of one sale "), 60)
	put := func(s order.Stored, sealed []byte) error {
		return j.Commit(ctx, order.Entry{Kind: "stored", Subject: s.ID, Actor: "test", Object: s, Sealed: sealed})
	}
	if err := put(storedSale("S1", 1, order.StoredWaiting), secret); err != nil {
		t.Fatal(err)
	}
	if got, err := j.SealedCard(ctx, "S1"); err != nil || !bytes.Equal(got, secret) {
		t.Errorf("%.20q, %v", got, err)
	}
	if err := put(storedSale("S1", 2, order.StoredForwarding), nil); err != nil {
		t.Fatal(err)
	}
	if u, err := j.Unfinished(ctx); err != nil || len(u.Stored) != 1 || u.Stored[0].State != order.StoredForwarding {
		t.Errorf("unfinished %+v, %v", u.Stored, err)
	}
	if all, err := j.StoredOf(ctx, "O-S1"); err != nil || len(all) != 1 {
		t.Errorf("of the order %v, %v", all, err)
	}
	if !inFiles(t, j, secret[:200]) {
		t.Fatal("the test looks in the wrong place")
	}
	if err := put(storedSale("S1", 3, order.Uncollected), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := j.SealedCard(ctx, "S1"); !errors.Is(err, order.ErrNotFound) {
		t.Errorf("outlived its sale: %v", err)
	}
	if err := j.Scrub(ctx); err != nil {
		t.Fatal(err)
	}
	if inFiles(t, j, secret[:100]) {
		t.Error("the deleted card is still in the files")
	}
	if _, err := j.Verify(ctx); err != nil {
		t.Error(err)
	}
	for _, id := range []string{"S1", "nobody"} {
		if _, err := j.conn.ExecContext(ctx, `INSERT INTO sealed (id, card) VALUES (?, x'00')`, id); err != nil {
			t.Fatal(err)
		}
		if _, err := j.Verify(ctx); err == nil {
			t.Errorf("a card of %s is not noticed", id)
		}
		if _, err := j.conn.ExecContext(ctx, `DELETE FROM sealed`); err != nil {
			t.Fatal(err)
		}
	}
}

func inFiles(t *testing.T, j *Journal, what []byte) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(j.Dir(), fileName+"*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if data, err := os.ReadFile(f); err == nil && bytes.Contains(data, what) {
			return true
		}
	}
	return false
}

// TestSealedCardNeedsItsSale: neither is kept without the other. Like every
// mistake of the program it ends the use of the journal.
func TestSealedCardNeedsItsSale(t *testing.T) {
	for name, e := range map[string]order.Entry{
		"a sale without a card":            {Object: storedSale("S1", 1, order.StoredWaiting)},
		"a card without a sale":            {Object: attempt("N1", t0), Sealed: []byte("x")},
		"a card on file with a sealed one": {Object: filedSale("S1"), Sealed: []byte("x")},
		"a card that is later":             {Object: storedSale("S1", 2, order.StoredForwarding), Sealed: []byte("x")},
	} {
		j := open(t)
		ctx := context.Background()
		if name == "a card that is later" {
			first := order.Entry{Kind: "stored", Actor: "test", Object: storedSale("S1", 1, order.StoredWaiting), Sealed: []byte("y")}
			if err := j.Commit(ctx, first); err != nil {
				t.Fatal(err)
			}
		}
		e.Kind, e.Actor = "test", "test"
		if err := j.Commit(ctx, e); err == nil {
			t.Errorf("%s is kept", name)
		}
	}
}

// TestBackupHoldsNoCards: a copy has the stored sale and not its card.
func TestBackupHoldsNoCards(t *testing.T) {
	ctx := context.Background()
	j := open(t, signing(1))
	secret := bytes.Repeat([]byte("sealed card of one sale "), 60)
	s := storedSale("S1", 1, order.StoredWaiting)
	if err := j.Commit(ctx, order.Entry{Kind: "stored", Subject: s.ID, Actor: "test", Object: s, Sealed: secret}); err != nil {
		t.Fatal(err)
	}
	saved, err := j.Backup(ctx, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(saved.Path)
	if err != nil || bytes.Contains(data, secret[:24]) || !bytes.Contains(data, []byte(`"state":"STORED"`)) {
		t.Errorf("the backup holds the card, or not the sale, %v", err)
	}
	if _, err := j.SealedCard(ctx, "S1"); err != nil {
		t.Errorf("the journal's own: %v", err)
	}
}
