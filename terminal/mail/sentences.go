package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/textproto"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"paydesk/terminal/order"
)

// What is said of a mail that was not taken.
const (
	textDial     = "The mail server cannot be reached. Check the network and the mail settings; it is tried again by itself."
	textSilent   = "The mail server did not answer in time. It is tried again by itself."
	textCert     = "The certificate of the mail server has expired or is another's, so nothing was sent. Check mail.server, or tell whoever runs the server; it is tried again by itself."
	textOpen     = "The mail server offers no encryption, so nothing was sent. Check mail.port and mail.security; it is tried again by itself."
	textLogin    = "The mail server does not take the user or the password. Enter them again in the mail settings; then it is sent."
	textNoLogin  = "The mail server offers no safe way to sign in, so nothing was sent. Check mail.security and mail.user; it is tried again by itself."
	textLater    = "The mail server does not take it just now. It is tried again by itself."
	textRefused  = "The mail server refuses this mail for good. Check the address, and send it to another or drop it."
	textNobody   = "The mail server says that there is no such address. Ask the customer, and send it to another or drop it."
	textUnsure   = "The mail server did not say whether it took the mail. Ask the customer whether it came, before it is sent again."
	startTLSFail = "STARTTLS mode set to" // as the library puts it, which has no error to compare with
)

// dialText says what kept a connection from coming up.
func dialText(ctx context.Context, err error) string {
	code := 0
	if answer := (*textproto.Error)(nil); errors.As(err, &answer) {
		code = answer.Code
	}
	var wait net.Error
	switch {
	case errors.As(err, new(*tls.CertificateVerificationError)):
		return textCert
	case strings.Contains(err.Error(), startTLSFail), errors.As(err, new(tls.RecordHeaderError)):
		return textOpen
	case code == 535 || code == 534 || code == 530:
		return textLogin
	case strings.Contains(err.Error(), "AUTH"), errors.Is(err, gomail.ErrNoSupportedAuthDiscovered):
		return textNoLogin
	case code != 0:
		return textLater
	case ctx.Err() != nil, errors.As(err, &wait) && wait.Timeout():
		return textSilent
	}
	return textDial
}

// sendResult judges how a mail came to an end that was not taken. Only once the
// final dot may have left can the mail have arrived (RFC 5321, 4.5.3.2.6).
func sendResult(err error) order.JobResult {
	var failed *gomail.SendError
	if !errors.As(err, &failed) {
		return order.JobResult{Trouble: textLater}
	}
	code, dot := failed.ErrorCode(), failed.Reason == gomail.ErrSMTPDataClose
	switch {
	case dot && code == 0:
		return order.JobResult{Touched: true, Own: true, Trouble: textUnsure}
	case code == 530 || code == 534 || code == 535: // it wants somebody to sign in first
		return order.JobResult{Trouble: textLogin}
	case code >= 500 && failed.Reason == gomail.ErrSMTPRcptTo:
		return order.JobResult{Refused: true, Own: true, Trouble: textNobody}
	case code >= 500:
		return order.JobResult{Refused: true, Own: true, Trouble: textRefused}
	case code >= 400:
		return order.JobResult{Own: dot || failed.Reason == gomail.ErrSMTPRcptTo, Trouble: textLater}
	}
	return order.JobResult{Trouble: textSilent}
}
