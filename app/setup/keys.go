package setup

import "paydesk/app/keys"

// Main does what the main button says: what is filled in is looked at first.
func (p *Presenter) Main() {
	if f := p.filling(); f != nil && !p.task.Busy() {
		f.End()
		return
	}
	p.Next()
}

// Key handles a key of the keyboard.
func (p *Presenter) Key(k keys.Key) bool {
	f := p.filling()
	switch {
	case k == keys.Escape:
		p.Leave()
	case k == keys.Undo:
		p.Other()
	case p.task.Busy(): // what is under way is waited for
	case f != nil:
		return f.Key(k)
	case k == keys.Enter || k == keys.Save:
		p.Next()
	case k == keys.Up:
		p.Move(-1)
	case k == keys.Down || k == keys.Tab:
		p.Move(1)
	default:
		return false
	}
	return true
}

// Rune handles a sign of the keyboard.
func (p *Presenter) Rune(r rune) {
	if f := p.filling(); f != nil && !p.task.Busy() {
		f.Rune(r)
	}
}

// Paste takes what is pasted.
func (p *Presenter) Paste(words string) {
	if f := p.filling(); f != nil && !p.task.Busy() {
		f.Paste(words)
	}
}
