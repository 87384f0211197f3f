package prefs

import (
	"context"
	"slices"

	"paydesk/app/form"
	"paydesk/app/look"
	"paydesk/app/slip"
	"paydesk/app/text"
	"paydesk/terminal"
)

var actShapes = map[Act]look.Shape{ActPrint: look.Tray, ActFind: look.Dot, ActProbe: look.Clock, ActSignIn: look.Card, ActStaff: look.Person,
	ActPassword: look.Board, ActMail: look.Right}

func actItem(a Act) form.Item {
	return form.Item{Name: text.Get("prefs.act." + string(a)), Say: text.Get("prefs.act." + string(a) + ".say"), Shape: actShapes[a]}
}

// stepItem is one step of a look at the host: in the language of the screens
// where it has words, else in the terminal's own.
func stepItem(s terminal.Probed) form.Item {
	item := form.Item{Name: capital(s.Name), Say: capital(s.Means), Shape: look.Check, Tint: look.TintApproved}
	if key := "prefs.step." + s.Name; text.Has(key) {
		item.Name = text.Get(key)
	}
	if s.Trouble {
		item.Shape, item.Tint, item.Value = look.Alert, look.Wrong, text.Get("prefs.trouble")
	}
	return item
}

// act does an act of the page.
func (p *Presenter) act(a Act) {
	if p.walletAct(a) {
		return
	}
	switch a {
	case ActPassword, ActMail:
		p.fill(a)
	case ActSignIn:
		p.SignIn()
	case ActStaff:
		p.Staff()
	case ActFind:
		p.found = append([]string{"none"}, p.desk.Printers()...)
		p.finding, p.row = true, min(1, len(p.found)-1)
		p.tell("", false)
	case ActPrint:
		p.task.Start(func(ctx context.Context, _ func(func())) error { return p.desk.PrintTest(ctx) }, func(err error) {
			if err != nil {
				p.tell(text.Of(err), true)
				return
			}
			p.tell(text.Get("prefs.printed"), false)
		})
		p.working()
	case ActProbe:
		p.probed, p.steps = true, nil
		p.task.Start(Probe(p.desk, func(steps []terminal.Probed) {
			p.steps = steps
			p.Changed()
		}), func(err error) {
			if err != nil {
				p.tell(text.Of(err), true)
				return
			}
			p.tell(text.Get("prefs.probed"), false)
		})
		p.working()
	}
}

// fill asks for what an act needs.
func (p *Presenter) fill(a Act) {
	key := "act." + string(a)
	f := &form.Field{Key: key, Label: Name(key), Most: 254, Check: slip.WrongAddress}
	if a == ActPassword {
		f.Pad, f.Most = form.Secret, 128
	}
	f.Fill("")
	p.editing, p.form = key, form.New(f)
	p.form.Changed, p.form.Done = func() { p.Changed() }, func() { p.filled(a, f) }
	p.tell("", false)
}

// filled does the act with what was filled in. A password is overwritten, and an
// address is kept nowhere.
func (p *Presenter) filled(a Act, f *form.Field) {
	if p.task.Busy() {
		return
	}
	secret, to := f.Take(), f.Value()
	p.task.Start(func(ctx context.Context, _ func(func())) error {
		if a == ActPassword {
			return p.desk.SetMailPassword(ctx, slices.Clone(secret))
		}
		return p.desk.TestMail(ctx, to)
	}, func(err error) {
		if err != nil {
			p.tell("", false)
			f.Problem = text.Of(err)
			p.Changed()
			return
		}
		p.editing = ""
		p.tell(text.Get("prefs.done."+string(a), to), false)
	}, secret)
	p.working()
}

// printers are what was found, and none.
func (p *Presenter) printers() []form.Item {
	var rows []form.Item
	for _, name := range p.found {
		item := form.Item{Name: name, Shape: look.Dot, Tint: look.Line}
		if name == "none" {
			item.Name = text.Get("prefs.noprinter")
		}
		if name == p.desk.Settings().Printer.Target {
			item.Shape, item.Tint = look.Check, look.Accent
		}
		rows = append(rows, item)
	}
	return rows
}

// take makes one of the printers that were found the terminal's.
func (p *Presenter) take(i int) {
	if i >= 0 && i < len(p.found) {
		p.finding, p.row = false, 0
		p.save("printer.target", p.found[i])
	}
}

// working says that it takes a moment, unless it is done already.
func (p *Presenter) working() {
	if p.task.Busy() {
		p.tell(text.Get("prefs.working"), false)
	}
}

// Probe is the work that finds out what the account offers; told gets the steps
// that are done, on the window's goroutine.
func Probe(desk Prober, told func([]terminal.Probed)) form.Work {
	return func(ctx context.Context, tell func(func())) error {
		var steps []terminal.Probed
		most := 0
		_, _, err := desk.ProbeHost(ctx, false, false, func(s terminal.Probed) {
			steps = append(steps, s)
			now := steps[:len(steps):len(steps)]
			tell(func() {
				if len(now) > most { // two may come in the other order
					most = len(now)
					told(now)
				}
			})
		})
		return err
	}
}
