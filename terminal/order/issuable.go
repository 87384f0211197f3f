package order

import "paydesk/terminal/money"

// Issuable is what a sale brought and still has, what cards were issued out of
// it, perhaps issued ones among them, and what is left for more. The service
// keeps the balance itself (ConnexPay API, IssueCard); this is what is known of
// it here.
func Issuable(a Attempt, follows []FollowUp) (brought, issued, left money.Amount) {
	brought = Stand(a, follows).Left
	issued, left = money.New(0, brought.Currency), brought
	for _, f := range follows {
		if f.Act == Issue && (f.State == FollowDone || !f.State.Final()) {
			issued.Minor += f.Amount.Minor
		}
	}
	left.Minor = max(0, brought.Minor-issued.Minor)
	return brought, issued, left
}
