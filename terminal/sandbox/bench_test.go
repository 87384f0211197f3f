package sandbox

import (
	"fmt"
	"testing"

	"paydesk/terminal/clock"
)

// BenchmarkSale is one sale over HTTP on this computer, into a file.
func BenchmarkSale(b *testing.B) {
	for _, full := range []bool{false, true} {
		b.Run(fmt.Sprintf("syncFull=%t", full), func(b *testing.B) {
			bench := newBench(b, Options{SyncFull: full, Clock: clock.Real{}})
			n := 0
			for b.Loop() {
				n++
				bench.want(200, "POST", "sales", saleBody("4111111111111111", "5.00", fmt.Sprint("n", n)))
			}
		})
	}
}
