package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"paydesk/terminal/money"
)

// saleRequest is the body of Create sale, as far as the host reads it.
type saleRequest struct {
	DeviceGUID           text `json:"DeviceGuid"`
	Amount               text
	SequenceNumber       text
	OrderNumber          text // newer clients; the document has it in RiskData
	StatementDescription text
	RiskProcessingOnly   yesNo
	ConnexPayTransaction struct{ ExpectedPayments text }
	RiskData             struct{ OrderNumber text }
	Card                 struct {
		CardNumber     secret
		Cvv2           secret
		CardHolderName text
		ExpirationDate text
		Customer       *customerRequest
	}
}

type customerRequest struct {
	FirstName, LastName, DateOfBirth, Address1, Address2, Zip, City, State, Country text
	Phone, Email, SSN4, DriverLicenseNumber, DriverLicenseState                     text
}

// wipe clears what may not outlive the request.
func (in *saleRequest) wipe() {
	clear(in.Card.CardNumber)
	clear(in.Card.Cvv2)
}

// The limits of an amount in minor units.
var (
	minAmount = money.New(50, accountCurrency)         // the document: $0.50
	maxAmount = money.New(999_999_99, accountCurrency) // current API
)

// createSale answers POST sales.
func (h *Host) createSale(c *call) reply {
	var in saleRequest
	defer in.wipe()
	if decode(c.r.Body, &in) != nil {
		return undecode
	}
	device, ok := knownDevice(in.DeviceGUID)
	if !ok {
		return invalidDevice
	}
	amount, err := money.Parse(string(in.Amount), accountCurrency)
	if err != nil {
		return badField("Amount", err.Error())
	}
	if out, bad := in.check(amount); bad {
		return out
	}
	known, token := h.findCard(in.Card.CardNumber)
	if known == nil && len(in.Card.CardNumber) == 16 && !in.Card.CardNumber.digits() {
		return refuse(http.StatusUnprocessableEntity, "There is no card match for the given Token.")
	}
	p := h.plan(&in, known)
	if out, gone := h.suffer(c, p.before); gone {
		return out
	}
	s := in.sale(device, amount, p)
	s.created, s.card = h.clock.Now(), in.keep(known, token)
	if out, bad := h.enter(c.r.Context(), s, p); bad {
		return out
	}
	if out, gone := h.suffer(c, p.after); gone {
		return out
	}
	return reply{status: http.StatusOK, body: h.freshSale(s, &in)}
}

// check applies the rules that do not need the card to be known.
func (in *saleRequest) check(amount money.Amount) (reply, bool) {
	card := &in.Card
	switch {
	case amount.Minor <= 0:
		return refuse(http.StatusBadRequest, "The Sale amount must be greater than zero"), true
	case amount.Minor < minAmount.Minor:
		return refuse(http.StatusBadRequest, "The Sale amount must be at least "+minAmount.Decimal()), true
	case amount.Minor > maxAmount.Minor:
		return refuse(http.StatusBadRequest, "The Sale amount must not exceed "+maxAmount.Decimal()), true
	case !smallNumber(in.ConnexPayTransaction.ExpectedPayments):
		return badField("ConnexPayTransaction.ExpectedPayments", "a whole number from 0 to 99 is required"), true
	case len(in.SequenceNumber) > 100:
		return badField("SequenceNumber", "at most 100 characters"), true
	case bool(in.RiskProcessingOnly):
		return refuse(http.StatusUnprocessableEntity, "The sandbox runs no risk-only sales: send RiskProcessingOnly false"), true
	case len(card.CardNumber) == 0:
		return refuse(http.StatusBadRequest, "Card number, track1data or track2data missing"), true
	case len(card.CardNumber) < 12 || len(card.CardNumber) > 19:
		return badField("Card.CardNumber", "a card number of 12 to 19 digits or a token of 16 characters is required"), true
	case card.CardNumber.digits() && card.ExpirationDate == "":
		return refuse(http.StatusBadRequest, "Expiration date is required if the Card number is being sent. B.CB.GS01"), true
	}
	return reply{}, false
}

func smallNumber(t text) bool {
	return len(t) > 0 && len(t) <= 2 && strings.Trim(string(t), "0123456789") == ""
}

// sale is the row that the request makes under a plan.
func (in *saleRequest) sale(device string, amount money.Amount, p plan) *sale {
	s := &sale{
		device: device, sequence: string(in.SequenceNumber), order: string(in.OrderNumber),
		status: p.status, code: p.code, message: p.message,
		amount: amount, approved: money.New(0, accountCurrency),
		statement: masked(string(in.StatementDescription)),
	}
	if s.order == "" {
		s.order = string(in.RiskData.OrderNumber)
	}
	switch {
	case p.half:
		s.approved.Minor = amount.Minor / 2
	case p.approved():
		s.approved = amount
	}
	s.effective = s.approved
	return s
}

