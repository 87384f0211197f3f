package people

import "paydesk/app/keys"

// Key handles a key of the keyboard.
func (p *Presenter) Key(k keys.Key) bool {
	switch {
	case k == keys.Escape:
		p.Leave()
	case p.filling != "":
		return p.form.Key(k)
	case k == keys.Up:
		p.Move(-1)
	case k == keys.Down || k == keys.Tab:
		p.Move(1)
	case k == keys.Enter || k == keys.Right && !p.inside:
		p.Open()
	case k == keys.Left && p.inside:
		p.Leave()
	default:
		return false
	}
	return true
}

// Rune handles a sign of the keyboard.
func (p *Presenter) Rune(r rune) {
	if p.filling != "" {
		p.form.Rune(r)
	}
}

// Paste takes what is pasted.
func (p *Presenter) Paste(words string) {
	if p.filling != "" {
		p.form.Paste(words)
	}
}
