package order

import (
	"encoding/json"
	"time"
)

// Entry is one line for the journal: what happened, by whom, and the object
// as it is after it. An Object is an Order, Attempt, Batch or Job of this
// package, or another type that the journal's projections know; nil for
// events that change nothing, such as a sign-in.
type Entry struct {
	// Kind is what happened, such as "attempt.sending".
	Kind string
	// Subject is the id of the object.
	Subject string
	// Actor is the operator's id, or "terminal" for the program itself.
	Actor  string
	Object any
	// Sealed is the sealed card that comes with a new Stored. The journal keeps
	// it apart, and for as long as the Stored's state is Sealed.
	Sealed []byte
	// Note is further evidence, kept with the event alone. It marshals to
	// JSON and holds no card data.
	Note any
}

// Told is an entry as it is read back, for the story of a sale.
type Told struct {
	Seq     int64
	At      time.Time
	Kind    string
	Subject string
	Actor   string
	// Object and Note are the JSON that was kept.
	Object []byte
	Note   []byte
}

// Approval is the note of an act that needed somebody's approval, or a reason.
type Approval struct {
	ApprovedBy string `json:"approved_by,omitempty"`
	Reason     string `json:"reason,omitempty"`
}

// ApprovedBy is who approved it for the actor, "" where nobody had to.
func (t Told) ApprovedBy() string {
	var a Approval
	if len(t.Note) == 0 || json.Unmarshal(t.Note, &a) != nil {
		return ""
	}
	return a.ApprovedBy
}

// Actor of entries that nobody at the desk caused.
const ActorTerminal = "terminal"
