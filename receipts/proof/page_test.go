package proof_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/receipts/proof"
	"paydesk/terminal/money"
)

type (
	asked struct {
		Hashes     []string        `json:"hashes,omitempty"`
		Points     []string        `json:"points,omitempty"`
		Signatures []signature     `json:"signatures,omitempty"`
		Codes      []string        `json:"codes,omitempty"`
		Shop       json.RawMessage `json:"shop"`
	}
	signature struct {
		Key       string `json:"key"`
		Message   string `json:"message"`
		Signature string `json:"signature"`
	}
	answered struct {
		Hashes   []string `json:"hashes,omitempty"`
		Points   []bool   `json:"points"`
		Verified []bool   `json:"verified"`
		Checked  []struct {
			Result string `json:"result"`
			Said   *said  `json:"said"`
		} `json:"checked"`
		Words map[string][]string `json:"words"`
	}
	said struct {
		Kind     string `json:"kind"`
		Training bool   `json:"training"`
		Previous string `json:"previous"`
		Seconds  int64  `json:"seconds"`
		Minor    string `json:"minor"`
		Currency string `json:"currency"`
		ID       string `json:"id"`
		Tender   string `json:"tender"`
		Last4    string `json:"last4"`
	}
)

var data = regexp.MustCompile(`<script type="application/json" id="shop">(.*)</script>`)

func page(t *testing.T, keys ...ed25519.PublicKey) []byte {
	t.Helper()
	html, err := proof.Page(`Ann's "Corner" Shop </script> & Sons`, keys...)
	if err != nil {
		t.Fatal(err)
	}
	return html
}

// ask has the page's script answer in node.
func ask(t *testing.T, a asked, keys ...ed25519.PublicKey) (got answered) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed: install it to run the script of the page that checks receipts")
	}
	a.Shop = data.FindSubmatch(page(t, keys...))[1]
	in, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	run := exec.Command(node, "testdata/page_test.js", "page/page.js")
	run.Stdin, run.Stderr = bytes.NewReader(in), os.Stderr
	out, err := run.Output()
	if err == nil {
		err = json.Unmarshal(out, &got)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return got
}

func bin(digits string) []byte {
	b, err := hex.DecodeString(digits)
	if err != nil {
		return nil
	}
	return b
}

// The page's own SHA-512 at every length around its blocks.
func TestPageHashes(t *testing.T) {
	var a asked
	var want []string
	for n := range 300 {
		m := bytes.Repeat([]byte{byte(n), 0x80, 0xff}, n)[:n]
		sum := sha512.Sum512(m)
		a.Hashes, want = append(a.Hashes, hex.EncodeToString(m)), append(want, hex.EncodeToString(sum[:]))
	}
	if got := ask(t, a).Hashes; !slices.Equal(got, want) {
		t.Errorf("got %.200q", got)
	}
}

