package order

import (
	"time"

	"paydesk/terminal/money"
)

// Dialect is the form of the service's API that an account speaks.
type Dialect string

// The dialects.
const (
	// DialectDocument is that of the API document.
	DialectDocument Dialect = "document"
	// DialectCurrent is that of the service's present reference.
	DialectCurrent Dialect = "current"
)

// Feature is something that an account may or may not be able to do.
type Feature string

// The features.
const (
	FeatureDevices        Feature = "devices"          // lists its devices
	FeatureGet            Feature = "get"              // a transaction by its guid
	FeatureList           Feature = "list"             // all transactions of a kind
	FeatureSearch         Feature = "search"           // searches transactions
	FeatureSearchByNumber Feature = "search-by-number" // the order number filters
	FeatureReversal       Feature = "timeout-reversal"
	FeatureBatchClose     Feature = "batch-close"
	FeatureBatchView      Feature = "batch-view"
	FeaturePartCapture    Feature = "part-capture" // captures less than was held
	FeatureUsers          Feature = "users"        // users and their roles
	FeatureIssue          Feature = "issue-card"
	FeatureTokens         Feature = "tokens" // a card is answered as a token
)

// Features lists all of them, in the order in which they are shown.
var Features = []Feature{FeatureDevices, FeatureGet, FeatureList, FeatureSearch, FeatureSearchByNumber, FeatureReversal,
	FeatureBatchClose, FeatureBatchView, FeaturePartCapture, FeatureUsers, FeatureIssue, FeatureTokens}

// Offer is what an account was found to be able to do.
type Offer struct {
	Dialect Dialect `json:"dialect"`
	// Has is true or false for what was found out; what is missing is as the
	// dialect has it.
	Has     map[Feature]bool `json:"has,omitempty"`
	Checked time.Time        `json:"checked,omitzero"`
}

// lacking is what the current reference does not have any more. ConnexPay API
// reference of the sales service: no batch calls, no reads by guid, no timeout
// reversal, captures of the whole amount only.
var lacking = map[Feature]bool{FeatureDevices: true, FeatureGet: true, FeatureList: true, FeatureReversal: true,
	FeatureBatchClose: true, FeatureBatchView: true, FeaturePartCapture: true, FeatureUsers: true}

// Can reports whether the account can do something, as far as is known.
func (o Offer) Can(f Feature) bool {
	if has, known := o.Has[f]; known {
		return has
	}
	return o.Dialect != DialectCurrent || !lacking[f]
}

// WalletFinding is a payment by wallet that the journal has and the provider does
// not list.
type WalletFinding struct {
	// Code is ours, Payment the provider's name of the payment.
	Code, Payment, Provider string
	Amount                  money.Amount
	At                      time.Time
}
