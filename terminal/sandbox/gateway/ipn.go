package gateway

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"time"
)

var ipnRoutes = []route{{"POST", "paypal/cgi-bin/webscr", (*Server).postBack}}

// notifyValidate is what a post-back begins with, or ends with.
const notifyValidate = "cmd=_notify-validate"

func isPostBack(body []byte) bool {
	return bytes.HasPrefix(body, []byte(notifyValidate+"&")) || bytes.HasSuffix(body, []byte("&"+notifyValidate))
}

// postBack answers VERIFIED for the very bytes of a message that was sent, and
// INVALID for all others.
func (s *Server) postBack(c *call) answer {
	if c.r.UserAgent() == "" {
		return answer{status: http.StatusForbidden, kind: typeHTML, body: []byte("<html><body><h1>Access Denied</h1></body></html>\n")}
	}
	said, ok := bytes.CutPrefix(c.body, []byte(notifyValidate+"&"))
	if !ok {
		said = bytes.TrimSuffix(c.body, []byte("&"+notifyValidate))
	}
	word := "INVALID"
	s.state.messages.newest(func(d *Delivery) bool {
		if d.Kind == sendIPN && d.Valid && bytes.Equal(d.Body, said) {
			word = "VERIFIED"
		}
		return word == "INVALID"
	})
	if c.suffers(FaultInvalid) {
		word = "INVALID"
	}
	return answer{status: http.StatusOK, kind: typeHTML, body: []byte(word)}
}

// message begins an IPN message: the fields that all have.
func (s *Server) message(now time.Time, fields pairs) pairs {
	return append(fields, pair{"payment_date", pacific(now)}, pair{"charset", "windows-1252"}, pair{"notify_version", "3.9"},
		pair{"verify_sign", s.name(56, base62)}, pair{"ipn_track_id", strings.ToLower(s.name(13, "0123456789abcdef"))}, pair{"test_ipn", "1"})
}

// ipn sends a message to an address, or to the one that is set up. The lock is
// held.
func (s *Server) ipn(now time.Time, to string, fields pairs) {
	if to == "" {
		to = s.state.notify.IPN
	}
	if to == "" {
		return
	}
	fields = s.message(now, fields)
	d := &Delivery{ID: s.name(14, base62), Kind: sendIPN, Event: eventOf(fields), To: to, At: now, Valid: true,
		Head: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "User-Agent": {"PayPal IPN ( https://www.paypal.com/ipn )"}}}
	d.Body = fields.encodeIPN()
	f := s.sendFault(sendIPN, d.Body)
	switch {
	case f.Kind == FaultForge:
		d.Valid = f.Word != "signature"
		for i := range fields {
			fields[i].value = forged(f.Word, fields[i])
		}
	case f.Kind == FaultMode:
		fields = fields[:len(fields)-1]
	case f.Kind == FaultInvalid:
		d.Valid = false
	}
	d.Body = fields.encodeIPN()
	s.send(d, f)
}

// forged is the value of a field in a message that is not what it should be.
func forged(what string, p pair) string {
	switch {
	case what == "merchant" && (p.name == "receiver_email" || p.name == "business"):
		return "another-shop@example.net"
	case what == "merchant" && p.name == "receiver_id":
		return "AN0THERSH0P12"
	case what == "amount" && (p.name == "mc_gross" || p.name == "payment_gross"):
		whole, rest, _ := strings.Cut(p.value, ".")
		return whole + "1." + rest
	}
	return p.value
}

func eventOf(fields pairs) string {
	kind := fields.get("txn_type")
	if kind == "" {
		kind = "refund or reversal"
	}
	return kind + " " + fields.get("payment_status")
}

// encodeIPN writes the fields as PayPal sends them: in windows-1252, with
// spaces as plus signs.
func (p pairs) encodeIPN() []byte {
	var b bytes.Buffer
	for i, one := range p {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(one.name)
		b.WriteByte('=')
		for _, r := range one.value {
			switch c := windows1252(r); {
			case c == ' ':
				b.WriteByte('+')
			case strings.IndexByte(base62+"-_.", c) >= 0:
				b.WriteByte(c)
			default:
				b.WriteByte('%')
				b.WriteString(strings.ToUpper(strconv.FormatUint(uint64(c)|0x100, 16)[1:]))
			}
		}
	}
	return b.Bytes()
}

