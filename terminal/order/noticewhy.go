package order

// NoticeWhy says why an entry of the payment log is in its state. The texts are
// part of the journal's format; Text is for people.
type NoticeWhy string

// The reasons.
const (
	WhyNobody      NoticeWhy = "nobody"
	WhyParent      NoticeWhy = "parent"
	WhyCurrency    NoticeWhy = "currency"
	WhyMode        NoticeWhy = "mode"
	WhyReceiver    NoticeWhy = "receiver"
	WhyAmount      NoticeWhy = "amount"
	WhyTransaction NoticeWhy = "transaction"
	WhyUnread      NoticeWhy = "unread"
	WhyInvalid     NoticeWhy = "invalid"
	WhyAsking      NoticeWhy = "asking"
	WhyPending     NoticeWhy = "pending"
	WhyEnded       NoticeWhy = "ended"
	WhyCode        NoticeWhy = "code"
	WhyKind        NoticeWhy = "kind"
	WhyOff         NoticeWhy = "off"
	WhyUnbooked    NoticeWhy = "unbooked"
	WhyPayout      NoticeWhy = "payout"
	WhyTwice       NoticeWhy = "twice"
)

// NoticeWhys lists all reasons, for tables and tests.
var NoticeWhys = []NoticeWhy{WhyNobody, WhyParent, WhyCurrency, WhyMode, WhyReceiver, WhyAmount, WhyTransaction, WhyUnread, WhyInvalid,
	WhyAsking, WhyPending, WhyEnded, WhyCode, WhyKind, WhyOff, WhyUnbooked, WhyPayout, WhyTwice}

var noticeWhys = map[NoticeWhy]string{
	WhyNobody:      "No customer has the payer's e-mail address. Match it to a customer by hand.",
	WhyParent:      "The payment that this one takes back was credited to nobody. Match it to a customer by hand.",
	WhyCurrency:    "This currency is not accepted here. Match it to a customer by hand, or pay it back.",
	WhyMode:        "A test message came to a live shop, or a live one to a test. Nothing was booked.",
	WhyReceiver:    "This message is for another merchant. Nothing was booked.",
	WhyAmount:      "The amount of this message does not fit what it says. Look the payment up at the provider.",
	WhyTransaction: "The provider's own record of this payment is another than the message. Look the payment up at the provider.",
	WhyUnread:      "This message could not be read. Look the payment up at the provider.",
	WhyInvalid:     "The provider did not send this message. Nothing was booked.",
	WhyAsking:      "The provider is being asked about the payment itself.",
	WhyPending:     "The payment is pending at the provider. Another message tells when it is done.",
	WhyEnded:       "The payment came to nothing at the provider.",
	WhyCode:        "It belongs to a code of this terminal, about which the provider is asked.",
	WhyKind:        "Nothing is booked for messages of this kind.",
	WhyOff:         "The settings leave payments of this kind out. Nothing was booked.",
	WhyUnbooked:    "The payment that this one takes back was not booked here either.",
	WhyPayout:      "This payout is not in the list of this terminal.",
	WhyTwice:       "This payout was paid before, under another number of the provider. Look at both there.",
}

// Text is a sentence for people, "" for the empty reason.
func (w NoticeWhy) Text() string { return noticeWhys[w] }
