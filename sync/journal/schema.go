package journal

// migrations are applied in order, one transaction each; the number of those
// applied is SQLite's user_version. A released one is never edited.
//
// The events are the truth. Every other table is a projection of them: its
// data column is the object as the newest event of its subject has it, the
// other columns are there to be searched.
var migrations = []string{
	`
CREATE TABLE meta (
	key   TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
	seq     INTEGER PRIMARY KEY,
	at      INTEGER NOT NULL, -- milliseconds since 1970
	kind    TEXT NOT NULL,
	subject TEXT NOT NULL,
	actor   TEXT NOT NULL,
	object  BLOB,
	note    BLOB,
	hash    BLOB NOT NULL
) STRICT;
CREATE INDEX events_subject ON events (subject, seq);
CREATE TRIGGER events_keep BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER events_stay BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TABLE orders (
	id      TEXT PRIMARY KEY,
	version INTEGER NOT NULL,
	state   TEXT NOT NULL,
	data    BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
	number   TEXT PRIMARY KEY,
	version  INTEGER NOT NULL,
	order_id TEXT NOT NULL,
	state    TEXT NOT NULL,
	final    INTEGER NOT NULL,
	created  INTEGER NOT NULL,
	batch    TEXT NOT NULL,
	guid     TEXT NOT NULL,
	minor    INTEGER NOT NULL, -- what is charged: 0 unless approved
	currency TEXT NOT NULL,
	data     BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_order ON attempts (order_id, created);
CREATE INDEX attempts_created ON attempts (created, number);
CREATE INDEX attempts_live ON attempts (created) WHERE final = 0;
CREATE INDEX attempts_batch ON attempts (batch, created) WHERE state = 'APPROVED';
CREATE INDEX attempts_paid ON attempts (created, batch) WHERE state = 'APPROVED' AND batch <> '';

CREATE TABLE batches (
	id      TEXT PRIMARY KEY,
	version INTEGER NOT NULL,
	state   TEXT NOT NULL,
	guid    TEXT NOT NULL,
	asked   INTEGER NOT NULL,
	data    BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX batches_guid ON batches (guid, state);
CREATE INDEX batches_state ON batches (state, asked);

CREATE TABLE jobs (
	id      TEXT PRIMARY KEY,
	version INTEGER NOT NULL,
	state   TEXT NOT NULL,
	subject TEXT NOT NULL,
	waiting INTEGER NOT NULL,
	data    BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_subject ON jobs (subject);
CREATE INDEX jobs_waiting ON jobs (id) WHERE waiting = 1;

CREATE TABLE operators (
	id   TEXT PRIMARY KEY,
	data BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
	key  TEXT PRIMARY KEY,
	data BLOB NOT NULL
) STRICT, WITHOUT ROWID;
`,
}
