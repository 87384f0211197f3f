package apptest

import (
	"context"
	"slices"
	"strings"

	"paydesk/app/bridge"
	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// Plain is the approve.Do that asks nobody.
func Plain(run bridge.Run) func(work func(context.Context) error, done func(error)) {
	return func(work func(context.Context) error, done func(error)) {
		run(func(ctx context.Context) func() {
			err := work(ctx)
			return func() { done(err) }
		})
	}
}

// Office is how the back office of a Desk behaves. Its zero value lets
// everything succeed.
type Office struct {
	// Devices are those of the account; Password is the right one.
	Devices  []terminal.Device
	Password string
	// Steps are what a look at the host finds.
	Steps []terminal.Probed
	// Printers are those that are found.
	Printers []string
	// Needed says that the terminal was never set up.
	Needed bool
}

// NewOffice is that of a sandbox with two devices.
func NewOffice() Office {
	return Office{
		Devices:  []terminal.Device{{GUID: "00000000-0000-4000-8000-00000000000a", Name: "Front counter", Status: "Active"}, {GUID: "00000000-0000-4000-8000-00000000000b", Name: "Back room", Status: "Active"}},
		Password: "training-password",
		Printers: []string{"/dev/usb/lp0", "/dev/ttyUSB0"},
		Steps: []terminal.Probed{
			{Name: "token", Means: "the account signs in"}, {Name: "devices", Means: "the account lists its devices"},
			{Name: "search", Means: "look-ups find a sale by its number"}, {Name: "reversal", Means: "a charge without an answer can be taken back"},
			{Name: "batches", Means: "batches can be closed and looked at"}, {Name: "clock", Means: "the clocks agree"},
		},
	}
}

// CheckPicture implements prefs.Desk with the terminal's own.
func (d *Desk) CheckPicture(path string) error { return terminal.CheckPicture(path) }

// Printers implements prefs.Desk.
func (d *Desk) Printers() []string { return d.Office.Printers }

// PrintTest implements prefs.Desk.
func (d *Desk) PrintTest(context.Context) error { return d.called("PrintTest") }

// ProbeHost implements prefs.Desk.
func (d *Desk) ProbeHost(ctx context.Context, _, _ bool, step func(terminal.Probed)) (order.Offer, []terminal.Probed, error) {
	if err := d.called("ProbeHost"); err != nil {
		return order.Offer{}, nil, err
	}
	for _, s := range d.Office.Steps {
		if ctx.Err() != nil {
			return order.Offer{}, nil, &engine.Problem{Code: "host", Text: "The check was stopped before its end; nothing was stored. Run it again."}
		}
		step(s)
	}
	return order.Offer{Dialect: order.DialectDocument}, d.Office.Steps, nil
}

// NeedsSetup implements setup.Desk.
func (d *Desk) NeedsSetup() bool { return d.Office.Needed }

// Unstaffed implements setup.Desk.
func (d *Desk) Unstaffed() bool { return len(d.People) == 0 }

// FinishSetup implements setup.Desk.
func (d *Desk) FinishSetup(context.Context) error {
	d.Office.Needed = false
	return d.called("FinishSetup")
}

// SignInHost implements setup.Desk.
func (d *Desk) SignInHost(ctx context.Context, address, username string, password []byte) ([]terminal.Device, error) {
	right := string(password) == d.Office.Password
	clear(password)
	if err := d.called("SignInHost"); err != nil {
		return nil, err
	}
	if strings.Contains(address, "nowhere") {
		return nil, &engine.Problem{Code: terminal.ProblemHostAddress, Text: "The payment service does not answer: check the address and the network."}
	}
	if !right {
		return nil, &engine.Problem{Code: terminal.ProblemHostSignIn, Text: "The payment service refused user name or password: check both and try again."}
	}
	for key, value := range map[string]string{"host.base_url": address, "host.username": username} {
		if err := d.Set(ctx, key, value); err != nil {
			return nil, err
		}
	}
	return d.Office.Devices, nil
}

// UseDevice implements setup.Desk.
func (d *Desk) UseDevice(ctx context.Context, device terminal.Device) error {
	if err := d.called("UseDevice"); err != nil {
		return err
	}
	if err := d.Set(ctx, "host.device_guid", string(device.GUID)); err != nil {
		return err
	}
	return d.Set(ctx, "host.device_name", string(device.Name))
}

// AddOperator implements people.Desk.
func (d *Desk) AddOperator(_ context.Context, name string, role staff.Role, pin []byte) (staff.Operator, error) {
	defer clear(pin)
	if err := d.called("AddOperator " + name + " " + string(role) + " " + string(pin)); err != nil {
		return staff.Operator{}, err
	}
	op := staff.Operator{ID: "new-" + name, Name: name, Role: role, Active: true}
	d.People = append(slices.Clone(d.People), op)
	return op, nil
}

// alter changes one operator.
func (d *Desk) alter(id string, change func(*staff.Operator)) {
	d.People = slices.Clone(d.People)
	for i := range d.People {
		if d.People[i].ID == id {
			change(&d.People[i])
		}
	}
}

// ChangeOperator implements people.Desk: one owner stays.
func (d *Desk) ChangeOperator(_ context.Context, id, name string, role staff.Role) error {
	if err := d.called("ChangeOperator " + id + " " + name + " " + string(role)); err != nil {
		return err
	}
	if d.lastOwner(id) && role != staff.Owner {
		return &engine.Problem{Code: engine.ProblemLastOwner, Text: "One owner has to stay."}
	}
	d.alter(id, func(o *staff.Operator) { o.Name, o.Role = name, role })
	return nil
}

func (d *Desk) lastOwner(id string) bool {
	for _, o := range d.People {
		if o.ID != id && o.Active && o.Role == staff.Owner {
			return false
		}
	}
	return true
}

// SetPIN implements people.Desk.
func (d *Desk) SetPIN(_ context.Context, id string, pin []byte) error {
	defer clear(pin)
	return d.called("SetPIN " + id + " " + string(pin))
}

// RetireOperator implements people.Desk: one owner stays.
func (d *Desk) RetireOperator(_ context.Context, id string) error {
	if err := d.called("RetireOperator " + id); err != nil {
		return err
	}
	if d.lastOwner(id) {
		return &engine.Problem{Code: engine.ProblemLastOwner, Text: "One owner has to stay."}
	}
	d.alter(id, func(o *staff.Operator) { o.Active = false })
	return nil
}

// UnlockOperator implements people.Desk.
func (d *Desk) UnlockOperator(_ context.Context, id string) error {
	if err := d.called("UnlockOperator " + id); err != nil {
		return err
	}
	d.alter(id, func(o *staff.Operator) { *o = staff.AfterRight(*o) })
	return nil
}
