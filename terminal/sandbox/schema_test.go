package sandbox

import (
	"database/sql"
	"path/filepath"
	"testing"
)

// firstForm is a ledger as the first form of the host left it: one sale that
// stands, one that was reversed, and one that was declined.
const firstForm = `
CREATE TABLE host (key BLOB NOT NULL);
CREATE TABLE batches (
	guid TEXT PRIMARY KEY, device TEXT NOT NULL, number TEXT NOT NULL,
	opened INTEGER NOT NULL, closed INTEGER
) WITHOUT ROWID;
CREATE UNIQUE INDEX one_open_batch ON batches (device) WHERE closed IS NULL;
CREATE TABLE transactions (
	id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
	device TEXT NOT NULL, batch TEXT NOT NULL REFERENCES batches (guid), related TEXT NOT NULL,
	sequence TEXT NOT NULL, order_number TEXT NOT NULL,
	status TEXT NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL,
	amount INTEGER NOT NULL, approved INTEGER NOT NULL, auth_code TEXT NOT NULL, created INTEGER NOT NULL,
	brand TEXT NOT NULL, first4 TEXT NOT NULL, last4 TEXT NOT NULL, token TEXT NOT NULL, expiry TEXT NOT NULL,
	holder TEXT NOT NULL, statement TEXT NOT NULL, customer TEXT NOT NULL
);
CREATE INDEX by_related ON transactions (related);
CREATE VIEW book AS SELECT * FROM transactions;
INSERT INTO host VALUES (x'00');
INSERT INTO batches VALUES ('b', '` + DeviceGUID + `', '201891001', 1536586573770000000, NULL);
INSERT INTO transactions VALUES
	(1, 's1', 'Sale', '` + DeviceGUID + `', 'b', '', 'a', 'a', 'Transaction - Approved', 'A0000', 'Success', 500, 500,
		'TAS001', 1536586573770000000, 'Visa', '4111', '1111', 't', '2029-12', '', '', ''),
	(2, 's2', 'Sale', '` + DeviceGUID + `', 'b', '', 'b', 'b', 'Transaction - Approved', 'A0000', 'Success', 700, 700,
		'TAS001', 1536586573770000000, 'Visa', '4111', '1111', 't', '2029-12', '', '', ''),
	(3, 'v2', 'Void', '` + DeviceGUID + `', 'b', 's2', '', '', 'Transaction - Approved', 'A0000', 'Success', 700, 0,
		'TAS001', 1536586573770000000, 'Visa', '4111', '1111', 't', '2029-12', '', '', ''),
	(4, 's3', 'Sale', '` + DeviceGUID + `', 'b', '', 'c', 'c', 'Transaction - Declined', 'D2012', '', 900, 0,
		'', 1536586573770000000, 'Visa', '4111', '1111', 't', '2029-12', '', '', '');`

// TestFirstFormIsUpgraded: a ledger of the first form keeps what is in it.
func TestFirstFormIsUpgraded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	old, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := old.Exec(firstForm); err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time there is nothing to upgrade
		l, err := createLedger(path, false)
		if err != nil {
			t.Fatal(err)
		}
		list, err := l.Transactions(t.Context())
		if err != nil || len(list) != 4 {
			t.Fatalf("got %v, %v; want four rows", list, err)
		}
		for i, want := range []int64{500, 0, 0, 0} {
			if got := list[i].EffectiveAmount.Minor; got != want {
				t.Errorf("%s %s: effective %d, want %d", list[i].Kind, list[i].GUID, got, want)
			}
		}
		two, err := oneEntry(t.Context(), l.db, `guid = 's2'`)
		if err != nil || !two.voided {
			t.Errorf("the reversed sale: got %+v, %v; want it voided", two, err)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
}
