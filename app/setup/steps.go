package setup

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"paydesk/app/form"
	"paydesk/app/look"
	"paydesk/app/people"
	"paydesk/app/prefs"
	"paydesk/app/text"
	"paydesk/terminal"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

// The keys of fields that are no settings.
const password = "password"

// kept are the settings of each step that has some.
var kept = map[Step][]string{
	Host:    {"host.base_url", "host.username"},
	Device:  {"host.device_guid"},
	Printer: {"printer.target", "printer.profile", "printer.baud"},
	Shop:    {"shop.name", "shop.address", "money.currency", "sales.tax", "sales.tax_name"},
}

// addressLines is how many lines of the address are asked for here; the
// settings have more.
const addressLines = 3

// filling is the form of the step, nil where it has none now.
func (p *Presenter) filling() *form.Form {
	switch s := p.step(); s {
	case Host, Printer, Shop:
		return p.forms[s]
	case Device:
		if len(p.devices) == 0 {
			return p.forms[s]
		}
	case People:
		if p.adding {
			return p.forms[s]
		}
	}
	return nil
}

// prepare makes the form of the step, if it has none yet.
func (p *Presenter) prepare() {
	s := p.step()
	if p.forms[s] != nil || len(kept[s]) == 0 && s != People {
		return
	}
	var fields []*form.Field
	now := p.desk.Settings()
	for _, key := range kept[s] {
		these := prefs.Fields(now, key)
		if key == "shop.address" {
			these = these[:max(addressLines, len(now.Shop.Address))]
		}
		fields = append(fields, these...)
	}
	switch s {
	case Host:
		f := &form.Field{Key: password, Label: text.Get("setup.password"), Pad: form.Secret, Most: 128, CheckSecret: func(secret []byte) string {
			if len(secret) == 0 {
				return text.Get("setup.nopassword")
			}
			return ""
		}}
		if p.training {
			f.Empty = text.Get("setup.trainee")
		}
		fields = append(fields, f)
		p.mind(fields)
	case Printer: // one that is found is proposed
		if found := p.desk.Printers(); len(found) > 0 && now.Printer.Target == "none" {
			fields[0].Fill(found[0])
		}
	case People:
		role := staff.Cashier
		if len(p.people) == 0 {
			role = staff.Owner
		}
		fields = append([]*form.Field{people.NameField(""), people.RoleField(role)}, people.PINFields(p.training)...)
	}
	f := form.New(fields...)
	f.Changed, f.Done = func() { p.Changed() }, p.Next
	p.forms[s] = f
}

// mind makes a live terminal ask for an address and a user name. In training
// the host is inside, and no address is its address.
func (p *Presenter) mind(fields []*form.Field) {
	for _, f := range fields {
		check := f.Check
		if f.Key == "host.base_url" && p.training {
			f.Empty = text.Get("setup.inside")
			continue
		}
		if check == nil {
			continue
		}
		f.Check = func(value string) string {
			if value == "" {
				return text.Get("setup.missing")
			}
			return check(value)
		}
	}
}

// present is the row of the device that the terminal is.
func (p *Presenter) present() int {
	guid := p.desk.Settings().Host.DeviceGUID
	return max(0, slices.IndexFunc(p.devices, func(d terminal.Device) bool { return strings.EqualFold(string(d.GUID), guid) }))
}

// rows are those of a step without a form.
func (p *Presenter) rows() []form.Item {
	var rows []form.Item
	switch p.step() {
	case Mode:
		for i, mode := range []settings.Mode{settings.Training, settings.Live} {
			item := form.Item{Name: text.Get("setup.mode." + string(mode)), Say: text.Get("setup.mode." + string(mode) + ".say"), Shape: look.Dot, Tint: look.Line}
			if i == p.row {
				item.Shape, item.Tint = look.Check, look.Accent
			}
			rows = append(rows, item)
		}
	case Device:
		for i, d := range p.devices {
			item := form.Item{Name: cmp.Or(string(d.Name), string(d.GUID)), Say: string(d.GUID), Value: string(d.Status), Shape: look.Dot, Tint: look.Line}
			if i == p.row {
				item.Shape, item.Tint = look.Check, look.Accent
			}
			rows = append(rows, item)
		}
	case Check:
		rows = prefs.Steps(p.probed)
	case People:
		rows = p.names()
	case Ready:
		rows = p.summary()
	}
	return rows
}

