package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"paydesk/terminal"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

func (a *app) settingsCommand() *cobra.Command {
	c := &cobra.Command{Use: "settings", Short: "Show, change, export and import the settings"}
	run := func(use, short string, n int, f func(ctx context.Context, t *terminal.Terminal, args []string) error) *cobra.Command {
		return &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(n), RunE: func(c *cobra.Command, args []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error { return f(c.Context(), t, args) })
		}}
	}
	c.AddCommand(
		run("show", "List all settings", 0, func(_ context.Context, t *terminal.Terminal, _ []string) error {
			for _, key := range settings.Keys() {
				value, err := t.Settings().Get(key)
				if err != nil {
					return err
				}
				fmt.Fprintf(a.env.Out, "%-28s %s\n", key, value)
			}
			return nil
		}),
		run("set KEY VALUE", "Change one setting", 2, func(ctx context.Context, t *terminal.Terminal, args []string) error {
			if slices.Contains([]string{"shop.logo", "display.picture"}, args[0]) {
				if err := t.CheckPicture(args[1]); err != nil {
					return err
				}
			}
			return a.asOwner(ctx, t, func() error { return t.Set(ctx, args[0], args[1]) })
		}),
		run("export FILE", "Write the settings as TOML; - is the screen", 1, func(_ context.Context, t *terminal.Terminal, args []string) error {
			data, err := t.Settings().Export()
			if err != nil {
				return err
			}
			if args[0] == "-" {
				_, err = a.env.Out.Write(data)
				return err
			}
			if err := os.WriteFile(args[0], data, 0o600); err != nil {
				return fmt.Errorf("the settings cannot be written (%w): choose a file in a folder that you may write to", err)
			}
			return nil
		}),
		run("import FILE", "Read settings from TOML; all of it or nothing", 1, func(ctx context.Context, t *terminal.Terminal, args []string) error {
			return a.importSettings(ctx, t, args[0])
		}),
	)
	return c
}

func (a *app) importSettings(ctx context.Context, t *terminal.Terminal, path string) error {
	var data []byte
	var err error
	if path == "-" {
		data, err = io.ReadAll(io.LimitReader(a.env.In, 1<<20))
	} else {
		data, err = readFile(path)
	}
	if err != nil {
		return fmt.Errorf("the settings in %s cannot be read: %w. Check the name of the file; nothing was changed", path, err)
	}
	var changes []settings.Change
	var problems []settings.Problem
	err = a.asOwner(ctx, t, func() (err error) {
		changes, problems, err = t.Import(ctx, data)
		return err
	})
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		for _, p := range problems {
			fmt.Fprintln(a.env.Err, p.Error())
		}
		return errors.New("nothing was changed: correct the lines above and import again")
	}
	for _, c := range changes {
		fmt.Fprintln(a.env.Out, c)
	}
	fmt.Fprintf(a.env.Out, "Settings changed: %d.\n", len(changes))
	return nil
}

func (a *app) operatorCommand() *cobra.Command {
	list := &cobra.Command{Use: "list", Short: "List who may sign in", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error {
				all, err := t.Operators(c.Context())
				for _, op := range all {
					fmt.Fprintln(a.env.Out, op)
				}
				return err
			})
		}}
	c := &cobra.Command{Use: "operator", Short: "Who may sign in"}
	c.AddCommand(a.addOperator(), a.changeOperator(), list,
		a.operatorAct("pin NAME", "Give a person another PIN; it is asked for", staff.ManageStaff, func(ctx context.Context, t *terminal.Terminal, op staff.Operator) error {
			pin, err := a.askNewPIN(op.Name)
			if err != nil {
				return err
			}
			return t.SetPIN(ctx, op.ID, pin)
		}),
		a.operatorAct("retire NAME", "Keep a person from signing in any more", staff.ManageStaff, func(ctx context.Context, t *terminal.Terminal, op staff.Operator) error {
			return t.RetireOperator(ctx, op.ID)
		}),
		a.operatorAct("unlock NAME", "End the lock-out after wrong PINs", staff.Unlock, func(ctx context.Context, t *terminal.Terminal, op staff.Operator) error {
			return t.UnlockOperator(ctx, op.ID)
		}))
	return c
}

// managing runs a command on the operators as somebody who may: whoever that
// is signs in where it is asked for.
func (a *app) managing(ctx context.Context, right staff.Right, do func(t *terminal.Terminal) error) error {
	return a.withTerminal(ctx, func(t *terminal.Terminal) error {
		if err := a.asOwner(ctx, t, func() error { return t.MayManage(ctx, right) }); err != nil {
			return err
		}
		return do(t)
	})
}

// operatorAct is a command on one operator by name.
func (a *app) operatorAct(use, short string, right staff.Right, act func(ctx context.Context, t *terminal.Terminal, op staff.Operator) error) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(1), RunE: func(c *cobra.Command, args []string) error {
		return a.managing(c.Context(), right, func(t *terminal.Terminal) error {
			op, err := operatorNamed(c.Context(), t, args[0])
			if err == nil {
				err = act(c.Context(), t, op)
			}
			if err == nil {
				fmt.Fprintln(a.env.Out, op.Name+": done.")
			}
			return err
		})
	}}
}

func operatorNamed(ctx context.Context, t *terminal.Terminal, name string) (staff.Operator, error) {
	all, err := t.Operators(ctx)
	if err != nil {
		return staff.Operator{}, err
	}
	for _, op := range all {
		if strings.EqualFold(op.Name, name) {
			return op, nil
		}
	}
	return staff.Operator{}, noOperator(name)
}

