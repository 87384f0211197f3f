package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/staff"
)

// approvable gives a command the flag by which somebody approves what the
// operator may not do alone.
func (a *app) approvable(c *cobra.Command) *cobra.Command {
	c.Flags().StringVar(&a.approver, "approved-by", "",
		"name of who approves it, where the operator may not do it alone (the PIN is asked for, or $PAYDESK_APPROVER_PIN)")
	return c
}

// withApproval does something, and where somebody has to approve it, does it
// again with the approval of the one whom the flags name.
func (a *app) withApproval(ctx context.Context, t *terminal.Terminal, do func(ctx context.Context) error) error {
	err := do(ctx)
	if askOf(err) == nil {
		return err
	}
	if ctx, err = a.approved(ctx, t, err); err != nil {
		return err
	}
	return do(ctx)
}

// approved adds the approval that an error asks for to the context; any other
// error it returns.
func (a *app) approved(ctx context.Context, t *terminal.Terminal, err error) (context.Context, error) {
	ask := askOf(err)
	if ask == nil {
		return ctx, err
	}
	if a.approver == "" {
		return ctx, fmt.Errorf("%w Name who does with --approved-by", err)
	}
	g, err := a.approve(ctx, t, *ask)
	return engine.WithGrant(ctx, g), err
}

// askOf is what somebody has to approve, nil where nobody does.
func askOf(err error) *engine.Ask {
	var p *engine.Problem
	if !errors.As(err, &p) || p.Code != engine.ProblemApproval {
		return nil
	}
	return p.Ask
}

// approve asks the one whom the flags name for a PIN.
func (a *app) approve(ctx context.Context, t *terminal.Terminal, ask engine.Ask) (engine.Grant, error) {
	all, err := t.Operators(ctx)
	if err != nil {
		return engine.Grant{}, err
	}
	at := slices.IndexFunc(all, func(op staff.Operator) bool { return strings.EqualFold(op.Name, a.approver) })
	if at < 0 {
		return engine.Grant{}, fmt.Errorf("there is no operator named %q: paydesk operator list shows the names", a.approver)
	}
	pin := []byte(os.Getenv("PAYDESK_APPROVER_PIN"))
	if len(pin) == 0 {
		if pin, err = a.askSecret("PIN of " + all[at].Name + ", to approve it: "); err != nil {
			return engine.Grant{}, err
		}
	}
	return t.Approve(ctx, ask, all[at].ID, pin)
}
