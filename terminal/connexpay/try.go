package connexpay

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// The test card of the sandboxes (ConnexPay reference, Test cards). It charges
// nobody.
const (
	testCard = "4012000098765439"
	testCode = "999"
)

// randomGUID is a random guid (RFC 9562, version 4).
func randomGUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// object is a request of a probe, member by member.
type object map[string]any

// made is what a probe reads of an answer about a card, in either dialect.
type made struct {
	GUID         Word     `json:"guid"`
	Status       Word     `json:"status"`
	Amount       *Decimal `json:"amount"`
	WasProcessed *bool    `json:"wasProcessed"`
	Card         struct {
		GUID       Word `json:"guid"`
		CardNumber Word `json:"cardNumber"`
	} `json:"card"`
	Sale        *made `json:"sale"`
	RelatedSale *made `json:"relatedSale"`
}

// try moves money on the test card, a few units at most, and takes it back.
// The amounts differ from those of a run within the same minute, which the
// service would take for duplicates.
func (p *prober) try(ctx context.Context) {
	if p.cfg.Device == "" {
		p.trouble("trial", "nothing", "no device is set", "Choose the device with paydesk setup and run the check again.")
		return
	}
	cents := int64(p.c.cfg.Clock.Now().Second())
	number := p.cfg.NewNumber()
	sale, got := p.make(ctx, "sales", p.charge(number, 200+cents))
	if sale == nil {
		p.trouble("sale", "a sale on the test card", got, "The test card is not taken, so that nothing else was tried. Ask the payment service whether this is a test account.")
		return
	}
	p.say("sale", "a sale on the test card", got, "Sales work.")
	p.tokens(*sale)
	p.byNumber(ctx, number, sale.GUID)
	p.giveBack(ctx, *sale, p.amount(200+cents))
	p.replay(ctx, 300+cents)
	p.captureLess(ctx, 400+cents)
}

// charge is a sale or a hold on the test card, in a form that both dialects
// take.
func (p *prober) charge(number string, cents int64) object {
	return object{"DeviceGuid": p.cfg.Device, "Amount": p.amount(cents), "SequenceNumber": number, "OrderNumber": number,
		"SendReceipt": false, "ConnexPayTransaction": object{"ExpectedPayments": 0},
		"RiskData": object{"Gender": "M", "ProductType": "Retail", "ProductItem": "Trial", "OrderNumber": number},
		"Card": object{"CardNumber": testCard, "Cvv2": testCode,
			"ExpirationDate": p.c.cfg.Clock.Now().AddDate(2, 0, 0).Format("0601")}}
}

func (p *prober) amount(cents int64) Decimal { return DecimalOf(money.New(cents, p.c.cfg.Currency)) }

// make sends a request and returns what was made, or nil where that is not
// certain.
func (p *prober) make(ctx context.Context, path string, in object) (*made, string) {
	r, got := p.post(ctx, path, in)
	var m made
	if !r.ok() || strict(r.body, &m) != nil || m.GUID == "" {
		return nil, got
	}
	status := strings.ToLower(strings.ReplaceAll(string(m.Status), "–", "-"))
	if r.status == 202 || status != "" && !strings.HasPrefix(status, "transaction - approved") || m.WasProcessed != nil && !*m.WasProcessed {
		return nil, got + " " + string(m.Status)
	}
	return &m, strings.TrimSpace(got + " " + string(m.Status))
}

func (p *prober) tokens(sale made) {
	number := string(sale.Card.CardNumber)
	yes := sale.Card.GUID != "" || len(number) == 16 && strings.HasSuffix(number, testCard[12:]) && !strings.ContainsAny(number, " *")
	p.has(yes, order.FeatureTokens)
	if yes {
		p.say("token", "the token of the card", "one", "A card can be charged again by its token.")
		return
	}
	p.say("token", "the token of the card", "none", "Each charge needs the card itself.")
}

// byNumber searches for the order number of the sale and for one of none.
func (p *prober) byNumber(ctx context.Context, number string, guid Word) {
	const name, asked = "order number", "the sale by its order number, and a number of none"
	if p.c.cfg.MerchantGUID == "" || !p.offer.Can(order.FeatureSearch) {
		return
	}
	hits, err := p.hits(ctx, number)
	none, err2 := p.hits(ctx, p.cfg.NewNumber())
	got := fmt.Sprintf("%d and %d results", len(hits), len(none))
	switch {
	case err != nil || err2 != nil:
		p.trouble(name, asked, "no readable answer", "This could not be found out. Run the check again later.")
	case len(hits) == 1 && hits[0] == guid && len(none) == 0:
		p.has(true, order.FeatureSearchByNumber)
		p.say(name, asked, got, "A lost sale is found by its order number.")
	case len(none) > 0:
		p.has(false, order.FeatureSearchByNumber)
		p.say(name, asked, got, "The order number does not filter: each result is compared here.")
	default:
		p.trouble(name, asked, got, "The new sale is not found yet. Run the check again in some minutes.")
	}
}

