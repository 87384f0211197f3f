package printjob

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"paydesk/receipts"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/reportfile"
)

// shift is the slip of a shift's closing, or of its opening where that is asked for
// or it is not closed.
func (m maker) shift(ctx context.Context) (receipts.Document, error) {
	s, err := m.source.Shift(ctx, m.job.Subject)
	if err != nil {
		return receipts.Document{}, err
	}
	if m.job.Copy == order.CopyOpen || s.State != order.ShiftClosed {
		f := receipts.ShiftFacts{Slip: m.slip("", s.OpenedBy, s.Opened), Drawer: receipts.DrawerFacts{Shift: strconv.Itoa(s.Number),
			Float: s.Float.Total, Pieces: m.pieces(s.Float)}}
		return receipts.Shift(f), nil
	}
	f := receipts.ShiftFacts{Slip: m.slip("", s.ClosedBy, s.Closed), Closed: true, Opened: s.Opened.Local(), OpenedBy: m.name(s.OpenedBy), Drawer: m.drawer(s)}
	for _, h := range s.Hands {
		hand := receipts.HandFacts{From: m.name(h.From), To: m.name(h.To), At: h.At.Local()}
		if h.Counted != nil {
			hand.Counted = h.Counted.Total
		}
		f.Hands = append(f.Hands, hand)
	}
	return receipts.Shift(f), nil
}

// drawer is what a shift's cash came to. Of a shift that is not closed nobody is
// told what should be there: it is counted blind.
func (m maker) drawer(s order.Shift) receipts.DrawerFacts {
	f := receipts.DrawerFacts{Shift: strconv.Itoa(s.Number), Float: s.Float.Total}
	if s.State != order.ShiftClosed {
		return f
	}
	d := s.Drawer
	f.Sales, f.Back, f.In, f.Out, f.NoSales, f.Expected = d.Sales, d.Back, d.In, d.Out, d.NoSales, d.Expected
	f.Reason, f.ApprovedBy = s.Reason, m.name(s.Approved)
	if n := len(s.Counts); n > 0 {
		f.Counted, f.Pieces = s.Counts[n-1].Total, m.pieces(s.Counts[n-1])
	}
	return f
}

// pieces are the coins and notes of a count.
func (m maker) pieces(c order.Count) (list []receipts.Figure) {
	for _, p := range c.Pieces {
		face := money.New(p.Face, c.Total.Currency)
		list = append(list, receipts.Figure{Text: m.amount(face), Count: p.Count, Amount: money.New(p.Face*int64(p.Count), face.Currency)})
	}
	return list
}

// amount is one as the paper's language writes it.
func (m maker) amount(a money.Amount) string {
	if m.Language.Money == nil {
		return a.Display()
	}
	return m.Language.Money(a)
}

func (m maker) move(ctx context.Context) (receipts.Document, error) {
	move, err := m.source.Move(ctx, m.job.Subject)
	if err != nil {
		return receipts.Document{}, err
	}
	s, err := m.source.Shift(ctx, move.Shift)
	f := receipts.MoveFacts{Slip: m.slip(move.ID, move.Operator, move.At), Out: move.Kind == order.MoveOut, Amount: move.Amount, Reason: move.Reason,
		Shift: strconv.Itoa(s.Number), ApprovedBy: m.name(move.Approved)}
	return receipts.Move(f), err
}

func (m maker) zReport(ctx context.Context) (receipts.Document, error) {
	z, err := m.source.Z(ctx, m.job.Subject)
	if err != nil {
		return receipts.Document{}, err
	}
	return m.report(z), nil
}

// Report lays out an X or a Z report with the shop's settings.
func Report(cfg Config, z order.ZReport) receipts.Document {
	return maker{Config: cfg}.report(z)
}

// report tells all that a report has. Its times are by the clock of the business
// day, so that it is the same whatever computer prints it.
func (m maker) report(z order.ZReport) receipts.Document {
	zone := zoneOf(z.Zone)
	f := receipts.ReportFacts{Slip: m.slip("", z.Operator, z.At), Z: z.Number, Day: string(z.Day), From: z.From, To: z.To,
		ApprovedBy: m.name(z.Approved), Zone: z.Zone, Cutoff: z.Cutoff, TaxName: m.TaxName}
	f.At, f.Since = z.At.In(zone), z.Since
	if !z.Since.IsZero() {
		f.Since = z.Since.In(zone)
	}
	if z.Rounding != "" {
		f.Rounding = strings.ToUpper(z.Rounding[:1]) + z.Rounding[1:]
	}
	for _, figures := range z.Figures {
		f.Sums = append(f.Sums, m.sums(figures))
	}
	for _, s := range z.Shifts {
		if !s.Uncounted {
			f.Drawers = append(f.Drawers, m.drawer(s))
		}
	}
	for _, b := range z.Batches {
		f.Batches = append(f.Batches, receipts.ClosedFacts{Batch: short(b.GUID), How: closedHow(b), At: b.Ended.In(zone), Tally: tally(b.Local)})
	}
	f.Uncollected, f.Stored, f.Open = named(z.Uncollected), named(z.Stored), named(z.Open)
	f.Carried = m.carried(z.Carried)
	for _, p := range z.Proofs {
		f.Proofs = append(f.Proofs, m.proof(p))
	}
	f.Head = receipts.HeadFacts{Nonce: z.Head.Nonce, Seq: z.Head.Seq, Hash: z.Head.Hash}
	if z.Number > 0 {
		f.Head.Key, f.Head.Signature, f.Code = z.Head.Key, z.Head.Signature, reportfile.Code(z.Head)
	}
	return receipts.Report(f)
}

