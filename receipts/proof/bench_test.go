package proof_test

import (
	"testing"

	"paydesk/receipts/proof"
)

func BenchmarkSign(b *testing.B) {
	b.ReportAllocs()
	k, s := key(1), sample()
	for b.Loop() {
		proof.Sign(k, s)
	}
}

func BenchmarkVerify(b *testing.B) {
	b.ReportAllocs()
	code, k := proof.Sign(key(1), sample()), public(1)
	for b.Loop() {
		if _, err := read(code, k); err != nil {
			b.Fatal(err)
		}
	}
}
