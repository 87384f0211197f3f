package ipn

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Provider is what journal and settings call PayPal.
const Provider = "paypal"

// Rules are the shop's wishes about messages.
type Rules struct {
	// Test: messages of PayPal's sandbox are the right ones.
	Test bool
	// Receivers are our e-mail addresses and merchant ids.
	Receivers []string
	// SendMoney books payments, MassPay follows payouts.
	SendMoney, MassPay bool
	Currencies         []money.Currency
	// Deduct: fees count against what is booked.
	Deduct bool
}

// Act is what is to be done with an entry.
type Act int

// The acts.
const (
	Keep  Act = iota // into the log as it is
	Place            // into the balance that it belongs to
	Line             // to the payout that it is about
)

// Judged is an entry of the log with what is to be done about it.
type Judged struct {
	order.Notice
	Act Act
}

// bookable are the kinds of messages by which money comes (reference, 5).
var bookable = []string{"send_money", "web_accept", "express_checkout", "cart", "virtual_terminal", "merch_pmt"}

// The numbers of payments: PayPal's, and a terminal's codes.
var (
	txnID     = regexp.MustCompile(`^[0-9A-Za-z-]{1,40}$`)
	reference = regexp.MustCompile(`^[0-9A-Z]{17}$`)
	wordOf    = regexp.MustCompile(`^[A-Za-z_-]{1,32}$`)
)

// Unproven is the entry of a message that PayPal did not send: of what it says
// only what people look for is kept, and its number is of its bytes, so that it
// stands in no true one's way.
func (r Rules) Unproven(body []byte, now time.Time) order.Notice {
	m, _ := Decode(body)
	n := r.notice(m, "", now)
	n.ID, n.State, n.Why, n.Kind = bodyID(body), order.NoticeInvalid, order.WhyInvalid, order.NoticeOther
	return covered(n)
}

// covered is an entry without what could be a card number: anybody can write one
// into any field of a message.
func covered(n order.Notice) order.Notice {
	for _, at := range []*string{&n.Txn, &n.Parent, &n.Type, &n.Status, &n.Cause, &n.Payer, &n.PayerName, &n.Receiver, &n.Payout, &n.Item, &n.Memo} {
		*at = order.Cover(*at)
	}
	return n
}

func bodyID(body []byte) string {
	sum := sha256.Sum256(body)
	return Provider + ":body:" + hex.EncodeToString(sum[:16])
}

// Judge is what a message says that PayPal sent: one entry, or one for each line
// of a mass payment. Every check of the reference (6) that needs no journal is
// done here.
func (r Rules) Judge(body []byte, now time.Time) []Judged {
	m, err := Decode(body)
	switch {
	case err != nil:
		n := order.Notice{ID: bodyID(body), Provider: Provider, Kind: order.NoticeOther, Created: now, Since: now}
		return []Judged{kept(n, order.NoticeReview, order.WhyUnread)}
	case m.Get("txn_type") == "masspay":
		return r.judgeLines(m, body, now)
	}
	return []Judged{r.judgePayment(m, body, now)}
}

func kept(n order.Notice, s order.NoticeState, why order.NoticeWhy) Judged {
	n.State, n.Why = s, why
	return Judged{Notice: covered(n)}
}

// notice is the entry with what all messages have; line is "_1" for the first
// line of a mass payment.
func (r Rules) notice(m Message, line string, now time.Time) order.Notice {
	n := order.Notice{Provider: Provider, Test: m.Test(), Type: m.Get("txn_type"), Status: m.Get("payment_status"), Payer: m.Get("payer_email"),
		PayerName: cmp.Or(m.text("payer_business_name"), strings.TrimSpace(m.text("first_name")+" "+m.text("last_name"))),
		Receiver:  cmp.Or(m.Get("receiver_email"), m.Get("receiver_id"), m.Get("business")), Txn: m.Get("txn_id"), Parent: m.Get("parent_txn_id"),
		Cause: cmp.Or(m.Get("reason_code"), m.Get("pending_reason"), m.Get("case_type")), Item: m.text("item_name", "item_number"), Memo: m.text("memo"),
		Deduct: r.Deduct, At: m.At(), Created: now, Since: now}
	n.Gross, n.Fee, _ = m.amounts(line)
	return n
}

