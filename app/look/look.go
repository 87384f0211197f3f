// Package look is for how a payment's state is told to people: always by a
// word, a shape and a colour together, and the same on every screen.
package look

import "paydesk/terminal/order"

// Shape is a picture drawn of lines and circles, so that no font decides
// whether it appears.
type Shape string

// The shapes.
const (
	NoShape Shape = ""
	Check   Shape = "check"
	Cross   Shape = "cross"
	Bar     Shape = "bar"   // a barred circle: nothing was charged
	Clock   Shape = "clock" // under way
	Half    Shape = "half"
	Alert   Shape = "alert"
	Unsure  Shape = "unsure"
	Left    Shape = "left"
	Right   Shape = "right"
	Up      Shape = "up"
	Down    Shape = "down"
	Erase   Shape = "erase"
	Sun     Shape = "sun"
	Moon    Shape = "moon"
	Person  Shape = "person"
	Card    Shape = "card"
	Dot     Shape = "dot"
	Speck   Shape = "speck"
	Tray    Shape = "tray" // laid down for later
	Glass   Shape = "glass"
	Board   Shape = "board" // a keyboard
	Printer Shape = "printer"
	Phone   Shape = "phone"
	Bars    Shape = "bars" // a chart
)

// Colour is the name of a colour of the theme.
type Colour string

// The colours. Each On… is what is written on the colour of the same name.
const (
	Ground     Colour = "pdGround"
	Surface    Colour = "pdSurface"
	Raised     Colour = "pdRaised"
	Pressed    Colour = "pdPressed"
	Line       Colour = "pdLine"
	Ink        Colour = "pdInk"
	Soft       Colour = "pdSoft"
	Accent     Colour = "pdAccent"
	AccentDown Colour = "pdAccentDown"
	OnAccent   Colour = "pdOnAccent"
	Off        Colour = "pdOff"
	OnOff      Colour = "pdOnOff"
	Wrong      Colour = "pdWrong" // the sentence under a field
	Notice     Colour = "pdNotice"
	OnNotice   Colour = "pdOnNotice"
	Training   Colour = "pdTraining"
	OnTraining Colour = "pdOnTraining"
	Shade      Colour = "pdShade"
	Paper      Colour = "pdPaper"
	OnPaper    Colour = "pdOnPaper"
	Clear      Colour = "pdClear"

	Approved     Colour = "pdApproved"
	OnApproved   Colour = "pdOnApproved"
	Declined     Colour = "pdDeclined"
	OnDeclined   Colour = "pdOnDeclined"
	NotCharged   Colour = "pdNotCharged"
	OnNotCharged Colour = "pdOnNotCharged"
	Checking     Colour = "pdChecking"
	OnChecking   Colour = "pdOnChecking"
	Part         Colour = "pdPart"
	OnPart       Colour = "pdOnPart"
	Review       Colour = "pdReview"
	OnReview     Colour = "pdOnReview"

	Stored   Colour = "pdStored"
	OnStored Colour = "pdOnStored"

	// Tints are the state colours as text and marks on a surface.
	TintApproved   Colour = "pdTintApproved"
	TintDeclined   Colour = "pdTintDeclined"
	TintNotCharged Colour = "pdTintNotCharged"
	TintChecking   Colour = "pdTintChecking"
	TintPart       Colour = "pdTintPart"
	TintReview     Colour = "pdTintReview"
	TintStored     Colour = "pdTintStored"
)

// Kind is what a person needs to know of a state: several states of the
// journal are one kind for the cashier.
type Kind string

// The kinds. Their texts are parts of the catalogue's keys.
const (
	KindApproved   Kind = "approved"
	KindDeclined   Kind = "declined"
	KindNotCharged Kind = "notcharged"
	KindChecking   Kind = "checking" // nobody knows yet
	KindTakingBack Kind = "takingback"
	// KindReturning: it was settled too soon, so its money goes back.
	KindReturning Kind = "returning"
	KindReturned  Kind = "returned"
	KindPart      Kind = "part"
	KindReview    Kind = "review"
	// KindStored: taken while the bank was away, which has not seen it.
	KindStored Kind = "stored"
	// KindMissing: the bank did not pay a sale whose goods are gone.
	KindMissing Kind = "missing"
	// KindProblem: nothing was sent, because the terminal refused.
	KindProblem Kind = "problem"
)

// Look is how a kind is shown.
type Look struct {
	Kind  Kind
	Shape Shape
	// Fill and On are for a whole screen or a button of the kind, Tint for its
	// word in a list.
	Fill, On, Tint Colour
}

var looks = map[Kind]Look{
	KindApproved:   {KindApproved, Check, Approved, OnApproved, TintApproved},
	KindDeclined:   {KindDeclined, Cross, Declined, OnDeclined, TintDeclined},
	KindNotCharged: {KindNotCharged, Bar, NotCharged, OnNotCharged, TintNotCharged},
	KindProblem:    {KindProblem, Bar, NotCharged, OnNotCharged, TintNotCharged},
	KindChecking:   {KindChecking, Clock, Checking, OnChecking, TintChecking},
	KindTakingBack: {KindTakingBack, Clock, Checking, OnChecking, TintChecking},
	KindReturning:  {KindReturning, Clock, Checking, OnChecking, TintChecking},
	KindReturned:   {KindReturned, Bar, NotCharged, OnNotCharged, TintNotCharged},
	KindPart:       {KindPart, Half, Part, OnPart, TintPart},
	KindStored:     {KindStored, Tray, Stored, OnStored, TintStored},
	KindMissing:    {KindMissing, Cross, Declined, OnDeclined, TintDeclined},
	KindReview:     {KindReview, Alert, Review, OnReview, TintReview},
}

// Of is the look of a kind; one that is not known looks like a review.
func Of(k Kind) Look {
	if l, ok := looks[k]; ok {
		return l
	}
	return looks[KindReview]
}

// OfState is the kind of a state of the journal. A state that this program
// does not know is for a person to look at.
func OfState(s order.State) Kind {
	switch s {
	case order.Approved:
		return KindApproved
	case order.PartApproved:
		return KindPart
	case order.Declined:
		return KindDeclined
	case order.Refused, order.NotSent, order.Reversed, order.Absent:
		return KindNotCharged
	case order.Sending, order.Unknown:
		return KindChecking
	case order.Reversing, order.Quarantine:
		return KindTakingBack
	case order.OrphanReturn:
		return KindReturning
	case order.Returned:
		return KindReturned
	}
	return KindReview
}

// OfStored is the kind of a state of a stored sale. One that this program does
// not know is for a person to look at.
func OfStored(s order.StoredState) Kind {
	switch s {
	case order.StoredWaiting, order.StoredForwarding:
		return KindStored
	case order.Uncollected, order.WrittenOff:
		return KindMissing
	case order.StoredApproved, order.Collected:
		return KindApproved
	case order.Withdrawn:
		return KindNotCharged
	}
	return KindReview
}
