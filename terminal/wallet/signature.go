package wallet

import (
	"crypto/hmac"
	"encoding/hex"
	"hash"
)

// Signed reports whether signature is the HMAC of the text under the secret, in
// hexadecimal of any letter case. It takes equal time for all that are wrong
// (gateway notes, rule 11). An empty secret signs nothing.
func Signed(h func() hash.Hash, secret, text []byte, signature string) bool {
	got, err := hex.DecodeString(signature)
	if err != nil || len(secret) == 0 {
		return false
	}
	m := hmac.New(h, secret)
	m.Write(text)
	return hmac.Equal(got, m.Sum(nil))
}
