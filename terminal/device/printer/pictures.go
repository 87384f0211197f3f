package printer

import (
	"context"
	"errors"
)

// errPicture says that the printer did not take a picture to keep.
var errPicture = errors.New("the printer does not keep the picture")

// Keeps reports whether the printer holds the picture with this key, of two
// letters, in its own memory, and has it stored if it does not: store is the
// command for that. It asks once until the device is lost, and stores once: such
// memories bear few writings.
func (p *Printer) Keeps(ctx context.Context, key string, store []byte) bool {
	if p.target.kind == file || p.target.kind == queued || !p.asks() {
		return false
	}
	keeps := false
	p.talk(ctx, len(store), func(ctx context.Context, s *session) Result {
		known, asked := p.held[key]
		if keeps = known; asked {
			return Result{Proof: Sent}
		}
		_, result := p.before(ctx, s)
		if result.Err != nil {
			return result
		}
		keys, err := s.pictures(ctx)
		if err == nil && keys != nil && !has(keys, key) {
			if _, err = s.send(ctx, store, true); err == nil {
				// The printer answers when it has written the picture.
				_, _, err = s.prove(ctx, BySensor, [4]byte{}, p.target.takes(len(store))+proofRest)
			}
			if err == nil {
				keys, err = s.pictures(ctx)
			}
		}
		if err != nil {
			return Result{Text: lostText(p.target, err), Err: err}
		}
		keeps = has(keys, key)
		p.held[key] = keeps
		return result
	})
	return keeps
}

func has(keys []byte, key string) bool {
	for i := 0; i+1 < len(keys); i += 2 {
		if string(keys[i:i+2]) == key {
			return true
		}
	}
	return false
}

// mostLists is how many parts a list of pictures has at most: 95 × 95 keys do
// not occur.
const mostLists = 16

// pictures asks for the keys of the pictures that the printer keeps (1D 28 4C,
// function 64). Nil means that it does not know the request.
func (s *session) pictures(ctx context.Context) ([]byte, error) {
	var keys []byte
	request := []byte{0x1D, 0x28, 0x4C, 0x04, 0x00, 0x30, 0x40, 0x4B, 0x43}
	for range mostLists {
		part, err := s.request(ctx, request...)
		if err != nil || len(part) < 2 || part[0] != 0x72 {
			return nil, err
		}
		keys = append(keys, part[2:]...)
		if keys == nil {
			keys = []byte{} // it keeps none
		}
		if part[1] != 0x41 {
			return keys, nil
		}
		request = []byte{0x06} // more follows
	}
	return keys, errPicture
}