// zoneOf is a time zone by its name, or by what stands for the nameless one of a
// computer, such as "CET +01:00". One that this computer does not know is its own.
func zoneOf(name string) *time.Location {
	if t, err := time.Parse("MST -07:00", name); err == nil {
		abbreviation, offset := t.Zone()
		return time.FixedZone(abbreviation, offset)
	}
	zone, err := time.LoadLocation(cmp.Or(name, "Local"))
	if err != nil {
		return time.Local
	}
	return zone
}

// tenders are the labels of tenders.
var tenders = map[order.Tender]string{order.TenderCard: receipts.TenderCards, order.TenderOnFile: receipts.TenderOnFile,
	order.TenderCash: receipts.TenderCash, order.TenderWallet: receipts.TenderWallet}

func (m maker) sums(f order.Figures) receipts.SumFacts {
	s := receipts.SumFacts{Sales: figure(f.Sales), Voids: figure(f.Voids), Returns: figure(f.Returns), Net: f.Net, Tax: f.Tax, Tip: f.Tips,
		Fees: f.Fees, FeesUnknown: f.FeesUnknown, CashIn: figure(f.CashIn), CashOut: figure(f.CashOut), NoSales: f.NoSales}
	s.ByTender = table(f.ByTender, func(name string) receipts.Figure {
		return receipts.Figure{Text: name, Label: tenders[order.Tender(name)]}
	})
	s.ByBrand = table(f.ByBrand, func(name string) receipts.Figure { return receipts.Figure{Text: name} })
	s.ByOperator = table(f.ByOperator, func(id string) receipts.Figure {
		if name := m.name(id); name != "" {
			return receipts.Figure{Text: name}
		}
		return receipts.Figure{Label: receipts.ByTerminal}
	})
	s.ByHour = table(f.ByHour, func(hour string) receipts.Figure { return receipts.Figure{Text: hour + ":00"} })
	return s
}

func figure(s order.Sum) receipts.Figure { return receipts.Figure{Count: s.Count, Amount: s.Amount} }

func table(parts []order.Part, name func(string) receipts.Figure) (rows []receipts.Figure) {
	for _, p := range parts {
		row := name(p.Name)
		row.Count, row.Amount = p.Sales.Count, p.Net
		rows = append(rows, row)
	}
	return rows
}

// closedHow says who closed a batch.
func closedHow(b order.Batch) string {
	switch {
	case b.Followed:
		return receipts.ClosedThere
	case b.Auto:
		return receipts.ClosedAuto
	}
	return receipts.ClosedHere
}

func named(list []order.Named) (items []receipts.Item) {
	for _, n := range list {
		text := n.Text
		if !strings.Contains(text, n.ID) {
			text = strings.TrimSpace(text + " " + n.ID)
		}
		items = append(items, receipts.Item{Text: text, Amount: n.Amount})
	}
	return items
}

func (m maker) carried(list []order.Carried) (items []receipts.CarriedFacts) {
	for _, c := range list {
		item := named([]order.Named{{ID: c.ID, Text: c.Text, Amount: c.Amount}})[0]
		items = append(items, receipts.CarriedFacts{Item: item, By: m.name(c.By), Reason: c.Reason})
	}
	return items
}

// differences are the words for what differs.
var differences = map[order.Difference]string{order.HostOnly: receipts.OnlyThere, order.LocalOnly: receipts.OnlyHere,
	order.NotCharged: receipts.NotCharged, order.AmountDiffers: receipts.OtherAmount, order.LateCharge: receipts.ChargedLate,
	order.VoidedThere: receipts.UndoneThere, order.ReturnedThere: receipts.BackThere, order.CapturedThere: receipts.CaughtThere,
	order.NotDone: receipts.NotDoneThere, order.Twice: receipts.TwiceThere, order.Unreadable: receipts.NotReadable}

func (m maker) proof(p order.Proof) receipts.ProofFacts {
	f := receipts.ProofFacts{Batch: short(p.GUID), Complete: p.Complete, Trouble: m.sentence(p.Trouble), Journal: tally(p.Journal), Host: tally(p.Host),
		Matched: p.Matched, More: p.More, Digest: p.Digest}
	if p.Closed != nil {
		closing := tally(*p.Closed)
		f.Closing = &closing
	}
	for _, d := range p.Found {
		facts := receipts.DifferenceFacts{What: differences[d.What], ID: cmp.Or(d.Number, short(d.GUID))}
		if d.Here != nil {
			facts.Here = *d.Here
		}
		if d.There != nil {
			facts.There = *d.There
		}
		f.Differences = append(f.Differences, facts)
	}
	for _, w := range p.Wallets {
		f.Wallets = append(f.Wallets, m.walletProof(w))
	}
	return f
}

func (m maker) walletProof(w order.WalletProof) receipts.WalletProofFacts {
	f := receipts.WalletProofFacts{Wallet: receipts.Wallet{Name: m.Wallet(w.Provider), Test: w.Test}, Complete: w.Complete, Trouble: m.sentence(w.Trouble),
		Here: figure(w.Here), There: figure(w.There), Back: figure(w.Back), BackThere: figure(w.BackThere), Fees: w.Fees, Net: w.Net,
		Matched: w.Matched, More: w.More}
	for _, d := range w.Found {
		f.Differences = append(f.Differences, receipts.DifferenceFacts{What: differences[d.What], ID: cmp.Or(d.Payment, d.ID), Here: d.Here, There: d.There})
	}
	return f
}

// sentence is one of the terminal's in the paper's language.
func (m maker) sentence(english string) string {
	if english == "" || m.Language.Say == nil {
		return english
	}
	return m.Language.Say(english)
}
