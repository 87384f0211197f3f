package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"paydesk/terminal/money"
)

// transactionRoutes are the calls that make and show transactions.
var transactionRoutes = []route{
	{"POST", "sales", inBoth, false, create(kindSale)},
	{"GET", "sales", inDocument, false, list(kindSale)},
	{"GET", "sales/{guid}", inDocument, false, get(kindSale)},
	{"GET", "sales/batch/{guid}", inDocument, false, (*Host).salesOfBatch},
	{"POST", "timeoutreversal", inDocument, false, (*Host).reverse},
	{"POST", "authonlys", inBoth, false, create(kindAuth)},
	{"GET", "authonlys", inDocument, false, list(kindAuth)},
	{"GET", "authonlys/{guid}", inDocument, false, get(kindAuth)},
	{"POST", "captures", inBoth, false, (*Host).createCapture},
	{"GET", "captures", inDocument, false, list(kindCapture)},
	{"GET", "captures/{guid}", inDocument, false, get(kindCapture)},
	{"POST", "void", inBoth, false, (*Host).createVoid},
	{"GET", "void", inDocument, false, list(kindVoid)},
	{"GET", "void/{guid}", inDocument, false, get(kindVoid)},
	{"POST", "returns", inBoth, false, (*Host).createReturn},
	{"GET", "returns", inDocument, false, list(kindReturn)},
	{"GET", "returns/{guid}", inDocument, false, get(kindReturn)},
	{"POST", "verify", inBoth, false, create(kindVerify)},
	{"GET", "verify", inDocument, false, list(kindVerify)},
	{"GET", "verify/{guid}", inDocument, false, get(kindVerify)},
	{"POST", "returns/createcredit", inCurrent, false, create(kindReturn)},
	{"POST", "cancel", inCurrent, false, (*Host).createCancel},
}

// entity is how the document's texts name a kind.
func entity(kind string) string {
	if kind == kindAuth {
		return "AuthOnly"
	}
	return kind
}

// paymentRequest is the body of the calls that send a card: Create sale,
// AuthOnly and Verify, and the newer dialect's credit. It is what the host
// reads of it.
type paymentRequest struct {
	DeviceGUID           text `json:"DeviceGuid"`
	Amount               text
	SequenceNumber       text
	OrderNumber          text // the document's sale has it in RiskData
	OrderDate            text
	CustomData           text
	CustomerID           text
	TenderType           text
	StatementDescription text
	RiskProcessingOnly   yesNo
	SendReceipt          *yesNo // newer dialect: missing is true
	ConnexPayTransaction struct{ ExpectedPayments text }
	RiskData             *riskRequest
	Card                 cardRequest
}

// wipe clears what may not outlive the request.
func (in *paymentRequest) wipe() {
	clear(in.Card.CardNumber)
	clear(in.Card.Cvv2)
}

// create answers a call that sends a card.
func create(kind string) func(*Host, *call) reply {
	return func(h *Host, c *call) reply {
		var in paymentRequest
		defer in.wipe()
		if decode(c.r.Body, &in) != nil {
			return undecode
		}
		return h.pay(c, &in, kind)
	}
}

// pay runs a card transaction: it decides, lives through what the card brings,
// and enters it.
func (h *Host) pay(c *call, in *paymentRequest, kind string) reply {
	amount, out, bad := h.check(in, kind)
	if bad {
		return out
	}
	known, out, bad := h.lookUp(&in.Card, kind)
	if bad {
		return out
	}
	p := h.plan(in, kind, known)
	if out, gone := h.suffer(c, p.before); gone {
		return out
	}
	e := h.payment(in, kind, amount, p, known)
	e.madeBy = c.user.name
	again, err := h.enter(c.r.Context(), e)
	if err != nil {
		return h.failed(kind, err)
	}
	if again {
		return h.created(c, e) // what the first answer suffered is over
	}
	if p.asError {
		return notProcessed(kind, coded{p.code, p.message})
	}
	if out, gone := h.suffer(c, p.after); gone {
		return out
	}
	return h.created(c, e)
}

// The limits of an amount in minor units.
var (
	minAmount = money.New(50, accountCurrency)         // the document: $0.50
	maxAmount = money.New(999_999_99, accountCurrency) // current API
)

// check applies the rules that do not need the card to be known, and gives the
// amount.
func (h *Host) check(in *paymentRequest, kind string) (amount money.Amount, out reply, bad bool) {
	amount = money.New(0, accountCurrency)
	if in.DeviceGUID == "" && kind == kindReturn {
		in.DeviceGUID = DeviceGUID // current API, CreateCredit: the device is optional
	}
	device, ok := knownDevice(in.DeviceGUID)
	if !ok {
		return amount, invalidDevice, true
	}
	in.DeviceGUID = text(device)
	if kind != kindVerify {
		if amount, out, bad = checkAmount(kind, "Amount", in.Amount); bad {
			return amount, out, true
		}
	}
	out, bad = in.checkFields(kind, h.current())
	return amount, out, bad
}

// checkAmount reads an amount that a transaction may have.
func checkAmount(kind, field string, t text) (money.Amount, reply, bool) {
	name := "The " + entity(kind) + " amount must "
	if kind == kindReturn {
		name = "The Return Amount must " // so the document writes it
	}
	amount, err := money.Parse(string(t), accountCurrency)
	switch {
	case err != nil:
		return amount, badField(field, err.Error()), true
	case amount.Minor <= 0:
		return amount, refuse(http.StatusBadRequest, name+"be greater than zero"), true
	case amount.Minor < minAmount.Minor:
		return amount, refuse(http.StatusBadRequest, name+"be at least "+minAmount.Decimal()), true
	case amount.Minor > maxAmount.Minor:
		return amount, refuse(http.StatusBadRequest, name+"not exceed "+maxAmount.Decimal()), true
	}
	return amount, reply{}, false
}