func (p *Presenter) names() []form.Item {
	var rows []form.Item
	for _, o := range p.people {
		rows = append(rows, form.Item{Name: o.Name, Value: text.Get("role." + string(o.Role)), Say: text.Get("people.may." + string(o.Role)), Shape: look.Person})
	}
	return rows
}

// summary is how everything stands.
func (p *Presenter) summary() []form.Item {
	now := p.desk.Settings()
	mode := settings.Live
	if p.training {
		mode = settings.Training
	}
	var names []string
	for _, o := range p.people {
		names = append(names, o.Name)
	}
	host := prefs.Shown(now, "host.base_url")
	if p.training && now.Host.BaseURL == "" {
		host = text.Get("setup.inside")
	}
	rows := []form.Item{{Name: text.Get("setup.step.mode"), Value: text.Get("setup.mode." + string(mode)), Shape: look.Check, Tint: look.TintApproved}}
	for _, part := range []struct {
		step  Step
		value string
		good  bool
	}{
		{Host, host, p.training || now.Host.BaseURL != ""},
		{Device, prefs.Shown(now, "host.device_name"), now.Host.DeviceGUID != ""},
		{Printer, prefs.Shown(now, "printer.target"), now.Printer.Target != "none"},
		{Shop, prefs.Shown(now, "shop.name"), now.Shop.Name != ""},
		{People, strings.Join(names, ", "), len(names) > 0},
	} {
		item := form.Item{Name: text.Get("setup.step." + string(part.step)), Value: part.value, Shape: look.Check, Tint: look.TintApproved}
		if !part.good {
			item.Shape, item.Tint, item.Say = look.Unsure, look.Soft, text.Get("setup.open")
		}
		rows = append(rows, item)
	}
	return rows
}

// Next does what the main button says.
func (p *Presenter) Next() {
	if p.task.Busy() {
		return
	}
	switch p.step() {
	case Mode:
		p.choose()
	case Host:
		p.signIn()
	case Device:
		p.use()
	case Printer, Shop:
		p.save(p.step(), p.next)
	case People:
		if p.adding {
			p.add()
			return
		}
		p.next()
	case Ready:
		p.done[Ready] = true
		p.finish()
	default:
		p.next()
	}
}

// Other does what the other button says.
func (p *Presenter) Other() {
	switch s := p.step(); {
	case p.task.Busy():
		p.Cancel()
	case s == Host:
		p.enter(p.at + 1)
	case s == Check:
		p.probe()
	case s == Printer:
		p.save(Printer, p.print)
	case s == People && p.adding && len(p.people) > 0:
		p.adding = false
		p.next()
	case s == People && !p.adding:
		p.forms[People], p.adding = nil, true
		p.prepare()
		p.Changed()
	}
}

// choose takes the mode. The other one has a journal of its own, so that the
// program starts anew in it.
func (p *Presenter) choose() {
	mode := []settings.Mode{settings.Training, settings.Live}[p.row]
	switch {
	case (mode == settings.Training) == p.training:
		p.next()
	case p.Reopen == nil:
		p.tell(text.Get("setup.reopen."+string(mode)), true)
	default:
		p.start(func(ctx context.Context, _ func(func())) error { return p.Reopen(ctx, mode) }, func(err error) {
			if err == nil {
				p.Quit()
			}
		})
	}
}

