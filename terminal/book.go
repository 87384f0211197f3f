package terminal

import (
	"context"
	"fmt"
	"io"
	"iter"
	"strings"

	"paydesk/terminal/connexpay"
	"paydesk/terminal/staff"
)

// HostRow is a transaction as the host has it: a line of it, and all of it.
type HostRow struct {
	connexpay.Summary
	Full connexpay.Row
}

// The kinds of transaction at the host, as they are written in commands.
var hostKinds = map[string]string{"sale": "sale", "auth": "auth", "hold": "auth", "capture": "capture",
	"void": "void", "return": "return", "verify": "verify", "billing": "billing"}

// HostKinds tells a person what can be asked for.
const HostKinds = "sales, auths, captures, voids, returns, verifies or billings"

// hostKind reads a kind in the singular or plural.
func hostKind(text string) (string, error) {
	text = strings.ToLower(text)
	if text == "verifies" {
		text = "verify"
	}
	kind, ok := hostKinds[strings.TrimSuffix(text, "s")]
	if !ok {
		return "", fmt.Errorf("the host keeps no %q: ask for %s", text, HostKinds)
	}
	return kind, nil
}

// client is the client for whoever may look into the host's book.
func (t *Terminal) client(right staff.Right) (*connexpay.Client, error) {
	if err := t.Engine.May(right); err != nil {
		return nil, err
	}
	return t.host.connected()
}

// HostGet reads one transaction by its guid at the host (ConnexPay API, Get
// sale, Get AuthOnly, Get capture, Get void, Get return, Get verify).
func (t *Terminal) HostGet(ctx context.Context, kind, guid string) (HostRow, error) {
	c, err := t.client(staff.SeeHistory)
	if err != nil {
		return HostRow{}, err
	}
	if kind, err = hostKind(kind); err != nil {
		return HostRow{}, err
	}
	switch kind {
	case "sale":
		return hostRow(c.GetSale(ctx, guid))
	case "auth":
		return hostRow(c.GetAuthOnly(ctx, guid))
	case "capture":
		return hostRow(c.GetCapture(ctx, guid))
	case "void":
		return hostRow(c.GetVoid(ctx, guid))
	case "return":
		return hostRow(c.GetReturn(ctx, guid))
	case "verify":
		return hostRow(c.GetVerify(ctx, guid))
	}
	return HostRow{}, errSearchOnly
}

var errSearchOnly = fmt.Errorf("the host shows recurring billings in a search only: paydesk search billings")

func hostRow[R connexpay.Row](row R, err error) (HostRow, error) {
	return HostRow{row.Summary(), row}, err
}

// HostList streams all transactions of a kind (ConnexPay API, Get all …), or
// the sales of one batch (Sales by batch). It ends with the first error.
func (t *Terminal) HostList(ctx context.Context, kind, batch string) iter.Seq2[HostRow, error] {
	c, err := t.client(staff.SeeHistory)
	if err == nil {
		kind, err = hostKind(kind)
	}
	switch {
	case err != nil:
		return failed(err)
	case batch != "" && kind != "sale":
		return failed(fmt.Errorf("the host lists only sales by batch: paydesk batch show lists all that a batch holds"))
	case batch != "":
		return hostRows(c.SalesOfBatch(ctx, batch))
	}
	switch kind {
	case "sale":
		return hostRows(c.Sales(ctx))
	case "auth":
		return hostRows(c.AuthOnlys(ctx))
	case "capture":
		return hostRows(c.Captures(ctx))
	case "void":
		return hostRows(c.Voids(ctx))
	case "return":
		return hostRows(c.Returns(ctx))
	case "verify":
		return hostRows(c.Verifies(ctx))
	}
	return failed(errSearchOnly)
}

func failed(err error) iter.Seq2[HostRow, error] {
	return func(yield func(HostRow, error) bool) { yield(HostRow{}, err) }
}

func hostRows[R connexpay.Row](rows iter.Seq2[R, error]) iter.Seq2[HostRow, error] {
	return func(yield func(HostRow, error) bool) {
		for row, err := range rows {
			if !yield(HostRow{row.Summary(), row}, err) {
				return
			}
		}
	}
}

// HostQuery is what a search looks for at the host; what is empty does not
// filter. Not every kind has every filter: one that a kind does not have is
// refused.
type HostQuery struct {
	From, To    string // days or times, such as 2026-11-21
	Least, Most string // amounts, such as 12.50
	Last4       string
	Brand       string
	Holder      string
	Order       string
	Status      string
	GUID        string
	Of          string // of voids: the sale
	Reason      string // of voids
}

// HostSearch streams what the host finds, page by page (ConnexPay API,
// Search). It ends with the first error.
func (t *Terminal) HostSearch(ctx context.Context, kind string, q HostQuery) iter.Seq2[HostRow, error] {
	c, f, err := t.search(kind, q)
	if err != nil {
		return failed(err)
	}
	switch f := f.(type) {
	case *connexpay.SaleFilter:
		return hostRows(c.SearchSales(ctx, *f))
	case *connexpay.AuthFilter:
		return hostRows(c.SearchAuths(ctx, *f))
	case *connexpay.CaptureFilter:
		return hostRows(c.SearchCaptures(ctx, *f))
	case *connexpay.VoidFilter:
		return hostRows(c.SearchVoids(ctx, *f))
	case *connexpay.ReturnFilter:
		return hostRows(c.SearchReturns(ctx, *f))
	case *connexpay.VerifyFilter:
		return hostRows(c.SearchVerifies(ctx, *f))
	case *connexpay.BillingFilter:
		return hostRows(c.SearchBillings(ctx, *f))
	}
	return failed(fmt.Errorf("the host has no such search: ask for %s", HostKinds))
}

