package counter

import (
	"image"

	"paydesk/app/text"
	"paydesk/terminal"
)

// Practice is the printer that is not there, for people who learn what to do
// about one that is: its paper, and what may be wrong with it.
type Practice struct {
	Open    bool
	Picture image.Image
	Empty   string // said in place of paper
	Acts    []PracticeAct
}

// PracticeAct is something to play. On says that it is so now.
type PracticeAct struct {
	Words string
	On    bool
}

// plays are what can be played, by the catalogue's keys: what is so, and what
// ends it.
var plays = []struct {
	key   string
	state func(*terminal.VirtualState) *bool
}{
	{"paper", func(s *terminal.VirtualState) *bool { return &s.PaperOut }},
	{"low", func(s *terminal.VirtualState) *bool { return &s.PaperLow }},
	{"cover", func(s *terminal.VirtualState) *bool { return &s.CoverOpen }},
	{"power", func(s *terminal.VirtualState) *bool { return &s.Off }},
	{"drawer", func(s *terminal.VirtualState) *bool { return &s.DrawerOpen }},
}

// practises reports whether the printer is that of the training.
func (p *Presenter) practises() bool {
	return p.snapshot.Training && p.desk.Settings().Printer.Target == terminal.VirtualTarget
}

// Practice is the present view of it.
func (p *Presenter) Practice() Practice {
	if p.part != Paper || !p.inside {
		return Practice{}
	}
	v := Practice{Open: true}
	picture, state := p.desk.VirtualPaper()
	if v.Picture = picture; picture == nil {
		v.Empty = text.Get("counter.paper.empty")
	}
	for _, play := range plays {
		on := *play.state(&state)
		key := "counter.play." + play.key
		if on {
			key += ".end"
		}
		v.Acts = append(v.Acts, PracticeAct{Words: text.Get(key), On: on})
	}
	return v
}

// Play turns something round.
func (p *Presenter) Play(i int) {
	if i < 0 || i >= len(plays) || !p.Practice().Open {
		return
	}
	_, state := p.desk.VirtualPaper()
	at := plays[i].state(&state)
	*at = !*at
	p.desk.PlayVirtual(state)
	p.Changed()
}

// Tick is called once a second: paper comes out of the printer line by line.
func (p *Presenter) Tick() {
	if p.shown && p.Practice().Open {
		p.Changed()
	}
}
