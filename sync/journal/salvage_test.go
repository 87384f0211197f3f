package journal

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// wrecked makes a journal of n paid sales, closes it and returns its options.
func wrecked(t *testing.T, n int) (Options, Report) {
	t.Helper()
	j := open(t, signing(1))
	put(t, j, staff.Operator{ID: "op", Name: "Ann", PINHash: pinHash})
	for i := range n {
		j.opt.Clock.(*clock.Virtual).Advance(time.Second)
		a := attempt(fmt.Sprintf("N%05d", i), t0.Add(time.Duration(i)*time.Second))
		put(t, j, a, order.Order{ID: a.Order, Version: 1, State: order.Open, Amount: a.Asked, Created: t0})
		j.opt.Clock.(*clock.Virtual).Advance(time.Second)
		put(t, j, paid(a, "b"))
	}
	closeBatch(t, j, "B1")
	rep := verify(t, j)
	_ = j.Close()
	return same(j), rep
}

// alter changes the file of a closed journal.
func alter(t *testing.T, dir string, change func(data []byte) []byte) {
	t.Helper()
	path := filepath.Join(dir, fileName)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, change(data), 0o600); err != nil {
		t.Fatal(err)
	}
}

// pageOf is what the header of a database says, in bytes.
func pageOf(data []byte) int { return int(binary.BigEndian.Uint16(data[16:18])) }

func TestSalvageLeavesASoundJournalAlone(t *testing.T) {
	opt, rep := wrecked(t, 3)
	_, err := Salvage(context.Background(), opt)
	if err == nil || !strings.Contains(err.Error(), "nothing to salvage") {
		t.Errorf("got %v", err)
	}
	if got := verifyPath(t, opt.Dir); !strings.HasPrefix(got, fmt.Sprintf("%x", rep.Head)) {
		t.Errorf("it changed: %s", got)
	}
	j := open(t, func(o *Options) { *o = opt })
	if _, err := Salvage(context.Background(), opt); !errors.Is(err, ErrLocked) {
		t.Errorf("beside an open journal: %v", err)
	}
	_ = j.Close()
	if _, err := Salvage(context.Background(), Options{Dir: t.TempDir()}); err == nil || !strings.Contains(err.Error(), "There is no journal") {
		t.Errorf("without a journal: %v", err)
	}
}

