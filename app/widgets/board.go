package widgets

import (
	"strings"
	"unicode"

	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
)

// boardPages are the letters of an on-screen keyboard, by page and row. What is
// missing in the languages of the screens is on the last page.
var boardPages = [][]string{
	{"1234567890", "qwertyuiop", "asdfghjkl-", "zxcvbnm,.@"},
	{"1234567890", "!?#&%+*/=_", "()[]{}<>|~", "€£₹$'\":;\\^"},
	{"áàâäãåæçéè", "êëíìîïñóòô", "öõøœúùûüýß", "¿¡ªº«»¢¥§°"},
}

// boardColumns is how many letters stand in each row.
const boardColumns = 10

// Board is a keyboard on the screen, for desks without one. It never takes the
// focus: it only reports letters and keys, as the real one does.
type Board struct {
	*fyne.Container
	press   func(rune)
	page    int
	capital bool
	letters []*Button
	shift   *Button
	other   *Button
	space   *Button
	erase   *Button
	enter   *Button
	// parts are the keys of an address in place of the space, swap the letters
	// that have another place there.
	parts []*Button
	swap  map[rune]rune
}

// NewBoard makes a keyboard that reports letters, and Erase and Enter as keys.
func NewBoard(press func(rune), key func(keys.Key)) *Board {
	b := &Board{press: press}
	var objects []fyne.CanvasObject
	for i := range boardColumns * len(boardPages[0]) {
		letter := NewButton(RoleKey, 20, "", func() { b.strike(i) })
		b.letters = append(b.letters, letter)
		objects = append(objects, letter)
	}
	b.shift = NewShapeButton(RoleKey, look.Up, func() { b.turn(b.page, !b.capital) })
	b.other = NewButton(RoleKey, 18, "", func() { b.turn((b.page+1)%len(boardPages), false) })
	b.space = NewButton(RoleKey, 18, "–––", func() { press(' ') })
	b.erase = NewShapeButton(RoleKey, look.Erase, func() { key(keys.Erase) })
	b.enter = NewShapeButton(RoleMain, look.Check, func() { key(keys.Enter) })
	objects = append(objects, b.shift, b.other, b.space, b.erase, b.enter)
	b.Container = NewPlane(b.arrange, objects...)
	b.turn(0, false)
	return b
}

// NewAddressBoard makes a keyboard for addresses of mail: they have no spaces,
// and all have the same sign in their middle and much the same end.
func NewAddressBoard(press func(rune), key func(keys.Key)) *Board {
	b := NewBoard(press, key)
	b.swap = map[rune]rune{'@': '_', ',': '+'}
	b.turn(0, false)
	b.space.Hide()
	for _, part := range []string{"@", ".com"} {
		button := NewButton(RoleKey, 18, part, func() {
			for _, r := range part {
				press(r)
			}
		})
		b.parts = append(b.parts, button)
		b.Add(button)
	}
	return b
}

// letter is what the key in a place types now.
func (b *Board) letter(i int) rune {
	r := []rune(boardPages[b.page][i/boardColumns])[i%boardColumns]
	if other, ok := b.swap[r]; ok && b.page == 0 {
		r = other
	}
	if b.capital {
		return unicode.ToUpper(r)
	}
	return r
}

// strike reports a letter. One capital is what is usually wanted.
func (b *Board) strike(i int) {
	b.press(b.letter(i))
	if b.capital {
		b.turn(b.page, false)
	}
}

func (b *Board) turn(page int, capital bool) {
	b.page, b.capital = page, capital
	for i, button := range b.letters {
		button.Set(string(b.letter(i)), true)
	}
	next := []rune(boardPages[(page+1)%len(boardPages)][1])
	b.other.Set(strings.TrimSpace(string(next[:3])), true)
	b.shift.As(map[bool]Role{false: RoleKey, true: RoleChosen}[capital])
}

func (b *Board) arrange(size fyne.Size) {
	const gap = 4
	rows := float32(len(boardPages[0]) + 1)
	w, h := (size.Width-gap*(boardColumns-1))/boardColumns, (size.Height-gap*(rows-1))/rows
	em := min(h*0.5, w*0.5, 34)
	at := func(o *Button, row, column, wide float32) {
		o.Em = em
		Place(o, column*(w+gap), row*(h+gap), wide*(w+gap)-gap, h)
	}
	for i, letter := range b.letters {
		at(letter, float32(i/boardColumns), float32(i%boardColumns), 1)
	}
	last := rows - 1
	at(b.shift, last, 0, 1.5)
	at(b.other, last, 1.5, 1.5)
	at(b.space, last, 3, 4)
	for i, part := range b.parts {
		at(part, last, 3+2*float32(i), 2)
	}
	at(b.erase, last, 7, 1.5)
	at(b.enter, last, 8.5, 1.5)
}