// rfc8032 are secret key, message and signature of section 7.1.
var rfc8032 = [][3]string{
	{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "",
		"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
	{"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "72",
		"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
	{"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "af82",
		"6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
	{"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
		"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
		"dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"},
}

// The page's own Ed25519: the vectors of RFC 8032, its refusals in section
// 5.1.7, and keys of small order, by which anything would seem signed.
func TestPageVerifies(t *testing.T) {
	var a asked
	var want []bool
	put := func(key, message, sig []byte, good bool) {
		a.Signatures = append(a.Signatures, signature{hex.EncodeToString(key), hex.EncodeToString(message), hex.EncodeToString(sig)})
		want = append(want, good)
	}
	for _, v := range rfc8032 {
		key, message, sig := ed25519.NewKeyFromSeed(bin(v[0])), bin(v[1]), bin(v[2])
		if !bytes.Equal(ed25519.Sign(key, message), sig) {
			t.Fatalf("the vector %.8s is written wrong", v[0])
		}
		public := key.Public().(ed25519.PublicKey)
		put(public, message, sig, true)
		put(public, append(bytes.Clone(message), 0), sig, false)
		put(public, message, plusOrder(sig), false)
		put(public, message, sig[:63], false)
		put(public[:31], message, sig, false)
		put(key[:32], message, sig, false)
		none := append(bytes.Clone(sig[:32]), make([]byte, 32)...)
		put(public, message, none, false)
	}
	// The points of order 1, 2, 4 and 8, and encodings of them that are not the
	// one; with S = 0 and R = 1 most would fit some message, the first any.
	one := append([]byte{1}, make([]byte, 63)...)
	for _, small := range []string{
		"0100000000000000000000000000000000000000000000000000000000000000",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0000000000000000000000000000000000000000000000000000000000000080",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
		"0100000000000000000000000000000000000000000000000000000000000080",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	} {
		for n := range 16 {
			put(bin(small), []byte{byte(n)}, one, false)
		}
	}
	if !ed25519.Verify(bin(a.Signatures[len(want)-12*16].Key), []byte{0}, one) {
		t.Error("the first key of small order is written wrong: the library takes it")
	}
	for n := range 20 { // keys and messages of all kinds
		message := bytes.Repeat([]byte{byte(n)}, 11*n)
		put(public(byte(n)), message, ed25519.Sign(key(byte(n)), message), true)
	}
	got := ask(t, a).Verified
	for i, s := range a.Signatures {
		if i >= len(got) || got[i] != want[i] {
			t.Errorf("%d: key %s, message %s, signature %s: want %v", i, s.Key, s.Message, s.Signature, want[i])
		}
	}
}

// A point has one encoding: with a coordinate below p, and no sign where there is
// none.
func TestPagePoints(t *testing.T) {
	var a asked
	var want []bool
	for n := range byte(20) {
		a.Points = append(a.Points, hex.EncodeToString(public(n)))
		want = append(want, true)
	}
	for low := 0xed; low <= 0xff; low++ { // from p to the largest number
		a.Points = append(a.Points, fmt.Sprintf("%02x", low)+strings.Repeat("ff", 30)+"7f")
		want = append(want, false)
	}
	a.Points = append(a.Points, "01"+strings.Repeat("00", 30)+"80", "ec"+strings.Repeat("ff", 31), "02"+strings.Repeat("00", 31))
	if got := ask(t, a).Points; !slices.Equal(got, append(want, false, false, false)) {
		t.Errorf("points: %v", got)
	}
}

// plusOrder adds the order of the group to S, which means the same and is
// refused.
func plusOrder(sig []byte) []byte {
	order := bin("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
	out, carry := bytes.Clone(sig), 0
	for i, v := range order {
		sum := int(out[32+i]) + int(v) + carry
		out[32+i], carry = byte(sum), sum>>8
	}
	return out
}

// The page reads what the terminal writes, of every kind.
func TestPageReads(t *testing.T) {
	kinds := map[[2]string]string{{"sale", ""}: "sale", {"sale", "hold"}: "hold", {"cash", ""}: "cash",
		{"cash-back", ""}: "cash-back", {"bill", ""}: "bill", {"follow", "void"}: "void", {"follow", "return"}: "return", {"follow", "capture"}: "capture"}
	var a asked
	var want []said
	put := func(s proof.Statement, kind string) {
		code := proof.Sign(key(2), s)
		for _, text := range []string{code, strings.ToLower(code), "https://shop.example/#" + code, code[:20] + "\r\n " + code[20:]} {
			a.Codes = append(a.Codes, text)
			want = append(want, said{kind, s.Training, hex.EncodeToString(s.Previous[:proof.PreviousLen]), s.At.Unix(),
				fmt.Sprint(s.Amount.Minor), string(s.Amount.Currency), s.ID, s.Tender, s.Last4})
		}
	}
	for kind, name := range kinds {
		s := sample()
		s.Document, s.Act = kind[0], kind[1]
		put(s, name)
	}
	s := sample()
	s.Amount, s.Tender, s.Last4, s.Training = money.New(1<<63-1, "KWD"), "Überweisung ₹", "", true
	put(s, "sale")
	s = sample()
	s.Amount.Minor, s.At = 0, time.Unix(0, 0)
	put(s, "sale")
	for i, got := range ask(t, a, public(1), public(2)).Checked {
		if got.Result != "genuine" || got.Said == nil || *got.Said != want[i] {
			t.Errorf("%q: %s, %+v; want %+v", a.Codes[i], got.Result, got.Said, want[i])
		}
	}
}

// One changed bit or letter fails in the page too.
func TestPageOneChange(t *testing.T) {
	code := proof.Sign(key(1), sample())
	b := bytesOf(code)
	var a asked
	for i := range 8 * len(b) {
		flipped := bytes.Clone(b)
		flipped[i/8] ^= 1 << (i % 8)
		a.Codes = append(a.Codes, codeOf(flipped))
	}
	for i := range code {
		a.Codes = append(a.Codes, code[:i]+"Z"+code[i+1:], code[:i]+code[i+1:], code[:i]+"B"+code[i:])
	}
	a.Codes = append(a.Codes, "", "PDR", code+"BB", code+code, code+".", strings.Repeat("PDR", 2000))
	for _, code := range misspelt() {
		a.Codes = append(a.Codes, code)
	}
	strangers := 0
	for i, got := range ask(t, a, public(1)).Checked {
		if got.Result == "genuine" || got.Said != nil {
			t.Errorf("%d: %q is genuine", i, a.Codes[i])
		}
		if got.Result == "stranger" {
			strangers++
		}
	}
	if strangers != 8*4 { // the bits of the key's name, and nothing else
		t.Errorf("%d are said to be another terminal's, want 32", strangers)
	}
	if got := ask(t, asked{Codes: []string{code}}, public(2)).Checked[0].Result; got != "stranger" {
		t.Errorf("of another terminal: %s", got)
	}
}

// Every language of the page has every word.
func TestPageWords(t *testing.T) {
	words := ask(t, asked{}).Words
	for _, lang := range []string{"en", "es", "fr", "de", "pt", "hi"} {
		if got := words[lang]; len(got) < 20 || !slices.Equal(got, words["en"]) {
			t.Errorf("%s has %q", lang, got)
		}
	}
}

// The page is one file that loads nothing, and has keys that can be read back.
func TestPageFile(t *testing.T) {
	html := page(t, public(1), public(2))
	for _, none := range []string{"{{", "http:", "https:", "src=", "href", "import", "fetch", "</script> & Sons"} {
		if bytes.Contains(html, []byte(none)) {
			t.Errorf("there is %q in the page", none)
		}
	}
	keys, err := proof.KeysOf(html)
	if err != nil || len(keys) != 2 || !keys[0].Equal(public(1)) || !keys[1].Equal(public(2)) {
		t.Errorf("keys %x, %v", keys, err)
	}
	for _, other := range [][]byte{nil, []byte("<html>"), page(t), bytes.ReplaceAll(html, []byte(hex.EncodeToString(public(1))), []byte("00"))} {
		if keys, err := proof.KeysOf(other); err == nil {
			t.Errorf("keys %x in %.30q", keys, other)
		}
	}
}

// A browser opens the file, takes the code behind the sign # and says so: its
// policy lets the script run, and nothing goes out.
func TestPageInBrowser(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed: install it to open the page that checks receipts")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "check.html")
	if err := os.WriteFile(file, page(t, public(1)), 0o600); err != nil {
		t.Fatal(err)
	}
	code := proof.Sign(key(1), sample())
	b := bytesOf(code)
	b[30] ^= 1
	for text, want := range map[string]string{code: `data-result="genuine"`, codeOf(b): `data-result="changed"`,
		proof.Sign(key(2), sample()): `data-result="stranger"`, "": `data-result="empty"`, "PDR": `data-result="form"`} {
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		run := exec.CommandContext(ctx, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
			"--user-data-dir="+filepath.Join(dir, "profile"), "--lang=en", "--dump-dom", "file://"+file+"#"+text)
		out, err := run.Output()
		stop()
		if err != nil || !bytes.Contains(out, []byte(want)) || bytes.Contains(out, []byte("<dd")) != (text == code) {
			t.Errorf("%.30q: %v, no %s in\n%s", text, err, want, regexp.MustCompile(`(?s)<section.*</section>`).Find(out))
		}
	}
}
