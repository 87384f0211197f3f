package sandbox

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"paydesk/terminal/money"
)

// model is the simplest bank there could be, in minor units: what random calls
// to the host should come to.
type model struct {
	held, sold     []*modelPayment
	batch          int   // number of the open batch
	sales, returns int64 // what the open batch comes to
	rows           bool  // the open batch has any
}

// modelPayment is an authorization or a sale.
type modelPayment struct {
	guid                string
	standing, effective int64
	batch               int
	sale                *modelPayment // that a capture made of it
}

func dollars(minor int64) string { return money.New(minor, accountCurrency).Decimal() }

// TestAgainstModel sends random calls and holds what is refused, every
// effective amount and every batch total against the model.
func TestAgainstModel(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			b, m, r := newBench(t, Options{}), &model{}, rand.New(rand.NewPCG(seed, 1))
			for range 120 {
				m.step(b, r)
			}
			for _, p := range append(m.held, m.sold...) {
				want := p.effective
				if p.sale != nil {
					want = p.sale.effective
				}
				if got := b.effective(p.guid); got != dollars(want) {
					t.Errorf("%s: effective %s, want %s", p.guid, got, dollars(want))
				}
			}
		})
	}
}

// step sends one call.
func (m *model) step(b *bench, r *rand.Rand) {
	b.t.Helper()
	amount := 50 + r.Int64N(5000)
	pick := func(list []*modelPayment) *modelPayment {
		if len(list) == 0 {
			return nil
		}
		return list[r.IntN(len(list))]
	}
	switch r.IntN(8) {
	case 0, 1:
		guid := b.guid("sales", pay(dollars(amount)))
		m.sell(&modelPayment{guid: guid, standing: amount, effective: amount})
	case 2, 3:
		guid := b.guid("AuthOnlys", pay(dollars(amount)))
		m.held, m.rows = append(m.held, &modelPayment{guid: guid, standing: amount, effective: amount, batch: m.batch}), true
	case 4:
		if auth := pick(m.held); auth != nil {
			m.capture(b, auth, amount)
		}
	case 5:
		m.void(b, pick(m.held), pick(m.sold), r.IntN(2) == 0)
	case 6:
		if sale := pick(m.sold); sale != nil {
			may := sale.batch < m.batch && sale.standing > 0 && amount <= sale.effective
			if m.send(b, may, "returns", on("SaleGuid", sale.guid, "Amount", dollars(amount))) != nil {
				sale.effective -= amount
				m.returns += amount
				m.rows = true
			}
		}
	case 7:
		m.close(b)
	}
}

// send sends a call that may go through or not, and returns its answer.
func (m *model) send(b *bench, may bool, path, body string) map[string]any {
	b.t.Helper()
	if may {
		return b.made(path, body)
	}
	b.want(422, "POST", path, body)
	return nil
}

func (m *model) sell(p *modelPayment) {
	p.batch = m.batch
	m.sold, m.rows = append(m.sold, p), true
	m.sales += p.standing
}

func (m *model) capture(b *bench, auth *modelPayment, amount int64) {
	b.t.Helper()
	may := auth.sale == nil && auth.standing > 0 && amount <= auth.standing
	answer := m.send(b, may, "Captures", on("AuthOnlyGuid", auth.guid, "NewAmount", dollars(amount)))
	if answer == nil {
		return
	}
	sale := answer["relatedSale"].(map[string]any)["guid"].(string)
	auth.sale = &modelPayment{guid: sale, standing: amount, effective: amount}
	m.sell(auth.sale)
}

func (m *model) void(b *bench, auth, sale *modelPayment, ofSale bool) {
	b.t.Helper()
	p, field := auth, "AuthOnlyGuid"
	if ofSale {
		p, field = sale, "SaleGuid"
	}
	if p == nil {
		return
	}
	may := p.sale == nil && p.standing > 0 && p.batch == m.batch
	if m.send(b, may, "void", on(field, p.guid)) == nil {
		return
	}
	if ofSale {
		m.sales -= p.standing
	}
	p.standing, p.effective = 0, 0
}

func (m *model) close(b *bench) {
	b.t.Helper()
	answer := m.send(b, m.rows, "Batches/close", deviceBody())
	if answer == nil {
		return
	}
	info := answer["batchInfo"].(map[string]any)
	for name, want := range map[string]int64{"saleAmount": m.sales, "returnAmount": m.returns} {
		got, err := money.Parse(fmt.Sprint(info[name]), accountCurrency)
		if err != nil || got.Minor != want {
			b.t.Errorf("batch %d, %s: got %v, want %s (%v)", m.batch, name, info[name], dollars(want), err)
		}
	}
	m.batch++
	m.sales, m.returns, m.rows = 0, 0, false
}
