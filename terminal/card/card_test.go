package card_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/card"
)

// Published test numbers of the schemes.
var testNumbers = []struct {
	number string
	brand  card.Brand
}{
	{"4111111111111111", card.Visa},
	{"4012000098765439", card.Visa},
	{"5499740000000057", card.Mastercard},
	{"2223000048400011", card.Mastercard},
	{"371449635392376", card.Amex},
	{"6011000993026909", card.Discover},
}

func newCard(t *testing.T, number string) *card.Card {
	t.Helper()
	cvv := "987"
	if card.Detect(number) == card.Amex {
		cvv = "9876"
	}
	c, err := card.New([]byte(number), []byte(cvv), card.Expiry{Year: 2031, Month: time.July}, "Ann Example")
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return c
}

func TestNewTakesPublishedNumbers(t *testing.T) {
	for _, tt := range testNumbers {
		c := newCard(t, tt.number)
		if got, want := c.Brand(), tt.brand; got != want {
			t.Errorf("%s: brand = %q, want %q", tt.number, got, want)
		}
		if got, want := c.Last4(), tt.number[len(tt.number)-4:]; got != want {
			t.Errorf("last4 = %q, want %q", got, want)
		}
		if got := string(c.PAN()); got != tt.number {
			t.Errorf("PAN = %q, want %q", got, tt.number)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	good := card.Expiry{Year: 2031, Month: time.July}
	tests := []struct {
		name, pan, cvv string
		expiry         card.Expiry
		holder         string
		field          card.Field
		code           card.Code
	}{
		{"luhn", "4111111111111112", "123", good, "", card.FieldNumber, card.CodeLuhn},
		{"spaces", "4111 1111 1111 1111", "123", good, "", card.FieldNumber, card.CodeDigits},
		{"short", "41111111111", "123", good, "", card.FieldNumber, card.CodeShort},
		{"empty", "", "123", good, "", card.FieldNumber, card.CodeMissing},
		{"code of another brand", "4111111111111111", "1234", good, "", card.FieldCVV, card.CodeLength},
		{"no month", "4111111111111111", "123", card.Expiry{Year: 2031}, "", card.FieldExpiry, card.CodeMonth},
		{"number as name", "4111111111111111", "123", good, "4111 1111 1111 1111", card.FieldHolder, card.CodeText},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pan := []byte(tt.pan)
			c, err := card.New(pan, []byte(tt.cvv), tt.expiry, tt.holder)
			var p *card.Problem
			if c != nil || !errors.As(err, &p) {
				t.Fatalf("New = %v, %v, want a *Problem", c, err)
			}
			if p.Field != tt.field || p.Code != tt.code {
				t.Errorf("problem = %s/%s, want %s/%s", p.Field, p.Code, tt.field, tt.code)
			}
			if p.Text == "" || (len(tt.pan) > 4 && strings.Contains(p.Text, tt.pan)) {
				t.Errorf("text = %q, want a sentence without the number", p.Text)
			}
			if string(pan) != tt.pan {
				t.Error("the number was changed on an error")
			}
		})
	}
}

func TestClearWipesTheOnlyCopy(t *testing.T) {
	pan, cvv := []byte("4111111111111111"), []byte("987")
	c, err := card.New(pan, cvv, card.Expiry{Year: 2031, Month: 7}, "Ann Example")
	if err != nil {
		t.Fatal(err)
	}
	c.Clear()
	c.Clear()
	(*card.Card)(nil).Clear()
	if !bytes.Equal(pan, make([]byte, len(pan))) || !bytes.Equal(cvv, make([]byte, len(cvv))) {
		t.Error("number or code still in memory after Clear")
	}
	if c.PAN() != nil || c.CVV() != nil || c.Holder() != "" || c.Expiry() != (card.Expiry{}) {
		t.Error("a cleared card still gives its data")
	}
	if got, want := c.String(), "Visa **** 1111"; got != want {
		t.Errorf("String = %q, want %q", got, want)
	}
}

// Every way in which a card could be shown gives brand and last four only.
func TestNothingShowsMore(t *testing.T) {
	c := newCard(t, "4012000098765439")
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("sale", "card", c, "value", *c)
	asJSON, err := json.Marshal(map[string]any{"card": c, "value": *c})
	if err != nil {
		t.Fatal(err)
	}
	type outer struct {
		Open   card.Card
		hidden card.Card
		ptr    *card.Card
	}
	in := outer{*c, *c, c}
	shown := []string{log.String(), string(asJSON), c.Masked()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T"} {
		shown = append(shown, fmt.Sprintf(verb, c), fmt.Sprintf(verb, *c), fmt.Sprintf(verb, in),
			fmt.Sprintf(verb, &in), fmt.Sprintf(verb, []*card.Card{c}), fmt.Sprintf(verb, []card.Card{*c}))
	}
	secrets := []string{"4012000", "0000987", "52 48 49", "34303132", "987 ", "[57 56 55]", "Ann", "2031"}
	for _, text := range shown {
		for _, s := range secrets {
			if strings.Contains(text, s) {
				t.Errorf("%q gives %q away", text, s)
			}
		}
	}
	if got, want := string(asJSON), `{"card":{"brand":"Visa","last4":"5439"},"value":{"brand":"Visa","last4":"5439"}}`; got != want {
		t.Errorf("JSON = %s, want %s", got, want)
	}
}
