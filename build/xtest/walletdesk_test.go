package xtest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/sync/journal"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox/gateway"
)

// purse is a desk that takes payments by one wallet, of gateways in a process of
// their own, and a customer with a phone.
type purse struct {
	*desk
	provider string
}

// wallets are the ways in which providers are asked, by what the settings say.
var wallets = map[string][]string{
	"paypal nvp":    {"wallets.paypal.api", "nvp"},
	"paypal rest":   {"wallets.paypal.api", "rest"},
	"razorpay qr":   {"wallets.razorpay.flow", "qr", "money.currency", "INR"},
	"razorpay link": {"wallets.razorpay.flow", "link", "money.currency", "INR"},
}

// newPurse sets a desk up for the wallet of a name in wallets.
func newPurse(t testing.TB, name string) *purse {
	t.Helper()
	d := newDesk(t)
	keys := append([]string{"wallets.paypal.username", gateway.PayPalUser, "wallets.paypal.client_id", gateway.PayPalClientID,
		"wallets.razorpay.key_id", gateway.RazorpayKeyID, "wallets.paypal.base_url", d.url + "/paypal",
		"wallets.paypal.site_url", d.url + "/paypal/cgi-bin/webscr", "wallets.razorpay.base_url", d.url + "/razorpay/v1"}, wallets[name]...)
	for i := 0; i < len(keys); i += 2 {
		d.must("settings", "set", keys[i], keys[i+1])
	}
	return &purse{d, strings.Fields(name)[0]}
}

// phone opens what a code holds and presses a button of the page.
func (p *purse) phone(text, button string) {
	p.t.Helper()
	page, form := text, url.Values{"do": {button}}
	if strings.HasPrefix(text, "upi:") { // for an app of a bank, which the gateway stands for
		page = p.url + "/razorpay/upi"
		form.Set("text", text)
	} else {
		res, err := http.Get(text)
		if err != nil {
			p.t.Fatal(err)
		}
		_ = res.Body.Close() // where it led to is all that matters
		page = res.Request.URL.String()
	}
	res, err := http.PostForm(page, form)
	if err != nil {
		p.t.Fatal(err)
	}
	said, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil || res.StatusCode != http.StatusOK {
		p.t.Fatalf("%s at %s: %d %s %v", button, page, res.StatusCode, said, err)
	}
}

// faults puts a plan in force at the gateways; without rules all is well there.
func (p *purse) faults(seed uint64, rules ...gateway.FaultRule) {
	p.t.Helper()
	plan, err := json.Marshal(gateway.FaultPlan{Seed: seed, Rules: rules})
	if err != nil {
		p.t.Fatal(err)
	}
	p.put(gateway.Page+"faults", string(plan))
}

// box is what the gateways have in their ledger.
type box struct {
	payments map[string]gateway.Payment // by id
	refunds  map[string]gateway.Refund
}

// box reads the gateways' file, of whose rows the newest counts.
func (p *purse) box() box {
	p.t.Helper()
	f, err := os.Open(strings.TrimSuffix(p.ledger, ".db") + ".wallets")
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // it was read
	b := box{map[string]gateway.Payment{}, map[string]gateway.Refund{}}
	rows := bufio.NewScanner(f)
	rows.Buffer(nil, 4<<20)
	for rows.Scan() {
		var row struct {
			Kind  string
			Value json.RawMessage
		}
		err := json.Unmarshal(rows.Bytes(), &row)
		switch row.Kind {
		case "payment":
			err = keep(b.payments, row.Value, func(v gateway.Payment) string { return v.ID })
		case "refund":
			err = keep(b.refunds, row.Value, func(v gateway.Refund) string { return v.ID })
		}
		if err != nil {
			p.t.Fatalf("the gateways' ledger: %v in %s", err, rows.Bytes())
		}
	}
	if err := rows.Err(); err != nil {
		p.t.Fatal(err)
	}
	return b
}

func keep[T any](rows map[string]T, text []byte, id func(T) string) error {
	var v T
	err := json.Unmarshal(text, &v)
	rows[id(v)] = v
	return err
}

// book is what the journal on the disk has of wallets.
type book struct {
	codes   []order.QR // oldest first
	refunds []order.Refund
}

func (p *purse) book() book {
	p.t.Helper()
	j, err := journal.OpenReader(filepath.Join(p.dir, "training"))
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = j.Close() }() // it was read
	var b book
	ctx := context.Background()
	if b.codes, err = j.QRs(ctx, time.Time{}); err != nil {
		p.t.Fatal(err)
	}
	for _, q := range b.codes {
		refunds, err := j.RefundsOf(ctx, q.ID)
		if err != nil {
			p.t.Fatal(err)
		}
		b.refunds = append(b.refunds, refunds...)
	}
	if _, err := j.Verify(ctx); err != nil {
		p.t.Fatal(err)
	}
	return b
}

