package paypal

// verdict is what an answer means for the desk.
type verdict int

// The verdicts.
const (
	verdictFine verdict = iota
	// verdictAgain: PayPal could not say; the same request may be made again.
	verdictAgain
	// verdictKeys, verdictRights: the account's keys or its rights.
	verdictKeys
	verdictRights
	// verdictRefused: no, for good.
	verdictRefused
	// verdictUnknownToken: there is no such token.
	verdictUnknownToken
	// verdictExpired: it is too old.
	verdictExpired
	// verdictDuplicate: a payment with our number is there already, by whatever
	// token.
	verdictDuplicate
	// verdictDone: the token was paid before. By whom is to be looked up.
	verdictDone
	// verdictRepeated: the answer is that of the first request.
	verdictRepeated
	// verdictWorking: the first request is still being worked on.
	verdictWorking
	// verdictReview: PayPal decides later.
	verdictReview
	// verdictOtherWay: the money did not move, and may by another way of paying.
	verdictOtherWay
	// verdictNoFunds: it did not move, and will not by this token.
	verdictNoFunds
	// verdictUnapproved: the customer did not agree yet.
	verdictUnapproved
	// verdictNoRefund: it is not paid back.
	verdictNoRefund
)

// nvpErrors are the codes of section 8. Of those that are not there, 10410
// ("invalid token"), 13116 ("the transaction is in progress for this token") and
// 10007 (no permission) are known from published clients. verdictRefused is for
// all others.
var nvpErrors = map[string]struct {
	verdict
	say string
}{
	"10001": {verdictAgain, sayDisturbed},
	"10445": {verdictAgain, sayDisturbed},
	"10002": {verdictKeys, sayNVPKeys},
	"10007": {verdictRights, sayRights},
	"10410": {verdictUnknownToken, sayExpired},
	"10411": {verdictExpired, sayExpired},
	"10412": {verdictDuplicate, sayDuplicate},
	"10415": {verdictDone, sayWorking},
	"10417": {verdictNoFunds, sayNoFunds},
	"10422": {verdictOtherWay, sayOtherWay},
	"10486": {verdictOtherWay, sayOtherWay},
	"10485": {verdictUnapproved, sayUnapproved},
	"10009": {verdictNoRefund, sayNoRefund},
	"11604": {verdictWorking, sayWorking},
	"13116": {verdictWorking, sayWorking},
	"11607": {verdictRepeated, ""},
	"11610": {verdictReview, sayPending},
	"10752": {verdictOtherWay, sayOtherWay},
	"10754": {verdictOtherWay, sayOtherWay},
	"10759": {verdictOtherWay, sayOtherWay},
	"10761": {verdictOtherWay, sayOtherWay},
	"10762": {verdictOtherWay, sayOtherWay},
	"11084": {verdictOtherWay, sayOtherWay},
	"15002": {verdictOtherWay, sayOtherWay},
	"15004": {verdictOtherWay, sayOtherWay},
	"15005": {verdictOtherWay, sayOtherWay},
}

// judge finds what a refusal means: its first code that is known, or the first.
func judge(codes []string) (verdict, string) {
	for _, code := range codes {
		if e, ok := nvpErrors[code]; ok {
			return e.verdict, e.say
		}
	}
	if len(codes) == 0 {
		return verdictAgain, sayUnread
	}
	return verdictRefused, say(sayRefused, codeForm, codes[0], sayUnread)
}
