// Package nav is for the one table that says from which screen of the window
// which other may be reached.
package nav

import "slices"

// Place is a screen.
type Place string

// The places. None is where the window is before its first screen.
const (
	None   Place = ""
	SignIn Place = "signin"

	// Sale is home: what is to be paid, and how.
	Sale Place = "sale"
	// Menu has everything else, one press away.
	Menu Place = "menu"

	// On the way of a payment.
	Extras  Place = "extras" // tax, tip, order number, note, customer
	Card    Place = "card"
	OnFile  Place = "onfile"
	Cash    Place = "cash"
	Wallet  Place = "wallet" // which of several wallets
	Code    Place = "code"   // what is paid by phone
	Bill    Place = "bill"   // what was paid of a sale in parts, and what is left
	Waiting Place = "waiting"
	Outcome Place = "outcome"

	// What is done about a payment, its way and its end.
	Holds     Place = "holds"
	MoneyBack Place = "moneyback"
	Issue     Place = "issue"
	Working   Place = "working"
	Done      Place = "done"

	History   Place = "history"
	Attention Place = "attention"
	// PayLog is what providers told, the balances of customers, and payouts.
	PayLog Place = "paylog"
	// Reports is what was sold, Batches what was closed at the bank, Statement
	// what goes into the books.
	Reports   Place = "reports"
	Batches   Place = "batches"
	Statement Place = "statement"
	// Counter is the printer, what waits for it, and the cash drawer.
	Counter Place = "counter"
	// Shift is who answers for the cash drawer, CloseDay the closing of the day.
	Shift    Place = "shift"
	CloseDay Place = "closeday"

	// The back office.
	Settings Place = "settings"
	Staff    Place = "staff"
	Setup    Place = "setup"
)

// Places lists all places, for tables and tests.
var Places = []Place{SignIn, Sale, Menu, Extras, Card, OnFile, Cash, Wallet, Code, Bill, Waiting, Outcome,
	Holds, MoneyBack, Issue, Working, Done, History, Attention, PayLog, Reports, Batches, Statement, Counter, Shift, CloseDay, Settings, Staff, Setup}

// free are the places at which nothing is under way: from each of them the
// operator may go to any other, or leave the desk.
var free = []Place{Sale, Menu, Holds, MoneyBack, Issue, History, Attention, PayLog, Reports, Batches, Statement, Counter, Shift, CloseDay, Settings, Staff, Setup}

// moves is the table of the others. Nothing leads away from Waiting and Working
// but an outcome: while the bank is asked there is nowhere else to be. Nothing
// leads from a card form to another screen that could keep the card; to an
// outcome it leads where the sale was stored and nobody is waited for. From a
// code that was given up any other way to pay is open, and the way back to it.
var moves = map[Place][]Place{
	None:      {SignIn, Sale, Setup},
	SignIn:    {Sale, Setup},
	Sale:      {Extras, Card, OnFile, Cash, Wallet, Code, Bill, Outcome, Done, SignIn},
	Menu:      {Card, Done, SignIn},
	Extras:    {Sale, Bill, SignIn},
	Card:      {Sale, Bill, Code, Menu, Waiting, Working, SignIn, Outcome},
	OnFile:    {Sale, Bill, Waiting, SignIn, Outcome},
	Cash:      {Sale, Bill, Code, SignIn, Outcome},
	Wallet:    {Sale, Bill, Code, SignIn},
	Code:      {Sale, Bill, Card, Cash, Outcome, SignIn},
	Bill:      {Sale, Card, OnFile, Cash, Wallet, Code, Extras, Outcome, SignIn},
	Waiting:   {Outcome},
	Outcome:   {Sale, Bill, Card, OnFile, Cash, SignIn, History, Attention},
	Holds:     {Card, Working, Done, SignIn},
	MoneyBack: {Working, Done, Outcome, SignIn},
	Issue:     {Working, Done, SignIn},
	Working:   {Done},
	Done:      {Sale, Menu, Holds, MoneyBack, Issue, History, Attention, Working, SignIn},
	History:   {Outcome, Done, SignIn},
	Attention: {Outcome, Done, Bill, SignIn},
	PayLog:    {SignIn},
	Reports:   {SignIn},
	Batches:   {SignIn},
	Statement: {SignIn},
	Counter:   {SignIn},
	Shift:     {SignIn},
	CloseDay:  {SignIn},
	Settings:  {SignIn},
	Staff:     {SignIn},
	Setup:     {SignIn},
}

// Free reports whether nothing is under way at a place.
func Free(at Place) bool { return slices.Contains(free, at) }

// Allowed reports whether a move is in the table.
func Allowed(from, to Place) bool {
	return from != to && Free(from) && Free(to) || slices.Contains(moves[from], to)
}