// newest is the code that was made last.
func (b book) newest() (q order.QR) {
	if len(b.codes) > 0 {
		q = b.codes[len(b.codes)-1]
	}
	return q
}

// in are the codes in one of some states.
func (b book) in(states ...order.QRState) []order.QR {
	return slices.DeleteFunc(slices.Clone(b.codes), func(q order.QR) bool { return !slices.Contains(states, q.State) })
}

// waiting counts the codes and refunds that are not at their end.
func (b book) waiting() (n int) {
	for _, q := range b.codes {
		if !q.State.Final() {
			n++
		}
	}
	for _, r := range b.refunds {
		if !r.State.Final() {
			n++
		}
	}
	return n
}

// agrees holds the journal against what the gateways have. At all times nothing
// is counted or paid back that is not there, and nothing twice; at the end
// nothing is there that the journal does not have, to the cent.
func (b book) agrees(has box, end bool) error {
	if err := b.agreesOnPayments(has, end); err != nil {
		return err
	}
	if err := b.agreesOnRefunds(has); err != nil {
		return err
	}
	if n := b.waiting(); end && n > 0 {
		return fmt.Errorf("%d codes and refunds have no end: %+v", n, b)
	}
	return nil
}

func (b book) agreesOnPayments(has box, end bool) error {
	known, paid, takes := map[string]bool{}, map[string]string{}, map[string]int{}
	for _, q := range b.codes {
		for _, p := range q.Payments {
			at, there := has.payments[p.ID]
			switch {
			case known[p.ID]:
				return fmt.Errorf("payment %s counts twice, for %s too", p.ID, q.ID)
			case !there || at.Reference != q.ID || at.Amount != p.Amount.Minor || at.Currency != string(p.Amount.Currency):
				return fmt.Errorf("payment %+v of %s is at the gateway %+v", p, q.ID, at)
			case p.As == order.Adopted && paid[q.Order] != "":
				return fmt.Errorf("order %s is paid by %s and %s", q.Order, paid[q.Order], p.ID)
			case p.As == order.Adopted:
				paid[q.Order] = p.ID
			}
			known[p.ID] = true
		}
		if _, adopted := q.Paid(); (q.State == order.QRPaid) != adopted {
			return fmt.Errorf("code %s is %s with payments %+v", q.ID, q.State, q.Payments)
		}
	}
	for id, at := range has.payments {
		if takes[at.Reference]++; takes[at.Reference] > 1 {
			return fmt.Errorf("code %s was taken %d times", at.Reference, takes[at.Reference])
		}
		if end && !known[id] {
			return fmt.Errorf("payment %+v came, and the journal has it not", at)
		}
	}
	return nil
}

func (b book) agreesOnRefunds(has box) error {
	back, did := map[string]int64{}, map[string]gateway.Refund{}
	for _, at := range has.refunds {
		if other, twice := did[at.Reference]; twice || at.Reference == "" {
			return fmt.Errorf("refund %+v was made already as %+v", at, other)
		}
		did[at.Reference] = at
		if back[at.Payment] += at.Amount; back[at.Payment] > has.payments[at.Payment].Amount {
			return fmt.Errorf("of payment %+v went back %d", has.payments[at.Payment], back[at.Payment])
		}
	}
	said := map[string]int64{}
	for _, r := range b.refunds {
		at, made := did[r.ID]
		delete(did, r.ID)
		switch {
		case made && (at.Amount != r.Amount.Minor || at.Payment != r.Payment):
			return fmt.Errorf("refund %+v is at the gateway %+v", r, at)
		case r.State == order.RefundDone && !made, r.State.Final() && r.State != order.RefundDone && made:
			return fmt.Errorf("refund %+v, and made at the gateway: %t %+v", r, made, at)
		case r.State == order.RefundDone:
			said[r.Payment] += r.Amount.Minor
		}
	}
	for _, at := range did {
		return fmt.Errorf("refund %+v was made, and the journal has it not", at)
	}
	for _, q := range b.codes {
		for _, p := range q.Payments {
			if p.Back.Minor != said[p.ID] || p.Elsewhere.Minor != 0 || p.Held.Minor < p.Back.Minor {
				return fmt.Errorf("payment %+v of %s: refunds over %d are done", p, q.ID, said[p.ID])
			}
		}
	}
	return nil
}
