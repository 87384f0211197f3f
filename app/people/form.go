package people

import (
	"context"
	"errors"
	"slices"

	"paydesk/app/form"
	"paydesk/app/text"
	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/staff"
)

// The keys of the fields of NewFields.
const (
	FieldName  = "name"
	FieldRole  = "role"
	FieldPIN   = "pin"
	FieldAgain = "again"
)

// NameField is for the name of an operator.
func NameField(name string) *form.Field {
	f := &form.Field{Key: FieldName, Label: text.Get("people.field.name"), Most: terminal.MaxName, Check: func(value string) string {
		if value == "" {
			return text.Get("problem." + terminal.ProblemName)
		}
		return ""
	}}
	f.Fill(name)
	return f
}

// RoleField is for the role, with what each may do.
func RoleField(role staff.Role) *form.Field {
	f := &form.Field{Key: FieldRole, Label: text.Get("people.field.role"), Pad: form.Choice}
	for _, r := range []staff.Role{staff.Cashier, staff.Supervisor, staff.Owner} {
		f.Options = append(f.Options, form.Option{Value: string(r), Words: text.Get("role." + string(r)), Say: text.Get("people.may." + string(r))})
	}
	f.Fill(string(role))
	return f
}

// PINFields are for a PIN and for the same once more.
func PINFields(training bool) []*form.Field {
	pin := &form.Field{Key: FieldPIN, Label: text.Get("people.field.pin"), Pad: form.PIN, Most: staff.MaxPIN, CheckSecret: func(pin []byte) string {
		return pinWords(staff.CheckPIN(pin, training))
	}}
	again := &form.Field{Key: FieldAgain, Label: text.Get("people.field.again"), Pad: form.PIN, Most: staff.MaxPIN, CheckSecret: func([]byte) string { return "" }}
	again.CheckSecret = func([]byte) string {
		if !again.Same(pin) {
			return text.Get("people.differ")
		}
		return ""
	}
	return []*form.Field{pin, again}
}

// pinWords says what is wrong with a PIN.
func pinWords(err error) string {
	switch {
	case errors.Is(err, staff.ErrPINLength):
		return text.Get("people.pin.length")
	case errors.Is(err, staff.ErrPINDigits):
		return text.Get("people.pin.digits")
	case err != nil:
		return text.Get("people.pin.simple")
	}
	return ""
}

// Add is the work that adds the operator of a form with all fields, and the PIN
// that is overwritten after it.
func Add(desk Adder, f *form.Form) (work func(context.Context) error, pin []byte) {
	name, role := f.Field(FieldName).Value(), staff.Role(f.Field(FieldRole).Value())
	pin = f.Field(FieldPIN).Take()
	f.Wipe()
	return func(ctx context.Context) error {
		_, err := desk.AddOperator(ctx, name, role, slices.Clone(pin))
		return err
	}, pin
}

// Blames is the key of the field that an error is about.
func Blames(err error) string {
	if p := (*engine.Problem)(nil); errors.As(err, &p) && (p.Code == engine.ProblemLastOwner || p.Code == terminal.ProblemFirstOwner) {
		return FieldRole
	}
	if text.Code(err) == terminal.ProblemPIN {
		return FieldPIN
	}
	return FieldName
}

// fill begins a form.
func (p *Presenter) fill(a act) {
	o, _ := p.chosen()
	switch a {
	case add:
		p.form = form.New(append([]*form.Field{NameField(""), RoleField(staff.Cashier)}, PINFields(p.training)...)...)
	case change:
		p.form = form.New(NameField(o.Name), RoleField(o.Role))
	default:
		p.form = form.New(PINFields(p.training)...)
	}
	p.filling = a
	p.form.Changed, p.form.Done = func() { p.Changed() }, func() { p.finish(o) }
	p.tell("", false)
}

// finish does what the form is for.
func (p *Presenter) finish(o staff.Operator) {
	if p.task.Busy() {
		return
	}
	f := p.form
	name, role := f.Field(FieldName).Value(), staff.Role(f.Field(FieldRole).Value())
	switch p.filling {
	case add:
		work, pin := Add(p.desk, f)
		p.do(work, text.Get("people.added", name), pin)
	case change:
		p.do(func(ctx context.Context) error { return p.desk.ChangeOperator(ctx, o.ID, name, role) }, text.Get("people.changed", name))
	case newPIN:
		pin := f.Field(FieldPIN).Take()
		f.Wipe()
		p.do(func(ctx context.Context) error { return p.desk.SetPIN(ctx, o.ID, slices.Clone(pin)) }, text.Get("people.changed", o.Name), pin)
	}
}