func (a *app) addOperator() *cobra.Command {
	var role string
	c := &cobra.Command{Use: "add NAME", Short: "Let a person sign in", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			r, err := staff.ParseRole(role)
			if err != nil {
				return err
			}
			return a.managing(c.Context(), staff.ManageStaff, func(t *terminal.Terminal) error {
				pin, err := a.askNewPIN(args[0])
				if err != nil {
					return err
				}
				op, err := t.AddOperator(c.Context(), args[0], r, pin)
				if err == nil {
					fmt.Fprintln(a.env.Out, op, "can sign in.")
				}
				return err
			})
		}}
	c.Flags().StringVar(&role, "role", "cashier", "cashier, supervisor or owner")
	return c
}

func (a *app) changeOperator() *cobra.Command {
	var name, role string
	c := a.operatorAct("change NAME", "Give a person another name or role", staff.ManageStaff, func(ctx context.Context, t *terminal.Terminal, op staff.Operator) error {
		r, err := staff.ParseRole(cmp.Or(role, string(op.Role)))
		if err != nil {
			return err
		}
		return t.ChangeOperator(ctx, op.ID, cmp.Or(name, op.Name), r)
	})
	c.Flags().StringVar(&name, "name", "", "the new name")
	c.Flags().StringVar(&role, "role", "", "cashier, supervisor or owner")
	return c
}

// askNewPIN asks twice, since nobody sees what is typed.
func (a *app) askNewPIN(name string) ([]byte, error) {
	pin, err := a.askSecret("New PIN of " + name + " (4 to 8 digits): ")
	if err != nil {
		return nil, err
	}
	again, err := a.askSecret("Once more: ")
	defer clear(again)
	if err == nil && !bytes.Equal(pin, again) {
		err = errors.New("the two PINs differ: nothing was done, try again")
	}
	if err != nil {
		clear(pin)
		return nil, err
	}
	return pin, nil
}

// setup connects a live terminal to the payment service.
func (a *app) setup() *cobra.Command {
	var baseURL, username, device, merchant string
	c := &cobra.Command{
		Use:   "setup",
		Short: "Connect this terminal to the payment service",
		Long: "Asks for the address, user name and password of the payment service, checks them, lets you choose the device,\n" +
			"and stores the password in the system's keyring, or in a sealed file where there is none.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if !a.training {
				a.live = true
			}
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error {
				return a.runSetup(c.Context(), t, [4]string{baseURL, username, device, merchant})
			})
		},
	}
	fl := c.Flags()
	fl.StringVar(&baseURL, "base-url", "", "address of the service, such as https://salesapi.connexpay.com")
	fl.StringVar(&username, "username", "", "user name at the service")
	fl.StringVar(&device, "device", "", "guid of the device, where it is known")
	fl.StringVar(&merchant, "merchant", "", "guid of the merchant: look-ups are quicker with it")
	return c
}

func (a *app) runSetup(ctx context.Context, t *terminal.Terminal, given [4]string) error {
	if err := a.asOwner(ctx, t, func() error { return t.MayManage(ctx, staff.ChangeSettings) }); err != nil {
		return err
	}
	for i, prompt := range []string{"Address of the payment service: ", "User name: "} {
		if given[i] == "" {
			var err error
			if given[i], err = a.ask(prompt); err != nil {
				return err
			}
		}
	}
	password, err := a.askSecret("Password: ")
	if err != nil {
		return err
	}
	devices, err := t.SignInHost(ctx, given[0], given[1], password)
	if err != nil {
		return err
	}
	chosen, err := a.chooseDevice(devices, given[2])
	if err != nil {
		return err
	}
	s := t.Settings()
	for key, value := range map[string]string{"host.device_guid": string(chosen.GUID), "host.device_name": string(chosen.Name), "host.merchant_guid": given[3]} {
		if value == "" {
			continue
		}
		if s, err = s.Set(key, value); err != nil {
			return err
		}
	}
	if err := t.Apply(ctx, s); err != nil {
		return err
	}
	fmt.Fprintf(a.env.Out, "This terminal is %s (%s) now.\n", cmp.Or(string(chosen.Name), "set up"), chosen.GUID)
	if err := a.probeHost(ctx, t, probeFlags{}); err != nil && !errors.As(err, new(exitError)) {
		fmt.Fprintln(a.env.Err, "What the account offers could not be found out now. Run: paydesk doctor host")
	}
	if all, err := t.Operators(ctx); err == nil && len(all) == 0 {
		fmt.Fprintln(a.env.Out, "Next, let the owner sign in: paydesk --live operator add NAME --role owner")
	}
	return nil
}

func (a *app) chooseDevice(devices []terminal.Device, wanted string) (terminal.Device, error) {
	if len(devices) == 0 { // the account does not list them
		var err error
		if wanted == "" {
			wanted, err = a.ask("Guid of this terminal's device, as the payment service gave it: ")
		}
		return terminal.Device{GUID: terminal.Word(wanted)}, err
	}
	if wanted != "" {
		for _, d := range devices {
			if string(d.GUID) == wanted {
				return d, nil
			}
		}
		return terminal.Device{}, fmt.Errorf("the account has no device %s: leave --device away to choose from its list", wanted)
	}
	for i, d := range devices {
		fmt.Fprintf(a.env.Out, "%d  %s  %s  %s\n", i+1, d.GUID, d.Name, d.Status)
	}
	answer, err := a.ask("Which device is this terminal? Number: ")
	if err != nil {
		return terminal.Device{}, err
	}
	n, err := strconv.Atoi(answer)
	if err != nil || n < 1 || n > len(devices) {
		return terminal.Device{}, fmt.Errorf("%q is not one of the numbers above: run setup again", answer)
	}
	return devices[n-1], nil
}
