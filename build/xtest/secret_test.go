package xtest

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"paydesk/terminal/sandbox"
)

// amexCode is the security code of the tests' American Express card: one that
// is found nowhere by chance.
const amexCode = "9371"

// wholeCode is the code where it stands for itself.
var wholeCode = regexp.MustCompile(`(?:^|[^0-9A-Za-z.+/-])` + amexCode + `(?:[^0-9A-Za-z.+/-]|$)`)

// forms are the ways in which a card number could lie in a file.
func forms(number string) map[string][]byte {
	packed := number
	if len(packed)%2 == 1 {
		packed = "0" + packed
	}
	bcd, _ := hex.DecodeString(packed)
	tail, _ := hex.DecodeString((number + "F")[:len(number)+len(number)%2])
	all := map[string][]byte{
		"as text":        []byte(number),
		"in groups":      []byte(number[:4] + " " + number[4:8] + " " + number[8:12]),
		"with dashes":    []byte(number[:4] + "-" + number[4:8] + "-" + number[8:12]),
		"in hexadecimal": []byte(hex.EncodeToString([]byte(number))),
		"in UTF-16":      []byte(strings.Join(strings.Split(number, ""), "\x00")),
	}
	if !strings.Contains(number, "000000") { // else it is the bytes of many a small number
		all["as BCD"], all["as BCD, filled"] = bcd, tail
	}
	for i := range 3 { // whatever stands before it
		text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat(" ", i) + number))
		all[fmt.Sprintf("in base64, %d", i)] = []byte(strings.TrimRight(text, "=")[(i*8+5)/6 : len(number)*8/6-1])
	}
	return all
}

// leak says which card data is in data, or "".
func leak(data []byte) string {
	for _, card := range sandbox.Cards {
		for form, text := range forms(card.Number) {
			if bytes.Contains(data, text) {
				return fmt.Sprintf("the card number that ends in %s, %s", card.Number[len(card.Number)-4:], form)
			}
		}
	}
	if wholeCode.Match(data) {
		return "the security code"
	}
	return ""
}

// noCardData searches every file of the desk, and what its programs wrote
// beside them, for card numbers and the security code.
func (d *desk) noCardData() {
	d.t.Helper()
	files := 0
	err := filepath.WalkDir(filepath.Dir(d.dir), func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() { // a device would be waited for
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		if numbered := filepath.Ext(path) == ".pdf" || filepath.Base(path) == "journal.lock"; numbered {
			data = wholeCode.ReplaceAll(data, nil) // an offset in the file, or the number of a process
		}
		if found := leak(data); found != "" {
			d.t.Errorf("%s holds %s", path, found)
		}
		return nil
	})
	if err != nil {
		d.t.Error(err)
	}
	d.t.Logf("no card data in %d files", files)
}

// TestLeak: the search finds what it is there to find.
func TestLeak(t *testing.T) {
	for _, number := range []string{"4111111111111111", "371449635392376"} {
		for _, tt := range []struct {
			name string
			text string
		}{
			{"JSON", `{"CardNumber":"` + number + `"}`},
			{"groups", "card " + number[:4] + " " + number[4:8] + " " + number[8:12] + " " + number[12:]},
			{"hex", hex.EncodeToString([]byte("x" + number + "x"))},
			{"base64", base64.StdEncoding.EncodeToString([]byte(`{"CardNumber":"` + number + `"}`))},
			{"base64, shifted", base64.StdEncoding.EncodeToString([]byte(`{"CardNumber" :"` + number + `"}`))},
			{"base64, shifted twice", base64.StdEncoding.EncodeToString([]byte(`{"CardNumber"  :"` + number + `"}`))},
		} {
			if leak([]byte(tt.text)) == "" {
				t.Errorf("%s of %s was not seen", tt.name, number)
			}
		}
	}
	if leak([]byte(`"Cvv2":"9371"`)) == "" || leak([]byte("code 9371")) == "" {
		t.Error("the security code was not seen")
	}
	for _, harmless := range []string{"", "**** 1111", "a9371f", "19371", "0.9371", "4111-1111"} {
		if found := leak([]byte(harmless)); found != "" {
			t.Errorf("%q was taken for %s", harmless, found)
		}
	}
}
