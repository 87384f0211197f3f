package xtest

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"paydesk/sync/journal"
	"paydesk/terminal/order"
)

// damage changes a file as a rotten disk does, and says how.
type damage struct {
	name string
	do   func(rnd *rand.Rand, data []byte) []byte
}

var damages = []damage{
	{"one bit", func(rnd *rand.Rand, data []byte) []byte {
		data[rnd.IntN(len(data))] ^= 1 << rnd.IntN(8)
		return data
	}},
	{"one byte", func(rnd *rand.Rand, data []byte) []byte {
		data[rnd.IntN(len(data))] ^= byte(1 + rnd.IntN(255))
		return data
	}},
	{"a sector of zeros", func(rnd *rand.Rand, data []byte) []byte {
		at := rnd.IntN(len(data)/sector+1) * sector
		clear(data[min(at, len(data)):min(at+sector, len(data))])
		return data
	}},
	{"cut off", func(rnd *rand.Rand, data []byte) []byte { return data[:rnd.IntN(len(data))] }},
}

// rotten is a journal on a disk that loses bits.
type rotten struct {
	files map[string][]byte // by name, undamaged
	reads string            // what is read of it, undamaged
	heads map[int64]string  // the hash of each event
}

// lookup is what the journal is asked in the course of a day.
func lookup(ctx context.Context, j *journal.Journal) (string, error) {
	text := ""
	q := order.Query{Limit: 500}
	for {
		page, err := j.Sales(ctx, q)
		if err != nil {
			return "", err
		}
		if len(page) == 0 {
			break
		}
		for _, a := range page {
			text += fmt.Sprintf("%+v\n", a)
		}
		q.Before = page[len(page)-1].Number
	}
	sum, err := j.OpenBatch(ctx)
	if err != nil {
		return "", err
	}
	open, err := j.Unfinished(ctx)
	if err != nil {
		return "", err
	}
	return text + fmt.Sprintf("%+v\n%+v\n%s", sum, open, j.Nonce()), nil
}

// newRotten makes a journal of some hundred sales. With a log its newest part
// is in the log, as after a crash; without, the program was closed.
func newRotten(t *testing.T, log bool) *rotten {
	t.Helper()
	dir := t.TempDir()
	j, err := journal.Open(journal.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if err := tradingDay(j, 300, func(order.Attempt) {}); err != nil {
		t.Fatal(err)
	}
	r := &rotten{files: map[string][]byte{}, heads: map[int64]string{}}
	if r.reads, err = lookup(context.Background(), j); err != nil {
		t.Fatal(err)
	}
	if r.heads, err = heads(filepath.Join(dir, "journal.db")); err != nil {
		t.Fatal(err)
	}
	names := []string{"journal.db", "journal.db-wal"}
	if !log {
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		names = names[:1]
	}
	for _, name := range names {
		if r.files[name], err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// heads reads the hash of each event.
func heads(path string) (map[int64]string, error) {
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.Query(`SELECT seq, hex(hash) FROM events`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[int64]string{}
	for rows.Next() {
		var seq int64
		var hash string
		if err := rows.Scan(&seq, &hash); err != nil {
			return nil, err
		}
		all[seq] = hash
	}
	return all, rows.Err()
}

// What becomes of a damaged journal.
const (
	refused  = "refused at the start"
	reported = "reported by the check"
	harmless = "harmless"
	// older: the newest events are gone, and nothing else is. A log that ends
	// early looks like that of a power cut; only the host's list and the seal
	// of a closed batch know better.
	older = "an older state, true as it is"
)

// open opens damaged files with the program's own code and says what became
// of them. early is what was read before the check found out.
func (r *rotten) open(dir string, files map[string][]byte) (fate string, early bool, err error) {
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			return "", false, err
		}
	}
	j, err := journal.Open(journal.Options{Dir: dir})
	if err != nil {
		return refused, false, nil
	}
	defer j.Close()
	ctx := context.Background()
	reads, readErr := lookup(ctx, j)
	report, err := j.Verify(ctx)
	switch {
	case err != nil:
		return reported, readErr == nil && reads != r.reads, nil
	case readErr != nil:
		return "", false, fmt.Errorf("the check passes, and reading fails: %w", readErr)
	case reads == r.reads:
		return harmless, false, nil
	case report.Events < int64(len(r.heads)) && r.heads[report.Events] == fmt.Sprintf("%X", report.Head):
		return older, false, nil
	}
	return "", false, fmt.Errorf("the check passes %d events, and what is read is wrong: %s", report.Events, differ(reads, r.reads))
}

// differ is the first line in which two texts differ.
func differ(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d of %d is %s, want %s", i, len(w), g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

// TestRottenDisk damages the journal's files at random: the damage is seen, or
// it changes nothing that is read. PAYDESK_FLIPS sets how often.
func TestRottenDisk(t *testing.T) {
	t.Parallel()
	flips := envInt("PAYDESK_FLIPS", 200)
	seed := uint64(envInt("PAYDESK_SEED", int(time.Now().UnixNano()&0xffffff)))
	rnd := rand.New(rand.NewPCG(seed, 5))
	t.Logf("seed %d", seed)
	for _, tt := range []struct {
		name string
		log  bool
		file string
	}{
		{"closed journal", false, "journal.db"},
		{"after a crash", true, "journal.db"},
		{"log after a crash", true, "journal.db-wal"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRotten(t, tt.log)
			fates := map[string]int{}
			early := 0
			for i := range flips / 3 {
				d := damages[rnd.IntN(len(damages))]
				files := maps.Clone(r.files)
				files[tt.file] = d.do(rnd, slices.Clone(files[tt.file]))
				dir := memoryDir(t)
				fate, wrong, err := r.open(dir, files)
				_ = os.RemoveAll(dir)
				if err != nil || (fate == older && tt.file != "journal.db-wal") {
					t.Errorf("seed %d, damage %d, %s: %s %v", seed, i, d.name, fate, err)
				}
				if wrong {
					early++
				}
				fates[d.name+" "+fate]++
			}
			for _, fate := range slices.Sorted(maps.Keys(fates)) {
				t.Logf("%4d × %s", fates[fate], fate)
			}
			t.Logf("%d times something wrong was read before the check", early)
		})
	}
}

// memoryDir is a folder in memory where the system has that.
func memoryDir(t testing.TB) string {
	t.Helper()
	parent := "/dev/shm"
	if st, err := os.Stat(parent); err != nil || !st.IsDir() {
		parent = ""
	}
	dir, err := os.MkdirTemp(parent, "paydesk-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}
