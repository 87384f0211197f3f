package xtest

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
)

// op is what a program did that can be seen from outside, in order.
type op struct {
	kind opKind
	path string
	to   string // the new name of a rename
	at   int64  // offset of a write, size of a truncation
	data []byte // of a write, and of what left the process
	// upTo is, of a sync, how many operations had been begun before it.
	upTo int
}

type opKind string

const (
	opCreate   opKind = "create"
	opWrite    opKind = "write"
	opTruncate opKind = "truncate"
	opRename   opKind = "rename"
	opUnlink   opKind = "unlink"
	opSync     opKind = "sync" // recorded when it returned
	opSent     opKind = "sent"
	opShown    opKind = "shown"
)

// recorder writes down what traced programs do.
type recorder struct{ ops []op }

// sector is what a disk writes at once.
const sector = 512

// node is a file: what of it is surely on the disk, and what may be.
type node struct {
	safe    []byte
	pending []pending
}

// pending is a write or truncation that no sync has covered yet.
type pending struct {
	op
	index int
}

// move is a change of a name that no sync has covered yet.
type move struct {
	op
	index int
	node  *node
}

// disk follows operations and knows what a power cut may leave of them.
//
// What it takes for granted of the machine: a sync that returned holds. Of
// everything else any part may be on the disk or not, sector by sector, in any
// order, torn ones among them; a file may have its old size or a new one.
// Names change in the order in which they were changed, as in file systems
// with a journal, and surely once the file or its folder was synced.
type disk struct {
	safe  map[string]*node // names that are surely on the disk
	now   map[string]*node // names as running programs see them
	moves []move
	seen  int // operations
}

func newDisk() *disk { return &disk{safe: map[string]*node{}, now: map[string]*node{}} }

// apply takes the next operation.
func (d *disk) apply(o op) {
	index := d.seen
	d.seen++
	n := d.now[o.path]
	switch o.kind {
	case opCreate:
		if n == nil {
			n = &node{}
			d.moves = append(d.moves, move{o, index, n})
		}
		d.now[o.path] = n
	case opWrite, opTruncate:
		if n != nil {
			n.pending = append(n.pending, pending{o, index})
		}
	case opUnlink, opRename:
		if n == nil {
			return
		}
		m := move{o, index, n}
		d.moves = append(d.moves, m)
		m.on(d.now)
	case opSync:
		d.sync(n, o)
	}
}

// sync puts on the disk what was asked for before it began.
func (d *disk) sync(n *node, o op) {
	if n != nil {
		for len(n.pending) > 0 && n.pending[0].index < o.upTo {
			n.safe = n.pending[0].on(n.safe)
			n.pending = n.pending[1:]
		}
	}
	about := func(path string) bool { return path == o.path || filepath.Dir(path) == o.path }
	for i := len(d.moves) - 1; i >= 0; i-- {
		if m := d.moves[i]; m.index < o.upTo && (about(m.path) || (m.to != "" && about(m.to))) {
			for _, m := range d.moves[:i+1] {
				m.on(d.safe)
			}
			d.moves = slices.Clone(d.moves[i+1:])
			return
		}
	}
}

func (m move) on(names map[string]*node) {
	switch m.kind {
	case opCreate:
		names[m.path] = m.node
	case opUnlink:
		delete(names, m.path)
	case opRename:
		delete(names, m.path)
		names[m.to] = m.node
	}
}

// on is the content after the operation.
func (o op) on(content []byte) []byte {
	if o.kind == opTruncate {
		return sized(content, o.at)
	}
	return put(content, o.at, o.data)
}

func put(content []byte, at int64, data []byte) []byte {
	if end := at + int64(len(data)); end > int64(len(content)) {
		content = sized(content, end)
	}
	copy(content[at:], data)
	return content
}

// sized cuts content off, or fills it up with zeros.
func sized(content []byte, size int64) []byte {
	if size <= int64(len(content)) {
		return content[:size:size]
	}
	return append(content, make([]byte, size-int64(len(content)))...)
}

// now is the content as running programs see it.
func (n *node) now() []byte {
	content := slices.Clone(n.safe)
	for _, p := range n.pending {
		content = p.on(content)
	}
	return content
}

