package sandbox

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"paydesk/terminal/money"
)

// purchaseRoutes are the calls that issue cards.
var purchaseRoutes = []route{
	{"POST", "issuecard", inDocument, false, (*Host).issueCard},
}

// purchaseSchema keeps what counts the payments of a sale down. Nothing of a
// card's holder is kept, and an issued card has no number here.
const purchaseSchema = `
CREATE TABLE IF NOT EXISTS issued (
	guid TEXT PRIMARY KEY, sale TEXT NOT NULL, payment INTEGER NOT NULL, amount INTEGER NOT NULL,
	made_by TEXT NOT NULL, created INTEGER NOT NULL, UNIQUE (sale, payment)
) WITHOUT ROWID;`

type issueRequest struct {
	MerchantGUID                                                  text `json:"MerchantGuid"`
	FirstName, LastName, Phone, Address1, Address2, City, State   text
	Zipcode, UsageLimit, AmountLimit, ValidFor, Mcc, PurchaseType text
	IncomingTransactionCode                                       text
}

type issueAnswer struct {
	MerchantGUID   string         `json:"merchantGuid"`
	CardHolder     cardHolder     `json:"cardHolder"`
	Card           issuedCard     `json:"card"`
	Velocity       velocity       `json:"velocity"`
	BalanceControl balanceControl `json:"balanceControl"`
}

type cardHolder struct {
	GUID         string `json:"guid"`
	MerchantGUID string `json:"merchantGuid"`
	FirstName    string `json:"firstName"`
	LastName     string `json:"lastName"`
	Phone        string `json:"phone"`
	Address1     string `json:"address1"`
	Address2     string `json:"address2"`
	City         string `json:"city"`
	State        string `json:"state"`
	Zipcode      string `json:"zipcode"`
	Status       string `json:"status"`
}

type issuedCard struct {
	GUID           string `json:"guid"`
	CardHolderGUID string `json:"cardHolderGuid"`
	NameLine1      string `json:"nameLine1"`
	NameLine2      string `json:"nameLine2"`
	Status         string `json:"status"`
}

type velocity struct {
	GUID        string  `json:"guid"`
	CardGUID    string  `json:"cardGuid"`
	UsageLimit  *int    `json:"usageLimit"` // null of a card for one transaction
	AmountLimit decimal `json:"amountLimit"`
	ValidFor    string  `json:"validFor"`
	MCC         string  `json:"mcc"`
	Name        string  `json:"name"`
	Status      string  `json:"status"`
}

// balanceControl counts the payments and the money of a sale down.
type balanceControl struct {
	GUID                      string  `json:"guid"`
	IncomingTransactionCode   string  `json:"incomingTransactionCode"`
	ExpectedOutcomingPayments int     `json:"expectedOutcomingPayments"`
	ThisPaymentNumber         int     `json:"thisPaymentNumber"`
	AvailablePayments         int     `json:"availablePayments"`
	AuthorizedAmount          decimal `json:"authorizedAmount"`
	ThisTransactionAmount     decimal `json:"thisTransactionAmount"`
	Balance                   decimal `json:"balance"`
	CurrencyCode              string  `json:"currencyCode"`
	Filler                    string  `json:"filler"`
	OutgoingTransactionCode   string  `json:"outgoingTransactionCode"`
}

// firstFiller is the filler of the document's codes.
const firstFiller = "ZZZ"