// high1252 are the characters of windows-1252 from 0x80 to 0x9f.
var high1252 = []rune("€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ")

// windows1252 is a character's byte there, a question mark if it has none.
func windows1252(r rune) byte {
	if r < 0x80 || r >= 0xa0 && r <= 0xff {
		return byte(r)
	}
	for i, high := range high1252 {
		if r == high {
			return byte(0x80 + i)
		}
	}
	return '?'
}

// pacific writes a time as messages do: that of California, whose summer lasts
// from the second Sunday of March to the first of November.
func pacific(t time.Time) string {
	standard := t.UTC().Add(-8 * time.Hour)
	year := standard.Year()
	begin := sunday(year, time.March, 8).Add(2 * time.Hour)
	end := sunday(year, time.November, 1).Add(time.Hour) // in standard time
	if !standard.Before(begin) && standard.Before(end) {
		return standard.Add(time.Hour).Format("15:04:05 Jan 02, 2006") + " PDT"
	}
	return standard.Format("15:04:05 Jan 02, 2006") + " PST"
}

// sunday is the first Sunday from a day on.
func sunday(year int, month time.Month, day int) time.Time {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	return t.AddDate(0, 0, (7-int(t.Weekday()))%7)
}

// partiesOf are the fields that say who paid whom.
func partiesOf(p *Payment) pairs {
	return pairs{{"receiver_email", p.Merchant}, {"receiver_id", PayPalMerchantID}, {"business", p.Merchant},
		{"payer_email", p.Payer.Email}, {"payer_id", p.Payer.ID}, {"payer_status", "verified"},
		{"first_name", p.Payer.First}, {"last_name", p.Payer.Last}, {"residence_country", p.Payer.Country}}
}

func moneyOf(gross, fee int64, currency string) pairs {
	list := pairs{{"mc_gross", decimal(gross, currency)}, {"mc_currency", currency}}
	if fee != 0 {
		list.add("mc_fee", decimal(fee, currency))
	}
	if currency == "USD" {
		list.add("payment_gross", decimal(gross, currency))
	}
	return list
}

// sendPayment tells of a payment as it stands, by IPN and by webhook.
func (s *Server) sendPayment(now time.Time, p *Payment, status string) {
	kind := "express_checkout"
	if p.Kind == kindSendMoney {
		kind = kindSendMoney
	}
	if status == "" {
		status = map[string]string{Completed: "Completed", Pending: "Pending", Denied: "Denied"}[p.State]
	}
	fields := pairs{{"txn_type", kind}, {"txn_id", p.ID}, {"payment_type", "instant"}, {"payment_status", status}}
	if p.State == Pending {
		fields.add("pending_reason", strings.ReplaceAll(p.Reason, "-", "_"))
	}
	fields = append(append(fields, moneyOf(p.Amount, p.Fee, p.Currency)...), partiesOf(p)...)
	fields.opt("invoice", p.Reference)
	fields.opt("custom", p.Custom)
	fields.opt("memo", p.Memo)
	s.ipn(now, p.Notify, fields)
	s.captureEvent(now, p)
}

// sendRefund tells of money that went back.
func (s *Server) sendRefund(now time.Time, p *Payment, r *Refund) {
	if p.System == Razorpay {
		s.refundEvents(now, p, r)
		return
	}
	status := "Refunded"
	if s.refunded(p) < p.Amount {
		status = "Partially_Refunded"
	}
	s.sendBack(now, p, r.ID, status, "refund", -r.Amount)
	s.refundEvent(now, p, r)
}

// sendBack tells of a refund or reversal, or of the end of one.
func (s *Server) sendBack(now time.Time, p *Payment, id, status, reason string, gross int64) {
	fields := pairs{{"txn_id", id}, {"parent_txn_id", p.ID}, {"payment_type", "instant"}, {"payment_status", status}, {"reason_code", reason}}
	fields = append(append(fields, moneyOf(gross, 0, p.Currency)...), partiesOf(p)...)
	fields.opt("invoice", p.Reference)
	fields.opt("custom", p.Custom)
	s.ipn(now, p.Notify, fields)
}
