package app

import (
	"context"

	"paydesk/app/approve"
	"paydesk/app/attention"
	"paydesk/app/batches"
	"paydesk/app/bill"
	"paydesk/app/cardentry"
	"paydesk/app/cash"
	"paydesk/app/closeday"
	"paydesk/app/counter"
	"paydesk/app/history"
	"paydesk/app/holds"
	"paydesk/app/issue"
	"paydesk/app/moneyback"
	"paydesk/app/onfile"
	"paydesk/app/outcome"
	"paydesk/app/paylog"
	"paydesk/app/people"
	"paydesk/app/prefs"
	"paydesk/app/qrshow"
	"paydesk/app/report"
	"paydesk/app/sale"
	"paydesk/app/setup"
	"paydesk/app/shift"
	"paydesk/app/signin"
	"paydesk/app/slip"
	"paydesk/app/statement"
	"paydesk/app/waiting"
	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// Desk is the terminal as the window needs it. All methods are safe for many
// goroutines. Snapshot, NewOrderID, CheckAmount, Acknowledge, Settings and ShowCustomer return at
// once;
// every other may wait for the disk or the network and is never called on the
// window's goroutine. Errors for people are *engine.Problem.
type Desk interface {
	signin.Desk
	approve.Desk
	sale.Desk
	cardentry.Desk
	onfile.Desk
	qrshow.Desk
	cash.Desk
	bill.Desk
	waiting.Desk
	outcome.Desk
	history.Desk
	attention.Desk
	slip.Desk
	counter.Desk
	holds.Desk
	moneyback.Desk
	issue.Desk
	prefs.Desk
	people.Desk
	setup.Desk
	paylog.Desk
	report.Desk
	batches.Desk
	statement.Desk
	shift.Desk
	closeday.Desk

	// Snapshot is the present state. Watch calls back on every change, from
	// any goroutine, until stop is called; the callback returns at once.
	Snapshot() engine.Snapshot
	Watch(func(engine.Snapshot)) (stop func())
	// Acknowledge takes a sale out of the news. It returns at once.
	Acknowledge(number string)
	// CollectStored says that what was missing of a stored sale was paid by
	// another order.
	CollectStored(ctx context.Context, id, paidOrder string) (order.Stored, error)
	SignOut(ctx context.Context)
	// Scanned finds the receipt of a code that a scanner typed.
	Scanned(ctx context.Context, code string) (terminal.Scan, error)
	// ShowCustomer leaves with the customer's display of two lines what is to be
	// read there. It returns at once.
	ShowCustomer(terminal.PoleView)
}
