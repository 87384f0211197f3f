package journal

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"paydesk/terminal/id"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
)

// The events about the installation itself. Their subject is the nonce in
// force behind them.
const (
	eventCreated    = "installation.created"
	eventKey        = "installation.key"
	eventRestored   = "installation.restored"
	eventReconciled = "installation.reconciled"
	eventSealed     = "journal.sealed"
)

// What meta says: a projection of these events, so that nobody has to look for
// them among a million others.
const (
	metaNonce    = "nonce"    // the one in force
	metaNonces   = "nonces"   // all, oldest first, with blanks between
	metaMode     = "mode"     // training or live
	metaKey      = "key"      // public key in hexadecimal digits
	metaSigners  = "signers"  // all such keys, oldest first, with blanks between
	metaSealed   = "sealed"   // number of the newest seal's event
	metaRestored = "restored" // number of the event, "" once reconciled
)

var metaKeys = []string{metaNonce, metaNonces, metaMode, metaKey, metaSigners, metaSealed, metaRestored}

// installed is the note of an event about the installation.
type installed struct {
	Mode settings.Mode `json:"mode,omitempty"`
	Key  digits        `json:"key,omitempty"`
	// From is "backup" or "salvage", of a journal that was put back.
	From string `json:"from,omitempty"`
	// Nonces are those used before, oldest first.
	Nonces []string `json:"nonces,omitempty"`
	// Events and Head are what the journal had when it was put back.
	Events int64  `json:"events,omitempty"`
	Head   digits `json:"head,omitempty"`
	// Lost is how many events are known to have been behind Head.
	Lost int64 `json:"lost,omitempty"`
}

// digits are bytes that JSON and people read as hexadecimal digits.
type digits []byte

// String is the text of both.
func (d digits) String() string { return hex.EncodeToString(d) }

// MarshalText implements encoding.TextMarshaler.
func (d digits) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *digits) UnmarshalText(text []byte) (err error) {
	*d, err = hex.DecodeString(string(text))
	return err
}

// teaches reports whether an event is about the installation.
func teaches(kind string) bool {
	return strings.HasPrefix(kind, "installation.") || kind == eventSealed
}

// learn applies an event about the installation to what meta says.
func learn(meta map[string]string, r row) error {
	if !teaches(r.kind) {
		return nil
	}
	var n installed
	if len(r.note) > 0 {
		if err := json.Unmarshal(r.note, &n); err != nil {
			return fmt.Errorf("event %d: %w", r.seq, err)
		}
	}
	switch r.kind {
	case eventCreated, eventRestored:
		meta[metaNonce] = r.subject
		meta[metaNonces] = strings.Join(append(n.Nonces, r.subject), " ")
	case eventKey:
		if meta[metaNonces] == "" { // a journal from before they were listed
			meta[metaNonces] = r.subject
		}
	case eventReconciled:
		meta[metaRestored] = ""
	case eventSealed:
		meta[metaSealed] = strconv.FormatInt(r.seq, 10)
	}
	if r.kind == eventRestored {
		meta[metaRestored] = strconv.FormatInt(r.seq, 10)
	}
	if n.Mode != "" {
		meta[metaMode] = string(n.Mode)
	}
	if len(n.Key) > 0 && r.kind != eventSealed {
		meta[metaKey] = n.Key.String()
		if signers := strings.Fields(meta[metaSigners]); !slices.Contains(signers, meta[metaKey]) {
			meta[metaSigners] = strings.Join(append(signers, meta[metaKey]), " ")
		}
	}
	return nil
}

// remember keeps in meta what an event of the open transaction says about the
// installation.
func (j *Journal) remember(ctx context.Context, r row) error {
	if !teaches(r.kind) {
		return nil
	}
	meta, err := readMeta(ctx, j.conn)
	if err != nil {
		return err
	}
	if err := learn(meta, r); err != nil {
		return err
	}
	for _, key := range metaKeys {
		if err := j.exec(ctx, `INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)`, key, meta[key]); err != nil {
			return err
		}
	}
	return nil
}

