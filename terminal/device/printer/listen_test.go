package printer

import (
	"bytes"
	"slices"
	"testing"
)

func TestEarsTellAnswersApart(t *testing.T) {
	tests := []struct {
		name   string
		blocks bool
		bytes  []byte
		want   []said
	}{
		{"flow", false, []byte{0x13, 0x11}, []said{stop, goOn}},
		{"real time", false, []byte{0x12, 0x16, 0x1E, 0x7E, 0x72}, []said{answered, answered, answered, answered, answered}},
		{"report", false, []byte{0x14, 0x00, 0x00, 0x0F}, []said{nothing, nothing, nothing, automatic}},
		{"XOFF within a report", false, []byte{0x14, 0x00, 0x13, 0x00, 0x0F}, []said{nothing, nothing, stop, nothing, automatic}},
		{"torn report before an answer", false, []byte{0x14, 0x00, 0x16, 0x00}, []said{nothing, nothing, answered, inOrder}},
		{"report between question and answer", false, []byte{0x1C, 0x00, 0x0C, 0x0F, 0x1E}, []said{nothing, nothing, nothing, automatic, answered}},
		{"proof behind a report", false, []byte{0x10, 0, 0, 0, 0}, []said{nothing, nothing, nothing, automatic, inOrder}},
		{"text not asked for", false, []byte{0x5F, 0x52}, []said{noise, answered}},
		{"text", true, []byte{0x5F, 'R', '2', 0x00, 0x12}, []said{nothing, nothing, nothing, block, answered}},
		{"garbage", false, []byte{0xFE, 0x80, 0xFF}, []said{noise, noise, noise}},
	}
	for _, tt := range tests {
		e := ears{blocks: tt.blocks}
		var got []said
		for _, b := range tt.bytes {
			got = append(got, e.hear(b))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestAutomaticReport(t *testing.T) {
	tests := []struct {
		report [4]byte
		want   string
		low    bool
		drawer Drawer
	}{
		{[4]byte{0x10}, "", false, DrawerClosed},
		{[4]byte{0x14}, "", false, DrawerOpen},
		{[4]byte{0x38, 0, 0, 0}, "The cover of the receipt printer is open. Close it.", false, DrawerClosed},
		{[4]byte{0x18, 0, 0x0C, 0}, "The receipt printer is out of paper. Put in a new roll.", false, DrawerClosed},
		{[4]byte{0x10, 0, 0x03, 0}, "", true, DrawerClosed},
		{[4]byte{0x18, 0x08, 0, 0}, "The cutter of the receipt printer is stuck. Switch the printer off, clear the cutter, then switch it on.", false, DrawerClosed},
	}
	for _, tt := range tests {
		r := ofAutomatic(tt.report)
		if r.trouble() != tt.want || r.low() != tt.low || r.drawer(false) != tt.drawer || r.drawer(true) == tt.drawer {
			t.Errorf("% X: %q, low %v, drawer %s", tt.report, r.trouble(), r.low(), r.drawer(false))
		}
	}
}

// FuzzEars: whatever comes, what is kept stays small, and an answer that nothing
// is open for is always heard.
func FuzzEars(f *testing.F) {
	f.Add([]byte{0x5F, 'E', 0x00}, true)
	f.Add([]byte{0x14, 0x13, 0x00, 0x16}, false)
	f.Fuzz(func(t *testing.T, data []byte, blocks bool) {
		e := ears{blocks: blocks}
		for _, b := range data {
			e.hear(b)
			if len(e.text) > longestBlock+1 {
				t.Fatal("a block without an end is kept for ever")
			}
		}
		e.blocks, e.open = false, false
		if got := e.hear(0x16); got != answered {
			t.Errorf("after % X an answer is %v", data, got)
		}
	})
}

func TestPiecesEndBetweenCommands(t *testing.T) {
	picture := append([]byte{0x1D, 0x76, 0x30, 0x00, 0x48, 0x00, 0x20, 0x00}, bytes.Repeat([]byte{0x0A}, 72*32)...)
	code := append([]byte{0x1D, 0x28, 0x6B, 0x23, 0x00, 0x31, 0x50, 0x30}, bytes.Repeat([]byte{0x1D}, 32)...)
	bars := append([]byte{0x1D, 0x6B, 0x49, 0x10}, bytes.Repeat([]byte{0x1B}, 16)...)
	lines := bytes.Repeat([]byte("\x1bE\x01A line of the receipt\n"), 4)
	cut := []byte{0x1D, 0x56, 0x42, 0x18}
	commands := [][]byte{lines, picture, code, bars, picture, {0x1B, 0x70, 0, 0x19, 0xFA}, lines, cut}
	job := slices.Concat(commands...)
	got := pieces(job, 64)
	if !bytes.Equal(slices.Concat(got...), job) {
		t.Fatal("something is lost")
	}
	ends := map[int]bool{}
	for at := 0; at < len(job); {
		at += length(job[at:])
		ends[at] = true
	}
	at := 0
	for _, p := range got {
		if at += len(p); !ends[at] {
			t.Errorf("a piece ends at %d, within a command", at)
		}
	}
	if len(got) != 5 || longest(job) != len(picture) {
		t.Errorf("%d pieces, the longest command of %d bytes", len(got), longest(job))
	}
	if got := pieces([]byte{0x1B, 0x99, 1, 2, 3}, 1); len(got) != 1 {
		t.Errorf("an unknown command is parted: % X", got)
	}
}

// FuzzPieces: nothing is lost or changed, and no piece is empty.
func FuzzPieces(f *testing.F) {
	f.Add([]byte("\x1b@A\nB\n\x1dVB\x18"), 2)
	f.Add([]byte{0x1D, 0x38, 0x4C, 0xFF, 0xFF, 0xFF, 0xFF}, 1)
	f.Fuzz(func(t *testing.T, job []byte, size int) {
		got := pieces(job, size)
		if !bytes.Equal(slices.Concat(got...), job) {
			t.Errorf("got % X of % X", got, job)
		}
		if n := longest(job); n < 0 || n > len(job) {
			t.Errorf("longest command %d of %d bytes", n, len(job))
		}
	})
}
