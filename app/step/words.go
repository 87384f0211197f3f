package step

import (
	"strconv"

	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/widgets"
)

// WordsView is what a step shows in which words are chosen or typed.
type WordsView struct {
	Title string
	// Say tells what happens, and why so.
	Say string
	// Label and Words are the field's, Problem the sentence under it; Typing that
	// the keyboard on the screen is shown.
	Label, Words, Problem string
	Typing                bool
	// Choices are the usual words, Chosen which of them it is, or -1.
	Choices []string
	Chosen  int
	Main    Act
}

// maxChoices is the most usual words.
const maxChoices = 6

// Words is the step in which a line of words is chosen or typed.
type Words struct {
	*fyne.Container
	head    *Head
	say     *widgets.Text
	field   *widgets.Field
	choices [maxChoices]*widgets.Button
	main    *widgets.Button
	board   *widgets.Board
	count   int
}

// Wording is what the step reports.
type Wording struct {
	Back, Main, Field func()
	Choose            func(int)
	Rune              func(rune)
	Key               func(keys.Key)
}

// NewWords makes the step.
func NewWords(on Wording) *Words {
	w := &Words{head: NewHead(on.Back), say: widgets.NewPara(20), field: widgets.NewField("", on.Field),
		main: widgets.NewButton(widgets.RoleMain, 28, "", on.Main), board: widgets.NewBoard(on.Rune, on.Key)}
	objects := append(w.head.Objects(), w.say, w.field, w.main, w.board.Container)
	for i := range w.choices {
		w.choices[i] = widgets.NewButton(widgets.RolePlain, 20, "", func() { on.Choose(i) })
		w.choices[i].Hint = strconv.Itoa(i + 1)
		objects = append(objects, w.choices[i])
	}
	w.Container = widgets.NewPlane(w.arrange, objects...)
	return w
}

// Set shows a view.
func (w *Words) Set(v WordsView) {
	w.head.Title.Words, w.say.Words = v.Title, v.Say
	w.field.Label, w.field.Words, w.field.Problem = v.Label, v.Words, v.Problem
	w.field.Wrong, w.field.Chosen = v.Problem != "", true
	w.count = min(len(v.Choices), maxChoices)
	for i, b := range w.choices {
		widgets.Show(b, i < w.count && !v.Typing)
		if i < w.count {
			b.Role = widgets.RolePlain
			if i == v.Chosen {
				b.Role = widgets.RoleChosen
			}
			b.Set(v.Choices[i], true)
		}
	}
	v.Main.show(w.main)
	widgets.Show(w.board.Container, v.Typing)
	widgets.Show(w.say, !v.Typing)
	w.Container.Refresh()
}

func (w *Words) arrange(size fyne.Size) {
	m := measure(size)
	gap := m.Gap
	top := w.head.Arrange(m, size.Width, 0)
	wide := size.Width - 2*gap
	bottom := size.Height - gap
	if w.board.Container.Visible() {
		board := min(BoardHeight(m), bottom-top-70)
		widgets.Place(w.board.Container, gap, bottom-board, wide, board)
		bottom -= board + gap
		// The button keeps its place in sight, beside the field.
		button := max(180, 300*m.Unit)
		h := min(bottom-top, m.Touch*1.6)
		w.main.Em = m.Body
		widgets.Place(w.field, gap, top, wide-button-gap, h)
		widgets.Place(w.main, size.Width-gap-button, top, button, max(h-22, 48))
		return
	}
	button := m.Touch * 1.25
	w.main.Em = m.Title
	widgets.Place(w.main, gap, bottom-button, wide, button)
	bottom -= button + gap
	w.say.Em = m.Body
	say := w.say.Tall(wide) + m.Body*0.4
	widgets.Place(w.say, gap, top, wide, say)
	top += say
	rows := float32((w.count + 2) / 3)
	choice := min(m.Touch*1.1, (bottom-top-70-rows*gap)/max(1, rows))
	field := min(bottom-top-rows*(choice+gap), m.Touch*1.7)
	widgets.Place(w.field, gap, top, wide, field)
	top += field + gap*0.4
	each := (wide - 2*gap) / 3
	for i, b := range w.choices {
		b.Em = m.Body
		widgets.Place(b, gap+float32(i%3)*(each+gap), top+float32(i/3)*(choice+gap), each, choice)
	}
}
