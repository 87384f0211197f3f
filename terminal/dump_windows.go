package terminal

// NoCoreDumps does nothing: Windows writes no dump of a program unless its
// owner asked for that.
func NoCoreDumps() error { return nil }