// start does work that takes long, and tells what was wrong with it.
func (p *Presenter) start(work form.Work, then func(error), secrets ...[]byte) {
	p.note = ""
	p.task.Start(work, func(err error) {
		if err != nil {
			p.tell(text.Of(err), true)
		}
		then(err)
		p.Changed()
	}, secrets...)
	if p.task.Busy() {
		p.tell(text.Get("setup.working."+string(p.step())), false)
	}
}

func (p *Presenter) signIn() {
	f := p.forms[Host]
	secret := f.Field(password).Take()
	address, username := f.Field("host.base_url").Value(), f.Field("host.username").Value()
	var devices []terminal.Device
	p.start(func(ctx context.Context, _ func(func())) (err error) {
		devices, err = p.desk.SignInHost(ctx, address, username, slices.Clone(secret))
		return err
	}, func(err error) {
		if err != nil {
			p.tell("", false)
			f.Say(blames(err), prefs.Wrong("host.base_url", err))
			return
		}
		p.devices, p.probed, p.forms[Device] = devices, nil, nil
		p.next()
	}, secret)
}

// blames is the key of the field that a refused sign-in is about.
func blames(err error) string {
	if text.Code(err) == terminal.ProblemHostAddress || errors.As(err, new(settings.Problem)) {
		return "host.base_url"
	}
	return password
}

func (p *Presenter) use() {
	if len(p.devices) == 0 {
		p.save(Device, p.next)
		return
	}
	d := p.devices[p.row]
	p.start(func(ctx context.Context, _ func(func())) error { return p.desk.UseDevice(ctx, d) }, func(err error) {
		if err == nil {
			p.probed = nil
			p.next()
		}
	})
}

// probe finds out what the account offers.
func (p *Presenter) probe() {
	p.probed = nil
	p.start(prefs.Probe(p.desk, func(steps []terminal.Probed) {
		p.probed, p.row = steps, len(steps)-1
		p.Changed()
	}), func(err error) {
		if err == nil {
			p.tell(text.Get("setup.checked"), false)
		}
	})
}

func (p *Presenter) print() {
	p.start(func(ctx context.Context, _ func(func())) error { return p.desk.PrintTest(ctx) }, func(err error) {
		if err == nil {
			p.tell(text.Get("prefs.printed"), false)
		}
	})
}

// save makes the settings of a step durable, one by one; then happens when all
// are. What is wrong is said beside its field.
func (p *Presenter) save(s Step, then func()) {
	f := p.forms[s]
	now := p.desk.Settings()
	type value struct{ key, value string }
	var values []value
	for _, key := range kept[s] {
		var these []*form.Field
		for _, field := range f.Fields() {
			if field.Key == key {
				these = append(these, field)
			}
		}
		joined := prefs.Join(now, key, these)
		next, err := now.Set(key, joined)
		if err != nil {
			f.Say(key, prefs.Wrong(key, err))
			return
		}
		now = next
		values = append(values, value{key, joined})
	}
	at := ""
	p.start(func(ctx context.Context, _ func(func())) error {
		for _, v := range values {
			at = v.key
			if err := p.desk.Set(ctx, v.key, v.value); err != nil {
				return err
			}
		}
		return nil
	}, func(err error) {
		if err != nil {
			p.tell("", false)
			f.Say(at, prefs.Wrong(at, err))
			return
		}
		for _, v := range values {
			p.Saved(v.key)
		}
		then()
	})
}

func (p *Presenter) add() {
	f := p.forms[People]
	work, pin := people.Add(p.desk, f)
	p.start(func(ctx context.Context, _ func(func())) error { return work(ctx) }, func(err error) {
		if err != nil {
			p.tell("", false)
			f.Say(people.Blames(err), text.Of(err))
			return
		}
		p.forms[People], p.adding = nil, false
		p.tell(text.Get("people.added", f.Field(people.FieldName).Value()), false)
		p.readPeople()
	}, pin)
}