// image is what one power cut leaves: contents by name.
func (d *disk) image(rnd *rand.Rand) map[string][]byte {
	names := maps.Clone(d.safe)
	for _, m := range d.moves[:rnd.IntN(len(d.moves)+1)] {
		m.on(names)
	}
	files := map[string][]byte{}
	for _, path := range slices.Sorted(maps.Keys(names)) {
		files[path] = names[path].left(rnd)
	}
	return files
}

// left is what a power cut leaves of a file. How much of what was not synced
// gets through differs from cut to cut, nothing and all among it.
func (n *node) left(rnd *rand.Rand) []byte {
	content := slices.Clone(n.safe)
	percent := []int{0, 10, 50, 90, 100}[rnd.IntN(5)]
	size := rnd.IntN(len(n.pending) + 1) // after which of the changes the size was written
	if percent == 100 {
		size = len(n.pending)
	}
	end, last := int64(len(content)), int64(len(content))
	for i, p := range n.pending {
		if p.kind == opTruncate {
			last = p.at
		} else {
			last = max(last, p.at+int64(len(p.data)))
		}
		if i < size {
			end = last
		}
	}
	for _, p := range n.pending {
		for _, piece := range pieces(p.op) {
			if rnd.IntN(100) >= percent {
				continue
			}
			if rnd.IntN(50) == 0 && len(piece.data) > 0 { // torn
				piece.data = piece.data[:rnd.IntN(len(piece.data))]
			}
			content = piece.on(content)
		}
	}
	return sized(content, end)
}

// pieces parts a write by sectors.
func pieces(o op) []op {
	if o.kind != opWrite {
		return []op{o}
	}
	var all []op
	for at, data := o.at, o.data; len(data) > 0; {
		n := min(int64(len(data)), sector-at%sector)
		all = append(all, op{kind: opWrite, at: at, data: data[:n]})
		at, data = at+n, data[n:]
	}
	return all
}

// TestDisk holds the model of the disk against cases that are known.
func TestDisk(t *testing.T) {
	old, fresh := bytes.Repeat([]byte{1}, 3*sector), bytes.Repeat([]byte{2}, 3*sector)
	begun := []op{{kind: opCreate, path: "/d/f"}, {kind: opWrite, path: "/d/f", data: old}, {kind: opSync, path: "/d/f", upTo: 2}}
	tests := []struct {
		name string
		ops  []op
		want []string // all contents that may be left, as a letter a sector; "-" for no file
	}{
		{"nothing synced", begun[:2], []string{"-", "", "...", "1..", "..1", "11.", ".11", "1.1", ".1.", "111"}},
		{"synced", begun, []string{"111"}},
		{"written over", append(slices.Clone(begun), op{kind: opWrite, path: "/d/f", data: fresh}),
			[]string{"111", "211", "121", "112", "221", "122", "212", "222"}},
		{"cut off", append(slices.Clone(begun), op{kind: opTruncate, path: "/d/f", at: sector}), []string{"111", "1", "1.."}},
		{"removed", append(slices.Clone(begun), op{kind: opUnlink, path: "/d/f"}), []string{"111", "-"}},
		{"removed, folder synced", append(slices.Clone(begun), op{kind: opUnlink, path: "/d/f"}, op{kind: opSync, path: "/d", upTo: 4}), []string{"-"}},
		{"a write behind the sync's begin", append(slices.Clone(begun[:1]), op{kind: opWrite, path: "/d/f", data: old[:sector]}, op{kind: opSync, path: "/d/f", upTo: 1}),
			[]string{"", "1", "."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDisk()
			for _, o := range tt.ops {
				d.apply(o)
			}
			rnd := rand.New(rand.NewPCG(1, 1))
			met := map[string]bool{}
			for range 3000 {
				content, there := d.image(rnd)["/d/f"]
				if !there {
					met["-"] = true
					continue
				}
				if s, whole := letters(content); whole {
					met[s] = true
				}
			}
			for s := range met {
				if !slices.Contains(tt.want, s) {
					t.Errorf("a cut left %q", s)
				}
			}
			for _, s := range tt.want {
				if !met[s] && s != "1.1" && s != ".1." && s != "1.." {
					t.Errorf("no cut left %q", s)
				}
			}
		})
	}
}

// letters writes a content as a letter a sector; torn ones have none.
func letters(content []byte) (string, bool) {
	var s []byte
	for part := range slices.Chunk(content, sector) {
		for _, b := range part {
			if b != part[0] {
				return "", false
			}
		}
		s = append(s, ".12"[part[0]])
	}
	return string(s), true
}
