package counter

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"paydesk/app/form"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/terminal"
)

// finding is what a look for a printer came to at one place.
type finding struct {
	terminal.PrinterFinding
	failed error
}

// good reports whether a printer is there that this program can use.
func (f finding) good() bool { return f.failed == nil && f.Profile != "" }

// says is what is wrong, or what to do next.
func (f finding) says() string {
	if f.failed != nil {
		return text.Of(f.failed)
	}
	return text.Say(f.Text)
}

// find looks where a printer may be, one place after the other.
func (p *Presenter) find() {
	p.found = nil
	places := p.desk.Printers()
	if now := p.desk.Settings().Printer.Target; now != "none" && now != "virtual" && !slices.Contains(places, now) {
		places = append([]string{now}, places...)
	}
	if len(places) == 0 {
		p.tell(text.Get("counter.find.nowhere"), true)
		return
	}
	p.task.Start(func(ctx context.Context, tell func(func())) error {
		for _, place := range places {
			tell(func() { p.tell(text.Get("counter.find.at", place), false) })
			f, err := p.desk.ProbePrinter(ctx, place)
			if ctx.Err() != nil {
				return nil
			}
			f.Target = place
			tell(func() {
				p.found = append(p.found, finding{f, err})
				p.Changed()
			})
		}
		return nil
	}, func(error) {
		if p.tell(text.Get("counter.find.done"), false); !slices.ContainsFunc(p.found, finding.good) {
			p.tell(text.Get("counter.find.none"), true)
		}
	})
}

// findings are what was found, as rows.
func (p *Presenter) findings() []form.Item {
	var rows []form.Item
	for _, f := range p.found {
		i := form.Item{Name: f.name(), Say: f.Target, Shape: look.Dot, Tint: look.Line}
		switch {
		case !f.good():
			i.Shape, i.Tint, i.Problem = look.Cross, look.Soft, f.says()
		case f.Target == p.desk.Settings().Printer.Target:
			i.Shape, i.Tint = look.Check, look.Accent
		}
		if f.good() && f.Text != "" {
			i.Say += "  " + f.says()
		}
		rows = append(rows, i)
	}
	return rows
}

// name is what the printer calls itself, or where it is.
func (f finding) name() string {
	if name := strings.TrimSpace(f.Maker + " " + f.Model); name != "" {
		return name
	}
	return f.Target
}

// take proposes a printer that was found.
func (p *Presenter) take(row int) {
	f := p.found[row]
	if !f.good() {
		return
	}
	kind := f.Profile
	for _, profile := range p.desk.Profiles() {
		if profile.Name == f.Profile {
			kind = profile.Title
		}
	}
	p.asked = &Question{Title: text.Get("counter.take", f.name()), Text: text.Get("counter.take.say", f.Target, kind), Shape: look.Glass, Choices: []Choice{
		{Words: text.Get("counter.take.yes"), Do: func() { p.use(f) }}, {Words: text.Get("act.leave")},
	}}
}

// use makes a printer the terminal's: last of all where it is, so that nothing
// is sent to it before the rest is known.
func (p *Presenter) use(f finding) {
	type setting struct{ key, value string }
	all := []setting{{"printer.profile", f.Profile}}
	if f.Baud > 0 {
		all = append(all, setting{"printer.baud", strconv.Itoa(f.Baud)})
	}
	all = append(all, setting{"printer.target", f.Target})
	p.start(text.Get("prefs.working"), text.Get("counter.taken", f.name()), func(ctx context.Context) error {
		for _, s := range all {
			if err := p.desk.Set(ctx, s.key, s.value); err != nil {
				return err
			}
		}
		return nil
	}, func() {
		for _, s := range all {
			p.Saved(s.key)
		}
		p.offer()
		p.Changed()
	})
}
