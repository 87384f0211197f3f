package journal

// migrations are applied in order, one transaction each; the number of those
// applied is SQLite's user_version. A released one is never edited.
//
// The events are the truth: each holds the object as it was after it, and the
// number of the event about the same object before it. The one table beside
// them says which event is the newest of each object, and what objects are
// searched by. Ids grow with time, so that all that a sale writes falls on the
// same few pages: a commit costs little more than its sync.
var migrations = []string{
	`
CREATE TABLE meta (
	key   TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
	seq     INTEGER PRIMARY KEY,
	prev    INTEGER NOT NULL, -- the event before about the same object, or 0
	at      INTEGER NOT NULL, -- milliseconds since 1970
	kind    TEXT NOT NULL,
	subject TEXT NOT NULL,
	actor   TEXT NOT NULL,
	object  BLOB,
	note    BLOB,
	hash    BLOB NOT NULL
) STRICT;
CREATE TRIGGER events_keep BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER events_stay BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TABLE objects (
	id      TEXT PRIMARY KEY,
	kind    TEXT NOT NULL,
	version INTEGER NOT NULL,
	seq     INTEGER NOT NULL, -- the newest event about it
	parent  TEXT NOT NULL,    -- order of an attempt, subject of a job
	created INTEGER NOT NULL, -- milliseconds since 1970
	open    INTEGER NOT NULL, -- 1 until it is at its end
	batch   TEXT NOT NULL     -- host's batch of an approved attempt, or of a closing
) STRICT, WITHOUT ROWID;
CREATE INDEX objects_parent ON objects (parent) WHERE parent <> '';
CREATE INDEX objects_open ON objects (kind) WHERE open = 1;
CREATE INDEX objects_attempts ON objects (created, id) WHERE kind = 'attempt';
CREATE INDEX objects_batch ON objects (batch) WHERE batch <> '';
CREATE INDEX objects_small ON objects (kind) WHERE kind IN ('operator', 'setting');
`,
	// Follow-ups are objects of a kind of their own; their parent is the attempt.
	`
CREATE INDEX objects_follows ON objects (created, id) WHERE kind = 'follow';
`,
	// What attempts are searched by. It follows the events up to the number that
	// meta has as searched, and is filled behind the sales' backs.
	`
CREATE TABLE search (
	created  INTEGER NOT NULL,
	id       TEXT NOT NULL,
	amount   INTEGER NOT NULL, -- what was asked, in minor units
	last4    TEXT NOT NULL,
	state    TEXT NOT NULL,
	kind     TEXT NOT NULL,
	operator TEXT NOT NULL,
	words    TEXT NOT NULL,    -- of its texts, a list in JSON
	PRIMARY KEY (created, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX search_amount ON search (amount, created, id);
CREATE INDEX search_last4 ON search (last4, created, id);
CREATE INDEX search_state ON search (state, created, id);
CREATE INDEX search_kind ON search (kind, created, id);
CREATE INDEX search_operator ON search (operator, created, id);

CREATE TABLE search_words (
	word    TEXT NOT NULL,
	created INTEGER NOT NULL,
	id      TEXT NOT NULL,
	PRIMARY KEY (word, created, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE search_notes (
	id   TEXT PRIMARY KEY,
	note TEXT NOT NULL      -- of an order, as it was opened
) STRICT, WITHOUT ROWID;

INSERT INTO meta (key, value) VALUES ('searched', '0');
`,
	// The sealed cards of stored sales: the one table whose rows are deleted.
	`
CREATE TABLE sealed (
	id   TEXT PRIMARY KEY, -- the stored sale
	card BLOB NOT NULL
) STRICT;
`,
	// Cash, stored sales and follow-ups are searched as attempts are: the index is
	// begun anew, and follows again.
	`
CREATE INDEX objects_beside ON objects (created, id) WHERE kind IN ('cash', 'stored');
DROP TABLE search_words;
DROP TABLE search_notes;
DROP TABLE search;
CREATE TABLE search (
	created  INTEGER NOT NULL,
	id       TEXT NOT NULL,
	amount   INTEGER NOT NULL, -- what was asked, in minor units
	last4    TEXT NOT NULL,
	state    TEXT NOT NULL,
	kind     TEXT NOT NULL,
	operator TEXT NOT NULL,
	words    TEXT NOT NULL,    -- of its texts, a list in JSON
	PRIMARY KEY (created, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX search_amount ON search (amount, created, id);
CREATE INDEX search_last4 ON search (last4, created, id);
CREATE INDEX search_state ON search (state, created, id);
CREATE INDEX search_kind ON search (kind, created, id);
CREATE INDEX search_operator ON search (operator, created, id);
CREATE TABLE search_words (
	word    TEXT NOT NULL,
	created INTEGER NOT NULL,
	id      TEXT NOT NULL,
	PRIMARY KEY (word, created, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE search_notes (
	id   TEXT PRIMARY KEY,
	note TEXT NOT NULL      -- of an order, as it was opened
) STRICT, WITHOUT ROWID;
UPDATE meta SET value = '0' WHERE key = 'searched';
`,
	// The keys that ever signed, which only the events had: receipts name them.
	`
INSERT OR REPLACE INTO meta (key, value)
	SELECT 'signers', coalesce(group_concat(signer, ' '), '') FROM (
		SELECT CAST(note AS TEXT) ->> '$.key' AS signer FROM events
			WHERE kind IN ('installation.created', 'installation.key', 'installation.restored') AND signer IS NOT NULL
			GROUP BY signer ORDER BY min(seq));
`,
	// Codes of wallets and their refunds. The search has them from the first one on.
	`
CREATE INDEX objects_wallets ON objects (created, id) WHERE kind IN ('qr', 'refund');
`,
	// The payment log, its customers and payouts are read by their time.
	`
CREATE INDEX objects_ledger ON objects (kind, created, id) WHERE kind IN ('notice', 'customer', 'payout');
`,
	// Shifts, reports, proofs and exports are read by their time, too, and batches
	// with them.
	`
CREATE INDEX objects_books ON objects (kind, created, id) WHERE kind IN ('batch', 'shift', 'move', 'z', 'proof', 'export');
`,
}
