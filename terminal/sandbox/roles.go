package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

// The roles of the document's samples, and one for the person at the till.
const (
	roleIsoAdmin         = "Iso Admin"
	roleIsoEmployee      = "Iso Employee"
	roleMerchantAdmin    = "Merchant Admin"
	roleMerchantEmployee = "Merchant Employee"
	roleSuperUser        = "Super User"
)

// right is a group of calls that a role may make.
type right string

const (
	rightOwn    right = "own"    // every user: one's own password and roles
	rightSell   right = "sell"   // take money: sales, authorisations, captures, verifies, and what a till looks up
	rightUndo   right = "undo"   // give money back
	rightSettle right = "settle" // close batches
	rightLook   right = "look"   // lists and searches
	rightCards  right = "cards"  // issue cards
	rightPeople right = "people" // users and their roles
)

// rightsOf is what each role may do. The document names the roles and says
// nothing of their rights: these are the host's.
var rightsOf = map[string][]right{
	roleSuperUser:        {rightSell, rightUndo, rightSettle, rightLook, rightCards, rightPeople},
	roleIsoAdmin:         {rightLook, rightPeople},
	roleIsoEmployee:      {rightLook},
	roleMerchantAdmin:    {rightSell, rightUndo, rightSettle, rightLook, rightCards},
	roleMerchantEmployee: {rightSell},
}

// callRights says which right a call needs: the first row whose method and
// start of the path fit. A call that fits none needs rightPeople, which the
// tests do not let happen.
var callRights = []struct {
	method, start string
	right         right
}{
	{"POST", "accounts/changepassword", rightOwn},
	{"POST", "accounts/", rightPeople},
	{"GET", "userroles/users/myself", rightOwn},
	{"GET", "userroles/", rightPeople},
	{"POST", "search/users", rightPeople},
	{"POST", "search/", rightLook},
	{"POST", "batches/search", rightLook},
	{"POST", "batches/", rightSettle},
	{"POST", "issuecard", rightCards},
	{"POST", "void", rightUndo},
	{"POST", "returns", rightUndo},
	{"POST", "cancel", rightUndo},
	{"POST", "sales", rightSell},
	{"POST", "authonlys", rightSell},
	{"POST", "captures", rightSell},
	{"POST", "verify", rightSell},
	{"POST", "timeoutreversal", rightSell},
	{"GET", "devices", rightSell},
	{"GET", "sales/{", rightSell},
	{"GET", "authonlys/{", rightSell},
	{"GET", "captures/{", rightSell},
	{"GET", "", rightLook},
}

func rightFor(method, path string) (right, bool) {
	for _, r := range callRights {
		if r.method == method && strings.HasPrefix(path, r.start) {
			return r.right, true
		}
	}
	return rightPeople, false
}

// may reports whether the user has a role with the right.
func (u *user) may(r right) bool {
	return r == rightOwn || slices.ContainsFunc(u.roles, func(name string) bool {
		return slices.Contains(rightsOf[name], r)
	})
}

var notPermitted = refuse(http.StatusForbidden, "The authenticated user does not have permission to perform this operation.")

// role is a role as the API shows it.
type role struct {
	Name string `json:"name"`
}

// shownRoles is never nil: no roles are an empty list in the document's sample.
func (u *user) shownRoles() []role {
	list := make([]role, len(u.roles))
	for i, name := range u.roles {
		list[i] = role{name}
	}
	return list
}

type rolesAnswer struct {
	UserName string `json:"userName"`
	UserGUID string `json:"userGuid"`
	Roles    []role `json:"roles"`
}

// myRoles answers GET UserRoles/Users/myself.
func (h *Host) myRoles(c *call) reply {
	return reply{status: http.StatusOK, body: rolesAnswer{c.user.name, c.user.guid, c.user.shownRoles()}}
}

// userRoles answers GET UserRoles/Users/{guid}.
func (h *Host) userRoles(c *call) reply {
	if !isGUID(c.arg(0)) {
		return refuse(http.StatusBadRequest, "Unable to reach entity")
	}
	u, err := oneUser(c.r.Context(), h.ledger.db, "guid = ?", c.arg(0))
	if err != nil {
		return h.broken(err)
	}
	if u == nil {
		return refuse(http.StatusNotFound, "No User could be found for the given Id")
	}
	return reply{status: http.StatusOK, body: rolesAnswer{u.name, u.guid, u.shownRoles()}}
}
