package printjob

import (
	"paydesk/receipts"
	"paydesk/terminal/order"
)

// storedDocument is the slip of a sale that the bank has not seen. What became
// of it is told by the slip of its attempt.
func storedDocument(cfg Config, s order.Stored, o order.Order, job order.Job) receipts.Document {
	entry := s.Entry
	if s.Charged != "" {
		entry = order.EntryOnFile
	}
	f := receipts.SaleFacts{Shop: cfg.Shop, CopyNumber: job.Reprint, Kind: "SALE", Outcome: receipts.Stored, Amount: s.Amount,
		Brand: s.Brand, Last4: s.Last4, EntryMode: entryMode(entry), Number: s.ID, Order: o.Note, Device: cfg.DeviceName,
		Operator: cfg.Operator(s.Operator), At: s.Created.Local(), Training: cfg.Training}
	if job.Copy == order.CopyMerchant {
		f.Copy = receipts.Merchant
	}
	return receipts.Sale(f)
}

func cashDocument(cfg Config, c order.Cash, o order.Order, job order.Job) receipts.Document {
	f := receipts.CashFacts{Shop: cfg.Shop, CopyNumber: job.Reprint, Amount: c.Amount, Tendered: c.Tendered, Change: c.Change(),
		Number: c.ID, Order: o.Note, Device: cfg.DeviceName, Operator: cfg.Operator(c.Operator), At: c.At.Local(), Training: cfg.Training}
	if job.Copy == order.CopyMerchant {
		f.Copy = receipts.Merchant
	}
	return receipts.Cash(f)
}
