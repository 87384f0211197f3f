package order

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"paydesk/terminal/money"
)

// The names of how money came in, as references and statements have them. Each
// has a clearing account.
const (
	BookCards    = "CARDS"
	BookCash     = "CASH"
	BookPayPal   = "PAYPAL"
	BookRazorpay = "RAZORPAY"
)

// BookTitle is what people call a Book.
func BookTitle(book string) string { return bookTitles[book] }

var bookTitles = map[string]string{BookCards: "Card", BookCash: "Cash", BookPayPal: "PayPal", BookRazorpay: "Razorpay"}

// TaxNone is the type of lines without tax, which systems of books know by this
// name everywhere.
const TaxNone = "NONE"

// ErrUnbalanced: the postings of a Z report do not come to its net, tax and fees.
var ErrUnbalanced = errors.New("the postings do not come to the report's totals")

// Books is how the shop's books are kept.
type Books struct {
	// Invoices: sales are an invoice with a payment for each tender, and not money
	// received in each clearing account.
	Invoices bool
	Contact  string
	// Sales and Fees are accounts, Clearing those of the Book constants.
	Sales    string
	Fees     string
	Clearing map[string]string
	TaxType  string
	Tracking string
	// Test: what was paid at a provider's own sandbox is in these books, too.
	Test bool
	// Origin is the installation, Unit the shop's currency.
	Origin string
	Unit   money.Currency

	date Day
}

// portion is what some movements come to: how many, with tax and without.
type portion struct {
	count             int
	taxed, tax, plain money.Amount
}

func (p *portion) add(m Movement) (err error) {
	p.count++
	plain := m.Amount
	if m.Tax.Minor != 0 {
		plain = m.Tip
		taxed := m.Amount
		if m.Tip.Currency != "" {
			taxed, err = m.Amount.Sub(m.Tip)
		}
		err = errors.Join(err, into(&p.taxed, taxed), into(&p.tax, m.Tax))
	}
	if plain.Currency != "" {
		err = errors.Join(err, into(&p.plain, plain))
	}
	return err
}

// into adds an amount to a sum that may be empty.
func into(sum *money.Amount, a money.Amount) (err error) {
	if sum.Currency == "" {
		sum.Currency = a.Currency
	}
	*sum, err = sum.Add(a)
	return err
}

func (p portion) total() int64 { return p.taxed.Minor + p.plain.Minor }

// book is one tender in one currency; without Test, what is in no books.
type book struct {
	tender                string
	none                  bool
	currency              money.Currency
	sales, voids, returns portion
	fees                  money.Amount
}

func bookOf(m Movement) string {
	switch m.Tender {
	case TenderCash:
		return BookCash
	case TenderWallet:
		return strings.ToUpper(m.Brand)
	}
	return BookCards
}

