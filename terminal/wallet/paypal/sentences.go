package paypal

import (
	"fmt"
	"regexp"

	"paydesk/terminal/wallet"
)

// What is said to people. Nothing of what PayPal wrote is put in but its error
// codes, reasons and the number of the exchange, each of a form that holds
// neither secrets nor names.
const (
	sayDisturbed  = "PayPal has a disturbance at the moment. The desk asks again by itself."
	sayUnread     = "PayPal's answer cannot be read. Check wallets.paypal.base_url in the settings."
	sayNVPKeys    = "PayPal refused the API user name, password or signature. Copy all three from PayPal again: those of test mode for test, those of live mode for live."
	sayRESTKeys   = "PayPal refused the client ID or its secret. Copy both from PayPal again: those of the sandbox for test, those of live mode for live."
	sayNoKeys     = "The keys of the PayPal account are not complete. Enter them in the settings of wallets."
	sayRights     = "PayPal does not let this account do that. Ask PayPal to allow it, or do it another way."
	sayCurrency   = "PayPal takes no payments in %s here. Choose another tender, or change wallets.paypal.currencies in the settings."
	sayWhole      = "PayPal takes whole amounts only in %s. Change the amount, or choose another tender."
	sayRefused    = "PayPal refused this with error %s. Do it another way, and ask PayPal what the error means."
	sayDuplicate  = "PayPal already has a payment under this number. Begin the payment anew."
	sayForeign    = "PayPal's answer is about another payment. Nothing was booked; look at the PayPal account."
	sayExpired    = "This PayPal code is too old to be paid. Show a new one."
	sayOtherWay   = "PayPal could not take the money this way. Let the customer scan the same code again and choose another way to pay."
	sayNoFunds    = "PayPal could not take the money, and not by this code again. Show a new one, or choose another tender."
	sayUnapproved = "The customer has not agreed at PayPal yet. Let the customer finish on the phone."
	sayWorking    = "PayPal is still working on this payment. The desk asks again by itself."
	sayPending    = "PayPal has not released this payment yet. Do not hand over the goods before it has."
	sayPendingFor = "PayPal has not released this payment yet (%s). Do not hand over the goods before it has."
	sayNotPaid    = "PayPal did not carry out this payment. Show a new code, or choose another tender."
	sayHeld       = "PayPal has this payment and holds it back for the time being. Look at the PayPal account."
	sayPartBack   = "PayPal says that part of this payment went back, and not how much. Look at the PayPal account."
	sayNoRefund   = "PayPal refused to pay this back: it is too late for it, or more than is left of the payment. Look at the PayPal account."
	sayRefundGone = "PayPal does not show what became of this refund. Look at the payment in the PayPal account."
	sayTooMany    = "PayPal has more payments in this time than it lists. Look at the PayPal account."
	sayNoReports  = "PayPal does not list its payments to this desk. Allow Transaction Search for the app at developer.paypal.com."
	sayUnsigned   = "A notification from PayPal has no right signature. It was not used."
	sayNoWebhook  = "The ID of PayPal's webhook is missing. Copy it from the app at developer.paypal.com into the settings of wallets."
	sayNoNotices  = "PayPal signs no notifications of the classic interface. Use instant payment notifications (IPN) for it."
	sayAPI        = "Write nvp or rest as wallets.paypal.api in the settings."
	sayNotOurs    = "PayPal knows no such payment of this account. Check that the keys are those of the account that was paid."
	saySite       = "The address wallets.paypal.site_url cannot be used. Write it as https://name/path, or leave it empty."
	sayNumber     = "PayPal's number for this: %s."
)

// ErrNotOurs is said of a payment that PayPal does not have for this account.
var ErrNotOurs = &wallet.Problem{Text: sayNotOurs}

// problem is a sentence as an error.
func problem(sentence string) error { return &wallet.Problem{Text: sentence} }

// What may stand in a sentence has a form that neither a key nor a name has:
// error codes and names of errors, reasons of waiting, numbers of exchanges.
var (
	codeForm   = regexp.MustCompile(`^([0-9]{3,6}|[A-Z][A-Z0-9_]{2,60})$`)
	reasonForm = regexp.MustCompile(`^([a-z-]{2,30}|[A-Z_]{2,60})$`)
	numberForm = regexp.MustCompile(`^[0-9a-f]{8,20}$`)
)

// say is a sentence with a word of PayPal's in it, or without where the word has
// not the form.
func say(format string, form *regexp.Regexp, word, without string) string {
	if !form.MatchString(word) {
		return without
	}
	return fmt.Sprintf(format, word)
}

// numbered adds PayPal's number of the exchange, which its support asks for.
func numbered(sentence, number string) string {
	if sentence == "" {
		return ""
	}
	return say(sentence+" "+sayNumber, numberForm, number, sentence)
}
