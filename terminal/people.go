package terminal

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"

	"paydesk/terminal/order"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

// TrainingOperator signs in with TrainingPIN at a new training terminal; the
// sign-in screen says so.
const (
	TrainingOperator = "Trainee"
	TrainingPIN      = "1234"
)

// seedOperator gives a new training terminal somebody to sign in as.
func (t *Terminal) seedOperator(ctx context.Context) error {
	all, err := t.journal.Operators(ctx)
	if err != nil {
		return err
	}
	for _, op := range all {
		t.names[op.ID] = op.Name
	}
	if len(all) > 0 || t.opt.Mode != settings.Training {
		return nil
	}
	_, err = t.AddOperator(ctx, TrainingOperator, staff.Supervisor, []byte(TrainingPIN))
	return err
}

// AddOperator lets a person sign in. The PIN is overwritten.
func (t *Terminal) AddOperator(ctx context.Context, name string, role staff.Role, pin []byte) (staff.Operator, error) {
	defer clear(pin)
	if name = strings.TrimSpace(name); name == "" {
		return staff.Operator{}, fmt.Errorf("give the operator a name, so that receipts and the journal can tell who sold")
	}
	all, err := t.journal.Operators(ctx)
	if err != nil {
		return staff.Operator{}, err
	}
	for _, op := range all {
		if op.Active && strings.EqualFold(op.Name, name) {
			return staff.Operator{}, fmt.Errorf("%s can sign in already: choose another name, so that the journal can tell who sold", op.Name)
		}
	}
	if err := staff.CheckPIN(pin, t.opt.Mode == settings.Training); err != nil {
		return staff.Operator{}, err
	}
	key := make([]byte, 6)
	if _, err := rand.Read(key); err != nil {
		return staff.Operator{}, err
	}
	op := staff.Operator{ID: "op-" + hex.EncodeToString(key), Name: name, Role: role, PINHash: t.pins.Hash(pin), Active: true}
	err = t.journal.Commit(ctx, order.Entry{Kind: "operator.added", Subject: op.ID, Actor: "command line", Object: op})
	if err != nil {
		return staff.Operator{}, err
	}
	t.mu.Lock()
	t.names[op.ID] = name
	t.mu.Unlock()
	return op, nil
}

func (t *Terminal) operatorName(id string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if name := t.names[id]; name != "" {
		return name
	}
	return id
}
