package reconcile

import (
	"encoding/binary"
	"hash/maphash"
	"strings"

	"paydesk/terminal/order"
)

const (
	// bucketCount is how many buckets each side has: 384 KB.
	bucketCount = 1 << 14
	// sliceLines is about how many lines are held at once where buckets differ.
	sliceLines = 1 << 15
)

// bucket is how many lines fell into it, and the sums of two hashes of each.
type bucket struct {
	n    int64
	sums [2]uint64
}

// side is what was read of one side.
type side struct{ buckets [bucketCount]bucket }

func newSide() *side { return &side{} }

// seeds key the hashes anew in each run: nobody can make lines that fit.
var seeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

// lineKey tells a transaction.
func lineKey(l order.BatchLine) string { return string(l.Shelf) + " " + strings.ToLower(l.GUID) }

// bucketOf is the bucket of a transaction.
func bucketOf(key string) int { return int(maphash.String(seeds[0], key) % bucketCount) }

// put counts a line.
func (s *side) put(l order.BatchLine) {
	key := lineKey(l)
	s.buckets[bucketOf(key)].put(key, l)
}

func (b *bucket) put(key string, l order.BatchLine) {
	data := make([]byte, 0, 96)
	data = append(append(append(data, key...), 0), l.Amount.Currency...)
	data = binary.LittleEndian.AppendUint64(data, uint64(l.Amount.Minor))
	b.n++
	for i, seed := range seeds {
		b.sums[i] += maphash.Bytes(seed, data)
	}
}

// apart are the buckets in which two sides differ, in slices of which each holds
// about sliceLines lines, and how many lines are in all others.
func apart(a, b *side) (slices [][]int, same int) {
	lines := 0
	for i := range a.buckets {
		one, two := &a.buckets[i], &b.buckets[i]
		if *one == *two {
			same += int(one.n)
			continue
		}
		n := int(one.n + two.n)
		if len(slices) == 0 || lines+n > sliceLines {
			slices, lines = append(slices, nil), 0
		}
		last := len(slices) - 1
		slices[last] = append(slices[last], i)
		lines += n
	}
	return slices, same
}
