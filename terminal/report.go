package terminal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"paydesk/receipts"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/printjob"
)

// XReport is what the cards of the open batch come to so far, from the journal.
// It closes nothing, and asks nobody. Cash is in no batch, and so not in it.
func (t *Terminal) XReport(ctx context.Context) (receipts.Document, error) {
	sum, taken, voided, err := t.journal.OpenBatchTaken(ctx)
	if err != nil {
		return receipts.Document{}, err
	}
	cfg, unit := t.paperConfig(), t.Settings().Money.Currency
	f := receipts.ReportFacts{Slip: receipts.Slip{Shop: cfg.Shop, Tongue: cfg.Language, Device: cfg.DeviceName, Host: cfg.HostName,
		At: t.Now(), Training: cfg.Training, Batch: sum.GUID[:min(len(sum.GUID), 8)]}, Cards: true, From: sum.Opened.Local(),
		Total: receipts.Tally{Count: sum.Totals.Sales, Amount: in(unit, sum.Totals.SaleAmount), Returns: sum.Totals.Returns, Returned: in(unit, sum.Totals.ReturnAmount)}}
	if sum.Opened.IsZero() {
		f.From = sum.Opened
	}
	f.Voids.Amount = money.New(0, unit)
	for _, v := range voided {
		f.Voids.Count, f.Voids.Amount.Minor = f.Voids.Count+1, f.Voids.Amount.Minor+v.Amount.Minor
	}
	f.ByTender = figures(taken, func(t order.Taken) receipts.Figure {
		if t.Entry == order.EntryOnFile {
			return receipts.Figure{Label: receipts.TenderOnFile}
		}
		return receipts.Figure{Label: receipts.TenderCards}
	})
	f.ByBrand = figures(taken, func(t order.Taken) receipts.Figure { return receipts.Figure{Text: t.Brand} })
	f.ByOperator = figures(taken, func(t order.Taken) receipts.Figure { return receipts.Figure{Text: cfg.Operator(t.Operator)} })
	f.ByHour = figures(taken, func(t order.Taken) receipts.Figure {
		return receipts.Figure{Text: fmt.Sprintf("%02d:00", t.At.Local().Hour())}
	})
	if f.Wallets, err = t.walletFigures(ctx, f.From); err != nil {
		return receipts.Document{}, err
	}
	s := t.Snapshot()
	f.NotAuthorised = receipts.Figure{Count: s.Stored.Room.Unsent.Count, Amount: in(unit, s.Stored.Room.Unsent.Total)}
	for _, missing := range s.Stored.Missing {
		f.Uncollected = append(f.Uncollected, receipts.Item{Text: missing.ID, Amount: missing.Owed()})
	}
	if op := s.Operator; op != nil {
		f.Operator = op.Name
	}
	return receipts.Report(f), nil
}

// walletFigures are those of each provider since a time; without one, since the
// day began. What is paid by wallet is in no batch.
func (t *Terminal) walletFigures(ctx context.Context, from time.Time) (list []receipts.WalletFigures, err error) {
	if from.IsZero() {
		y, m, d := t.Now().Local().Date()
		from = time.Date(y, m, d, 0, 0, 0, 0, time.Local)
	}
	takings, err := t.journal.WalletTaken(ctx, from)
	for _, w := range takings {
		list = append(list, receipts.WalletFigures{Wallet: receipts.Wallet{Name: order.WalletTitle(w.Provider), Test: w.Test},
			Sales:   receipts.Figure{Count: w.Payments, Amount: w.Amount},
			Refunds: receipts.Figure{Count: w.Refunds, Amount: w.Refunded}, Fees: w.Fees,
			Net: money.New(w.Net.Minor-w.Refunded.Minor, w.Net.Currency), Unknown: w.Unknown})
	}
	return list, err
}

// in is an amount, or none in that currency.
func in(c money.Currency, a money.Amount) money.Amount {
	a.Currency = cmp.Or(a.Currency, c)
	return a
}

// figures adds up what has one name, and lists it by the names.
func figures(taken []order.Taken, name func(order.Taken) receipts.Figure) (all []receipts.Figure) {
	for _, t := range taken {
		like := name(t)
		i := slices.IndexFunc(all, func(f receipts.Figure) bool { return f.Text == like.Text && f.Label == like.Label })
		if i < 0 {
			like.Amount.Currency = t.Amount.Currency
			i, all = len(all), append(all, like)
		}
		all[i].Count++
		all[i].Amount.Minor += t.Amount.Minor
	}
	slices.SortFunc(all, func(a, b receipts.Figure) int {
		return cmp.Or(cmp.Compare(a.Text, b.Text), cmp.Compare(a.Label, b.Label))
	})
	return all
}

// PrintNow prints a document that no journal has, and waits for it. Its error
// says what to do.
func (t *Terminal) PrintNow(ctx context.Context, doc receipts.Document) error {
	device := t.printDevice()
	data, err := printjob.Render(ctx, doc, t.paperConfig(), device)
	if err != nil {
		return err
	}
	if r := device.Print(ctx, data); !r.Done {
		return told("printer", errors.New(r.Trouble))
	}
	return nil
}
