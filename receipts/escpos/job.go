package escpos

import (
	"bytes"
	"crypto/sha256"

	"paydesk/receipts/ink"
)

// Job is what is sent to the printer for one document. It depends on nothing
// that was printed before, save for the logo: a printer that keeps pictures
// need not be sent it with every slip.
//
// Whoever sends it asks a printer first whether it holds the picture (KeyList),
// if Key is not empty. To one that does not, it sends Store, and asks again.
type Job struct {
	// Key names the logo in the printer's memory: two printable letters, made
	// of the picture, so that another picture has another key. Empty: there is
	// no logo, or a printer of this profile keeps none.
	Key string
	// Store has the printer keep the logo under Key. It prints nothing. The
	// memory wears out with writing: it is for printers that do not hold it.
	Store []byte

	drawn    []byte
	pictures []span // where the logo is within drawn
}

type span struct{ from, to int }

// Bytes are the job for a printer that holds the logo, or for one that does not
// and is sent it as dots.
func (j Job) Bytes(held bool) []byte {
	if !held || j.Key == "" {
		return j.drawn
	}
	var out []byte
	at := 0
	for _, s := range j.pictures {
		out = append(out, j.drawn[at:s.from]...)
		out = append(out, 0x1D, 0x28, 0x4C, 0x06, 0x00, 0x30, 0x45, j.Key[0], j.Key[1], 0x01, 0x01)
		at = s.to
	}
	return append(out, j.drawn[at:]...)
}

// KeyList asks a printer which pictures it holds. It answers 37 72, a byte 40 or
// 41, the keys with two letters each, and 00; with 41 more blocks follow, each
// to be asked for with 06.
var KeyList = []byte{0x1D, 0x28, 0x4C, 0x04, 0x00, 0x30, 0x40, 0x4B, 0x43}

// key makes two printable letters of a picture.
func key(p *ink.Picture) string {
	sum := sha256.Sum256(append([]byte{byte(p.Width), byte(p.Width >> 8)}, p.Rows...))
	const first, letters = 0x20, 95
	n := (int(sum[0])<<16 | int(sum[1])<<8 | int(sum[2])) % (letters * letters)
	return string([]byte{byte(first + n/letters), byte(first + n%letters)})
}

// store is the command that defines a picture in the printer's memory. It is
// empty where the picture would need a longer form of it.
func store(key string, p *ink.Picture) []byte {
	const head, most = 11, 0xFFFF
	n := len(p.Rows) + head
	if n > most {
		return nil
	}
	out := []byte{0x1D, 0x28, 0x4C, byte(n), byte(n >> 8), 0x30, 0x43, 0x30, key[0], key[1], 0x01,
		byte(p.Width), byte(p.Width >> 8), byte(p.Height), byte(p.Height >> 8), 0x31}
	if realTime(out) {
		return nil
	}
	return append(out, harmless(bytes.Clone(p.Rows))...)
}

// realTime reports whether the printer would obey something in these bytes on
// the spot, wherever it stands: 10 04 status, 10 05 recovery, 10 14 drawer
// pulse or power off.
func realTime(data []byte) bool {
	for i := 0; i+1 < len(data); i++ {
		if next := data[i+1]; data[i] == 0x10 && (next == 0x04 || next == 0x05 || next == 0x14) {
			return true
		}
	}
	return false
}

// harmless blackens one more dot wherever image data would read as a real-time
// command, which printers obey even inside an image.
func harmless(data []byte) []byte {
	for i := range data {
		if i+1 < len(data) && realTime(data[i:i+2]) {
			data[i] = 0x18
		}
	}
	return data
}
