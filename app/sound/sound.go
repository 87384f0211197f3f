package sound

import (
	"context"
	"sync/atomic"
	"time"

	"paydesk/app/look"
)

// longest is the time after which a player that hangs is ended.
const longest = 5 * time.Second

// Player plays the sounds. It is safe for many goroutines.
type Player struct {
	play func(ctx context.Context, wav []byte)
	busy atomic.Bool
}

// New makes a player of this system's.
func New() *Player { return &Player{play: playFile} }

// Play begins the sound of an outcome and returns at once. While one plays,
// another is left out.
func (p *Player) Play(ctx context.Context, kind look.Kind) {
	if !p.busy.CompareAndSwap(false, true) {
		return
	}
	go func() {
		defer p.busy.Store(false)
		ctx, cancel := context.WithTimeout(ctx, longest)
		defer cancel()
		p.play(ctx, wave(samples(of(kind))))
	}()
}
