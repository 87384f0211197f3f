package apptest

import (
	"context"
	"fmt"
	"slices"

	"paydesk/terminal/engine"
	"paydesk/terminal/staff"
)

// SignIn implements app.Desk.
func (d *Desk) SignIn(_ context.Context, id string, pin []byte) error {
	if err := d.checkPIN("SignIn", id, pin); err != nil {
		return err
	}
	d.SignInAs(d.person(id))
	return nil
}

func (d *Desk) person(id string) int {
	return slices.IndexFunc(d.People, func(o staff.Operator) bool { return o.ID == id })
}

// checkPIN clears the PIN and counts the wrong ones, as the engine does.
func (d *Desk) checkPIN(method, id string, pin []byte) error {
	right := string(pin) == "1234"
	clear(pin)
	if err := d.called(method); err != nil {
		return err
	}
	i, now := d.person(id), d.Clock.Now()
	_, locked := staff.Locked(d.People[i], now)
	switch {
	case right && !locked:
		d.People[i] = staff.AfterRight(d.People[i])
		return nil
	case !locked:
		d.People[i] = staff.AfterWrong(d.People[i], now)
		_, locked = staff.Locked(d.People[i], now)
	}
	if locked {
		return &engine.Problem{Code: engine.ProblemLocked, Text: "Too many wrong PINs for " + d.People[i].Name + ". Wait a minute."}
	}
	return &engine.Problem{Code: engine.ProblemPIN, Text: fmt.Sprintf("That PIN is not right. %d tries are left.", staff.TriesLeft(d.People[i]))}
}

// Approvers implements app.Desk.
func (d *Desk) Approvers(_ context.Context, a engine.Ask) ([]staff.Operator, error) {
	may := slices.DeleteFunc(slices.Clone(d.People), func(o staff.Operator) bool { return !o.May(a.Right) })
	return may, d.called("Approvers")
}

// Approve implements app.Desk.
func (d *Desk) Approve(_ context.Context, _ engine.Ask, id string, pin []byte) (engine.Grant, error) {
	return engine.Grant{}, d.checkPIN("Approve "+id, id, pin)
}