// TestSalvage: what is before the damage is kept, up to the end of a commit,
// what is behind it is listed, and nothing is thrown away.
func TestSalvage(t *testing.T) {
	const sales = 40
	at := func(data []byte, mark string) int { return bytes.LastIndex(data, []byte(mark)) }
	for name, tt := range map[string]struct {
		damage func(data []byte) []byte
		// sale is the first sale that is not kept as paid, -1 for none.
		sale     int
		readable bool
	}{
		"an event changed": {func(d []byte) []byte { d[at(d, `"number":"N00020","order":"ON00020","version":2`)+11] ^= 1; return d }, 20, true},
		"a page of zeros": {func(d []byte) []byte {
			page := at(d, `"number":"N00020"`) / pageOf(d) * pageOf(d)
			clear(d[page : page+pageOf(d)])
			return d
		}, -2, true},
		"the root of the events": {func(d []byte) []byte { clear(d[2*pageOf(d) : 3*pageOf(d)]); return d }, -3, false},
		"an index alone":         {func(d []byte) []byte { d[at(d, "objects_open")] ^= 1; return d }, -3, false},
	} {
		opt, whole := wrecked(t, sales)
		alter(t, opt.Dir, tt.damage)
		damaged, err := os.ReadFile(filepath.Join(opt.Dir, fileName))
		if err != nil {
			t.Fatal(err)
		}
		p, err := Salvage(context.Background(), opt)
		if tt.sale == -3 {
			// Either all of it is had back, or there is a word on what to do.
			if err != nil && !strings.Contains(err.Error(), "paydesk journal restore") || err == nil && p.Events > whole.Events {
				t.Errorf("%s: %+v, %v", name, p, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if kept, err := os.ReadFile(filepath.Join(p.Aside, fileName)); err != nil || !bytes.Equal(kept, damaged) {
			t.Errorf("%s: the damaged file is not aside as it was: %v", name, err)
		}
		if p.Events+p.Lost != whole.Events || p.Lost == 0 || p.Readable > p.Lost || (p.Readable > 0) != tt.readable {
			t.Errorf("%s: %+v of %d events", name, p, whole.Events)
		}
		checkBehind(t, p)
		j := open(t, func(o *Options) { *o = opt })
		if rep := verify(t, j); !rep.Restored || !j.Restored() || j.Nonce() != p.Nonce || p.Nonce == "SEAL1" || len(rep.Nonces) != 2 {
			t.Errorf("%s: %+v", name, rep)
		}
		if tt.sale >= 0 {
			if a, err := j.Attempt(context.Background(), fmt.Sprintf("N%05d", tt.sale-1)); err != nil || a.State != order.Approved {
				t.Errorf("%s: the last sale before: %s, %v", name, a.State, err)
			}
			// The intent is whole, and so the host will be asked about it.
			if a, err := j.Attempt(context.Background(), fmt.Sprintf("N%05d", tt.sale)); err != nil || a.State != order.Sending {
				t.Errorf("%s: the sale that was hit: %s, %v", name, a.State, err)
			}
		}
		put(t, j, attempt("N-new", t0))
		closeBatch(t, j, "B2")
		verify(t, j)
		_ = j.Close()
	}
}

// checkBehind reads the file of what is behind the break.
func checkBehind(t *testing.T, p PutBack) {
	t.Helper()
	if p.Readable == 0 {
		return
	}
	data, err := os.ReadFile(p.Behind)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSpace(data), []byte("\n"))
	last := p.Events
	for _, line := range lines {
		var e exported
		if err := json.Unmarshal(line, &e); err != nil || e.Seq <= last {
			t.Errorf("line %s behind %d: %v", line, last, err)
		}
		last = e.Seq
	}
	if int64(len(lines)) != p.Readable || bytes.Contains(data, secret) {
		t.Errorf("%d lines of %d", len(lines), p.Readable)
	}
}

// TestSalvageDropsTheHalfOfACommit: where only the page behind says that there
// was more, the commit that the break falls into goes as a whole.
func TestSalvageDropsTheHalfOfACommit(t *testing.T) {
	j := open(t, signing(1))
	for i := range 3 {
		j.opt.Clock.(*clock.Virtual).Advance(time.Second)
		a := attempt(fmt.Sprintf("N%d", i), t0)
		put(t, j, a, order.Order{ID: a.Order, Version: 1, State: order.Open, Created: t0})
	}
	forge(t, j, `UPDATE events SET actor = 'x' WHERE subject = 'ON1'`) // the second of its commit
	_ = j.Close()
	p, err := Salvage(context.Background(), same(j))
	if err != nil || p.Events != 3 || p.Lost != 4 || p.Readable != 4 {
		t.Errorf("%+v, %v; want the created event and the first sale", p, err)
	}
}

// TestSalvageOfAForgedJournal: what a seal does not vouch for is not kept past
// that seal, however well it hangs together.
func TestSalvageOfAForgedJournal(t *testing.T) {
	for name, tt := range map[string]struct {
		forge string
		kept  int64
	}{
		"an amount before the first seal": {`UPDATE events SET object = CAST(replace(object, '1250', '1251') AS BLOB) WHERE seq = 2`, 2},
		"the second seal changed":         {`UPDATE events SET note = CAST(replace(note, '"seq":8', '"seq":7') AS BLOB) WHERE seq = 9`, 6},
		"the newest seal dropped":         {`DELETE FROM events WHERE seq = 9`, 6},
	} {
		j := open(t, signing(1))
		put(t, j, attempt("N1", t0)) // 2
		closeBatch(t, j, "B1")       // 3 to 5
		put(t, j, attempt("N2", t0)) // 6
		closeBatch(t, j, "B2")       // 7 to 9
		forge(t, j, tt.forge)
		rechain(t, j)
		_ = j.Close()
		p, err := Salvage(context.Background(), same(j))
		if err != nil || p.Events != tt.kept {
			t.Errorf("%s: %+v, %v; want %d events", name, p, err, tt.kept)
			continue
		}
		again := open(t, func(o *Options) { *o = same(j) })
		verify(t, again)
	}
}

// TestDamagedFiles: whatever becomes of the bytes, the start refuses or what it
// opens is right, and salvage makes of it a journal that holds or says why not.
func TestDamagedFiles(t *testing.T) {
	ctx := context.Background()
	opt, whole := wrecked(t, 30)
	data, err := os.ReadFile(filepath.Join(opt.Dir, fileName))
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	counts := map[string]int{}
	try := func(name string, damaged []byte) {
		opt := opt
		opt.Dir = t.TempDir()
		for file, data := range map[string][]byte{fileName: damaged, ballastName: {1}} {
			if err := os.WriteFile(filepath.Join(opt.Dir, file), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		j, err := Open(opt)
		if err == nil {
			// What start-up does not read, the full check does.
			rep, err := j.Verify(ctx)
			if err == nil && (rep.Events != whole.Events || !bytes.Equal(rep.Head, whole.Head)) {
				t.Errorf("%s: taken for whole: %+v", name, rep)
			}
			_ = j.Close()
			if err == nil {
				counts["harmless"]++
				return
			}
			counts["opened, found by the full check"]++
		} else {
			counts["refused"]++
		}
		p, err := Salvage(ctx, opt)
		if err != nil {
			var problem *Problem
			if !errors.As(err, &problem) {
				t.Errorf("%s: %v", name, err)
			}
			counts["not salvaged"]++
			return
		}
		if p.Events > whole.Events || p.Events == whole.Events && !bytes.Equal(p.Head, whole.Head) {
			t.Errorf("%s: salvaged %+v", name, p)
		}
		j, err = Open(opt)
		if err != nil {
			t.Errorf("%s: after the salvage: %v", name, err)
			return
		}
		verify(t, j)
		_ = j.Close()
		counts["salvaged"]++
	}
	for i := range 60 {
		damaged := bytes.Clone(data)
		bit := rnd.IntN(8 * len(data))
		damaged[bit/8] ^= 1 << (bit % 8)
		try(fmt.Sprintf("bit %d (%d)", bit, i), damaged)
	}
	for range 15 {
		n := rnd.IntN(len(data))
		try(fmt.Sprintf("cut to %d", n), data[:n:n])
	}
	try("empty", nil)
	try("a page short", data[:len(data)-pageOf(data)])
	t.Logf("of %d bytes: %v", len(data), counts)
	if counts["refused"] == 0 || counts["salvaged"] == 0 {
		t.Error("the damage did not reach what it should")
	}
}

// TestMissingLog: without its log the file is an older whole journal, or
// refused; nothing in between.
func TestMissingLog(t *testing.T) {
	j := open(t, signing(1))
	put(t, j, attempt("N1", t0))
	if _, err := j.conn.ExecContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	printed := fmt.Sprintf("%x", verify(t, j).Head)
	put(t, j, attempt("N2", t0))
	closeBatch(t, j, "B1")
	_, sealed, err := j.Head(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	opt := same(j)
	opt.Dir = t.TempDir()
	if err := copyFile(filepath.Join(opt.Dir, fileName), filepath.Join(j.Dir(), fileName)); err != nil {
		t.Fatal(err)
	}
	old := open(t, func(o *Options) { *o = opt })
	verify(t, old)
	// The printed heads tell what is missing.
	if _, err := old.Find(context.Background(), printed); err != nil {
		t.Errorf("the head from before: %v", err)
	}
	if _, err := old.Find(context.Background(), fmt.Sprintf("%x", sealed.Hash)); !errors.Is(err, order.ErrNotFound) {
		t.Errorf("the head that is gone: %v", err)
	}
}

// TestSalvageOfAKilledJournal: the newest events are in the log alone.
func TestSalvageOfAKilledJournal(t *testing.T) {
	j := open(t, signing(1))
	ctx := context.Background()
	put(t, j, attempt("N1", t0))
	if _, err := j.conn.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	j.opt.Clock.(*clock.Virtual).Advance(time.Second)
	put(t, j, attempt("N2", t0))
	want := verify(t, j)
	opt := same(j)
	opt.Dir = t.TempDir()
	if err := copyJournal(filepath.Join(opt.Dir, fileName), filepath.Join(j.Dir(), fileName)); err != nil {
		t.Fatal(err)
	}
	// An index loses its root, which the log does not have; the events are whole.
	var root int
	if err := j.conn.QueryRowContext(ctx, `SELECT rootpage FROM sqlite_schema WHERE name = 'objects_small'`).Scan(&root); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{fileName, fileName + "-wal"} {
		path := filepath.Join(opt.Dir, name)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if name == fileName {
			clear(data[(root-1)*pageOf(data) : root*pageOf(data)])
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, err := Salvage(ctx, opt)
	if err != nil {
		t.Fatal(err)
	}
	if p.Events != want.Events || !bytes.Equal(p.Head, want.Head) || p.Lost != 0 {
		t.Errorf("got %+v, want all %d events", p, want.Events)
	}
	if _, err := os.Stat(filepath.Join(p.Aside, fileName+"-wal")); err != nil {
		t.Errorf("the log is not aside: %v", err)
	}
}
