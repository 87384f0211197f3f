package look

import "paydesk/terminal/order"

// OfCode is the kind of a code that is paid by phone. One whose money waits for
// a person is to be looked at, whatever became of it otherwise; and so is a
// state that this program does not know.
func OfCode(q order.QR) Kind {
	if len(q.Strays()) > 0 {
		return KindReview
	}
	switch q.State {
	case order.QRPaid:
		return KindApproved
	case order.QRCreating, order.QRShown, order.QRTaking, order.QRClosing:
		return KindChecking
	case order.QRExpired, order.QRCancelled, order.QRRefused:
		return KindNotCharged
	}
	return KindReview
}
