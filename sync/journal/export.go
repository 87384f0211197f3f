package journal

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"paydesk/terminal/settings"
)

// exportFormat is the form of an export, in its first line.
const exportFormat = "paydesk journal export 1"

// exportHead is the first line: what has to follow.
type exportHead struct {
	Format string        `json:"format"`
	Mode   settings.Mode `json:"mode,omitempty"`
	Nonces []string      `json:"nonces"`
	Events int64         `json:"events"`
	Head   digits        `json:"head"`
}

// exported is an event, one line each. Object and note are texts, byte for
// byte as they were hashed.
type exported struct {
	Seq     int64   `json:"seq"`
	Prev    int64   `json:"prev"`
	At      int64   `json:"at"`
	Kind    string  `json:"kind"`
	Subject string  `json:"subject"`
	Actor   string  `json:"actor"`
	Object  *string `json:"object,omitempty"`
	Note    *string `json:"note,omitempty"`
	Hash    digits  `json:"hash"`
	// Withheld: the object has a secret and is left out. Its hash still ties
	// the events before and behind it together.
	Withheld bool `json:"withheld,omitempty"`
}

// secret is how the hash of a PIN is called in the object of an operator.
var secret = []byte(`"pin_hash"`)

func export(r row) exported {
	e := exported{Seq: r.seq, Prev: r.prev, At: r.at, Kind: r.kind, Subject: r.subject, Actor: r.actor,
		Note: text(r.note), Hash: r.hash}
	if e.Withheld = bytes.Contains(r.object, secret); !e.Withheld {
		e.Object = text(r.object)
	}
	return e
}

func text(data []byte) *string {
	if len(data) == 0 {
		return nil
	}
	s := string(data)
	return &s
}

// row is the event of a line, without what was withheld.
func (e exported) row() row {
	r := row{seq: e.Seq, prev: e.Prev, at: e.At, kind: e.Kind, subject: e.Subject, actor: e.Actor, hash: e.Hash}
	if e.Object != nil {
		r.object = []byte(*e.Object)
	}
	if e.Note != nil {
		r.note = []byte(*e.Note)
	}
	return r
}

// Export writes every event as a line of JSON, behind one that says how many
// there are and which is the head. It checks the chain as it goes, and no
// secret leaves: an operator's object, with the hash of the PIN, is withheld.
func (j *Journal) Export(ctx context.Context, w io.Writer) (Report, error) {
	tx, err := j.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true}) // one state, while others write
	if err != nil {
		return Report{}, err
	}
	defer func() { _ = tx.Rollback() }()
	meta, err := readMeta(ctx, tx)
	if err != nil {
		return Report{}, err
	}
	last, err := head(tx.QueryRowContext(ctx, `SELECT seq, at, hash FROM events WHERE seq = (SELECT max(seq) FROM events)`))
	if err != nil {
		return Report{}, err
	}
	out := bufio.NewWriter(w)
	lines := json.NewEncoder(out)
	if err := lines.Encode(exportHead{exportFormat, settings.Mode(meta[metaMode]), nonces(meta), last.Seq, last.Hash}); err != nil {
		return Report{}, err
	}
	a := newAudit()
	a.Head, err = walk(ctx, tx, 0, func(r row, before []byte) error {
		if err := a.see(r, before); err != nil {
			return err
		}
		e := export(r)
		if e.Withheld {
			a.Withheld++
		}
		return lines.Encode(e)
	})
	if err == nil {
		err = a.end(meta)
	}
	return a.Report, errors.Join(err, out.Flush())
}

// maxLine is the longest line of an export that is read, in bytes.
const maxLine = 16 << 20

// VerifyExport checks an export by itself: the chain, across what was withheld
// by its stated hashes, the seals, and that nothing is missing at the end. Of
// a withheld event it cannot tell whether its line was changed, its hash apart.
func VerifyExport(r io.Reader) (Report, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	var want exportHead
	if !lines.Scan() || json.Unmarshal(lines.Bytes(), &want) != nil || want.Format != exportFormat {
		return Report{}, errors.Join(errors.New("this is not an export of a journal: its first line does not say so"), lines.Err())
	}
	a := newAudit()
	for lines.Scan() {
		var e exported
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return a.Report, fmt.Errorf("line %d cannot be read: %w", a.Events+2, err)
		}
		r := e.row()
		if r.seq != a.Events+1 {
			return a.Report, fmt.Errorf("event %d is missing", a.Events+1)
		}
		if e.Withheld {
			a.Withheld++
		}
		if e.Withheld && r.object != nil || !e.Withheld && !bytes.Equal(r.chain(a.Head), r.hash) {
			return a.Report, changed(r.seq)
		}
		if err := a.see(r, a.Head); err != nil {
			return a.Report, err
		}
		a.Head = r.hash
	}
	if err := lines.Err(); err != nil {
		return a.Report, err
	}
	if a.Events != want.Events || !bytes.Equal(a.Head, want.Head) {
		return a.Report, fmt.Errorf("the export has %d events of the %d that its first line names", a.Events, want.Events)
	}
	return a.Report, a.close()
}
