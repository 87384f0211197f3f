package qrshow

import (
	"paydesk/app/look"
	"paydesk/terminal/order"
)

// Stage is how far a payment by phone is, for the person at the desk.
type Stage string

// The stages. Their texts are parts of the catalogue's keys.
const (
	Making    Stage = "making"
	Scan      Stage = "scan"
	Paper     Stage = "paper" // the code is on paper, to be paid later
	Taking    Stage = "taking"
	Deciding  Stage = "deciding"
	Closing   Stage = "closing"
	Paid      Stage = "paid"
	Expired   Stage = "expired"
	Cancelled Stage = "cancelled"
	Refused   Stage = "refused"
	Failed    Stage = "failed" // the terminal asked for none
)

// Stages lists all stages, for tables and tests.
var Stages = []Stage{Making, Scan, Paper, Taking, Deciding, Closing, Paid, Expired, Cancelled, Refused, Failed}

// Stage is the present one.
func (p *Presenter) Stage() Stage {
	q := p.code
	switch {
	case p.failed != nil:
		return Failed
	case q.ID == "" || q.State == order.QRCreating:
		return Making
	case q.State == order.QRPaid:
		return Paid
	case q.State == order.QRExpired:
		return Expired
	case q.State == order.QRCancelled:
		return Cancelled
	case q.State == order.QRRefused:
		return Refused
	case q.State == order.QRClosing:
		return Closing
	case q.Pending:
		return Deciding
	case q.State == order.QRTaking:
		return Taking
	case q.Patience.IsZero():
		return Paper
	}
	return Scan
}

// kinds are the looks of the stages without a code to scan.
var kinds = map[Stage]look.Kind{
	Taking: look.KindChecking, Deciding: look.KindChecking, Closing: look.KindTakingBack, Paid: look.KindApproved,
	Expired: look.KindNotCharged, Cancelled: look.KindNotCharged, Refused: look.KindDeclined, Failed: look.KindProblem,
}