// keep sorts movements into books. Cash that was put into the drawer or taken out
// of it is no sale, and in no book.
func (k Books) keep(movements iter.Seq2[Movement, error]) (books []*book, err error) {
	for m, err := range movements {
		if err != nil {
			return nil, err
		}
		if m.Kind == MovedIn || m.Kind == MovedOut || m.Kind == MovedNoSale {
			continue
		}
		name := bookOf(m)
		if bookTitles[name] == "" {
			return nil, fmt.Errorf("%w: nobody knows %q", ErrUnbalanced, name)
		}
		currency, none := m.Amount.Currency, m.Test && !k.Test
		i := slices.IndexFunc(books, func(b *book) bool { return b.tender == name && b.currency == currency && b.none == none })
		if i < 0 {
			zero := money.New(0, currency)
			i = len(books)
			books = append(books, &book{tender: name, none: none, currency: currency, fees: zero})
		}
		if err := books[i].add(m); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(books, func(a, b *book) int {
		return strings.Compare(a.tender+" "+string(a.currency), b.tender+" "+string(b.currency))
	})
	return books, nil
}

func (b *book) add(m Movement) (err error) {
	switch m.Kind {
	case MovedSale:
		err = b.sales.add(m)
	case MovedVoid:
		err = b.voids.add(m)
	case MovedReturn:
		err = b.returns.add(m)
	}
	if m.Fee.Currency != "" {
		err = errors.Join(err, into(&b.fees, m.Fee))
	}
	return err
}

// Postings builds what goes to a target of the movements of a Z report. It fails
// with ErrUnbalanced where they do not come to what the report says. They are
// dated by date; their references are of the report's own day.
func (k Books) Postings(target ExportTarget, z ZReport, date Day, movements iter.Seq2[Movement, error]) ([]Posting, error) {
	k.date = date
	books, err := k.keep(movements)
	if err != nil {
		return nil, err
	}
	if err := balanced(books, z); err != nil {
		return nil, err
	}
	books = slices.DeleteFunc(books, func(b *book) bool { return b.none })
	switch {
	case target == ExportXeroCSV:
		return k.invoices(books, z, true), nil
	case target == ExportXero && k.Invoices:
		list := k.invoices(books, z, false)
		for _, b := range books {
			if b.sales.total() > 0 {
				p := k.posting(z, b, PostPayment, "", money.New(b.sales.total(), b.currency))
				p.Invoice = k.reference(z, b.currency)
				list = append(list, p)
			}
		}
		return append(list, k.spent(books, z)...), nil
	}
	var list []Posting
	for _, b := range books {
		if p := k.posting(z, b, PostReceive, "", money.New(b.sales.total(), b.currency)); p.Amount.Minor > 0 {
			p.Lines = k.lines(bookTitles[b.tender]+" sales", b.sales, 1)
			list = append(list, p)
		}
	}
	return append(list, k.spent(books, z)...), nil
}

// balanced holds books against the totals of the report.
func balanced(books []*book, z ZReport) error {
	type sums struct{ net, tax, fees int64 }
	left := map[money.Currency]sums{}
	for _, f := range z.Figures {
		left[f.Currency] = sums{f.Net.Minor, f.Tax.Minor, f.Fees.Minor}
	}
	for _, b := range books {
		s := left[b.currency]
		s.net -= b.sales.total() - b.voids.total() - b.returns.total()
		s.tax -= b.sales.tax.Minor - b.voids.tax.Minor - b.returns.tax.Minor
		s.fees -= b.fees.Minor
		left[b.currency] = s
	}
	for currency, s := range left {
		if s != (sums{}) {
			return fmt.Errorf("%w: %s differs by net %d, tax %d, fees %d", ErrUnbalanced, currency, s.net, s.tax, s.fees)
		}
	}
	return nil
}

// spent is what left the clearing accounts: payments that were taken back, and
// fees. Fees that came back are received.
func (k Books) spent(books []*book, z ZReport) (list []Posting) {
	for _, b := range books {
		title := bookTitles[b.tender]
		if back := b.voids.total() + b.returns.total(); back > 0 {
			p := k.posting(z, b, PostSpend, "-REF", money.New(back, b.currency))
			p.Lines = append(k.lines(title+" voids", b.voids, 1), k.lines(title+" returns", b.returns, 1)...)
			list = append(list, p)
		}
	}
	for _, b := range books {
		if b.fees.Minor == 0 {
			continue
		}
		kind, fees := PostSpend, b.fees
		if fees.Minor < 0 {
			kind, fees.Minor = PostReceive, -fees.Minor
		}
		p := k.posting(z, b, kind, "-FEE", fees)
		p.Lines = []PostLine{{Text: bookTitles[b.tender] + " fees", Account: k.Fees, TaxType: TaxNone, Amount: fees}}
		list = append(list, p)
	}
	return list
}

// invoices is one invoice for each currency: of all sales, and with net less what
// was taken back of them.
func (k Books) invoices(books []*book, z ZReport, net bool) (list []Posting) {
	for _, b := range books {
		reference := k.reference(z, b.currency)
		i := slices.IndexFunc(list, func(p Posting) bool { return p.Reference == reference })
		if i < 0 {
			i = len(list)
			list = append(list, Posting{Reference: reference, Kind: PostInvoice, Amount: money.New(0, b.currency), State: PostBuilt,
				Date: k.date, Contact: k.Contact, Tracking: k.Tracking})
		}
		title := bookTitles[b.tender]
		list[i].Lines = append(list[i].Lines, k.lines(title+" sales", b.sales, 1)...)
		list[i].Amount.Minor += b.sales.total()
		if net {
			list[i].Lines = append(append(list[i].Lines, k.lines(title+" voids", b.voids, -1)...), k.lines(title+" returns", b.returns, -1)...)
			list[i].Amount.Minor -= b.voids.total() + b.returns.total()
		}
	}
	return slices.DeleteFunc(list, func(p Posting) bool { return len(p.Lines) == 0 })
}

// lines are those of a portion: with tax and without.
func (k Books) lines(text string, p portion, sign int64) (list []PostLine) {
	all := fmt.Sprintf("%s, %d payments", text, p.count)
	if p.count == 1 {
		all = text + ", 1 payment"
	}
	if p.taxed.Minor != 0 {
		p.taxed.Minor, p.tax.Minor = sign*p.taxed.Minor, sign*p.tax.Minor
		list = append(list, PostLine{Text: all, Account: k.Sales, TaxType: k.TaxType, Amount: p.taxed, Tax: p.tax})
		all = text + ", what is without tax"
	}
	if p.plain.Minor != 0 {
		p.plain.Minor *= sign
		list = append(list, PostLine{Text: all, Account: k.Sales, TaxType: TaxNone, Amount: p.plain})
	}
	return list
}

func (k Books) posting(z ZReport, b *book, kind, suffix string, amount money.Amount) Posting {
	return Posting{Reference: k.reference(z, b.currency) + "-" + b.tender + suffix, Kind: kind, Amount: amount, State: PostBuilt, Date: k.date,
		Account: k.Clearing[b.tender], Tender: b.tender, Contact: k.Contact, Tracking: k.Tracking}
}

// reference names a Z report in the books, one for each currency.
func (k Books) reference(z ZReport, currency money.Currency) string {
	text := fmt.Sprintf("%s-%s-Z%d", k.Origin, z.Day, z.Number)
	if currency != k.Unit {
		text += "-" + string(currency)
	}
	return text
}
