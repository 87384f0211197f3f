package sandbox

// captureAnswer is the document's capture.
type captureAnswer struct {
	GUID                     string         `json:"guid"`
	Status                   string         `json:"status"`
	BatchStatus              string         `json:"batchStatus"`
	TimeStamp                string         `json:"timeStamp"`
	DeviceGUID               string         `json:"deviceGuid"`
	AuthOnlyGUID             string         `json:"authOnlyGuid"`
	NewAmount                decimal        `json:"newAmount"`
	EffectiveAmount          decimal        `json:"effectiveAmount"`
	OrderNumber              string         `json:"orderNumber,omitempty"`
	BatchGUID                string         `json:"batchGuid"`
	ProcessorStatusCode      string         `json:"processorStatusCode"`
	ProcessorResponseMessage string         `json:"processorResponseMessage"`
	WasProcessed             bool           `json:"wasProcessed"`
	RefNumber                string         `json:"refNumber"`
	InvoiceNumber            string         `json:"invoiceNumber"`
	CustomerReceipt          string         `json:"customerReceipt"`
	AuthOnly                 *paymentAnswer `json:"authOnly"`
	RelatedSale              shortSale      `json:"relatedSale"`
	SequenceNumber           string         `json:"sequenceNumber,omitempty"`
}

// shortSale is the sale that a capture made, as the capture shows it.
type shortSale struct {
	GUID            string  `json:"guid"`
	Status          string  `json:"status"`
	BatchStatus     string  `json:"batchStatus"`
	TimeStamp       string  `json:"timeStamp"`
	DeviceGUID      string  `json:"deviceGuid"`
	Amount          decimal `json:"amount"`
	EffectiveAmount decimal `json:"effectiveAmount"`
	BatchGUID       string  `json:"batchGuid"`
	WasProcessed    bool    `json:"wasProcessed"`
}

// currentCapture is the newer dialect's: it has no status of its own.
type currentCapture struct {
	GUID           string         `json:"guid"`
	Sale           *paymentAnswer `json:"sale"`
	OrderNumber    string         `json:"orderNumber,omitempty"`
	SequenceNumber string         `json:"sequenceNumber,omitempty"`
}

// undoAnswer is the document's void and return, and the newer dialect's credit.
type undoAnswer struct {
	GUID                string         `json:"guid"`
	BatchStatus         string         `json:"batchStatus"`
	TimeStamp           string         `json:"timeStamp"`
	DeviceGUID          string         `json:"deviceGuid"`
	SaleGUID            string         `json:"saleGuid,omitempty"`
	AuthOnlyGUID        string         `json:"authOnlyGuid,omitempty"`
	ReturnGUID          string         `json:"returnGuid,omitempty"`
	Status              string         `json:"status"`
	VoidReason          string         `json:"voidReason,omitempty"`
	Amount              *decimal       `json:"amount,omitempty"` // of a void in the newer dialect only
	OrderNumber         string         `json:"orderNumber,omitempty"`
	CustomerID          string         `json:"customerId,omitempty"`
	BatchGUID           string         `json:"batchGuid"`
	ProcessorStatusCode string         `json:"processorStatusCode,omitempty"`
	WasProcessed        bool           `json:"wasProcessed"`
	AuthCode            string         `json:"authCode,omitempty"`
	RefNumber           string         `json:"refNumber"`
	InvoiceNumber       string         `json:"invoiceNumber"`
	CustomerReceipt     string         `json:"customerReceipt"`
	Sale                *paymentAnswer `json:"sale,omitempty"`
	AuthOnly            *paymentAnswer `json:"authOnly,omitempty"`
	Return              *undoAnswer    `json:"return,omitempty"`
	Card                *cardAnswer    `json:"card,omitempty"` // of a credit
	SequenceNumber      string         `json:"sequenceNumber,omitempty"`
}

