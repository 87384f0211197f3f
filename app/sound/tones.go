// Package sound is for the short, calm sound that tells an outcome to somebody
// who looks at the customer and not at the screen. The sounds are computed, so
// no file has to be shipped, and played by what the system has for it. Nothing
// ever waits for a sound, and without a player the terminal is silent.
package sound

import (
	"encoding/binary"
	"math"

	"paydesk/app/look"
)

// rate is samples a second, of 16 bits and one channel.
const rate = 22050

// note is one tone: its pitch in hertz, when it begins and how long it rings,
// in milliseconds.
type note struct{ pitch, at, rings int }

// The sounds differ in direction and in rhythm, not only in pitch: upwards it
// went well, downwards it did not, and two of the same ask for a look.
var (
	good   = []note{{659, 0, 260}, {880, 110, 420}}
	bad    = []note{{440, 0, 300}, {330, 160, 460}}
	unsure = []note{{523, 0, 200}, {523, 280, 320}}
)

// of is the sound of a kind of outcome.
func of(k look.Kind) []note {
	switch k {
	case look.KindApproved:
		return good
	case look.KindDeclined, look.KindNotCharged, look.KindProblem, look.KindReturned, look.KindMissing:
		return bad
	}
	return unsure
}

// samples mixes notes: sines with a little of the octave, which begin softly
// and die away, so that nothing clicks.
func samples(notes []note) []int16 {
	end := 0
	for _, n := range notes {
		end = max(end, n.at+n.rings)
	}
	mixed := make([]float64, end*rate/1000)
	for _, n := range notes {
		first, count := n.at*rate/1000, n.rings*rate/1000
		for i := range count {
			t := float64(i) / rate
			turn := 2 * math.Pi * float64(n.pitch) * t
			left := float64(count-i) / float64(count)
			loud := min(1, t/0.012) * left * left
			mixed[first+i] += loud * (math.Sin(turn) + 0.2*math.Sin(2*turn))
		}
	}
	out := make([]int16, len(mixed))
	for i, v := range mixed {
		out[i] = int16(v * 0.22 * math.MaxInt16)
	}
	return out
}

// wave is samples as a WAV file.
func wave(pcm []int16) []byte {
	const head = 44
	size := uint32(2 * len(pcm))
	b := make([]byte, 0, head+2*len(pcm))
	b = append(b, "RIFF"...)
	b = binary.LittleEndian.AppendUint32(b, head-8+size)
	b = append(b, "WAVEfmt "...)
	b = binary.LittleEndian.AppendUint32(b, 16)
	b = binary.LittleEndian.AppendUint16(b, 1) // PCM
	b = binary.LittleEndian.AppendUint16(b, 1)
	b = binary.LittleEndian.AppendUint32(b, rate)
	b = binary.LittleEndian.AppendUint32(b, 2*rate)
	b = binary.LittleEndian.AppendUint16(b, 2)
	b = binary.LittleEndian.AppendUint16(b, 16)
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, size)
	for _, v := range pcm {
		b = binary.LittleEndian.AppendUint16(b, uint16(v))
	}
	return b
}
