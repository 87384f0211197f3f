package day

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"paydesk/receipts"
	"paydesk/receipts/tongue"
	"paydesk/terminal"
	"paydesk/terminal/card"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

// The people of the drill beside the owner, who is the terminal's own trainee.
const (
	cashier, cashierPIN = "Ann", "2468"
	second, secondPIN   = "Ben", "1357"
)

// The cards that the sandbox knows.
const (
	visa       = "4111111111111111"
	mastercard = "5555555555554444"
	broke      = "4000000000009995"
)

// desk is the counter of the drill, and the books that the drill keeps beside it.
type desk struct {
	opt   Options
	dir   string
	rnd   *rand.Rand
	clock *hurry
	term  *terminal.Terminal
	http  http.Client

	checks []Check
	totals []Total
	// drawer is what lies in it, counted by hand, and net what came by each tender less
	// what went back, both in minor units: what the customers of the drill remember.
	drawer int64
	net    map[order.Tender]int64
	people map[string]string // ids by name
	prices map[int64]bool    // those that somebody had to pay
	closed []order.Batch     // in their order
	x, z   order.ZReport
}

func newDesk(o Options, dir string, now time.Time) *desk {
	return &desk{opt: o, dir: dir, rnd: rand.New(rand.NewPCG(o.Seed, 8)), clock: newHurry(morning(now, o.Shop.Day)),
		http: http.Client{Timeout: 30 * time.Second}, net: map[order.Tender]int64{}, people: map[string]string{}, prices: map[int64]bool{}}
}

// check takes down whether something held.
func (d *desk) check(name, says string, ok bool, figure, detail string) {
	c := Check{Name: name, Says: says, Result: receipts.DrillPass, Figure: figure}
	if !ok {
		c.Result, c.Detail = receipts.DrillFail, detail
	}
	d.checks = append(d.checks, c)
}

// held is check for what ends the day where it did not hold.
func (d *desk) held(name, says string, err error, figure string) error {
	if err == nil {
		d.check(name, says, true, figure, "")
		return nil
	}
	d.check(name, says, false, "", err.Error())
	return errStopped
}

func (d *desk) passed() bool {
	for _, c := range d.checks {
		if c.Result == receipts.DrillFail {
			return false
		}
	}
	return len(d.checks) > 0
}

func (d *desk) tongue() receipts.Tongue {
	s := d.term.Settings()
	return tongue.In(cmp.Or(s.Receipts.Language, s.Window.Language))
}

// furnish gives the terminal the shop's name, papers and business day, a virtual
// printer of the make of the shop's, and two more people.
func (d *desk) furnish(ctx context.Context) error {
	if err := d.signIn(ctx, terminal.TrainingOperator, terminal.TrainingPIN); err != nil {
		return err
	}
	s, shop := d.term.Settings(), d.opt.Shop
	if shop.Shop.Name != "" {
		s.Shop, s.Day, s.Receipts, s.Window.Language = shop.Shop, shop.Day, shop.Receipts, shop.Window.Language
		s.Printer.Profile, s.Printer.Columns = shop.Printer.Profile, shop.Printer.Columns
	}
	s.Printer.Target, s.Printer.Drawer, s.Printer.Copies.Customer = "virtual", true, true
	s.Receipts.PDF, s.Receipts.PDFFolder, s.Receipts.Paper = false, filepath.Join(d.dir, "papers"), "a4" // of the sheet
	s.Day.Drawer, s.Day.Limit, s.Day.CloseAt = settings.DrawerCounted, "20.00", ""
	s.Offline.Enabled, s.Offline.PerSale, s.Offline.Total = true, "100.00", "500.00"
	if err := d.term.Apply(ctx, s); err != nil {
		return err
	}
	for _, p := range []struct {
		name, pin string
		role      staff.Role
	}{{cashier, cashierPIN, staff.Cashier}, {second, secondPIN, staff.Supervisor}} {
		op, err := d.term.AddOperator(ctx, p.name, p.role, []byte(p.pin))
		if err != nil {
			return err
		}
		d.people[p.name] = op.ID
	}
	return nil
}

// signIn has somebody sign in.
func (d *desk) signIn(ctx context.Context, name, pin string) error {
	all, err := d.term.Operators(ctx)
	if err != nil {
		return err
	}
	for _, op := range all {
		if op.Name == name {
			return d.term.SignIn(ctx, op.ID, []byte(pin))
		}
	}
	return fmt.Errorf("%s is nobody here", name)
}

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