func (in *paymentRequest) checkFields(kind string, current bool) (reply, bool) {
	card := &in.Card
	switch {
	case kind == kindSale && !smallNumber(in.ConnexPayTransaction.ExpectedPayments):
		return badField("ConnexPayTransaction.ExpectedPayments", "a whole number from 0 to 99 is required"), true
	case len(in.SequenceNumber) > 100:
		return badField("SequenceNumber", "at most 100 characters"), true
	case len(in.StatementDescription) > 25:
		return badField("StatementDescription", "at most 25 characters"), true
	case current && !in.Card.Customer.plain():
		return badField("Card.Customer", "only the characters of ASCII are taken"), true
	case current && in.RiskData == nil && (kind == kindSale || kind == kindAuth):
		return badField("RiskData", "an object is required, which may be empty"), true
	case current && in.TenderType != "" && !strings.EqualFold(string(in.TenderType), "credit"):
		return badField("TenderType", "the sandbox takes cards only: Credit"), true
	case current && card.GUID != "" && len(card.CardNumber) > 0:
		return badField("Card.Guid", "send either CardNumber or Guid"), true
	case current && card.GUID != "":
		return reply{}, false
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

// payment is the row that a request makes under a plan.
func (h *Host) payment(in *paymentRequest, kind string, amount money.Amount, p plan, known *knownCard) *entry {
	e := &entry{
		kind: kind, device: string(in.DeviceGUID), sequence: string(in.SequenceNumber), order: string(in.OrderNumber),
		orderDate: dayTime(in.OrderDate), custom: masked(string(in.CustomData)), customer: masked(string(in.CustomerID)),
		status: p.status, code: p.code, message: p.message, amount: amount, approved: money.New(0, accountCurrency),
		statement: masked(string(in.StatementDescription)), risk: p.risk, riskOnly: p.riskOnly,
		created: h.clock.Now(), card: in.Card.keep(known),
	}
	if kind == kindVerify || kind == kindReturn {
		e.sequence = "" // these calls have none
	}
	if e.order == "" && in.RiskData != nil {
		e.order = string(in.RiskData.OrderNumber)
	}
	switch {
	case p.half:
		e.approved.Minor = amount.Minor / 2
	case e.wasProcessed():
		e.approved = amount
	}
	if kind == kindSale {
		e.payments, _ = strconv.Atoi(string(in.ConnexPayTransaction.ExpectedPayments)) // checked before
	}
	if h.current() {
		e.avs, e.cvv = verification(&in.Card, p)
		e.mailed = e.wasProcessed() && kind != kindVerify && in.Card.Customer != nil && in.Card.Customer.Email != "" &&
			(in.SendReceipt == nil || bool(*in.SendReceipt))
		e.request = h.fingerprint(kind, in.withoutSecrets(known))
	}
	return e
}

// withoutSecrets is a copy of the request in which the card is told by what the
// ledger may keep of it.
func (in *paymentRequest) withoutSecrets(known *knownCard) paymentRequest {
	out := *in
	kept := in.Card.keep(known)
	out.Card.CardNumber, out.Card.Cvv2, out.Card.GUID = nil, nil, text(kept.first4+kept.token+kept.last4)
	return out
}

// enter puts a payment into the ledger. Looking for duplicates and entering are
// one transaction: of many equal requests at once, one is entered. It reports
// whether e is now the earlier row of the same request instead.
func (h *Host) enter(ctx context.Context, e *entry) (again bool, err error) {
	err = h.ledger.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		prior, err := h.repeated(ctx, tx, e)
		if err != nil {
			return err
		}
		if again = prior != nil; again {
			*e = *prior
			return nil
		}
		if err := h.tooAlike(ctx, tx, e); err != nil {
			return err
		}
		if e.kind != kindVerify {
			if e.batch, err = openBatch(ctx, tx, e.device, e.created); err != nil {
				return err
			}
		}
		if e.wasProcessed() && e.kind != kindVerify {
			e.authCode = newAuthCode()
		}
		if e.kind == kindSale {
			if e.transCode, err = incomingCode(ctx, tx, e); err != nil {
				return err
			}
		}
		return insert(ctx, tx, e)
	})
	return again, err
}

// failed answers an error of the ledger: a rule in its words, anything else as
// a fault of the host.
func (h *Host) failed(kind string, err error) reply {
	var (
		r    rule
		code coded
		no   absent
	)
	switch {
	case errors.As(err, &r):
		return refuse(http.StatusUnprocessableEntity, string(r))
	case errors.As(err, &code):
		return notProcessed(kind, code)
	case errors.As(err, &no):
		return refuse(no.status, no.message)
	}
	return h.broken(err)
}

// notProcessed is the error form of a refusal by the processor.
func notProcessed(kind string, c coded) reply {
	return refuse(http.StatusUnprocessableEntity, fmt.Sprintf(
		"The %s could not be processed correctly. Error code %s. Error message: %s", entity(kind), c.code, c.message))
}

// dayTime is a date as the API shows it: with midnight.
func dayTime(t text) string {
	if day, err := time.Parse("2006-01-02", string(t)); err == nil {
		return day.Format("2006-01-02T15:04:05")
	}
	return masked(string(t))
}