// keep is what the ledger keeps of the card. A number outside the table may be
// somebody's: of it only what a receipt may show is kept.
func (in *saleRequest) keep(known *TestCard, token string) keptCard {
	if known == nil {
		n := in.Card.CardNumber
		return keptCard{brand: brandOf(n), last4: string(n[len(n)-4:]), first4: string(n[:4])}
	}
	k := keptCard{
		brand: known.Brand, first4: known.Number[:4], last4: known.Number[len(known.Number)-4:],
		token: token, holder: masked(string(in.Card.CardHolderName)),
		customer: in.Card.Customer.customerText(),
	}
	if at, err := time.Parse("0601", string(in.Card.ExpirationDate)); err == nil {
		k.expiry = at.Format("2006-01")
	}
	return k
}

// enter puts the sale into the ledger, and answers at once when it is refused.
func (h *Host) enter(ctx context.Context, s *sale, p plan) (reply, bool) {
	var again duplicate
	err := h.ledger.addSale(ctx, s, h.opt.DuplicateWindow)
	switch {
	case errors.As(err, &again):
		return notProcessed(again.code, again.message), true
	case err != nil:
		return h.broken(err), true
	case p.asError:
		return notProcessed(p.code, p.message), true
	}
	return reply{}, false
}

// notProcessed is the error form of a refusal by the processor.
func notProcessed(code, message string) reply {
	return refuse(http.StatusUnprocessableEntity, fmt.Sprintf(
		"The Sale could not be processed correctly. Error code %s. Error message: %s", code, message))
}

// getSale answers GET sales/{guid}.
func (h *Host) getSale(c *call) reply {
	if !isGUID(c.arg(0)) {
		return refuse(http.StatusBadRequest, "Unable to reach entity")
	}
	list, err := sales(c.r.Context(), h.ledger.db, `AND guid = ?`, c.arg(0))
	if err != nil {
		return h.broken(err)
	}
	if len(list) == 0 {
		return refuse(http.StatusNotFound, "No Sale could be found for the given Id")
	}
	return reply{status: http.StatusOK, body: h.answer(list[0])}
}

// listLimit is how many sales the list without a filter shows: the newest.
const listLimit = 500

// listSales answers GET sales, oldest first.
func (h *Host) listSales(c *call) reply {
	list, err := sales(c.r.Context(), h.ledger.db,
		`AND id > (SELECT coalesce(max(id), 0) FROM transactions) - ? ORDER BY id`, listLimit)
	return h.answerList(list, err)
}

// salesOfBatch answers GET sales/Batch/{guid}, oldest first.
func (h *Host) salesOfBatch(c *call) reply {
	if out, bad := h.checkBatch(c); bad {
		return out
	}
	list, err := sales(c.r.Context(), h.ledger.db, `AND batch = ? ORDER BY id`, c.arg(0))
	return h.answerList(list, err)
}

func (h *Host) answerList(list []*sale, err error) reply {
	if err != nil {
		return h.broken(err)
	}
	if len(list) == 0 {
		return reply{status: http.StatusNoContent}
	}
	answers := make([]saleAnswer, len(list))
	for i, s := range list {
		answers[i] = h.answer(s)
	}
	return reply{status: http.StatusOK, body: answers}
}

// isGUID reports whether a lower-case text has the form of a guid.
func isGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (s[i] == '-') || (!dash && !strings.ContainsRune("0123456789abcdef", rune(s[i]))) {
			return false
		}
	}
	return true
}

// customerText is the customer of a request as the API will show it, or "".
func (in *customerRequest) customerText() string {
	if in == nil {
		return ""
	}
	born := string(in.DateOfBirth)
	if len(born) == len("2006-01-02") {
		born += "T00:00:00"
	}
	out, err := json.Marshal(customerAnswer{
		GUID: newGUID(), FirstName: in.FirstName, LastName: in.LastName, DateOfBirth: born,
		Address1: in.Address1, Address2: in.Address2, Zip: in.Zip, City: in.City, State: in.State,
		Country: in.Country, Phone: in.Phone, Email: in.Email, SSN4: in.SSN4,
		DriverLicenseNumber: in.DriverLicenseNumber, DriverLicenseState: in.DriverLicenseState,
	})
	if err != nil {
		return "" // texts always encode
	}
	return masked(string(out))
}