// hits are the guids of the first page under an order number, as the host
// filters.
func (p *prober) hits(ctx context.Context, number string) (guids []Word, err error) {
	pg := newPager(p.c, &SaleFilter{OnOrder: OnOrder{OrderNumber: number}})
	if _, err = pg.next(ctx); err != nil {
		return nil, err
	}
	for _, l := range pg.lines {
		guids = append(guids, Word(l.guid))
	}
	return guids, nil
}

// giveBack tries to return a fresh sale, and voids it where that is refused.
func (p *prober) giveBack(ctx context.Context, sale made, amount Decimal) {
	const asked = "the return of a sale of this minute"
	done, got := p.make(ctx, "returns", object{"DeviceGuid": p.cfg.Device, "SaleGuid": sale.GUID, "Amount": amount})
	if done != nil {
		p.say("return", asked, got, "A fresh sale can be returned.")
		return
	}
	p.say("return", asked, got, "A fresh sale is voided, and returned when it is settled.")
	p.void(ctx, "void", "SaleGuid", sale.GUID)
}

// void takes back what the probe made, and says so where that fails.
func (p *prober) void(ctx context.Context, name, member string, guid Word) {
	asked := "the void of what was made"
	if m, got := p.make(ctx, "void", object{"DeviceGuid": p.cfg.Device, member: guid}); m == nil {
		p.trouble(name, asked, got, "It was not taken back. Void "+string(guid)+" at the payment service's own pages.")
	} else {
		p.say(name, asked, got, "It was taken back.")
	}
}

// replay sends the same hold twice.
func (p *prober) replay(ctx context.Context, cents int64) {
	const name, asked = "duplicate", "the same hold twice"
	body := p.charge(p.cfg.NewNumber(), cents)
	first, got := p.make(ctx, "AuthOnlys", body)
	if first == nil {
		p.trouble(name, asked, got, "A hold on the test card is not taken.")
		return
	}
	second, again := p.make(ctx, "AuthOnlys", body)
	got += ", then " + again
	switch {
	case second == nil:
		p.say(name, asked, got, "A duplicate is refused: a lost answer is looked up, not sent again.")
	case second.GUID == first.GUID:
		p.say(name, asked, got, "The same number brings the same answer: nothing is charged twice.")
	default:
		p.say(name, asked, got, "Both were taken: the service does not protect against duplicates. The terminal never sends twice.")
		p.void(ctx, name, "AuthOnlyGuid", second.GUID)
	}
	p.void(ctx, name, "AuthOnlyGuid", first.GUID)
}

// captureLess holds an amount and captures one unit of it.
func (p *prober) captureLess(ctx context.Context, cents int64) {
	const name, asked = "part capture", "a capture of less than was held"
	hold, got := p.make(ctx, "AuthOnlys", p.charge(p.cfg.NewNumber(), cents))
	if hold == nil {
		p.trouble(name, asked, got, "A hold on the test card is not taken.")
		return
	}
	number := p.cfg.NewNumber()
	capture, got := p.make(ctx, "Captures", object{"DeviceGuid": p.cfg.Device, "AuthOnlyGuid": hold.GUID, "NewAmount": p.amount(100),
		"SequenceNumber": number, "ConnexPayTransaction": object{"ExpectedPayments": 0}})
	if capture == nil {
		p.trouble(name, asked, got, "The capture was refused, so that this could not be found out.")
		p.void(ctx, name, "AuthOnlyGuid", hold.GUID)
		return
	}
	sale := cmp.Or(capture.RelatedSale, capture.Sale)
	if sale == nil || sale.Amount == nil {
		p.trouble(name, asked, got, "The answer does not tell the amount, so that the whole is always captured.")
		p.has(false, order.FeaturePartCapture)
		return
	}
	part := compare(*sale.Amount, p.amount(100)) == 0
	p.has(part, order.FeaturePartCapture)
	if part {
		p.say(name, asked, got+", "+string(*sale.Amount), "Less than was held can be captured.")
	} else {
		p.say(name, asked, got+", "+string(*sale.Amount), "The whole is always captured: void the hold and sell anew for less.")
	}
	p.void(ctx, name, "SaleGuid", sale.GUID)
}
