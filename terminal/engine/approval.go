package engine

import (
	"cmp"
	"context"
	"slices"
	"time"

	"paydesk/terminal/answer"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// Approval. What an operator may not do alone, somebody with the right may
// approve on the spot, for this one time, with a PIN of their own: the operator
// stays signed in, and the journal says who asked and who approved. Nothing of
// it needs the host.
//
// The limit of returns (Config.ReturnLimit) is what gives operators without the
// right to return a part of it: up to the limit they pay back alone, all returns
// of one payment counted together so that pieces do not go past it, and above it
// they ask. It does not bind those who have the right: a supervisor who needed
// the owner for large returns would keep the owner's PIN at hand, which protects
// nothing. The limits of what is stored while the host is away are the owner's
// word on a loss, and so nobody goes past them without entering a PIN for it, a
// supervisor at the desk neither.

// ProblemApproval: the operator may not do it alone, and somebody with the right
// may approve it. Problem.Ask is what to approve; nothing was done or sent.
const ProblemApproval = "approval"

// Why something needs approval, as suffixes of keys of the text catalogue.
const (
	AskRight = "right" // the operator's role does not allow it
	AskLimit = "limit" // it is above a limit that the owner set
	AskBank  = "bank"  // the bank wants a supervisor (D0006)
)

// Ask is an act that needs somebody's approval.
type Ask struct {
	// Right is what whoever approves it must have.
	Right staff.Right
	// Subject is the number of the payment, order, follow-up, stored sale, cash
	// payment or batch that it is about, Amount how much of it.
	Subject string
	Amount  money.Amount
	Why     string
}

// fits reports that an approval of one is one of the other.
func (a Ask) fits(b Ask) bool {
	return a.Right == b.Right && a.Subject == b.Subject && a.Amount == b.Amount
}

// Grant is somebody's approval of one act by the operator who asked for it. It
// is good for one use, for two minutes, and until the operator signs out or the
// program ends; the zero Grant is good for nothing.
type Grant struct{ of *grant }

type grant struct {
	Ask
	asker, approver string
	given           time.Time
}

// grantLife is how long an approval waits for its use.
const grantLife = 2 * time.Minute

type grantKey struct{}

// WithGrant gives the approval to the one call that is made with the context.
func WithGrant(ctx context.Context, g Grant) context.Context {
	return context.WithValue(ctx, grantKey{}, g)
}

// Approvers lists who may approve it, without their secrets.
func (e *Engine) Approvers(ctx context.Context, a Ask) ([]staff.Operator, error) {
	all, err := e.Operators(ctx)
	return slices.DeleteFunc(all, func(op staff.Operator) bool { return !op.May(a.Right) }), err
}

// Approve checks the PIN of whoever approves what the operator at the desk
// asked for. The PIN is overwritten. Wrong ones are counted and lock as those of
// SignIn do, and both who asked and who approved are in the journal before it
// returns.
func (e *Engine) Approve(ctx context.Context, a Ask, operatorID string, pin []byte) (Grant, error) {
	defer clear(pin)
	asker, err := e.allowed(staff.Sell)
	if err != nil {
		return Grant{}, err
	}
	e.guess.Lock()
	defer e.guess.Unlock()
	approver, err := e.operatorByID(ctx, operatorID)
	if err != nil {
		return Grant{}, err
	}
	if !a.Right.Approvable() || !approver.May(a.Right) {
		return Grant{}, say(ProblemRight, nil, "%s may not approve this. Choose a supervisor or the owner.", approver.Name)
	}
	if approver, err = e.checkPIN(ctx, approver, pin); err != nil {
		return Grant{}, err
	}
	g := &grant{Ask: a, asker: asker.ID, approver: approver.ID, given: e.now()}
	if err := e.commit(ctx, order.Entry{Kind: "operator.pin-right", Subject: approver.ID, Actor: approver.ID, Object: approver},
		order.Entry{Kind: "approval.given", Subject: a.Subject, Actor: approver.ID, Note: g.note()}); err != nil {
		return Grant{}, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.operator == nil || e.operator.ID != g.asker {
		return Grant{}, &Problem{Code: ProblemSignIn, Text: "Sign in with your PIN first."}
	}
	for old := range e.grants {
		if !old.alive(g.given) {
			delete(e.grants, old)
		}
	}
	e.grants[g] = true
	return Grant{g}, nil
}

// note is what the journal keeps of an approval.
func (g *grant) note() any {
	return struct {
		Asker    string       `json:"asker"`
		Approver string       `json:"approver"`
		Right    staff.Right  `json:"right"`
		Subject  string       `json:"subject"`
		Amount   money.Amount `json:"amount,omitzero"`
		Why      string       `json:"why"`
	}{g.asker, g.approver, g.Right, g.Subject, g.Amount, g.Why}
}

// alive reports that an approval may still be used at now. A clock that was set
// back does not make it last.
func (g *grant) alive(now time.Time) bool {
	return !now.Before(g.given) && now.Sub(g.given) < grantLife
}

// permit lets an operator do what ask says: with the approval that came with the
// call, which is used up by it, or alone. It returns who approved it, "" where
// nobody had to. It is called when nothing else stands in the way, so that an
// approval is not used up by what cannot be done.
func (e *Engine) permit(ctx context.Context, op staff.Operator, ask Ask, alone bool, text string) (approver string, err error) {
	g, _ := ctx.Value(grantKey{}).(Grant)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.grants[g.of] && g.of.fits(ask) && g.of.asker == op.ID {
		delete(e.grants, g.of)
		if g.of.alive(e.now()) {
			return g.of.approver, nil
		}
	}
	if alone {
		return "", nil
	}
	return "", needed{ask, cmp.Or(text, askText(ask))}.problem()
}

// needed is an approval that is needed, and the sentence that says so.
type needed struct {
	ask  Ask
	text string
}

func (n needed) problem() *Problem {
	return &Problem{Code: ProblemApproval, Text: n.text, Ask: &n.ask}
}

// permitRight is permit for what those do alone who have the right.
func (e *Engine) permitRight(ctx context.Context, op staff.Operator, right staff.Right, subject string, amount money.Amount) (approver string, err error) {
	return e.permit(ctx, op, Ask{Right: right, Subject: subject, Amount: amount, Why: AskRight}, op.May(right), "")
}

// permitReturn is permitRight for a return, of which those without the right
// may do a part; returned is what was returned of the payment before.
func (e *Engine) permitReturn(ctx context.Context, op staff.Operator, subject string, amount, returned money.Amount) (approver string, err error) {
	limit := e.config().ReturnLimit
	if op.May(staff.Refund) || limit.Minor <= 0 || limit.Currency != amount.Currency {
		return e.permitRight(ctx, op, staff.Refund, subject, amount)
	}
	returned.Currency = amount.Currency // a payment of which nothing was returned has none
	sum, err := amount.Add(returned)
	return e.permit(ctx, op, Ask{Right: staff.Refund, Subject: subject, Amount: amount, Why: AskLimit}, err == nil && sum.Minor <= limit.Minor,
		"You may return up to "+limit.Display()+" of a payment alone. Return less, or let a supervisor approve it.")
}

// permitFollow is permit for a follow-up, which aim has found possible.
func (e *Engine) permitFollow(ctx context.Context, op staff.Operator, right staff.Right, f order.FollowUp, earlier []order.FollowUp) (approver string, err error) {
	if bankAsks(f.Act, earlier) {
		ask := followAsk(f)
		return e.permit(ctx, op, ask, op.May(ask.Right), "")
	}
	if f.Act != order.Return {
		return e.permitRight(ctx, op, right, f.Of, f.Amount)
	}
	returned := money.New(0, f.Amount.Currency)
	for _, r := range earlier {
		if r.Act == order.Return && r.State == order.FollowDone {
			returned.Minor += r.Amount.Minor
		}
	}
	return e.permitReturn(ctx, op, f.Of, f.Amount, returned)
}

// bankAsks reports that the bank answered the newest of these acts by asking for
// a supervisor. As with a charge, doing it again is the approval.
func bankAsks(act order.Act, earlier []order.FollowUp) bool {
	for _, f := range slices.Backward(earlier) {
		if f.Act == act {
			return refusedForOverride(f)
		}
	}
	return false
}

// refusedForOverride reports that the bank would not have it without a
// supervisor (ConnexPay API, Declined Response Codes, D0006).
func refusedForOverride(f order.FollowUp) bool {
	said, known := answer.Code(f.Code)
	if f.Code == "" {
		said, known = answer.Text(f.Message)
	}
	return f.State == order.FollowRefused && known && said.Lead == answer.LeadOverride
}

// followAsk is what is to be approved where the bank asks for a supervisor.
func followAsk(f order.FollowUp) Ask {
	right := staff.Override
	switch f.Act {
	case order.Void:
		right = staff.Void
	case order.Return:
		right = staff.Refund
	case order.Issue:
		right = staff.IssueCards
	}
	return Ask{Right: right, Subject: f.Of, Amount: f.Amount, Why: AskBank}
}

func askText(a Ask) string {
	if a.Why == AskBank {
		return "The bank wants a supervisor's approval. Let a supervisor approve it; then it is sent again."
	}
	return "Your role does not allow this alone. Let a supervisor approve it."
}

// approved is the note of an act, nil where nobody had to approve it.
func approved(by string) any {
	if by == "" {
		return nil
	}
	return order.Approval{ApprovedBy: by}
}