func readMeta(ctx context.Context, q querier) (map[string]string, error) {
	rows, err := q.QueryContext(ctx, `SELECT key, value FROM meta`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	meta := map[string]string{}
	for rows.Next() {
		var key, value string
		if err := rows.Scan(&key, &value); err != nil {
			return nil, err
		}
		meta[key] = value
	}
	return meta, rows.Err()
}

// install gives a new journal its installation nonce, which is part of every
// sale number, and introduces the key that signs from now on.
func (j *Journal) install(ctx context.Context) error {
	meta, err := readMeta(ctx, j.conn)
	if err != nil {
		return err
	}
	if has := settings.Mode(meta[metaMode]); has != "" && j.opt.Mode != "" && has != j.opt.Mode {
		return &Problem{fmt.Sprintf("The journal in %s is that of a %s terminal, and this is a %s terminal. Put it back where it came from; nothing was changed.", j.opt.Dir, has, j.opt.Mode), nil}
	}
	now := installed{Mode: j.opt.Mode}
	if j.opt.Key != nil && j.key == nil {
		if j.key, err = j.opt.Key(); err != nil {
			return &Problem{err.Error(), err}
		}
	}
	if j.key != nil {
		now.Key = digits(j.key.Public().(ed25519.PublicKey))
	}
	e := order.Entry{Kind: eventKey, Subject: meta[metaNonce], Actor: order.ActorTerminal, Note: now}
	switch {
	case j.seq == 0:
		e.Kind = eventCreated
		if e.Subject, err = newNonce(j.opt.Nonce, meta[metaNonce]); err != nil {
			return err
		}
	case j.key != nil && meta[metaKey] != now.Key.String(), j.opt.Mode != "" && meta[metaMode] == "":
	default:
		j.know(meta)
		return nil
	}
	j.nonce = e.Subject
	if err := j.Commit(ctx, e); err != nil {
		return err
	}
	if meta, err = readMeta(ctx, j.conn); err == nil {
		j.know(meta)
	}
	return err
}

// know takes over what meta says.
func (j *Journal) know(meta map[string]string) {
	j.nonce = meta[metaNonce]
	j.restored.Store(meta[metaRestored] != "")
}

// newNonce is the nonce that was asked for, else the one that an earlier start
// kept and did not get to use, else one drawn that none of used is.
func newNonce(asked, kept string, used ...string) (string, error) {
	if asked != "" && !slices.Contains(used, asked) {
		return asked, nil
	}
	if kept != "" {
		return kept, nil
	}
	for {
		if nonce, err := id.NewNonce(rand.Reader); err != nil || !slices.Contains(used, nonce) {
			return nonce, err
		}
	}
}

// Nonce is the installation's part of sale numbers.
func (j *Journal) Nonce() string { return j.nonce }

// Nonces are all that this journal ever had, oldest first: numbers that begin
// with one of them are this installation's.
func (j *Journal) Nonces(ctx context.Context) ([]string, error) {
	meta, err := readMeta(ctx, j.read)
	return nonces(meta), err
}

func nonces(meta map[string]string) []string {
	if all := strings.Fields(meta[metaNonces]); len(all) > 0 {
		return all
	}
	return strings.Fields(meta[metaNonce]) // a journal from before they were listed
}

// Mode is whether the journal is a training or a live terminal's; "" where it
// does not say.
func (j *Journal) Mode(ctx context.Context) (settings.Mode, error) {
	meta, err := readMeta(ctx, j.read)
	return settings.Mode(meta[metaMode]), err
}

// Restored reports whether the journal was put back, from a backup or by
// salvage, and not held against the host since. What it says of unfinished
// payments may be old then, and the host may have payments that it does not
// know.
func (j *Journal) Restored() bool { return j.restored.Load() }

// Reconciled ends that state: whoever calls it has held the journal against
// the host. It does nothing for a journal that was not put back.
func (j *Journal) Reconciled(ctx context.Context) error {
	if !j.Restored() {
		return nil
	}
	err := j.Commit(ctx, order.Entry{Kind: eventReconciled, Subject: j.nonce, Actor: order.ActorTerminal})
	if err == nil {
		j.restored.Store(false)
	}
	return err
}