// verifyAnswer is the document's verification; the newer dialect adds codes.
type verifyAnswer struct {
	GUID                    string     `json:"guid"`
	Status                  string     `json:"status"`
	TimeStamp               string     `json:"timeStamp"`
	DeviceGUID              string     `json:"deviceGuid"`
	Card                    cardAnswer `json:"card"`
	ProcessorStatusCode     string     `json:"processorStatusCode,omitempty"`
	WasProcessed            bool       `json:"wasProcessed"`
	AddressVerificationCode string     `json:"addressVerificationCode,omitempty"`
	CVVVerificationCode     string     `json:"cvvVerificationCode,omitempty"`
}

// kin are the rows that answers show inside other rows.
type kin struct {
	byGUID map[string]*entry
	madeBy map[string]*entry // capture → the sale it made
}

// answer is a row as the GET calls show it.
func (h *Host) answer(e *entry, k kin) any {
	switch e.kind {
	case kindCapture:
		return h.captureAnswer(e, k)
	case kindVoid, kindReturn:
		return h.undoAnswer(e, k)
	case kindVerify:
		a := verifyAnswer{GUID: e.guid, Status: e.status, TimeStamp: bare(e.created), DeviceGUID: e.device,
			Card: h.cardAnswer(e), ProcessorStatusCode: e.code, WasProcessed: e.wasProcessed(),
			AddressVerificationCode: e.avs, CVVVerificationCode: e.cvv}
		if !h.current() {
			a.Card.CardType = ""
		}
		return a
	}
	return h.paymentAnswer(e)
}

func (h *Host) captureAnswer(e *entry, k kin) any {
	auth, sale := k.byGUID[e.related], k.madeBy[e.guid]
	if h.current() {
		out := currentCapture{GUID: e.guid, Sale: h.nestedPayment(sale), OrderNumber: e.order, SequenceNumber: e.sequence}
		out.Sale.ConnexPayTransaction = h.payoutAnswer(sale)
		return out
	}
	return captureAnswer{
		GUID: e.guid, Status: e.status, BatchStatus: batchStatus(e.settled), TimeStamp: bare(e.created),
		DeviceGUID: e.device, AuthOnlyGUID: auth.guid, NewAmount: decimal(e.amount), EffectiveAmount: decimal(e.effective),
		OrderNumber: e.order, BatchGUID: e.batch, ProcessorStatusCode: e.code, ProcessorResponseMessage: e.message,
		WasProcessed: e.wasProcessed(), RefNumber: auth.refNumber(), InvoiceNumber: auth.refNumber(),
		CustomerReceipt: receipt(e, auth), AuthOnly: h.nestedPayment(auth),
		RelatedSale: shortSale{
			GUID: sale.guid, Status: sale.status, BatchStatus: batchStatus(sale.settled), TimeStamp: bare(sale.created),
			DeviceGUID: sale.device, Amount: decimal(sale.amount), EffectiveAmount: decimal(sale.effective),
			BatchGUID: sale.batch, WasProcessed: sale.wasProcessed(),
		},
		SequenceNumber: e.sequence,
	}
}

func (h *Host) undoAnswer(e *entry, k kin) *undoAnswer {
	target, amount := k.byGUID[e.related], decimal(e.amount)
	a := &undoAnswer{
		GUID: e.guid, BatchStatus: batchStatus(e.settled), TimeStamp: bare(e.created), DeviceGUID: e.device,
		Status: e.status, VoidReason: e.reason, OrderNumber: e.order, CustomerID: e.customer, BatchGUID: e.batch,
		ProcessorStatusCode: e.code, WasProcessed: e.wasProcessed(), AuthCode: e.authCode, SequenceNumber: e.sequence,
	}
	if e.kind == kindReturn || h.current() {
		a.Amount = &amount
	}
	if target == nil { // a credit acts on nothing
		card := h.cardAnswer(e)
		a.Card, target = &card, e
	}
	a.RefNumber, a.InvoiceNumber, a.CustomerReceipt = target.refNumber(), target.refNumber(), receipt(e, target)
	switch {
	case target == e:
	case target.kind == kindAuth:
		a.AuthOnlyGUID, a.AuthOnly = target.guid, h.nestedPayment(target)
	case target.kind == kindReturn:
		a.ReturnGUID, a.Return = target.guid, h.undoAnswer(target, k)
	default:
		a.SaleGUID, a.Sale = target.guid, h.nestedPayment(target)
	}
	return a
}