// price is what a customer has to pay: never twice the same, so that no payment is
// taken for another.
func (d *desk) price() money.Amount {
	for {
		if p := usd(700 + d.rnd.Int64N(9000)); !d.prices[p.Minor] {
			d.prices[p.Minor] = true
			return p
		}
	}
}

func (d *desk) card(pan string) (*card.Card, error) {
	return card.New([]byte(pan), []byte("999"), card.Expiry{Year: d.clock.Now().Year() + 3, Month: 12}, "")
}

// charge takes an amount from a card, and waits until it is known what came of it.
func (d *desk) charge(ctx context.Context, c engine.Charge, pan string) (engine.Sale, error) {
	cd, err := d.card(pan)
	if err != nil {
		return engine.Sale{}, err
	}
	if c.Order == "" {
		c.Order = d.term.NewOrderID()
	}
	sale, err := d.term.Charge(ctx, c, cd)
	if err != nil {
		return sale, err
	}
	return d.settled(ctx, sale.Number)
}

// settled waits for the end of a sale, and takes it into the drill's books.
func (d *desk) settled(ctx context.Context, number string) (sale engine.Sale, err error) {
	err = d.until(ctx, "payment "+number, func(engine.Snapshot) (bool, error) {
		detail, err := d.term.Detail(ctx, number)
		sale = detail.Sale
		return sale.State.Final() || sale.State == order.Review, err
	})
	if err == nil && sale.State == order.Approved {
		d.net[order.TenderCard] += sale.Approved.Minor
	}
	return sale, err
}

// patience is how long the drill waits for anything, by the real time.
const patience = 40 * time.Second

// until waits for something, while the clock hurries.
func (d *desk) until(ctx context.Context, what string, is func(engine.Snapshot) (bool, error)) error {
	if ok, err := is(d.term.Snapshot()); ok || err != nil {
		return err
	}
	d.clock.pace(hurried)
	defer d.clock.pace(calm)
	limit := clock.Real{}.After(patience)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-limit:
			return fmt.Errorf("%s did not come to its end", what)
		case <-(clock.Real{}).After(5 * beat):
			if ok, err := is(d.term.Snapshot()); ok || err != nil {
				return err
			}
		}
	}
}

// refused reports that something was refused with a sentence, and not done.
func refused(err error) bool { return errors.As(err, new(*engine.Problem)) }

// rule is a fault of one call of the bank, or of a wallet's gateway.
type rule struct {
	Call  string `json:"call,omitempty"`
	Times int    `json:"times,omitempty"`
	Fault string `json:"fault"`
}

// The addresses at which the sandboxes take their faults.
const (
	bank    = "/sandbox/faults"
	gateway = "/wallets/faults"
)

// disturb puts faults in force, in place of those before; without any there are none.
func (d *desk) disturb(ctx context.Context, where string, rules ...rule) error {
	if where == bank && d.opt.Spoil != "" {
		rules = append(rules, rule{Call: "GET Batches/{guid}/Transactions", Fault: d.opt.Spoil})
	}
	if rules == nil {
		rules = []rule{}
	}
	return d.put(ctx, where, map[string]any{"rules": rules, "seed": d.opt.Seed})
}

func (d *desk) put(ctx context.Context, path string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return d.send(ctx, http.MethodPut, d.term.GatewayURL()+path, "application/json", text)
}

func (d *desk) send(ctx context.Context, method, address, kind string, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", kind)
	answer, err := d.http.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %d: %s", path(address), answer.StatusCode, text)
	}
	return err
}

func path(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Path
}

// press is what a customer does on the page of a code.
func (d *desk) press(ctx context.Context, v engine.CodeView, button string) error {
	address := v.Text
	if strings.HasPrefix(address, "upi:") {
		address = d.term.GatewayURL() + "/razorpay/upi?text=" + url.QueryEscape(address)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	page, err := d.http.Do(r)
	if err != nil {
		return err
	}
	_ = page.Body.Close() // its address is what is needed
	return d.send(ctx, http.MethodPost, page.Request.URL.String(), "application/x-www-form-urlencoded", []byte(url.Values{"do": {button}}.Encode()))
}
