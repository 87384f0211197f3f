package qr_test

import (
	"strings"
	"testing"

	"paydesk/receipts/qr"
)

func TestMatrix(t *testing.T) {
	m, err := qr.Encode("paydesk:sale:A7K2M-000000417-4")
	if err != nil {
		t.Fatal(err)
	}
	if len(m) != 29 {
		t.Errorf("got %d modules, want 29 (version 3 at level M)", len(m))
	}
	for y, row := range m {
		if len(row) != len(m) {
			t.Fatalf("row %d has %d modules, want a square", y, len(row))
		}
	}
	for i := range 7 {
		if !m[0][i] || !m[i][0] {
			t.Error("the finder pattern does not begin in the corner: is there a border?")
		}
	}
}

func TestSize(t *testing.T) {
	for _, n := range []int{1, 14, 15, 100, 500, 2000} {
		text := strings.Repeat("x", n)
		m, err := qr.Encode(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := qr.Size(text); err != nil || got != len(m) {
			t.Errorf("%d bytes: got %d modules, %v, want %d", n, got, err, len(m))
		}
	}
}

func TestRefuses(t *testing.T) {
	for _, text := range []string{"", strings.Repeat("x", 3000)} {
		if _, err := qr.Encode(text); err == nil {
			t.Errorf("got no error for %d bytes", len(text))
		}
		if _, err := qr.Size(text); err == nil {
			t.Errorf("got a size for %d bytes", len(text))
		}
	}
}
