package journal

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"paydesk/terminal/order"
)

// sealEvery is the most events without a seal, so that a start has no more
// than these to check.
const sealEvery = 5000

// eventClosed and eventZ are how the engine calls the events of a closed batch and
// of a Z report, behind which the chain is sealed.
const (
	eventClosed = "batch.closed"
	eventZ      = "z.written"
)

// seal is the note of a seal: the head of the chain before it, signed.
type seal struct {
	Seq       int64  `json:"seq"`
	Head      digits `json:"head"`
	Key       digits `json:"key"`
	Signature digits `json:"signature"`
}

// message is what is signed. Its first line keeps the signature from meaning
// anything elsewhere.
func (s seal) message(nonce string) []byte {
	return fmt.Appendf(nil, "paydesk journal head v1\n%s\n%d\n%s\n", nonce, s.Seq, s.Head)
}

// sealDue reports whether the commit of the entries, behind which the chain is
// seq long, ends with a seal.
func (j *Journal) sealDue(entries []order.Entry, seq int64) bool {
	if j.key == nil {
		return false
	}
	for _, e := range entries {
		switch o := e.Object.(type) {
		case order.Batch:
			if o.State == order.BatchClosed {
				return true
			}
		case order.ZReport:
			return true
		}
	}
	return seq-j.sealed >= sealEvery
}

// seal signs a head.
func (j *Journal) seal(seq int64, head []byte, nonce string) order.Entry {
	s := seal{Seq: seq, Head: head, Key: digits(j.key.Public().(ed25519.PublicKey))}
	s.Signature = ed25519.Sign(j.key, s.message(nonce))
	return order.Entry{Kind: eventSealed, Subject: nonce, Actor: order.ActorTerminal, Note: s}
}

// readSeal reads the seal of an event and holds it against the event before it
// and the key in force, in hexadecimal digits.
func readSeal(r row, before []byte, key string) (seal, error) {
	var s seal
	if err := json.Unmarshal(r.note, &s); err != nil {
		return s, fmt.Errorf("the seal in event %d cannot be read: %w", r.seq, err)
	}
	switch {
	case s.Key.String() != key || len(s.Key) != ed25519.PublicKeySize:
		return s, fmt.Errorf("the seal in event %d is by another key than the installation's", r.seq)
	case s.Seq != r.seq-1 || !bytes.Equal(s.Head, before):
		return s, fmt.Errorf("the seal in event %d is of another head", r.seq)
	case !ed25519.Verify(ed25519.PublicKey(s.Key), s.message(r.subject), s.Signature):
		return s, fmt.Errorf("the signature in event %d is wrong", r.seq)
	}
	return s, nil
}

// trusted is the number of the event behind which a start checks the chain,
// which is last long: the one that the newest seal signs. Without a seal the
// whole chain is checked; without a key, as nobody sealed it, its newest part.
func (j *Journal) trusted(ctx context.Context, last int64) (int64, error) {
	meta, err := readMeta(ctx, j.conn)
	if err != nil {
		return 0, err
	}
	if meta[metaSealed] == "" {
		if j.opt.Key == nil {
			return max(last-1000, 0), nil
		}
		return 0, nil
	}
	if j.sealed, err = strconv.ParseInt(meta[metaSealed], 10, 64); err != nil {
		return 0, err
	}
	r := row{seq: j.sealed}
	var before []byte
	err = j.conn.QueryRowContext(ctx, `SELECT e.kind, e.subject, e.note, b.hash FROM events AS e JOIN events AS b ON b.seq = e.seq - 1 WHERE e.seq = ?`,
		r.seq).Scan(&r.kind, &r.subject, &r.note, &before)
	if errors.Is(err, sql.ErrNoRows) || err == nil && r.kind != eventSealed {
		return 0, fmt.Errorf("the newest seal, event %d, is missing", r.seq)
	}
	if err != nil {
		return 0, err
	}
	s, err := readSeal(r, before, meta[metaKey])
	return s.Seq, err
}

// Head is a place in the chain. Its hash stands for every event up to it: put
// on paper, it tells later whether any of them was changed or taken away.
type Head struct {
	Seq  int64
	At   time.Time
	Hash []byte
}

// Head reads the newest event's place and that of the newest seal, which is
// the zero Head where none was made.
func (j *Journal) Head(ctx context.Context) (newest, sealed Head, err error) {
	const place = `SELECT seq, at, hash FROM events WHERE seq = `
	if newest, err = head(j.read.QueryRowContext(ctx, place+`(SELECT max(seq) FROM events)`)); err != nil {
		return newest, sealed, err
	}
	sealed, err = head(j.read.QueryRowContext(ctx, place+`(SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'sealed')`))
	return newest, sealed, err
}

func head(r *sql.Row) (h Head, err error) {
	var at int64
	err = r.Scan(&h.Seq, &at, &h.Hash)
	if errors.Is(err, sql.ErrNoRows) {
		return Head{}, nil
	}
	h.At = time.UnixMilli(at)
	return h, err
}

// SignedHead is the newest event's place, signed as a seal is: both say the same of
// the chain. Without a key, as in a journal opened for reading, it is not signed.
func (j *Journal) SignedHead(ctx context.Context) (order.SignedHead, error) {
	h, _, err := j.Head(ctx)
	if err != nil {
		return order.SignedHead{}, err
	}
	signed := order.SignedHead{Nonce: j.nonce, Seq: h.Seq, Hash: hex.EncodeToString(h.Hash)}
	if j.key != nil {
		s := seal{Seq: h.Seq, Head: h.Hash}
		signed.Key = hex.EncodeToString(j.key.Public().(ed25519.PublicKey))
		signed.Signature = hex.EncodeToString(ed25519.Sign(j.key, s.message(j.nonce)))
	}
	return signed, nil
}

// CheckHead says whether a head was signed with the key that it names; whose key
// that is, and whether the chain has such a head, is for Keys and Find to say.
func CheckHead(h order.SignedHead) error {
	key, err1 := hex.DecodeString(h.Key)
	hash, err2 := hex.DecodeString(h.Hash)
	signature, err3 := hex.DecodeString(h.Signature)
	if err := errors.Join(err1, err2, err3); err != nil || len(key) != ed25519.PublicKeySize {
		return errors.New("the journal's head in this report is not signed, or cannot be read")
	}
	if !ed25519.Verify(key, (seal{Seq: h.Seq, Head: hash}).message(h.Nonce), signature) {
		return errors.New("the signature under the journal's head in this report is wrong: the report was changed")
	}
	return nil
}

// minHead is how many digits of a head are enough to find it.
const minHead = 16

// Find looks for a head by its first digits, as they were printed. It fails
// with order.ErrNotFound where the chain has no such event. It says nothing
// about the rest of the chain: Verify does.
func (j *Journal) Find(ctx context.Context, printed string) (Head, error) {
	start, err := hex.DecodeString(printed)
	if err != nil || len(printed) < minHead {
		return Head{}, fmt.Errorf("a head is at least %d digits from 0 to 9 and a to f, an even number of them: copy it as it was printed", minHead)
	}
	found, err := head(j.read.QueryRowContext(ctx, `SELECT seq, at, hash FROM events WHERE substr(hash, 1, ?) = ?`, len(start), start))
	if err == nil && found.Seq == 0 {
		err = order.ErrNotFound
	}
	return found, err
}
