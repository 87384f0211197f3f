package engine

import (
	"strings"
	"testing"

	"paydesk/terminal/order"
)

// What is kept of a note or a reason has no card number in it, whoever sends it.
func TestNotesHaveNoCardNumber(t *testing.T) {
	for _, c := range []Charge{
		{Note: "4111111111111111"},
		{Note: strings.Repeat("x", 44) + " 4111111111111111"},
		{Bill: &order.Bill{Note: "4111 1111 1111 1111"}},
	} {
		if got := c.note(); strings.Contains(got, "41") || len(got) > 50 {
			t.Errorf("%+v is kept as %q", c, got)
		}
	}
	if got := shorten("ticket 2026112100012345", 100); got != "ticket 2026112100012345" {
		t.Errorf("%q", got)
	}
}
