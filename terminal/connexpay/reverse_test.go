package connexpay

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"paydesk/terminal/order"
)

// TestReverseByVoid: where the account has no timeout reversal, or the guid is
// known, what is found is voided. Only a void of that very row is believed.
func TestReverseByVoid(t *testing.T) {
	known, hold := asking(device, number), holding
	known.GUID, hold.GUID = saleGUID, holdGUID
	gone, shut := saleJSON(member{"effectiveAmount", "0"}), saleJSON(member{"batchStatus", `"Batch - Closed"`})
	heldRow := swap(saleJSON(), saleGUID, holdGUID)
	refusal := "422"
	sales, get := searchOf("Sales"), "sales/"+saleGUID
	tests := []struct {
		name    string
		offer   order.Offer
		q       order.CardRequest
		answers map[string]string
		want    order.ReversalAnswer
		voids   int
	}{
		{"found and voided", current, asking(device, number), map[string]string{sales: pageOf(saleJSON()), "void": voidOf}, order.ReversalDone, 1},
		{"nothing there", current, asking(device, number), map[string]string{sales: ""}, order.ReversalNothing, 0},
		{"void already", current, asking(device, number), map[string]string{sales: pageOf(gone)}, order.ReversalDone, 0},
		{"declined", current, asking(device, number), map[string]string{sales: pageOf(declinedJSON("D2012"))}, order.ReversalNothing, 0},
		{"settled", current, asking(device, number), map[string]string{sales: pageOf(shut)}, order.ReversalSettled, 0},
		{"not searched", current, asking(device, number), nil, order.ReversalNoAnswer, 0},
		{"search in trouble", current, asking(device, number), map[string]string{sales: "503"}, order.ReversalNoAnswer, 0},
		{"void refused", current, asking(device, number), map[string]string{sales: pageOf(saleJSON()), "void": refusal}, order.ReversalNoAnswer, 1},
		{"void declined", current, asking(device, number), map[string]string{sales: pageOf(saleJSON()), "void": swap(swap(voidOf, "Approved", "Declined"), "true", "false")}, order.ReversalNoAnswer, 1},
		{"void not processed", current, asking(device, number), map[string]string{sales: pageOf(saleJSON()), "void": swap(voidOf, "true", "false")}, order.ReversalNoAnswer, 1},
		{"void of another", current, asking(device, number), map[string]string{sales: pageOf(saleJSON()), "void": swap(voidOf, saleGUID, another)}, order.ReversalNoAnswer, 1},
		{"void of nothing", current, asking(device, number), map[string]string{sales: pageOf(saleJSON()), "void": swap(voidOf, "saleGuid", "x")}, order.ReversalNoAnswer, 1},
		{"void in trouble", current, asking(device, number), map[string]string{sales: pageOf(saleJSON()), "void": "500"}, order.ReversalNoAnswer, 1},
		{"one of two settled", current, asking(device, number), map[string]string{sales: pageOf(gone, swap(shut, saleGUID, another))}, order.ReversalSettled, 0},
		{"one of two undone", current, asking(device, number), map[string]string{sales: pageOf(saleJSON(), saleOf(another)), "void": voidOf}, order.ReversalNoAnswer, 2},

		{"known, read and voided", order.Offer{}, known, map[string]string{get: saleJSON(), "void": voidOf}, order.ReversalDone, 1},
		{"known, void already", order.Offer{}, known, map[string]string{get: gone}, order.ReversalDone, 0},
		{"known, settled", order.Offer{}, known, map[string]string{get: shut}, order.ReversalSettled, 0},
		{"known, not shown", order.Offer{}, known, map[string]string{"void": voidOf}, order.ReversalDone, 1},
		{"known, search lags", current, known, map[string]string{sales: "", "void": voidOf}, order.ReversalDone, 1},
		{"known, declined, by number then", order.Offer{}, known, map[string]string{get: declinedJSON("D2012"), "timeoutreversal": voided}, order.ReversalDone, 0},

		{"a hold", order.Offer{}, hold, map[string]string{"AuthOnlys/" + holdGUID: heldRow, "void": swap(swap(voidOf, "saleGuid", "authOnlyGuid"), saleGUID, holdGUID)}, order.ReversalDone, 1},
		{"a hold by its number", order.Offer{}, holding, map[string]string{"AuthOnlys": "", "timeoutreversal": voided}, order.ReversalDone, 0},
		{"no hold by its number", order.Offer{}, holding, map[string]string{"AuthOnlys": "", "timeoutreversal": notFound}, order.ReversalNothing, 0},
		{"a hold that cannot be looked for", current, holding, nil, order.ReversalNoAnswer, 0},
	}
	for _, tt := range tests {
		h := routed(t, tt.answers)
		if got := newClient(t, h.URL, offering(tt.offer)).Reverse(context.Background(), tt.q); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
		sent := h.to("void")
		if len(sent) != tt.voids {
			t.Errorf("%s: got %d voids, want %d", tt.name, len(sent), tt.voids)
		}
		for _, s := range sent {
			if strings.Contains(s.body, "Number") {
				t.Errorf("%s: the void carries the number of what it undoes: %s", tt.name, s.body)
			}
		}
	}
}

