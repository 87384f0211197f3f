package sound

import (
	"context"
	"encoding/binary"
	"testing"

	"paydesk/app/look"
)

func TestKinds(t *testing.T) {
	for kind, want := range map[look.Kind][]note{
		look.KindApproved: good, look.KindDeclined: bad, look.KindNotCharged: bad, look.KindProblem: bad, look.KindMissing: bad,
		look.KindPart: unsure, look.KindReview: unsure, look.KindChecking: unsure, look.KindTakingBack: unsure, look.KindStored: unsure,
	} {
		if got := of(kind); &got[0] != &want[0] {
			t.Errorf("%s sounds like %v", kind, got)
		}
	}
}

// Each sound is short, begins and ends without a click, and is never cut off.
func TestSoundsAreCalm(t *testing.T) {
	for name, notes := range map[string][]note{"good": good, "bad": bad, "unsure": unsure} {
		pcm := samples(notes)
		if ms := len(pcm) * 1000 / rate; ms < 200 || ms > 800 {
			t.Errorf("%s is %d ms long", name, ms)
		}
		loudest, begins, step := 0, 0, 0
		for i, v := range pcm {
			loudest = max(loudest, int(v), -int(v))
			if i < rate/500 {
				begins = loudest // of the first two milliseconds
			}
			if i > 0 {
				step = max(step, int(v)-int(pcm[i-1]), int(pcm[i-1])-int(v))
			}
		}
		if first, last := pcm[0], pcm[len(pcm)-1]; first != 0 || last > 20 || last < -20 {
			t.Errorf("%s begins with %d and ends with %d", name, first, last)
		}
		if begins > loudest/3 {
			t.Errorf("%s begins with %d of %d", name, begins, loudest)
		}
		if loudest < 4000 || loudest > 16000 || step > 6000 {
			t.Errorf("%s: loudest %d, steepest step %d", name, loudest, step)
		}
	}
}

func TestWave(t *testing.T) {
	b := wave([]int16{1, -2, 3})
	if string(b[:4]) != "RIFF" || string(b[8:16]) != "WAVEfmt " || string(b[36:40]) != "data" || len(b) != 50 {
		t.Fatalf("% x", b)
	}
	for at, want := range map[int]uint32{4: 42, 16: 16, 24: rate, 28: 2 * rate, 40: 6} {
		if got := binary.LittleEndian.Uint32(b[at:]); got != want {
			t.Errorf("at %d: %d, want %d", at, got, want)
		}
	}
	if got := int16(binary.LittleEndian.Uint16(b[46:])); got != -2 {
		t.Errorf("the second sample is %d", got)
	}
}

// Play never waits for the sound, and plays one at a time.
func TestPlayReturnsAtOnce(t *testing.T) {
	began, end := make(chan int), make(chan struct{})
	p := &Player{play: func(_ context.Context, wav []byte) {
		began <- len(wav)
		<-end
	}}
	p.Play(t.Context(), look.KindApproved)
	if got := <-began; got < 1000 {
		t.Errorf("%d bytes are played", got)
	}
	for range 10 {
		p.Play(t.Context(), look.KindDeclined)
	}
	close(end)
	select {
	case <-began:
		t.Error("two sounds at once")
	default:
	}
}
