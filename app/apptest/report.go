package apptest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"paydesk/receipts"
	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// Books are the reports and closings of a Desk.
type Books struct {
	Report    order.ZReport   // the X report
	Reports   []order.ZReport // Z reports, oldest first
	Stretches map[string][]order.Stretch
	Batches   []order.Batch // oldest first
	Proofs    map[string]order.Proof
	Taken     []terminal.HostBatchRow
	Exports   []order.Export // those that were done
	Preview   []order.Export
	Posted    []order.Export // what an export comes to
	Secret    bool           // that of Xero is kept
}

// Day implements app.Desk.
func (d *Desk) Day() order.Days { return order.Days{Zone: time.UTC, Cutoff: 4 * time.Hour} }

// X implements app.Desk.
func (d *Desk) X(context.Context) (order.ZReport, error) { return d.Books.Report, d.called("X") }

// Zs implements app.Desk.
func (d *Desk) Zs(_ context.Context, from, to order.Day) (found []order.ZReport, err error) {
	for _, z := range d.Books.Reports {
		if from <= z.Day && z.Day <= to {
			found = append(found, z)
		}
	}
	return found, d.called("Zs")
}

// Z implements app.Desk.
func (d *Desk) Z(_ context.Context, number int) (order.ZReport, error) {
	for _, z := range d.Books.Reports {
		if z.Number == number {
			return z, d.called("Z")
		}
	}
	return order.ZReport{}, order.ErrNotFound
}

// Period implements app.Desk.
func (d *Desk) Period(_ context.Context, from, to order.Day, by string) (found []order.Stretch, err error) {
	for _, s := range d.Books.Stretches[by] {
		if from <= s.Day && s.Day <= to || by == "month" && from.Month() <= s.Day.Month() && s.Day.Month() <= to.Month() {
			found = append(found, s)
		}
	}
	return found, d.called("Period " + by)
}

// ReportSlip implements app.Desk.
func (d *Desk) ReportSlip(order.ZReport) (receipts.Document, error) {
	return receipts.Document{}, d.called("ReportSlip")
}

// PrintNow implements app.Desk.
func (d *Desk) PrintNow(context.Context, receipts.Document) error { return d.called("PrintNow") }

// SaveZ implements app.Desk; nothing is written.
func (d *Desk) SaveZ(_ context.Context, number int, format string) (string, error) {
	return fmt.Sprintf("/home/shop/Paydesk/receipts/Z-%06d.%s", number, format), d.called("SaveZ " + format)
}

// BatchHistory implements app.Desk.
func (d *Desk) BatchHistory(_ context.Context, from, to order.Day) (found []order.Batch, err error) {
	for _, b := range d.Books.Batches {
		if day := d.Day().Of(b.Asked); from <= day && day <= to {
			found = append(found, b)
		}
	}
	return found, d.called("BatchHistory")
}

// HostBatchRows implements app.Desk.
func (d *Desk) HostBatchRows(context.Context, string) ([]terminal.HostBatchRow, error) {
	return slices.Clone(d.Books.Taken), d.called("HostBatchRows")
}

// ProofOf implements app.Desk.
func (d *Desk) ProofOf(_ context.Context, batch string) (order.Proof, error) {
	if p, ok := d.Books.Proofs[batch]; ok {
		return p, d.called("ProofOf")
	}
	return order.Proof{}, order.ErrNotFound
}

// Prove implements app.Desk.
func (d *Desk) Prove(ctx context.Context, batch string, progress func(done, total int)) (order.Proof, error) {
	if err := d.called("Prove " + batch); err != nil {
		return order.Proof{}, err
	}
	if p, ok, err := d.prove(batch, progress); ok {
		return p, err
	}
	progress(500, 1000)
	return d.ProofOf(ctx, batch)
}

// SaveStatement implements app.Desk; nothing is written.
func (d *Desk) SaveStatement(_ context.Context, r terminal.StatementRequest) (string, error) {
	return fmt.Sprintf("/home/shop/Paydesk/receipts/statement-%s-%s.%s", r.From, r.To, r.Format), d.called("SaveStatement " + r.Format)
}

// ExportPreview implements app.Desk.
func (d *Desk) ExportPreview(_ context.Context, r terminal.ExportRequest) ([]order.Export, error) {
	return slices.Clone(d.Books.Preview), d.called("ExportPreview " + string(r.Target))
}

// ExportPeriod implements app.Desk: what was posted goes nowhere twice.
func (d *Desk) ExportPeriod(_ context.Context, r terminal.ExportRequest) ([]order.Export, error) {
	if err := d.called("ExportPeriod " + string(r.Target)); err != nil {
		return nil, err
	}
	for _, e := range d.Books.Exports {
		if e.Target == r.Target && e.Done {
			return nil, &engine.Problem{Code: "exported", Text: "These days were exported before."}
		}
	}
	d.Books.Exports = append(d.Books.Exports, d.Books.Posted...)
	return slices.Clone(d.Books.Posted), nil
}

// Exports implements app.Desk.
func (d *Desk) Exports(context.Context, order.Day, order.Day) ([]order.Export, error) {
	return slices.Clone(d.Books.Exports), d.called("Exports")
}

// SetXeroSecret implements app.Desk.
func (d *Desk) SetXeroSecret(_ context.Context, secret []byte) error {
	defer clear(secret)
	if err := d.called("SetXeroSecret"); err != nil {
		return err
	}
	d.Books.Secret = len(secret) > 0
	return nil
}

// HasXeroSecret implements app.Desk.
func (d *Desk) HasXeroSecret() bool { return d.Books.Secret }

// CheckXero implements app.Desk.
func (d *Desk) CheckXero(context.Context) error { return d.called("CheckXero") }
