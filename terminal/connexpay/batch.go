package connexpay

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// ClosedBatch is the answer to a close (ConnexPay API, Close batch).
type ClosedBatch struct {
	DeviceGUID      Word      `json:"deviceGuid"`
	GUID            Word      `json:"guid"`
	Status          Word      `json:"status"` // PASS or FAIL
	ResponseCode    Word      `json:"responseCode"`
	ResponseMessage Word      `json:"responseMessage"`
	ClosureDate     Stamp     `json:"closureDate"`
	BatchInfo       BatchInfo `json:"batchInfo"`
}

// BatchInfo counts what a closed batch holds.
type BatchInfo struct {
	SICCode      Word    `json:"siccode"`
	SaleCount    int     `json:"saleCount"`
	SaleAmount   Decimal `json:"saleAmount"`
	ReturnCount  int     `json:"returnCount"`
	ReturnAmount Decimal `json:"returnAmount"`
}

// BatchClose closes the open batch of any device of the account, and tells all
// that the host says (ConnexPay API, Close batch). The terminal's own batch is
// closed with CloseBatch, which leaves nothing in doubt.
func (c *Client) BatchClose(ctx context.Context, device string) (ClosedBatch, error) {
	var closed ClosedBatch
	if device == "" {
		return closed, &Problem{"Name the device whose batch is to be closed; paydesk devices lists them.", nil}
	}
	if _, err := c.ask(ctx, http.MethodPost, "Batches/close", struct{ DeviceGuid string }{device}, &closed, BatchTimeout); err != nil {
		return closed, err
	}
	if !strings.EqualFold(string(closed.Status), "PASS") {
		return closed, &Problem{"The payment service did not close the batch: " + string(closed.ResponseMessage) + ". Wait a minute and look at the batches before you try again.", nil}
	}
	return closed, nil
}

// BatchFilter says which closed batches are looked for. Both days are part of
// it, as YYYY-MM-DD.
type BatchFilter struct {
	DeviceGUID string `json:"deviceGuid"`
	StartDate  Stamp  `json:"startDate"`
	EndDate    Stamp  `json:"endDate"`
}

// BatchRow is a closed batch with what is in it.
type BatchRow struct {
	BatchNumber      Word               `json:"batchNumber"`
	ClosureDate      Stamp              `json:"closureDate"`
	BatchTotalAmount Decimal            `json:"batchTotalAmount"`
	Transactions     []BatchTransaction `json:"transactions"`
}

// BatchTransaction is one transaction of a batch. A voided sale is listed as
// its void.
type BatchTransaction struct {
	TransactionType     Word    `json:"transactionType"`
	TransactionGUID     Word    `json:"transactionGuid,omitempty"`
	TransactionDatetime Stamp   `json:"transactionDatetime"`
	LastFour            Word    `json:"lastFour"`
	CardType            Word    `json:"cardType"`
	Amount              Decimal `json:"amount"`
}

// SearchBatches looks for the batches that were closed within days (ConnexPay
// API, Search batches).
func (c *Client) SearchBatches(ctx context.Context, f BatchFilter) ([]BatchRow, error) {
	return list[BatchRow](ctx, c, http.MethodPost, "Batches/search", f)
}

// BatchTransactions lists what a batch holds (ConnexPay API, Get batches with
// transactions).
func (c *Client) BatchTransactions(ctx context.Context, batchGUID string) ([]BatchTransaction, error) {
	var found []BatchTransaction
	if !isGUID(batchGUID) {
		return nil, &Problem{"Write the guid of the batch; a sale of it tells it.", nil}
	}
	_, err := c.ask(ctx, http.MethodGet, "Batches/"+url.PathEscape(batchGUID)+"/Transactions/", nil, &found, QueryTimeout)
	return found, err
}