// incomingCode is the code that ties cards issued later to a sale: how many of
// them, the approval, the day and the amount. Sales of one day that would get
// the same code differ in the filler, if cards may follow.
func incomingCode(ctx context.Context, tx *sql.Tx, e *entry) (string, error) {
	for filler := firstFiller; ; filler = randomFiller() {
		code := fmt.Sprintf("%02d%s%s%s%08d", e.payments, filler, e.authCode, e.created.In(saleZone).Format("010206"), e.approved.Minor)
		taken := false
		if e.payments > 0 && e.wasProcessed() {
			err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM transactions INDEXED BY by_code
				WHERE trans_code <> '' AND trans_code = ?)`, code).Scan(&taken)
			if err != nil {
				return "", err
			}
		}
		if !taken {
			return code, nil
		}
	}
}

func randomFiller() string {
	b := make([]byte, len(firstFiller))
	_, _ = rand.Read(b) // never fails: it ends the program instead
	for i := range b {
		b[i] = 'A' + b[i]%26
	}
	return string(b)
}

// fillerOf is the filler of a sale's code, which stands behind the payments.
func fillerOf(sale *entry) string {
	if len(sale.transCode) < 5 {
		return firstFiller // a sale of a ledger from before there were codes
	}
	return sale.transCode[2:5]
}

// validFor are the periods of a card's limits. ConnexPay API, IssueCard.
var validFor = []text{"DAY", "WEEK", "MONTH", "LIFETIME", oneTransaction}

const oneTransaction = "TRANSACTION"

// issueCard answers POST IssueCard.
func (h *Host) issueCard(c *call) reply {
	var in issueRequest
	if decode(c.r.Body, &in) != nil {
		return undecode
	}
	if in.MerchantGUID != "" && !strings.EqualFold(string(in.MerchantGUID), MerchantGUID) {
		return noMerchant
	}
	limit, uses, out, bad := in.check()
	if bad {
		return out
	}
	a := in.answer(limit, uses)
	err := h.ledger.write(c.r.Context(), func(ctx context.Context, tx *sql.Tx) error {
		balance, sale, err := spend(ctx, tx, string(in.IncomingTransactionCode), limit)
		if err != nil {
			return err
		}
		a.BalanceControl = *balance
		_, err = tx.ExecContext(ctx, `INSERT INTO issued VALUES (?, ?, ?, ?, ?, ?)`, a.Card.GUID, sale.guid,
			balance.ThisPaymentNumber, limit.Minor, c.user.name, h.clock.Now().UnixNano())
		return err
	})
	if err != nil {
		return h.failed("IssueCard", err)
	}
	return reply{status: http.StatusOK, body: a}
}

// check finds what is wrong with the form of the fields. A card for one
// transaction has no usage limit: uses is nil.
func (in *issueRequest) check() (limit money.Amount, uses *int, out reply, bad bool) {
	wrong := fieldErrors{}
	wrong.require(map[string]text{"MerchantGuid": in.MerchantGUID, "FirstName": in.FirstName, "LastName": in.LastName,
		"AmountLimit": in.AmountLimit, "ValidFor": in.ValidFor, "PurchaseType": in.PurchaseType,
		"IncomingTransactionCode": in.IncomingTransactionCode})
	wrong.person(in.Phone, in.Zipcode)
	wrong.short(map[string]text{"FirstName": in.FirstName, "LastName": in.LastName,
		"Address1": in.Address1, "Address2": in.Address2, "City": in.City})
	if in.ValidFor != "" && !slices.Contains(validFor, in.ValidFor) {
		wrong.add("ValidFor", "The ValidFor must be DAY, WEEK, MONTH, LIFETIME or TRANSACTION.")
	}
	switch n, err := strconv.Atoi(string(in.UsageLimit)); {
	case in.ValidFor == oneTransaction && in.UsageLimit != "":
		wrong.add("UsageLimit", "The UsageLimit must not be sent when ValidFor is TRANSACTION.")
	case in.ValidFor == oneTransaction:
	case in.UsageLimit == "":
		wrong.add("UsageLimit", "The UsageLimit field is required.")
	case err != nil || n < 0 || n > 100:
		wrong.add("UsageLimit", "The UsageLimit must be a whole number from 0 to 100.")
	default:
		uses = &n
	}
	if in.Mcc != "" && (len(in.Mcc) != 4 || !digitsOnly(in.Mcc)) {
		wrong.add("Mcc", "The Mcc must have 4 digits.")
	}
	if in.PurchaseType != "" && (len(in.PurchaseType) != 2 || !digitsOnly(in.PurchaseType)) {
		wrong.add("PurchaseType", "The PurchaseType must have 2 digits.")
	}
	limit = money.New(0, accountCurrency)
	if in.AmountLimit != "" {
		var err error
		if limit, err = money.Parse(string(in.AmountLimit), accountCurrency); err != nil || limit.Minor <= 0 {
			wrong.add("AmountLimit", "The AmountLimit must be an amount greater than zero.")
		}
	}
	if out, bad = wrong.reply(); bad {
		return limit, uses, out, true
	}
	return limit, uses, refuse(http.StatusBadRequest, "Invalid State name"), in.State != "" && !isState(in.State)
}

func digitsOnly(t text) bool { return strings.Trim(string(t), "0123456789") == "" }

// answer is a new card with its holder, without the balance.
func (in *issueRequest) answer(limit money.Amount, uses *int) *issueAnswer {
	kept := func(t text) string { return masked(string(t)) }
	holder, card := newGUID(), newGUID()
	return &issueAnswer{
		MerchantGUID: MerchantGUID,
		CardHolder: cardHolder{holder, MerchantGUID, kept(in.FirstName), kept(in.LastName), string(in.Phone),
			kept(in.Address1), kept(in.Address2), kept(in.City), string(in.State), string(in.Zipcode), "CardHolder - Active"},
		Card: issuedCard{card, holder, kept(in.FirstName), kept(in.LastName), "Card - Active"},
		Velocity: velocity{
			GUID: newGUID(), CardGUID: card, UsageLimit: uses, AmountLimit: decimal(limit), ValidFor: string(in.ValidFor),
			MCC: string(in.Mcc), Name: ("Restrictions for " + card)[:50], // as the sample has it
			Status: "Velocity - Active"},
	}
}

// spend takes one payment of a sale for a card. What is left of the money is
// what the sale is still worth, less what was spent before.
func spend(ctx context.Context, tx *sql.Tx, code string, limit money.Amount) (*balanceControl, *entry, error) {
	sale, err := oneEntry(ctx, tx, `trans_code = ? AND trans_code <> '' AND kind = 'Sale' ORDER BY id DESC`, code)
	if err != nil {
		return nil, nil, err
	}
	if sale == nil {
		return nil, nil, absent{http.StatusNotFound, "The IncomingTransactionCode value does not have matching results."}
	}
	var used int
	spent := money.New(0, accountCurrency)
	err = tx.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(amount), 0) FROM issued WHERE sale = ?`, sale.guid).
		Scan(&used, minor(&spent))
	rest := sale.effective.Minor - spent.Minor - limit.Minor
	switch {
	case err != nil:
		return nil, nil, err
	case !sale.wasProcessed():
		return nil, nil, rule("A card cannot be issued because the Sale was not processed")
	case sale.voided:
		return nil, nil, rule("Sale has been voided")
	case used >= sale.payments:
		return nil, nil, coded{"D9001", "Transaction count Limit Exceeded"}
	case rest < 0:
		return nil, nil, coded{"D2012", "Insufficient Funds"}
	}
	filler := fillerOf(sale)
	return &balanceControl{
		GUID: newGUID(), IncomingTransactionCode: sale.transCode, ExpectedOutcomingPayments: sale.payments,
		ThisPaymentNumber: used + 1, AvailablePayments: sale.payments - used - 1,
		AuthorizedAmount: decimal(sale.approved), ThisTransactionAmount: decimal(limit),
		Balance: decimal(money.New(rest, accountCurrency)), CurrencyCode: "USD", Filler: filler,
		OutgoingTransactionCode: fmt.Sprintf("%sUSD%02d%s%08d", sale.transCode, used+1, filler, rest),
	}, sale, nil
}
