package order

import (
	"errors"
	"time"
)

// Errors of every journal.
var (
	// ErrConflict: the object changed since it was read; nothing was written.
	ErrConflict = errors.New("the journal holds a newer state")
	// ErrFull: the disk has no room; nothing was written.
	ErrFull = errors.New("the disk is full")
	// ErrNotFound: there is no such object.
	ErrNotFound = errors.New("not in the journal")
)

// Query asks for a page of sales, newest first.
type Query struct {
	// From and To bound the time of creation: From ≤ t < To. Zero is open.
	From, To time.Time
	// Before continues behind a number that an earlier page ended with.
	Before string
	// Limit is the page's length; 0 means 100, at most 500.
	Limit int
}

// Unfinished is what a journal holds that is not at its end.
type Unfinished struct {
	Attempts []Attempt
	Follows  []FollowUp
	Batches  []Batch
	Stored   []Stored
	SealKeys []SealKey
}

// BatchSum is what the journal holds of one batch of the host.
type BatchSum struct {
	GUID    string
	Witness Witness // one transaction in it
	Totals  Totals
	Opened  time.Time // when its first transaction was made
}
