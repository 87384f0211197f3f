package slip

import (
	"fyne.io/fyne/v2"

	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// maxJobs is how many copies are told of.
const maxJobs = 5

// JobsView shows how far the receipts are, and asks whether one came out.
type JobsView struct {
	*fyne.Container
	Yes, No *widgets.Button

	em    float32
	ink   look.Colour
	marks [maxJobs]*widgets.Mark
	lines [maxJobs]*widgets.Text
	ask   *widgets.Text
}

// NewJobsView makes the view; answer takes what a person says.
func NewJobsView(answer func(printed bool)) *JobsView {
	v := &JobsView{em: 18, ink: look.Ink, ask: widgets.NewPara(18)}
	v.ask.Bold, v.ask.Top = true, false
	v.Yes = widgets.NewButton(widgets.RolePlain, 18, text.Get("slip.yes"), func() { answer(true) })
	v.No = widgets.NewButton(widgets.RolePlain, 18, text.Get("slip.no"), func() { answer(false) })
	v.Yes.Hint, v.No.Hint = "Y", "N"
	objects := []fyne.CanvasObject{v.ask, v.Yes, v.No}
	for i := range v.lines {
		v.marks[i], v.lines[i] = widgets.NewMark(look.NoShape, look.Ink), widgets.NewPara(18)
		v.lines[i].Top = false
		v.marks[i].Weight = 0.14
		objects = append(objects, v.marks[i], v.lines[i])
	}
	v.Container = widgets.NewPlane(v.arrange, objects...)
	return v
}

// Set shows jobs and question in an ink, at a size of text.
func (v *JobsView) Set(lines []JobLine, question *Question, ink look.Colour, em float32) {
	v.em, v.ink = em, ink
	for i := range v.lines {
		v.lines[i].Words = ""
		if i < len(lines) {
			v.lines[i].Words, v.lines[i].Colour = lines[i].Words, ink
			v.marks[i].Shape, v.marks[i].Colour = lines[i].Shape, ink
		}
	}
	asked := question != nil
	widgets.Show(v.ask, asked)
	widgets.Show(v.Yes, asked)
	widgets.Show(v.No, asked)
	if asked {
		v.ask.Words, v.ask.Colour = question.Words, ink
	}
	v.Container.Refresh()
}

// Height is how high the view wants to be.
func (v *JobsView) Height() float32 {
	h := v.askHeight()
	for _, line := range v.lines {
		if line.Words != "" {
			h += v.em * 1.7
		}
	}
	return h
}

func (v *JobsView) askHeight() float32 {
	if !v.ask.Visible() {
		return 0
	}
	return v.em*2.2 + v.touch()
}

// touch is the height of the two answers.
func (v *JobsView) touch() float32 { return max(theme.MinTouch, v.em*3) }

// arrange gives the question its place first; lines for which there is no
// room are left out.
func (v *JobsView) arrange(size fyne.Size) {
	touch := v.touch()
	left := size.Height - v.askHeight()
	y := float32(0)
	for i, line := range v.lines {
		fits := line.Words != "" && left-y >= v.em*1.6
		widgets.Show(line, fits)
		widgets.Show(v.marks[i], fits)
		if !fits {
			continue
		}
		side := v.em * 0.95
		widgets.Place(v.marks[i], 0, y+(v.em*1.7-side)/2, side, side)
		line.Em = v.em
		widgets.Place(line, side+8, y, size.Width-side-8, v.em*1.7)
		y += v.em * 1.7
	}
	v.ask.Em, v.Yes.Em, v.No.Em = v.em, v.em, v.em
	widgets.Place(v.ask, 0, size.Height-touch-v.em*2.1, size.Width, v.em*2)
	w := min((size.Width-10)/2, 260)
	widgets.Place(v.Yes, 0, size.Height-touch, w, touch)
	widgets.Place(v.No, w+10, size.Height-touch, w, touch)
}
