// Package nav is for the one table that says from which screen of the window
// which other may be reached.
package nav

// Place is a screen.
type Place string

// The places. None is where the window is before its first screen.
const (
	None    Place = ""
	SignIn  Place = "signin"
	Sale    Place = "sale"
	Card    Place = "card"
	Waiting Place = "waiting"
	Outcome Place = "outcome"
	History Place = "history"
)

// Places lists all places, for tables and tests.
var Places = []Place{SignIn, Sale, Card, Waiting, Outcome, History}

// moves is the table. Nothing leads away from Waiting but an outcome: while a
// payment is under way there is nowhere else to be. Nothing leads from a card
// form to another screen that could keep the card; to an outcome it leads where
// the sale was stored and nobody is waited for.
var moves = map[Place][]Place{
	None:    {SignIn, Sale},
	SignIn:  {Sale},
	Sale:    {Card, History, SignIn, Outcome},
	Card:    {Sale, Waiting, SignIn, Outcome},
	Waiting: {Outcome},
	Outcome: {Sale, Card, SignIn, History},
	History: {Sale, SignIn},
}

// Allowed reports whether a move is in the table.
func Allowed(from, to Place) bool {
	for _, place := range moves[from] {
		if place == to {
			return true
		}
	}
	return false
}
