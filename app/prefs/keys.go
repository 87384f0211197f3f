package prefs

import "paydesk/app/keys"

// Key handles a key of the keyboard.
func (p *Presenter) Key(k keys.Key) bool {
	switch {
	case k == keys.Escape:
		p.Leave()
	case p.editing != "":
		return p.form.Key(k)
	case k == keys.Undo:
		p.Undo()
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

// Rune handles a sign of the keyboard. Where nothing is filled in, a digit
// opens a page.
func (p *Presenter) Rune(r rune) {
	if p.editing != "" {
		p.form.Rune(r)
		return
	}
	if digit, ok := keys.Digit(r); ok && !p.inside {
		p.Choose(int(digit) - '1')
	}
}

// Paste takes what is pasted.
func (p *Presenter) Paste(words string) {
	if p.editing != "" {
		p.form.Paste(words)
	}
}
