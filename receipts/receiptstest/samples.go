// Package receiptstest is for tests of the renderers: the documents that each
// of them must print alike.
package receiptstest

import (
	"fmt"
	"strings"
	"time"

	"paydesk/receipts"
	"paydesk/receipts/samples"
	"paydesk/receipts/tongue"
	"paydesk/terminal/money"
)

// Number is the sale number on the samples.
const Number = samples.Number

// Columns is the width that the print test claims.
const Columns = 32

// At is the moment on the samples, in a zone that is not the machine's.
func At() time.Time {
	return time.Date(2026, time.March, 4, 14, 7, 31, 0, time.FixedZone("EST", -5*3600))
}

// Shop is a shop with every line filled.
func Shop() receipts.Shop {
	return receipts.Shop{
		Name:   "Harbor Books",
		Lines:  []string{"12 Main Street", "Portland, ME 04101"},
		Phone:  "(207) 555-0143",
		Header: "Open every day from 9 to 6",
		Footer: "Thank you! Returns within 30 days with this receipt.",
	}
}

func slip(t receipts.Tongue) receipts.Slip {
	return receipts.Slip{Shop: Shop(), Tongue: t, Device: "Counter 1", Host: "Sandbox", Operator: "Ann", At: At()}
}

// Facts is an approved sale of $1,234.50, customer copy.
func Facts() receipts.SaleFacts {
	return samples.Like(slip(receipts.Tongue{}), money.USD).Sale()
}

// Documents are the slips by name: every template, outcome and copy in English
// and in dollars; some of them in German and euros ("de-…") and in Hindi and
// rupees ("hi-…"); and those that are hard to lay out.
func Documents() map[string]receipts.Document {
	all := map[string]receipts.Document{}
	for _, s := range samples.Like(slip(receipts.Tongue{}), money.USD).All("serial:/dev/ttyUSB0", Columns) {
		all[s.Name] = s.Document
	}
	for lang, c := range map[string]money.Currency{"de": money.EUR, "hi": money.INR} {
		for _, s := range samples.Like(slip(tongue.In(lang)), c).All("serial:/dev/ttyUSB0", Columns) {
			switch s.Name {
			case "sale-items", "sale-merchant", "declined", "return-merchant", "bill", "pay-later", "approval", "z-report", "z-report-differences", "shift-close", "drill-failed", "batch-mismatch", "selftest":
				all[lang+"-"+s.Name] = s.Document
			}
		}
	}
	training := Facts()
	training.Training = true
	all["training"] = receipts.Sale(training)
	rupees := Facts()
	rupees.Amount, rupees.Approved = money.New(9950, money.INR), money.New(9950, money.INR)
	all["rupees"] = receipts.Sale(rupees)
	logo := Facts()
	logo.Shop.Logo = Logo()
	all["logo"] = receipts.Sale(logo)
	all["long"] = receipts.Bill(long())
	all["scripts"] = receipts.Sale(scripts())
	return all
}

// Speaking makes every template in a language.
func Speaking(t receipts.Tongue) []samples.Sample {
	s := slip(t)
	s.Training, s.CopyNumber = true, 1
	return samples.Like(s, money.USD).All("", Columns)
}

// long is a receipt of 200 goods.
func long() receipts.BillFacts {
	f := samples.Like(slip(receipts.Tongue{}), money.USD).Bill()
	f.Items = receipts.Items{Tax: money.New(1000, money.USD), TaxName: "Sales tax"}
	sum := f.Items.Tax.Minor
	for i := range 200 {
		a := money.New(int64(99+7*i), money.USD)
		f.Items.Goods = append(f.Items.Goods, receipts.Item{Text: fmt.Sprintf("%d x Book no. %d, %s", 1+i%3, i+1, strings.Repeat("long ", i%7)), Amount: a})
		sum += a.Minor
	}
	f.Total = money.New(sum, money.USD)
	f.Payments = f.Payments[:1]
	f.Payments[0].Amount = f.Total
	return f
}

// scripts is a sale with names in the scripts of many languages.
func scripts() receipts.SaleFacts {
	f := Facts()
	f.Copy = receipts.Merchant
	f.Shop.Name = "Książka & Böök"
	f.Shop.Lines = []string{"नमस्ते मार्ग १२", "Улица Книг 7", "Οδός Βιβλίων 3", "東京都千代田区", "서울특별시"}
	f.CardholderName, f.Operator, f.Order = "मारिया उदाहरण", "Łukasz Żółć", "Стол № 4 – ₹ € £"
	f.Device, f.Host = "カウンター１", "مضيف"
	return f
}
