package reportfile

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"
	"slices"

	"paydesk/receipts/proof"
	"paydesk/terminal/order"
)

// ErrCode: the text is no code of a report, or not all of one.
var ErrCode = errors.New("this is not the code of a report, or a part of it is missing")

// codePrefix is what the code of a report begins with, codeVersion its first byte.
const (
	codePrefix  = "PDH"
	codeVersion = 1
)

// The lengths of what a code holds behind version, event (an unsigned varint) and
// nonce (a byte of length and its text).
const (
	hashLen      = 32
	keyLen       = 32
	signatureLen = 64
	maxNonce     = 40
)

// Code is a signed place in the journal as text for the code on a report: short,
// and in letters that a scanner can type on any keyboard. It is "" for what is
// not signed.
func Code(h order.SignedHead) string {
	b, ok := encode(h)
	if !ok {
		return ""
	}
	return proof.Spell(codePrefix, b)
}

func encode(h order.SignedHead) ([]byte, bool) {
	if h.Seq < 1 || len(h.Nonce) > maxNonce {
		return nil, false
	}
	b := binary.AppendUvarint([]byte{codeVersion}, uint64(h.Seq))
	b = append(append(b, byte(len(h.Nonce))), h.Nonce...)
	for _, field := range []struct {
		digits string
		size   int
	}{{h.Hash, hashLen}, {h.Key, keyLen}, {h.Signature, signatureLen}} {
		raw, err := hex.DecodeString(field.digits)
		if err != nil || len(raw) != field.size {
			return nil, false
		}
		b = append(b, raw...)
	}
	return b, true
}

// ParseCode reads what Code wrote, as a person or a scanner copies it. It proves
// nothing: who reads it checks the signature, and whose key it is by. The error is
// ErrCode.
func ParseCode(text string) (order.SignedHead, error) {
	b, ok := proof.Unspell(codePrefix, text)
	if !ok || len(b) < 2 || b[0] != codeVersion {
		return order.SignedHead{}, ErrCode
	}
	seq, n := binary.Uvarint(b[1:])
	if n <= 0 || seq == 0 || seq > math.MaxInt64 {
		return order.SignedHead{}, ErrCode
	}
	rest := b[1+n:]
	if len(rest) == 0 || len(rest) != 1+int(rest[0])+hashLen+keyLen+signatureLen {
		return order.SignedHead{}, ErrCode
	}
	nonce, rest := rest[1:1+rest[0]], rest[1+rest[0]:]
	h := order.SignedHead{Nonce: string(nonce), Seq: int64(seq), Hash: hex.EncodeToString(rest[:hashLen]),
		Key: hex.EncodeToString(rest[hashLen : hashLen+keyLen]), Signature: hex.EncodeToString(rest[hashLen+keyLen:])}
	// One encoding: what reads the same in another way is no code.
	if again, ok := encode(h); !ok || !slices.Equal(again, b) {
		return order.SignedHead{}, ErrCode
	}
	return h, nil
}
