package sandbox

import (
	"strings"
	"testing"
)

// TestEveryCallHasItsRight finds a route that nobody gave a right.
func TestEveryCallHasItsRight(t *testing.T) {
	for _, rt := range routes {
		if r, ok := rightFor(rt.method, rt.path); !ok && !rt.open {
			t.Errorf("%s %s has no right of its own (%s)", rt.method, rt.path, r)
		}
	}
}

// TestNarrowRights: calls whose right differs from that of their neighbours.
func TestNarrowRights(t *testing.T) {
	for path, want := range map[string]right{"search/users": rightPeople, "search/sales/{exportable}": rightLook,
		"accounts/changepassword": rightOwn, "accounts/register": rightPeople, "batches/search": rightLook,
		"batches/close": rightSettle, "returns/createcredit": rightUndo} {
		if got, _ := rightFor("POST", path); got != want {
			t.Errorf("POST %s: got %s, want %s", path, got, want)
		}
	}
}

// TestRights makes calls as each example user. 403 is "may not"; anything else
// is the call's own answer.
func TestRights(t *testing.T) {
	b := newBench(t, Options{})
	users := []string{"training", "maxwinston", "adamsmith", "cashier"}
	tests := []struct{ method, path, body, may string }{
		{"GET", "UserRoles/Users/myself", "", "training maxwinston adamsmith cashier"},
		{"GET", "devices", "", "training maxwinston cashier"},
		{"POST", "sales", saleBody("4111111111111111", "5.00", ""), "training maxwinston cashier"},
		{"GET", "sales/00000000-0000-4000-8000-000000000000", "", "training maxwinston cashier"},
		{"POST", "timeoutreversal", reversalBody("none"), "training maxwinston cashier"},
		{"GET", "sales", "", "training maxwinston"},
		{"POST", "Search/Sales/false", `{}`, "training maxwinston"},
		{"POST", "Batches/search", `{}`, "training maxwinston"},
		{"POST", "Batches/close", `{}`, "training maxwinston"},
		{"POST", "Search/Users", `{}`, "training maxwinston"},
		{"GET", "UserRoles/Users/961612a5-427b-4bbc-8a11-bfc1b9149243", "", "training maxwinston"},
		{"POST", "accounts/register", `{}`, "training maxwinston"},
	}
	for _, name := range users {
		b.as(name, DefaultPassword, func() {
			for _, tt := range tests {
				status, text, err := b.do(tt.method, tt.path, tt.body)
				if err != nil {
					t.Fatal(err)
				}
				if got, want := status != 403, strings.Contains(tt.may, name); got != want || status == 401 {
					t.Errorf("%s %s as %s: got %d %s, want allowed=%t", tt.method, tt.path, name, status, text, want)
				}
				if status == 403 && !strings.Contains(text, "The authenticated user does not have permission to perform this operation.") {
					t.Errorf("refusal: got %s", text)
				}
			}
		})
	}
	b.as("cashier", DefaultPassword, func() {
		b.want(403, "POST", "accounts/ChangePassword", `{"Username":"adamsmith","OldPassword":"training-password",
			"NewPassword":"abcdef","ConfirmPassword":"abcdef"}`)
	})
	b.as("maxwinston", DefaultPassword, func() {
		b.want(200, "POST", "accounts/ChangePassword", `{"Username":"adamsmith","OldPassword":"training-password",
			"NewPassword":"abcdef","ConfirmPassword":"abcdef"}`)
	})
}

func TestUserRolesRefusals(t *testing.T) {
	b := newBench(t, Options{})
	if got := b.want(400, "GET", "UserRoles/Users/me", ""); !strings.Contains(got, "Unable to reach entity") {
		t.Errorf("no guid: got %s", got)
	}
	if got := b.want(404, "GET", "UserRoles/Users/00000000-0000-4000-8000-000000000000", ""); !strings.Contains(got, "No User could be found for the given Id") {
		t.Errorf("unknown guid: got %s", got)
	}
}

// rightsTable is rightsOf as a table of README.md.
func rightsTable() string {
	rights := []right{rightSell, rightUndo, rightSettle, rightLook, rightCards, rightPeople}
	head, rule := "| Role |", "| --- |"
	for _, r := range rights {
		head, rule = head+" "+string(r)+" |", rule+" --- |"
	}
	table := head + "\n" + rule + "\n"
	for _, name := range []string{roleSuperUser, roleIsoAdmin, roleIsoEmployee, roleMerchantAdmin, roleMerchantEmployee} {
		u := user{roles: []string{name}}
		table += "| " + name + " |"
		for _, r := range rights {
			if u.may(r) {
				table += " yes"
			}
			table += " |"
		}
		table += "\n"
	}
	return table
}
