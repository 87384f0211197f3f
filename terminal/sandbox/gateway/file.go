package gateway

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// file keeps the ledgers: a line of JSON for each change, the newest of a row
// counts. It is written anew, without what is outdated, when it is opened. A
// change survives the death of the process.
type file struct{ f *os.File }

// line is one change.
type line struct {
	Kind  string          `json:"kind"`
	Value json.RawMessage `json:"value"`
}

// maxLine is more than any row takes.
const maxLine = 4 << 20

// openFile reads what the file holds into the state and writes it anew.
func openFile(path string, st *state) (*file, error) {
	advise := func(err error) error {
		return fmt.Errorf("the wallets' ledger %s cannot be used; choose another file or remove it: %w", path, err)
	}
	old, err := os.Open(path)
	switch {
	case err == nil:
		err = errors.Join(st.load(old), old.Close())
	case errors.Is(err, os.ErrNotExist):
		err = nil
	}
	if err != nil {
		return nil, advise(err)
	}
	fresh := path + ".new"
	f, err := os.OpenFile(filepath.Clean(fresh), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, advise(err)
	}
	out := &file{f}
	err = st.each(out.append)
	if err == nil {
		err = f.Close()
	}
	if err == nil {
		err = os.Rename(fresh, path)
	}
	if err == nil {
		f, err = os.OpenFile(filepath.Clean(path), os.O_APPEND|os.O_WRONLY, 0o600)
	}
	if err != nil {
		return nil, advise(err)
	}
	return &file{f}, nil
}

func (l *file) append(kind string, v any) error {
	value, err := json.Marshal(v)
	if err != nil {
		return err
	}
	text, err := json.Marshal(line{kind, value})
	if err != nil {
		return err
	}
	_, err = l.f.Write(append(text, '\n'))
	return err
}

func (l *file) close() error {
	if l == nil {
		return nil
	}
	return l.f.Close()
}

// save keeps a change, where there is a file. The lock is held.
func (s *Server) save(kind string, v any) {
	if s.file == nil {
		return
	}
	if err := s.file.append(kind, v); err != nil {
		s.log.Error("gateway ledger", "error", err)
	}
}

// each calls f with every row.
func (st *state) each(f func(kind string, v any) error) error {
	return errors.Join(f("notify", &st.notify), eachRow("code", &st.codes, f), eachRow("payment", &st.payments, f), eachRow("refund", &st.refunds, f),
		eachRow("reply", &st.replies, f), eachRow("token", &st.tokens, f), eachRow("message", &st.messages, f), eachRow("batch", &st.batches, f))
}

func eachRow[T any](kind string, t *table[T], f func(string, any) error) error {
	for _, id := range t.ids {
		if err := f(kind, t.rows[id]); err != nil {
			return err
		}
	}
	return nil
}

// load reads the lines of a file. A last line that was cut off is left out.
func (st *state) load(r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	var broken error
	for n := 1; lines.Scan(); n++ {
		if broken != nil {
			return broken // it was not the last
		}
		if err := st.apply(lines.Bytes()); err != nil {
			broken = fmt.Errorf("line %d: %w", n, err)
		}
	}
	return lines.Err()
}

func (st *state) apply(text []byte) error {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return err
	}
	switch l.Kind {
	case "notify":
		return json.Unmarshal(l.Value, &st.notify)
	case "code":
		return loadRow(l.Value, &st.codes, func(c *Code) string {
			if _, known := st.codes.rows[c.ID]; !known {
				st.open = append(st.open, c.ID)
			}
			return c.ID
		})
	case "payment":
		return loadRow(l.Value, &st.payments, func(p *Payment) string { return p.System + p.ID })
	case "refund":
		return loadRow(l.Value, &st.refunds, func(r *Refund) string { return r.System + r.ID })
	case "reply":
		return loadRow(l.Value, &st.replies, func(r *reply) string { return r.Key })
	case "token":
		return loadRow(l.Value, &st.tokens, func(t *token) string { return t.Text })
	case "message":
		return loadRow(l.Value, &st.messages, func(d *Delivery) string { return d.ID })
	case "batch":
		return loadRow(l.Value, &st.batches, func(b *Batch) string { return b.ID })
	}
	return fmt.Errorf("%q is no kind of row", l.Kind)
}

func loadRow[T any](text []byte, t *table[T], id func(*T) string) error {
	row := new(T)
	if err := json.Unmarshal(text, row); err != nil {
		return err
	}
	t.put(id(row), row)
	return nil
}
