// Package staff says who works at the terminal, what each may do, and when a
// PIN is refused: operators, roles as sets of rights, the rules for choosing
// a PIN and the lock-out after wrong ones. It is pure: hashing is elsewhere,
// and whoever applies a rule also records what came of it.
package staff

import (
	"fmt"
	"slices"
	"time"
)

// Right is permission for one kind of act.
type Right string

// The rights. Acts that move money back or hide a doubt need more than a
// cashier.
const (
	Sell           Right = "sell"
	Reprint        Right = "reprint"
	SeeHistory     Right = "see-history"
	Void           Right = "void"            // undo a sale of the open batch
	Refund         Right = "refund"          // pay back a settled sale
	IssueCards     Right = "issue-cards"     // make cards that pay suppliers
	CloseBatch     Right = "close-batch"     // end the day
	ParkUnknown    Right = "park-unknown"    // go on while a sale is in doubt
	Override       Right = "override"        // answer for what the bank wants a supervisor for
	ExceedOffline  Right = "exceed-offline"  // store one sale above the limits while the bank is away
	Unlinked       Right = "unlinked"        // pay back without the payment that it is about
	OpenDrawer     Right = "open-drawer"     // open the cash drawer without a sale
	MoveCash       Right = "move-cash"       // take cash out of the drawer, and answer for one that is off
	Unlock         Right = "unlock"          // end somebody's lock-out
	ManageStaff    Right = "manage-staff"    // add, change and retire operators
	ChangeSettings Right = "change-settings" // also secrets and the device
	ExportData     Right = "export-data"     // journal, backup, settings
)

// approvable are the rights that somebody who has them may lend to a colleague
// for one act. Those that change who may do what are none of them: for these
// their holder signs in.
var approvable = []Right{Void, Refund, IssueCards, CloseBatch, ParkUnknown, Override, ExceedOffline, Unlinked, OpenDrawer, MoveCash}

// Approvable reports whether an act that needs the right may be approved for
// somebody who does not have it.
func (r Right) Approvable() bool { return slices.Contains(approvable, r) }

// Role is a named set of rights.
type Role string

// The roles; each may do all that the one before may.
const (
	Cashier    Role = "cashier"
	Supervisor Role = "supervisor"
	Owner      Role = "owner"
)

var (
	cashierRights    = []Right{Sell, Reprint, SeeHistory}
	supervisorRights = append(slices.Clone(cashierRights), Void, Refund, IssueCards, CloseBatch, ParkUnknown,
		Override, ExceedOffline, Unlinked, OpenDrawer, MoveCash, Unlock)
	ownerRights = append(slices.Clone(supervisorRights), ManageStaff, ChangeSettings, ExportData)

	rights = map[Role][]Right{Cashier: cashierRights, Supervisor: supervisorRights, Owner: ownerRights}
)

// ParseRole accepts the name of a role.
func ParseRole(text string) (Role, error) {
	if _, ok := rights[Role(text)]; !ok {
		return "", fmt.Errorf("%q is not a role: choose cashier, supervisor or owner", text)
	}
	return Role(text), nil
}

// May reports whether the role has the right; an unknown role has none.
func (r Role) May(right Right) bool { return slices.Contains(rights[r], right) }

// Operator is somebody who signs in at the terminal. The JSON form is what
// the journal keeps.
type Operator struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Role        Role      `json:"role"`
	PINHash     string    `json:"pin_hash"`     // opaque; never shown
	Failures    int       `json:"failures"`     // wrong PINs since the last right one
	LockedUntil time.Time `json:"locked_until"` // zero when never locked
	Active      bool      `json:"active"`       // false once retired
}

// May reports whether the operator has a right; one who is retired has none.
func (o Operator) May(right Right) bool { return o.Active && o.Role.May(right) }

// String is name and role, without the hash of the PIN.
func (o Operator) String() string { return fmt.Sprintf("%s (%s)", o.Name, o.Role) }

// GoString implements fmt.GoStringer with String.
func (o Operator) GoString() string { return o.String() }

// Format implements fmt.Formatter with String, whatever the verb.
func (o Operator) Format(s fmt.State, _ rune) { _, _ = fmt.Fprint(s, o.String()) }
