package vault

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"paydesk/terminal/card"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func storedCard(t *testing.T, pan string) *card.Card {
	t.Helper()
	c, err := card.New([]byte(pan), []byte("1234")[:codeLen(pan)], card.Expiry{Year: 2031, Month: 2}, "Ada Example")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func codeLen(pan string) int {
	if pan[0] == '3' {
		return 4
	}
	return 3
}

func someStored() order.Stored {
	return order.Stored{ID: "S1", Order: "O1", Device: "dev", Key: "K1", Amount: money.New(2000, money.USD)}
}

func TestStoredCards(t *testing.T) {
	secrets := mustOpen(t, t.TempDir(), Training, options{})
	cards := NewCards(secrets)
	public, err := cards.NewKey("K1")
	if err != nil {
		t.Fatal(err)
	}
	var lengths []int
	for _, pan := range []string{"4111111111111111", "378282246310005", "6011111111111117"} {
		cd := storedCard(t, pan)
		sealed, err := cards.Seal(public, someStored(), cd)
		if err != nil {
			t.Fatal(err)
		}
		again, err := cards.Seal(public, someStored(), cd)
		if err != nil || bytes.Equal(sealed, again) {
			t.Errorf("sealed twice alike, %v", err)
		}
		if bytes.Contains(sealed, []byte(pan)) {
			t.Error("the number stands in what is sealed")
		}
		lengths = append(lengths, len(sealed))
		got, err := NewCards(secrets).Open(someStored(), sealed) // another program
		if err != nil {
			t.Fatal(err)
		}
		if string(got.PAN()) != pan || got.Expiry() != cd.Expiry() || len(got.CVV()) != 0 || got.Holder() != "" || got.Brand() != cd.Brand() {
			t.Errorf("opened as %v, %v, %q, %q", got.Brand(), got.Expiry(), got.CVV(), got.Holder())
		}
	}
	if lengths[0] != lengths[1] || lengths[0] != encLen+plainLen+16 {
		t.Errorf("lengths %v tell the number's", lengths)
	}
	cleared := storedCard(t, "4111111111111111")
	cleared.Clear()
	if _, err := cards.Seal(public, someStored(), cleared); err == nil {
		t.Error("a card that was cleared is sealed")
	}
	if _, err := cards.Seal(public[1:], someStored(), storedCard(t, "4111111111111111")); err == nil {
		t.Error("sealed with half a key")
	}
}

// TestStoredCardsStayClosed: what is not exactly what was sealed for exactly
// this sale does not open, and says so.
func TestStoredCardsStayClosed(t *testing.T) {
	secrets := mustOpen(t, t.TempDir(), Training, options{})
	cards := NewCards(secrets)
	public, err := cards.NewKey("K1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cards.NewKey("K2"); err != nil {
		t.Fatal(err)
	}
	sealed, err := cards.Seal(public, someStored(), storedCard(t, "4111111111111111"))
	if err != nil {
		t.Fatal(err)
	}
	closed := func(name string, s order.Stored, sealed []byte, want string) {
		t.Helper()
		c, err := cards.Open(s, sealed)
		if err == nil || c != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v", name, c, err)
		}
	}
	for name, change := range map[string]func(*order.Stored){
		"another sale":   func(s *order.Stored) { s.ID = "S2" },
		"another order":  func(s *order.Stored) { s.Order = "O2" },
		"another device": func(s *order.Stored) { s.Device = "other" },
		"another amount": func(s *order.Stored) { s.Amount.Minor++ },
		"euros":          func(s *order.Stored) { s.Amount.Currency = money.EUR },
		"moved border":   func(s *order.Stored) { s.ID, s.Key = "S", "1K1" },
		"another key":    func(s *order.Stored) { s.Key = "K2" },
	} {
		s := someStored()
		change(&s)
		want := "changed on the disk"
		if name == "moved border" {
			want = "no longer on this computer"
		}
		closed(name, s, sealed, want)
	}
	for n := range sealed {
		if n%97 == 0 || n > len(sealed)-20 {
			closed("cut", someStored(), sealed[:n], "changed on the disk")
			flipped := bytes.Clone(sealed)
			flipped[n] ^= 1
			closed("flipped", someStored(), flipped, "changed on the disk")
		}
	}
	if err := cards.DestroyKey("K1"); err != nil {
		t.Fatal(err)
	}
	closed("destroyed", someStored(), sealed, "no longer on this computer")
	if err := cards.DestroyKey("K1"); err != nil {
		t.Errorf("destroyed twice: %v", err)
	}
	if _, err := NewCards(brokenSecrets{}).NewKey("K"); !errors.Is(err, errBroken) {
		t.Errorf("a key that was not kept: %v", err)
	}
	_, err = NewCards(brokenSecrets{}).Open(someStored(), sealed)
	if !errors.Is(err, errBroken) || !strings.Contains(err.Error(), "unlock") {
		t.Errorf("keyring out of reach: %v", err)
	}
}

// TestLock: the private key is fetched anew behind it.
func TestLock(t *testing.T) {
	secrets := mustOpen(t, t.TempDir(), Training, options{})
	cards := NewCards(secrets)
	public, err := cards.NewKey("K1")
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := cards.Seal(public, someStored(), storedCard(t, "4111111111111111"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cards.Open(someStored(), sealed); err != nil {
		t.Fatal(err)
	}
	if err := secrets.Delete(keyName("K1")); err != nil {
		t.Fatal(err)
	}
	if _, err := cards.Open(someStored(), sealed); err != nil {
		t.Errorf("in use: %v", err)
	}
	cards.Lock()
	if _, err := cards.Open(someStored(), sealed); err == nil {
		t.Error("opened behind the lock")
	}
}

// FuzzOpenStored: no bytes on the disk make it fail otherwise than by an error.
func FuzzOpenStored(f *testing.F) {
	secrets, err := open(f.TempDir(), Training, nil, options{})
	if err != nil {
		f.Fatal(err)
	}
	cards := NewCards(secrets)
	public, err := cards.NewKey("K1")
	if err != nil {
		f.Fatal(err)
	}
	c, err := card.New([]byte("4111111111111111"), nil, card.Expiry{Year: 2031, Month: 2}, "")
	if err != nil {
		f.Fatal(err)
	}
	good, err := cards.Seal(public, someStored(), c)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:encLen])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, sealed []byte) {
		if _, err := cards.Open(someStored(), sealed); err == nil && !bytes.Equal(sealed, good) {
			t.Error("something else opens")
		}
	})
}

func BenchmarkSealStored(b *testing.B) {
	secrets, err := open(b.TempDir(), Training, nil, options{})
	if err != nil {
		b.Fatal(err)
	}
	cards := NewCards(secrets)
	public, err := cards.NewKey("K1")
	if err != nil {
		b.Fatal(err)
	}
	c, err := card.New([]byte("4111111111111111"), nil, card.Expiry{Year: 2031, Month: 2}, "")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		sealed, err := cards.Seal(public, someStored(), c)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := cards.Open(someStored(), sealed); err != nil {
			b.Fatal(err)
		}
	}
}
