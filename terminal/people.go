package terminal

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"

	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

// TrainingOperator signs in with TrainingPIN at a new training terminal; the
// sign-in screen says so. As an owner, so that everything can be tried.
const (
	TrainingOperator = "Trainee"
	TrainingPIN      = "1234"
)

// MaxName is the most letters in an operator's name.
const MaxName = 40

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
	id, err := newOperatorID()
	if err != nil {
		return err
	}
	op := staff.Operator{ID: id, Name: TrainingOperator, Role: staff.Owner, PINHash: t.pins.Hash([]byte(TrainingPIN)), Active: true}
	t.names[op.ID] = op.Name
	return t.journal.Commit(ctx, order.Entry{Kind: "operator.added", Subject: op.ID, Actor: order.ActorTerminal, Object: op})
}

func newOperatorID() (string, error) {
	key := make([]byte, 6)
	if _, err := rand.Read(key); err != nil {
		return "", err
	}
	return "op-" + hex.EncodeToString(key), nil
}

// The codes of problems with an operator.
const (
	ProblemName       = "operator-name"
	ProblemNameTaken  = "operator-name-taken"
	ProblemNameLong   = "operator-name-long"
	ProblemFirstOwner = "operator-first-owner"
	ProblemPIN        = "pin-choice"
)

func checkName(all []staff.Operator, id, name string) error {
	switch {
	case name == "":
		return &engine.Problem{Code: ProblemName, Text: "Give the operator a name, so that receipts and the journal can tell who sold."}
	case utf8.RuneCountInString(name) > MaxName:
		return &engine.Problem{Code: ProblemNameLong, Text: "Shorten the name to 40 letters."}
	}
	for _, op := range all {
		if op.Active && op.ID != id && strings.EqualFold(op.Name, name) {
			return &engine.Problem{Code: ProblemNameTaken, Text: op.Name + " can sign in already. Choose another name, so that the journal can tell who sold."}
		}
	}
	return nil
}

// AddOperator lets a person sign in. The PIN is overwritten.
func (t *Terminal) AddOperator(ctx context.Context, name string, role staff.Role, pin []byte) (staff.Operator, error) {
	defer clear(pin)
	name = strings.TrimSpace(name)
	op, err := t.ChangeStaff(ctx, staff.ManageStaff, "operator.added", func(all []staff.Operator) (staff.Operator, error) {
		if err := checkName(all, "", name); err != nil {
			return staff.Operator{}, err
		}
		owner := slices.ContainsFunc(all, func(o staff.Operator) bool { return o.May(staff.ManageStaff) })
		if role != staff.Owner && !owner && !t.Training() {
			return staff.Operator{}, &engine.Problem{Code: ProblemFirstOwner, Text: "The first operator must be the owner. Choose that role."}
		}
		hash, err := t.hashPIN(pin)
		if err != nil {
			return staff.Operator{}, err
		}
		id, err := newOperatorID()
		return staff.Operator{ID: id, Name: name, Role: role, PINHash: hash, Active: true}, err
	})
	t.noteName(op)
	return op, err
}

// ChangeOperator gives an operator another name and role.
func (t *Terminal) ChangeOperator(ctx context.Context, id, name string, role staff.Role) error {
	name = strings.TrimSpace(name)
	op, err := t.changeOne(ctx, staff.ManageStaff, "operator.changed", id, func(all []staff.Operator, op *staff.Operator) error {
		op.Name, op.Role = name, role
		return checkName(all, id, name)
	})
	t.noteName(op)
	return err
}

// SetPIN gives an operator another PIN and ends a lock-out. The PIN is
// overwritten.
func (t *Terminal) SetPIN(ctx context.Context, id string, pin []byte) error {
	defer clear(pin)
	_, err := t.changeOne(ctx, staff.ManageStaff, "operator.pin-changed", id, func(_ []staff.Operator, op *staff.Operator) error {
		hash, err := t.hashPIN(pin)
		*op = staff.AfterRight(*op)
		op.PINHash = hash
		return err
	})
	return err
}

// RetireOperator keeps a person from signing in any more. The journal still
// knows the name.
func (t *Terminal) RetireOperator(ctx context.Context, id string) error {
	_, err := t.changeOne(ctx, staff.ManageStaff, "operator.retired", id, func(_ []staff.Operator, op *staff.Operator) error {
		op.Active = false
		return nil
	})
	return err
}

// UnlockOperator ends the lock-out after wrong PINs.
func (t *Terminal) UnlockOperator(ctx context.Context, id string) error {
	_, err := t.changeOne(ctx, staff.Unlock, "operator.unlocked", id, func(_ []staff.Operator, op *staff.Operator) error {
		*op = staff.AfterRight(*op)
		return nil
	})
	return err
}

func (t *Terminal) changeOne(ctx context.Context, right staff.Right, kind, id string, change func([]staff.Operator, *staff.Operator) error) (staff.Operator, error) {
	return t.ChangeStaff(ctx, right, kind, func(all []staff.Operator) (staff.Operator, error) {
		i := slices.IndexFunc(all, func(o staff.Operator) bool { return o.ID == id && o.Active })
		if i < 0 {
			return staff.Operator{}, &engine.Problem{Code: engine.ProblemNotFound, Text: "There is no such operator any more. Choose another name."}
		}
		op := all[i]
		err := change(all, &op)
		return op, err
	})
}

// hashPIN checks a PIN that somebody chose.
func (t *Terminal) hashPIN(pin []byte) (string, error) {
	if err := staff.CheckPIN(pin, t.Training()); err != nil {
		return "", told(ProblemPIN, err)
	}
	return t.pins.Hash(pin), nil
}

func (t *Terminal) noteName(op staff.Operator) {
	if op.ID == "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.names[op.ID] = op.Name
}

func (t *Terminal) operatorName(id string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if name := t.names[id]; name != "" {
		return name
	}
	return id
}
