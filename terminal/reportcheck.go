package terminal

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"slices"
	"sort"

	"paydesk/sync/journal"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/reportfile"
)

// The codes of problems with the code of a report.
const (
	ProblemReportForm     = "report-form"     // no such code, or not all of one
	ProblemReportChanged  = "report-changed"  // the signature does not fit
	ProblemReportStranger = "report-stranger" // by a key that is not known here
)

// ReportCheck is what a genuine code of a report says, and what the journal says
// to it.
type ReportCheck struct {
	order.SignedHead
	// Known: the journal still has this event with this head, so that nothing up to
	// it was changed since.
	Known bool
	// Z is the report that ends at it, nil where there is none.
	Z *order.ZReport
}

// CheckReport checks the code of a report against the keys with which this
// installation ever signed, and against its journal, which may be open beside it.
// Its error is a *engine.Problem.
func CheckReport(ctx context.Context, j *History, text string) (ReportCheck, error) {
	keys, err := j.Keys(ctx)
	if err != nil {
		return ReportCheck{}, scanProblem(err)
	}
	c, err := VerifyReport(text, keys...)
	if err != nil {
		return ReportCheck{}, err
	}
	found, err := j.Find(ctx, c.Hash)
	switch {
	case errors.Is(err, order.ErrNotFound) || err == nil && found.Seq != c.Seq:
		return c, nil
	case err != nil:
		return c, scanProblem(err)
	}
	c.Known = true
	if c.Z, err = endingAt(ctx, j, c.Seq); err != nil {
		return c, scanProblem(err)
	}
	return c, nil
}

// endingAt looks for the Z report of the events up to one. Their numbers have no
// gap, and their ends only grow.
func endingAt(ctx context.Context, j *History, seq int64) (*order.ZReport, error) {
	last, err := j.LastZ(ctx)
	if err != nil && !errors.Is(err, order.ErrNotFound) {
		return nil, err
	}
	read := func(number int) (z order.ZReport) {
		if err == nil {
			z, err = j.Z(ctx, order.ZID(number))
		}
		return z
	}
	number := 1 + sort.Search(last.Number, func(i int) bool { return read(i+1).To >= seq })
	if z := read(number); err == nil && z.To == seq {
		return &z, nil
	}
	if errors.Is(err, order.ErrNotFound) {
		err = nil
	}
	return nil, err
}

// VerifyReport checks the code of a report against keys alone. Its error is a
// *engine.Problem.
func VerifyReport(text string, keys ...ed25519.PublicKey) (ReportCheck, error) {
	h, err := reportfile.ParseCode(text)
	if err != nil {
		return ReportCheck{}, &engine.Problem{Code: ProblemReportForm, Text: "This is not the code of a report, or a part of it is missing. Scan it again.", Err: err}
	}
	if err := journal.CheckHead(h); err != nil {
		return ReportCheck{}, &engine.Problem{Code: ProblemReportChanged, Err: err,
			Text: "This report was changed: the terminal's signature does not fit it. Keep it, and print the report again from the journal."}
	}
	if !slices.ContainsFunc(keys, func(key ed25519.PublicKey) bool { return hex.EncodeToString(key) == h.Key }) {
		return ReportCheck{}, &engine.Problem{Code: ProblemReportStranger, Text: "This report was not made by this terminal. Check it at the terminal that made it."}
	}
	return ReportCheck{SignedHead: h}, nil
}