// HostExport writes what the host finds as CSV (ConnexPay API, Search,
// exportable).
func (t *Terminal) HostExport(ctx context.Context, kind string, q HostQuery, w io.Writer) error {
	c, f, err := t.search(kind, q)
	if err != nil {
		return err
	}
	return c.ExportCSV(ctx, f, w)
}

func (t *Terminal) search(kind string, q HostQuery) (*connexpay.Client, connexpay.Filter, error) {
	c, err := t.client(staff.SeeHistory)
	if err != nil {
		return nil, nil, err
	}
	if kind, err = hostKind(kind); err != nil {
		return nil, nil, err
	}
	f, err := q.filter(kind)
	return c, f, err
}

// checkDays refuses what is neither a day nor a time; "" is none.
func checkDays(texts ...string) error {
	for _, text := range texts {
		if _, err := connexpay.Stamp(text).Time(); err != nil && text != "" {
			return fmt.Errorf("%q is no day: write one such as 2026-11-21, or a time such as 2026-11-21T14:30:00", text)
		}
	}
	return nil
}

// filter writes the query for one kind, and refuses what that kind does not
// filter by: a filter that is dropped would find too much.
func (q HostQuery) filter(kind string) (connexpay.Filter, error) {
	if err := checkDays(q.From, q.To); err != nil {
		return nil, err
	}
	where := connexpay.Where{GUID: q.GUID, Status: q.Status}
	period := connexpay.Period{TimeStampFrom: connexpay.Stamp(q.From), TimeStampTo: connexpay.Stamp(q.To)}
	amounts := connexpay.Amounts{AmountFrom: connexpay.Decimal(q.Least), AmountTo: connexpay.Decimal(q.Most)}
	onCard := connexpay.OnCard{CardHolderName: q.Holder, CardLastFour: q.Last4, CardType: q.Brand}
	onOrder := connexpay.OnOrder{OrderNumber: q.Order}
	rest := q // what the kind does not take
	rest.GUID, rest.Status, rest.From, rest.To = "", "", "", ""
	var f connexpay.Filter
	switch kind {
	case "sale":
		rest.Least, rest.Most, rest.Holder, rest.Last4, rest.Brand, rest.Order = "", "", "", "", "", ""
		f = &connexpay.SaleFilter{Where: where, Amounts: amounts, OnCard: onCard, OnOrder: onOrder, Period: period}
	case "auth":
		rest.Least, rest.Most, rest.Holder, rest.Last4, rest.Brand, rest.Order = "", "", "", "", "", ""
		f = &connexpay.AuthFilter{Where: where, Amounts: amounts, OnCard: onCard, OnOrder: onOrder, Period: period}
	case "capture":
		rest.Least, rest.Most = "", ""
		f = &connexpay.CaptureFilter{Where: where, NewAmountFrom: amounts.AmountFrom, NewAmountTo: amounts.AmountTo, Period: period}
	case "void":
		rest.Of, rest.Reason = "", ""
		f = &connexpay.VoidFilter{Where: where, Period: period, VoidReason: q.Reason, SaleGUID: q.Of}
	case "return":
		rest.Least, rest.Most = "", ""
		f = &connexpay.ReturnFilter{Where: where, Amounts: amounts, Period: period}
	case "verify":
		rest.Holder, rest.Last4, rest.Brand = "", "", ""
		f = &connexpay.VerifyFilter{Where: where, OnCard: onCard, Period: period}
	default:
		rest.Least, rest.Most = "", ""
		f = &connexpay.BillingFilter{Where: where, Amounts: amounts, CreatedDateFrom: period.TimeStampFrom, CreatedDateTo: period.TimeStampTo}
	}
	if rest != (HostQuery{}) {
		return nil, fmt.Errorf("the host does not filter %ss by all of that: leave the other filters away; paydesk search --help tells which kind has which", kind)
	}
	return f, nil
}

// A closed batch of the host, and a line of one.
type (
	HostBatch    = connexpay.BatchRow
	HostBatchRow = connexpay.BatchTransaction
)

// HostBatches lists the batches of this terminal's device that were closed
// within days (ConnexPay API, Search batches).
func (t *Terminal) HostBatches(ctx context.Context, from, to string) ([]HostBatch, error) {
	c, err := t.client(staff.SeeHistory)
	if err != nil {
		return nil, err
	}
	if err := checkDays(from, to); err != nil {
		return nil, err
	}
	return c.SearchBatches(ctx, connexpay.BatchFilter{DeviceGUID: t.Settings().Host.DeviceGUID,
		StartDate: connexpay.Stamp(from), EndDate: connexpay.Stamp(to)})
}

// HostBatchRows lists what a batch holds (ConnexPay API, Get batches with
// transactions).
func (t *Terminal) HostBatchRows(ctx context.Context, guid string) ([]HostBatchRow, error) {
	c, err := t.client(staff.SeeHistory)
	if err != nil {
		return nil, err
	}
	return c.BatchTransactions(ctx, guid)
}

// HostDevices lists the account's devices (ConnexPay API, Get all devices).
func (t *Terminal) HostDevices(ctx context.Context) ([]Device, error) {
	c, err := t.client(staff.SeeHistory)
	if err != nil {
		return nil, err
	}
	return c.Devices(ctx)
}