// TestReversePending: a void that is only accepted is not done yet.
func TestReversePending(t *testing.T) {
	h := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/void") {
			send(w, 202, js, voidOf)
			return
		}
		sendJSON(w, pageOf(saleJSON()))
	})
	if got := newClient(t, h.URL, offering(current)).Reverse(context.Background(), asking(device, number)); got != order.ReversalNoAnswer {
		t.Errorf("got %s", got)
	}
}

// TestWitness asks for the batch of every kind, in either dialect.
func TestWitness(t *testing.T) {
	open := order.BatchAnswer{Answered: true, GUID: "b-1"}
	shut := order.BatchAnswer{Answered: true, Closed: true, GUID: "b-1"}
	lost := order.BatchAnswer{}
	closed := saleJSON(member{"batchStatus", `"Batch - Closed"`})
	unnamed := shut
	unnamed.GUID = ""
	batched := func(row string) string { return with(row, `"batchGuid":"b-1","batchStatus":"Batch - Open"`) }
	viewless := order.Offer{Has: map[order.Feature]bool{order.FeatureBatchView: false}}
	tests := []struct {
		name    string
		offer   order.Offer
		act     order.Act
		guid    string
		answers map[string]string
		want    order.BatchAnswer
	}{
		{"return", order.Offer{}, order.Return, "r", map[string]string{"returns/r": batched(backOf)}, open},
		{"capture", order.Offer{}, order.Capture, "c", map[string]string{"Captures/c": batched(takeOf)}, open},
		{"void", order.Offer{}, order.Void, "v", map[string]string{"void/v": batched(voidOf)}, open},
		{"no totals", viewless, "", saleGUID, map[string]string{"sales/" + saleGUID: closed}, shut},
		{"a check has none", order.Offer{}, order.Check, "x", map[string]string{"Verify/x": batched(voidOf)}, lost},
		{"searched", current, "", saleGUID, map[string]string{searchOf("Sales"): pageOf(saleOf(another), saleJSON())}, open},
		{"searched, closed", current, "", saleGUID, map[string]string{searchOf("Sales"): pageOf(closed)}, shut},
		{"searched, no name", current, "", saleGUID, map[string]string{searchOf("Sales"): pageOf(swap(closed, "batchGuid", "x"))}, unnamed},
		{"searched, another", current, "", saleGUID, map[string]string{searchOf("Sales"): pageOf(saleOf(another))}, lost},
		{"searched, none", current, "", saleGUID, map[string]string{searchOf("Sales"): ""}, lost},
		{"searched return", current, order.Return, "r", map[string]string{searchOf("Returns"): pageOf(backOf)}, lost},
	}
	for _, tt := range tests {
		c := newClient(t, routed(t, tt.answers).URL, offering(tt.offer))
		same(t, tt.name, c.BatchOf(context.Background(), order.Witness{Act: tt.act, GUID: tt.guid, Number: number}), tt.want)
	}
}
