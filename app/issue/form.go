package issue

import (
	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/step"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// form is the stage with the fields. With the keyboard on the screen only the
// chosen field stays in sight.
type form struct {
	*fyne.Container
	head   *step.Head
	fields [fields]*widgets.Field
	label  *widgets.Text
	valid  []*widgets.Button
	main   *widgets.Button
	board  *widgets.Board
	typing bool
	chosen Field
}

func newForm(p *Presenter, key func(keys.Key)) *form {
	f := &form{head: step.NewHead(p.Step), label: widgets.NewText(16), main: widgets.NewButton(widgets.RoleMain, 28, "", p.Enter),
		board: widgets.NewBoard(p.Rune, key)}
	f.label.Words, f.label.Colour = text.Get("issue.valid"), look.Soft
	objects := append(f.head.Objects(), f.label, f.main, f.board.Container)
	for i := range f.fields {
		f.fields[i] = widgets.NewField("", func() { p.Field(Field(i)) })
		objects = append(objects, f.fields[i])
	}
	for i := range validFor {
		b := widgets.NewButton(widgets.RolePlain, 20, "", func() { p.Valid(i) })
		f.valid = append(f.valid, b)
		objects = append(objects, b)
	}
	f.Container = widgets.NewPlane(f.arrange, objects...)
	return f
}

func (f *form) set(v FormView) {
	f.head.Title.Words, f.typing = v.Title, v.Typing
	for i, field := range f.fields {
		from := v.Fields[i]
		field.Label, field.Words, field.Empty, field.Problem = from.Label, from.Words, from.Empty, from.Problem
		field.Wrong, field.Chosen = from.Problem != "", from.Chosen
		if from.Chosen {
			f.chosen = Field(i)
		}
		widgets.Show(field, !v.Typing || from.Chosen)
	}
	for i, b := range f.valid {
		b.Role = widgets.RolePlain
		if i == v.Chosen {
			b.Role = widgets.RoleChosen
		}
		b.Set(v.Valid[i], true)
		widgets.Show(b, !v.Typing)
	}
	widgets.Show(f.label, !v.Typing)
	widgets.Show(f.board.Container, v.Typing)
	f.main.Set(v.Main.Words, v.Main.Ready)
	f.main.Hint = "Enter"
	f.Container.Refresh()
}

func (f *form) arrange(size fyne.Size) {
	m := theme.For(size.Add(fyne.NewSize(0, 60)))
	gap := m.Gap
	top := f.head.Arrange(m, size.Width, 0)
	wide, bottom := size.Width-2*gap, size.Height-gap
	if f.typing {
		board := min(step.BoardHeight(m), bottom-top-74)
		widgets.Place(f.board.Container, gap, bottom-board, wide, board)
		bottom -= board + gap
		button, h := max(200, 330*m.Unit), min(bottom-top, m.Touch*1.7)
		f.main.Em = m.Body
		widgets.Place(f.fields[f.chosen], gap, top, wide-button-gap, h)
		widgets.Place(f.main, size.Width-gap-button, top, button, max(h-22, theme.MinTouch))
		return
	}
	button := m.Touch * 1.25
	f.main.Em = m.Title
	widgets.Place(f.main, gap, bottom-button, wide, button)
	bottom -= button + gap
	choice := m.Touch
	f.label.Em = m.Small * 1.05
	row := min((bottom-top-choice-f.label.Em*1.5-2*gap)/2, m.Touch*1.8)
	place := func(at Field, x, y, w float32) { widgets.Place(f.fields[at], x, y, w, row) }
	half, third := (wide-gap)/2, (wide-2*gap)/3
	place(First, gap, top, half)
	place(Last, gap+half+gap, top, half)
	top += row
	widgets.Place(f.label, gap, top, wide, f.label.Em*1.5)
	top += f.label.Em * 1.5
	each := (wide - float32(len(f.valid)-1)*gap) / float32(len(f.valid))
	for i, b := range f.valid {
		b.Em = m.Body
		widgets.Place(b, gap+float32(i)*(each+gap), top, each, choice)
	}
	top += choice + gap
	place(Uses, gap, top, third)
	place(MCC, gap+third+gap, top, third)
	place(Purchase, gap+2*(third+gap), top, third)
}
