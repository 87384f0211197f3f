package terminal

import (
	"context"
	"strings"

	"paydesk/terminal/connexpay"
	"paydesk/terminal/staff"
)

// The users of the payment account, who are not the operators of this terminal.
type (
	// HostUser is a user that a search found.
	HostUser = connexpay.UserRow
	// HostUserFilter says which users are looked for.
	HostUserFilter = connexpay.UserFilter
	// NewHostUser is a user to register.
	NewHostUser = connexpay.NewUser
	// HostUserMade is a user that was registered.
	HostUserMade = connexpay.RegisteredUser
	// HostRole is what a user may do.
	HostRole = connexpay.Role
	// HostRoles are the roles of one user.
	HostRoles = connexpay.UserRoles
)

// HostUsers looks for users of the account (ConnexPay API, Search users).
func (t *Terminal) HostUsers(ctx context.Context, f HostUserFilter) ([]HostUser, error) {
	c, err := t.client(staff.ManageStaff)
	if err != nil {
		return nil, err
	}
	return c.SearchUsers(ctx, f)
}

// HostRolesOf reads the roles of a user by guid, or of the terminal's own
// where it is "" (ConnexPay API, User roles).
func (t *Terminal) HostRolesOf(ctx context.Context, guid string) (HostRoles, error) {
	c, err := t.client(staff.ManageStaff)
	switch {
	case err != nil:
		return HostRoles{}, err
	case guid == "":
		return c.MyRoles(ctx)
	}
	return c.RolesOf(ctx, guid)
}

// RegisterHostUser makes a user of the account (ConnexPay API, Register user).
func (t *Terminal) RegisterHostUser(ctx context.Context, u NewHostUser) (HostUserMade, error) {
	c, err := t.client(staff.ManageStaff)
	if err != nil {
		return HostUserMade{}, err
	}
	return c.Register(ctx, u)
}

// ChangeHostPassword gives a user of the account another password (ConnexPay
// API, Change user password). Where it is the terminal's own user, the new
// password takes the old one's place here too.
func (t *Terminal) ChangeHostPassword(ctx context.Context, username string, old, replacement []byte) error {
	c, err := t.client(staff.ManageStaff)
	if err != nil {
		return err
	}
	if err := c.ChangePassword(ctx, username, old, replacement); err != nil {
		return err
	}
	return t.adoptPassword(username, replacement)
}

// adoptPassword keeps the password that the terminal signs in with.
func (t *Terminal) adoptPassword(username string, password []byte) error {
	if !strings.EqualFold(username, t.Settings().Host.Username) {
		return nil
	}
	if err := t.secrets.Set(t.passwordKey(), password); err != nil {
		return &connexpay.Problem{Text: "The payment service has the new password, but this computer could not keep it. Enter it again with: paydesk setup.", Err: err}
	}
	return nil
}

// RequestHostReset has the service mail a reset key to a user (ConnexPay API,
// Reset user password request).
func (t *Terminal) RequestHostReset(ctx context.Context, username string) error {
	c, err := t.client(staff.ManageStaff)
	if err != nil {
		return err
	}
	return c.RequestReset(ctx, username)
}

// ResetHostPassword sets the password of a user with the key of the mail
// (ConnexPay API, Reset user password).
func (t *Terminal) ResetHostPassword(ctx context.Context, username string, key, replacement []byte) error {
	c, err := t.client(staff.ManageStaff)
	if err != nil {
		return err
	}
	if err := c.ResetPassword(ctx, key, replacement); err != nil {
		return err
	}
	return t.adoptPassword(username, replacement)
}
