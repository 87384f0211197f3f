package card

// Forget overwrites what copying card data leaves in the processor's vector
// registers: a signal, such as the runtime's own that stops a goroutine, would
// save them into memory, where nothing clears them. Whoever copied card data
// calls it when that is done.
//
//go:noinline
func Forget() (last byte) {
	var from, to [1024]byte
	for n := 16; n <= len(from); n *= 2 { // each size is copied by other registers
		copy(to[:n], from[:n-1])
		last |= to[n-2]
	}
	return last
}
