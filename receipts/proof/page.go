package proof

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	_ "embed" // the page, its style and its script
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"

	"paydesk/terminal/money"
)

var (
	//go:embed page/page.html
	pageHTML string
	//go:embed page/page.css
	pageStyle string
	//go:embed page/page.js
	pageScript string
)

// shop is what a page knows of whose receipts it checks.
type shop struct {
	Name string    `json:"name"`
	Keys []pageKey `json:"keys"`
	// Decimals are those of the currencies that do not have two.
	Decimals map[string]int `json:"decimals"`
}

type pageKey struct {
	ID  string `json:"id"` // as codes name it
	Key string `json:"key"`
}

// Data stands in a page between these.
const (
	dataBegins = `<script type="application/json" id="shop">`
	dataEnds   = `</script>`
)

// Page makes the page with which anybody checks the receipts of a shop: one
// file that asks nobody, and does nothing but read a code and verify it against
// the keys in it. Its policy lets it load and run nothing else.
func Page(name string, keys ...ed25519.PublicKey) ([]byte, error) {
	s := shop{Name: name, Keys: []pageKey{}, Decimals: map[string]int{}}
	for _, key := range keys {
		id := IDOf(key)
		s.Keys = append(s.Keys, pageKey{ID: hex.EncodeToString(id[:]), Key: hex.EncodeToString(key)})
	}
	for _, code := range money.Currencies() {
		if d := money.Currency(code).Decimals(); d != 2 {
			s.Decimals[code] = d
		}
	}
	data, err := json.Marshal(s) // it escapes what would end the element
	if err != nil {
		return nil, err
	}
	return []byte(strings.NewReplacer("{{style hash}}", hashOf(pageStyle), "{{script hash}}", hashOf(pageScript),
		"{{style}}", pageStyle, "{{script}}", pageScript, "{{shop}}", string(data)).Replace(pageHTML)), nil
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// KeysOf reads the keys of a page that Page made.
func KeysOf(page []byte) ([]ed25519.PublicKey, error) {
	_, rest, _ := bytes.Cut(page, []byte(dataBegins))
	data, _, _ := bytes.Cut(rest, []byte(dataEnds))
	var s shop
	if err := json.Unmarshal(data, &s); err != nil || len(s.Keys) == 0 {
		return nil, errors.New("this file is no page that checks receipts: write one with paydesk receipt page")
	}
	var keys []ed25519.PublicKey
	for _, k := range s.Keys {
		key, err := hex.DecodeString(k.Key)
		if err != nil || len(key) != ed25519.PublicKeySize {
			return nil, errors.New("a key in this page cannot be read: take the page from where the shop put it")
		}
		keys = append(keys, key)
	}
	return keys, nil
}
