package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"paydesk/terminal"
)

// users manages who may sign in to the payment account. Who may sign in to
// this terminal is another matter: paydesk operator.
func (a *app) users() *cobra.Command {
	c := &cobra.Command{Use: "users", Short: "The users of the payment account: list, register, roles, passwords"}
	c.AddCommand(a.listUsers(), a.registerUser(), a.userRoles(), a.changePassword(), a.requestReset(), a.resetPassword())
	return c
}

func (a *app) listUsers() *cobra.Command {
	var f terminal.HostUserFilter
	var asJSON bool
	c := &cobra.Command{Use: "list", Short: "Search the users of the account", Args: cobra.NoArgs,
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, _ []string) error {
			list, err := t.HostUsers(ctx, f)
			if err != nil {
				return err
			}
			return printList(a, list, asJSON, func(u terminal.HostUser) string {
				return fmt.Sprintf("%s  %-16s %-24s %-20s %s", u.GUID, u.UserName, string(u.FirstName)+" "+string(u.LastName), u.Status, roleNames(u.Roles))
			})
		})}
	fl := c.Flags()
	for name, to := range map[string]*string{"username": &f.Username, "first-name": &f.FirstName, "last-name": &f.LastName,
		"email": &f.Email, "phone": &f.Phone, "city": &f.City, "state": &f.State, "zip": &f.Zipcode, "iso": &f.IsoNumber,
		"account": &f.AccountNumber, "address1": &f.Address1, "address2": &f.Address2} {
		fl.StringVar(to, name, "", "only users with this "+strings.ReplaceAll(name, "-", " "))
	}
	fl.StringVar(&f.Status, "status", "", `only users with this status, such as "User - Active"`)
	fl.BoolVar(&asJSON, "json", false, "one JSON object per line, as the host answered it")
	return c
}

func (a *app) registerUser() *cobra.Command {
	var u terminal.NewHostUser
	var asJSON bool
	c := &cobra.Command{Use: "register USERNAME", Short: "Register a user of the account; the password is asked for", Args: cobra.ExactArgs(1),
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, args []string) (err error) {
			u.Username = args[0]
			if u.Password, err = a.askNewPassword(); err != nil {
				return err
			}
			defer clear(u.Password)
			made, err := t.RegisterHostUser(ctx, u)
			if err != nil {
				return err
			}
			return printList(a, []terminal.HostUserMade{made}, asJSON, func(m terminal.HostUserMade) string {
				return fmt.Sprintf("%s is registered, account %s, %s.", m.UserName, m.AccountNumber, m.Status)
			})
		})}
	fl := c.Flags()
	for name, to := range map[string]*string{"iso": &u.IsoNumber, "first-name": &u.FirstName, "last-name": &u.LastName,
		"email": &u.Email, "phone": &u.Phone, "address1": &u.Address1, "address2": &u.Address2, "city": &u.City, "state": &u.State,
		"zip": &u.Zipcode} {
		fl.StringVar(to, name, "", "the user's "+strings.ReplaceAll(name, "-", " "))
	}
	fl.BoolVar(&asJSON, "json", false, "print the user as JSON")
	return c
}

func (a *app) userRoles() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{Use: "roles [GUID]", Short: "Show the roles of a user; without a guid those of this terminal's own", Args: cobra.RangeArgs(0, 1),
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, args []string) error {
			guid := ""
			if len(args) > 0 {
				guid = args[0]
			}
			roles, err := t.HostRolesOf(ctx, guid)
			if err != nil {
				return err
			}
			return printList(a, []terminal.HostRoles{roles}, asJSON, func(r terminal.HostRoles) string {
				return fmt.Sprintf("%s  %s  %s", r.UserGUID, r.UserName, roleNames(r.Roles))
			})
		})}
	c.Flags().BoolVar(&asJSON, "json", false, "print the roles as JSON")
	return c
}

func roleNames(roles []terminal.HostRole) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r.Name)
	}
	return strings.Join(names, ", ")
}

func (a *app) changePassword() *cobra.Command {
	return &cobra.Command{Use: "password USERNAME", Short: "Change a user's password; old and new are asked for", Args: cobra.ExactArgs(1),
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, args []string) error {
			old, err := a.askSecret("Present password: ")
			if err != nil {
				return err
			}
			defer clear(old)
			replacement, err := a.askNewPassword()
			if err != nil {
				return err
			}
			defer clear(replacement)
			if err := t.ChangeHostPassword(ctx, args[0], old, replacement); err != nil {
				return err
			}
			fmt.Fprintln(a.env.Out, "The password is changed.")
			return nil
		})}
}

func (a *app) requestReset() *cobra.Command {
	return &cobra.Command{Use: "reset-request USERNAME", Short: "Have a key mailed with which a forgotten password is replaced", Args: cobra.ExactArgs(1),
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, args []string) error {
			if err := t.RequestHostReset(ctx, args[0]); err != nil {
				return err
			}
			fmt.Fprintf(a.env.Out, "A key was sent by mail. Use it with: paydesk users reset %s\n", args[0])
			return nil
		})}
}

func (a *app) resetPassword() *cobra.Command {
	return &cobra.Command{Use: "reset USERNAME", Short: "Replace a forgotten password; the mailed key and the new one are asked for", Args: cobra.ExactArgs(1),
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, args []string) error {
			key, err := a.askSecret("Key from the mail: ")
			if err != nil {
				return err
			}
			defer clear(key)
			replacement, err := a.askNewPassword()
			if err != nil {
				return err
			}
			defer clear(replacement)
			if err := t.ResetHostPassword(ctx, args[0], bytes.TrimSpace(key), replacement); err != nil {
				return err
			}
			fmt.Fprintln(a.env.Out, "The password is changed.")
			return nil
		})}
}

// askNewPassword asks twice, since nobody sees what is typed.
func (a *app) askNewPassword() ([]byte, error) {
	first, err := a.askSecret("New password: ")
	if err != nil {
		return nil, err
	}
	second, err := a.askSecret("New password again: ")
	defer clear(second)
	if err == nil && !bytes.Equal(first, second) {
		err = errors.New("the two passwords differ: nothing was changed, try again")
	}
	if err != nil {
		clear(first)
		return nil, err
	}
	return first, nil
}
