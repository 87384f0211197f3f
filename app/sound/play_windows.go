package sound

import (
	"context"
	"syscall"
	"unsafe"
)

var playSound = syscall.NewLazyDLL("winmm.dll").NewProc("PlaySoundW")

// The flags of PlaySoundW: the file is in memory, and where there is no device
// nothing else is played.
const (
	soundNoDefault = 0x0002
	soundMemory    = 0x0004
)

// playFile plays and returns when the sound is over.
func playFile(_ context.Context, wav []byte) {
	if playSound.Find() == nil {
		_, _, _ = playSound.Call(uintptr(unsafe.Pointer(&wav[0])), 0, soundMemory|soundNoDefault)
	}
}