func (r Rules) judgePayment(m Message, body []byte, now time.Time) Judged {
	n := r.notice(m, "", now)
	n.Kind = kindOf(m)
	for _, name := range []string{m.Get("invoice"), m.Get("custom")} {
		if reference.MatchString(name) && n.Code == "" {
			n.Code = name
		}
	}
	if n.ID = order.NoticeID(Provider, n.Txn, n.Status); !txnID.MatchString(n.Txn) || !wordOf.MatchString(n.Status) {
		n.ID = bodyID(body)
		if n.Kind != order.NoticeOther {
			return kept(n, order.NoticeReview, order.WhyUnread)
		}
	}
	switch {
	case n.Test != r.Test:
		return kept(n, order.NoticeReview, order.WhyMode)
	case !r.ours(m.Get("receiver_email"), m.Get("receiver_id")):
		return kept(n, order.NoticeReview, order.WhyReceiver)
	case n.Kind == order.NoticeOther:
		return kept(n, order.NoticeRecorded, why(n.Status))
	case n.Gross.Currency == "", n.Gross.Minor == 0, (n.Gross.Minor > 0) != (n.Kind == order.NoticePayment || n.Kind == order.NoticeRestored):
		return kept(n, order.NoticeReview, order.WhyAmount)
	case n.Code != "":
		return kept(n, order.NoticeRecorded, order.WhyCode)
	case !r.SendMoney:
		return kept(n, order.NoticeRecorded, order.WhyOff)
	case n.Kind == order.NoticePayment && !slices.Contains(r.Currencies, n.Gross.Currency):
		return kept(n, order.NoticeReview, order.WhyCurrency)
	}
	return Judged{Notice: covered(n), Act: Place}
}

// kindOf is what a message is about. Refunds and reversals have no type of their
// own, and disputes may name one.
func kindOf(m Message) order.NoticeKind {
	switch m.Get("payment_status") {
	case "Refunded", "Partially_Refunded":
		return order.NoticeRefund
	case "Reversed":
		return order.NoticeReversal
	case "Canceled_Reversal":
		return order.NoticeRestored
	case order.NoticePaid:
		if slices.Contains(bookable, m.Get("txn_type")) {
			return order.NoticePayment
		}
	}
	return order.NoticeOther
}

// why is the reason for which a payment in a state is not booked.
func why(status string) order.NoticeWhy {
	switch status {
	case "Pending", "Processed", "Created", "In-Progress":
		return order.WhyPending
	case "Failed", "Denied", "Expired", "Voided":
		return order.WhyEnded
	}
	return order.WhyKind
}

// ours reports whether one of the names is the shop's.
func (r Rules) ours(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		return name != "" && slices.ContainsFunc(r.Receivers, func(own string) bool { return strings.EqualFold(own, name) })
	})
}

// judgeLines are the lines of a mass payment, which the shop pays.
func (r Rules) judgeLines(m Message, body []byte, now time.Time) []Judged {
	batch := r.notice(m, "", now)
	batch.ID, batch.Kind = bodyID(body), order.NoticePayout
	switch {
	case batch.Test != r.Test:
		return []Judged{kept(batch, order.NoticeReview, order.WhyMode)}
	case !r.ours(m.Get("payer_email"), m.Get("payer_id")):
		return []Judged{kept(batch, order.NoticeReview, order.WhyReceiver)}
	case !r.MassPay:
		return []Judged{kept(batch, order.NoticeRecorded, order.WhyOff)}
	}
	var all []Judged
	for x := 1; x <= maxFields && m.hasLine(x); x++ {
		all = append(all, r.judgeLine(m, "_"+strconv.Itoa(x), now))
	}
	if len(all) == 0 {
		all = []Judged{kept(batch, order.NoticeReview, order.WhyUnread)}
	}
	return all
}

func (m Message) hasLine(x int) bool {
	_, txn := m.fields["masspay_txn_id_"+strconv.Itoa(x)]
	_, unique := m.fields["unique_id_"+strconv.Itoa(x)]
	return txn || unique
}

// judgeLine is one line. Where it has no number of PayPal's, as one of a batch
// that never began, ours stands for it.
func (r Rules) judgeLine(m Message, line string, now time.Time) Judged {
	n := r.notice(m, line, now)
	n.Kind, n.Parent, n.Item, n.Memo = order.NoticePayout, "", "", ""
	n.Payout, n.Txn = m.Get("unique_id"+line), m.Get("masspay_txn_id"+line)
	n.Status = cmp.Or(m.Get("status"+line), m.Get("payment_status"))
	n.Cause, n.Receiver = m.Get("reason_code"+line), m.Get("receiver_email"+line)
	n.Gross.Minor = -n.Gross.Minor
	key := n.Txn
	if key == "" { // the same payout may fail again another day
		key = n.Payout + "-" + strconv.FormatInt(n.At.Unix(), 36)
	}
	n.ID = order.NoticeID(Provider, key, n.Status)
	if !txnID.MatchString(key) || !wordOf.MatchString(n.Status) || n.Gross.Currency == "" || n.Gross.Minor >= 0 {
		sum := sha256.Sum256([]byte(strings.Join([]string{key, n.Status, line, m.Get("payment_date"), m.Get("ipn_track_id")}, "\n")))
		n.ID = Provider + ":line:" + hex.EncodeToString(sum[:16])
		return kept(n, order.NoticeReview, order.WhyUnread)
	}
	return Judged{Notice: covered(n), Act: Line}
}
