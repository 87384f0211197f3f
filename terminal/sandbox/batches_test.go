package sandbox

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestReversal(t *testing.T) {
	b := newBench(t, Options{})
	const found = `"Device Guid and Sequence Number combination found and voided."`
	const absent = `{"message":"Device Guid and Sequence Number combination not found."}`
	b.want(200, "POST", "sales", saleBody("4111111111111111", "5", "a"))
	b.want(200, "POST", "sales", saleBody("4000000000009995", "5", "declined"))
	_, _, _ = b.do("POST", "sales", saleBody(cardFor(AnswerLost), "5", "lost")) // has no answer
	if got := b.charged(); got != 2 {
		t.Fatalf("charged: got %d, want 2", got)
	}
	for _, number := range []string{"a", "a", "lost", "lost"} {
		if got := b.want(200, "POST", "TimeoutReversal", reversalBody(number)); got != found {
			t.Errorf("%s: got %s, want %s", number, got, found)
		}
	}
	for _, number := range []string{"declined", "never", "A"} {
		if got := b.want(422, "POST", "timeoutreversal", reversalBody(number)); got != absent {
			t.Errorf("%s: got %s, want %s", number, got, absent)
		}
	}
	b.want(400, "POST", "timeoutreversal", deviceBody())
	b.want(400, "POST", "timeoutreversal", strings.Replace(reversalBody("a"), DeviceGUID, "x", 1))
	b.want(422, "POST", "timeoutreversal", strings.Replace(reversalBody("a"), DeviceGUID, SecondDeviceGUID, 1))
	voids := 0
	for _, r := range b.rows() {
		if r.Kind == kindVoid {
			voids++
		}
	}
	if got := b.charged(); got != 0 || voids != 2 {
		t.Errorf("charged and voids: got %d and %d, want 0 and 2", got, voids)
	}
}

// TestReversalTakesTheNewest: a number that was used again after its window
// leads to its last sale, and never to the one before.
func TestReversalTakesTheNewest(t *testing.T) {
	b := newBench(t, Options{})
	b.want(200, "POST", "sales", saleBody("4111111111111111", "5", "a"))
	b.clock.Advance(time.Hour)
	b.want(200, "POST", "sales", saleBody("4111111111111111", "6", "a"))
	b.want(200, "POST", "timeoutreversal", reversalBody("a"))
	b.want(200, "POST", "timeoutreversal", reversalBody("a"))
	rows := b.rows()
	if got, want := fmt.Sprint(len(rows), rows[0].EffectiveAmount, rows[1].EffectiveAmount), "3 USD 5.00 USD 0.00"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestBatchClose(t *testing.T) {
	b := newBench(t, Options{})
	if got, want := b.want(422, "POST", "Batches/close", deviceBody()), `{"message":"No open batch"}`; got != want {
		t.Errorf("nothing open: got %s, want %s", got, want)
	}
	b.want(200, "POST", "sales", saleBody("4111111111111111", "10.25", "a"))
	b.want(200, "POST", "sales", saleBody("371449635392376", "20", "b"))
	b.want(200, "POST", "sales", saleBody(cardFor(PartlyApproved), "5.01", "half"))
	b.want(200, "POST", "sales", saleBody(cardFor(Declined), "40", "no"))
	b.want(200, "POST", "sales", saleBody(cardFor(CreatedLocal), "40", "local"))
	b.want(200, "POST", "timeoutreversal", reversalBody("local"))
	voided := fields(t, b.want(200, "POST", "sales", saleBody("4111111111111111", "80", "gone")))
	b.want(200, "POST", "timeoutreversal", reversalBody("gone"))

	rows := b.want(200, "GET", "Batches/"+voided["batchGuid"].(string)+"/Transactions", "")
	for part, want := range map[string]int{`"Sale"`: 3, `"Void"`: 1, `"amount":80`: 1, `"amount":2.5}`: 1} {
		if got := strings.Count(rows, part); got != want {
			t.Errorf("%s in the batch: got %d, want %d\n%s", part, got, want, rows)
		}
	}
	closed := fields(t, b.want(200, "POST", "Batches/close", deviceBody()))
	info := closed["batchInfo"].(map[string]any)
	if got, want := words(closed["status"], info["saleCount"], info["saleAmount"], info["returnCount"], info["returnAmount"]), "PASS 3 32.75 0 0"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	b.want(422, "POST", "Batches/close", deviceBody())
	s := fields(t, b.want(200, "GET", "sales/"+voided["guid"].(string), ""))
	if got, want := s["batchStatus"], "Batch - Closed"; got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	b.want(200, "POST", "timeoutreversal", reversalBody("gone")) // voided in time: still so
	next := fields(t, b.want(200, "POST", "sales", saleBody("4111111111111111", "1", "c")))
	if next["batchGuid"] == closed["guid"] || next["batchStatus"] != "Batch - Open" {
		t.Errorf("the sale after a close is in batch %v, %v", next["batchGuid"], next["batchStatus"])
	}
}

func TestBatchSearchDates(t *testing.T) {
	b := newBench(t, Options{})
	for i := range 2 {
		b.want(200, "POST", "sales", saleBody("4111111111111111", "5", fmt.Sprint(i)))
		b.want(200, "POST", "Batches/close", deviceBody())
	}
	tests := []struct {
		from, to string
		status   int
	}{
		{"1/1/1900", "12/31/2018", 200},
		{"1/1/1900", "1/1/9999", 200},
		{"2018-09-10", "2018-09-10", 200},
		{"2018-09-10T13:36:13", "2018-09-10T13:36:14", 200},
		{"2018-09-11", "2018-09-12", 204},
		{"2018-09-01", "2018-09-09", 204},
		{"yesterday", "2018-09-10", 400},
		{"2018-09-10", "", 400},
	}
	for _, tt := range tests {
		t.Run(tt.from+" to "+tt.to, func(t *testing.T) {
			body := fmt.Sprintf(`{"deviceGuid":%q,"startDate":%q,"endDate":%q}`, DeviceGUID, tt.from, tt.to)
			got := b.want(tt.status, "POST", "Batches/Search", body)
			if tt.status == 200 && (!strings.Contains(got, `"batchNumber":"201891001"`) || !strings.Contains(got, `"batchNumber":"201891002"`)) {
				t.Errorf("batch numbers: got %s, want 201891001 and 201891002", got)
			}
		})
	}
}
