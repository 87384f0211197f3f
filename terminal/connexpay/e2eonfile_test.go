package connexpay_test

import (
	"context"
	"testing"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox"
)

// TestSandboxOnFile charges cards by what a sale, a hold, a check and a row
// that was found leave of them; a token of nobody's card is declined.
func TestSandboxOnFile(t *testing.T) {
	ctx := context.Background()
	bothDialects(t, func(d *counter) {
		asked := func(kind order.Kind, minor int64) order.CardRequest {
			return order.CardRequest{Kind: kind, Number: d.next(), Device: sandbox.DeviceGUID, Amount: money.New(minor, money.USD), Holder: "ADA LOVELACE"}
		}
		q, _, sale := d.charge(order.KindSale, 1000, sandbox.Approved)
		_, _, hold := d.charge(order.KindAuth, 1100, sandbox.Approved)
		check := d.c.Follow(ctx, order.FollowRequest{Act: order.Check, Number: d.next(), Device: sandbox.DeviceGUID}, d.card(sandbox.Approved))
		if sale.Token == "" || hold.Token != sale.Token || check.Token != sale.Token {
			d.Fatalf("one card is on file as %q, %q and %q", string(sale.Token), string(hold.Token), string(check.Token))
		}
		// Rows of the current dialect's search show no guid of a card.
		document := d.Name() == "TestSandboxOnFile/document"
		if found := d.c.Find(ctx, q); len(found.Hits) != 1 || (found.Hits[0].Token == sale.Token) != document {
			d.Errorf("a row that was found leaves %+v", found)
		}
		for i, kind := range []order.Kind{order.KindSale, order.KindAuth} {
			again := asked(kind, int64(2000+i))
			again.Token = sale.Token
			e := d.c.Charge(ctx, again, nil)
			a := order.Attempt{Number: again.Number, Kind: kind, Device: again.Device, Asked: again.Amount, State: order.Sending}
			if got := order.Classify(a, e); got.State != order.Approved || e.Token != sale.Token {
				d.Errorf("%q by token: %s, %+v", kind, got.State, e)
			}
		}
		// A card that is declined is declined by its token, too. Only an approved
		// answer's is kept, by the rules above this.
		_, _, poor := d.charge(order.KindSale, 1200, sandbox.Declined)
		for i, unknown := range []order.Token{poor.Token, "FfL7exC7Xe2y6624", "3fa85f64-5717-4562-b3fc-2c963f66afa6"} {
			again := asked(order.KindSale, int64(3000+i))
			again.Token = unknown
			if unknown.GUID() && document {
				continue // it is not sent
			}
			e := d.c.Charge(ctx, again, nil)
			a := order.Attempt{Number: again.Number, Device: again.Device, Asked: again.Amount, State: order.Sending}
			if got := order.Classify(a, e); got.State != order.Declined || i > 0 && e.Code != "D2039" {
				d.Errorf("token %d of nobody: %s, %+v", i, got.State, e)
			}
		}
	})
}
