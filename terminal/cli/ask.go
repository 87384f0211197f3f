package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"paydesk/terminal"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

// askSecret reads a line without showing it where the input is a keyboard.
func (a *app) askSecret(prompt string) ([]byte, error) {
	fmt.Fprint(a.env.Err, prompt)
	if f, ok := a.env.In.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		line, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(a.env.Err)
		return line, err
	}
	line, err := a.readLine()
	fmt.Fprintln(a.env.Err)
	return line, err
}

func (a *app) ask(prompt string) (string, error) {
	fmt.Fprint(a.env.Err, prompt)
	line, err := a.readLine()
	return strings.TrimSpace(string(line)), err
}

// readLine reads one line into bytes of its own. It reads byte by byte, so
// that nothing behind the line is lost in a buffer between two questions.
func (a *app) readLine() ([]byte, error) {
	line := make([]byte, 0, 256)
	var b [1]byte
	for len(line) < cap(line) {
		n, err := a.env.In.Read(b[:])
		if n == 1 && b[0] == '\n' {
			return bytes.TrimSuffix(line, []byte("\r")), nil // no copy: it may be a card number
		}
		if n == 1 {
			line = append(line, b[0])
		}
		if errors.Is(err, io.EOF) && len(line) > 0 {
			return line, nil
		}
		if err != nil {
			return nil, fmt.Errorf("the input ended before the answer came (%w): type it, or give one line for each question", err)
		}
	}
	return nil, errors.New("the answer is longer than any that is asked for: nothing was done, try again")
}

// signIn makes the operator of the flags the one who acts. In training the
// trainee is there without asking.
func (a *app) signIn(ctx context.Context, t *terminal.Terminal) error {
	all, err := t.Operators(ctx)
	if err != nil {
		return err
	}
	op, err := a.pick(all)
	if err != nil {
		return err
	}
	pin := []byte(a.pin)
	if len(pin) == 0 {
		pin = []byte(os.Getenv("PAYDESK_PIN"))
	}
	if len(pin) == 0 && t.Mode() == settings.Training && op.Name == terminal.TrainingOperator {
		pin = []byte(terminal.TrainingPIN)
	}
	if len(pin) == 0 {
		if pin, err = a.askSecret("PIN of " + op.Name + ": "); err != nil {
			return err
		}
	}
	return t.SignIn(ctx, op.ID, pin)
}

func (a *app) pick(all []staff.Operator) (staff.Operator, error) {
	if len(all) == 0 {
		return staff.Operator{}, errors.New("nobody can sign in yet: add an operator with: paydesk operator add NAME --role owner")
	}
	if a.operator == "" {
		if len(all) > 1 {
			return staff.Operator{}, errors.New("say who you are with --operator NAME")
		}
		return all[0], nil
	}
	for _, op := range all {
		if strings.EqualFold(op.Name, a.operator) {
			return op, nil
		}
	}
	return staff.Operator{}, noOperator(a.operator)
}

func noOperator(name string) error {
	return fmt.Errorf("there is no operator named %q: paydesk operator list shows the names", name)
}
