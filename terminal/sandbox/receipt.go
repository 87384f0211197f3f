package sandbox

import (
	"fmt"
	"strings"
)

// receiptWidth is the number of characters of a receipt line.
const receiptWidth = 38

// receiptTitles head the receipts. A capture is a sale to the customer.
var receiptTitles = map[string]string{
	kindSale: "CREDIT - SALE", kindAuth: "CREDIT - AUTH ONLY", kindCapture: "CREDIT - SALE",
	kindVoid: "CREDIT - VOID", kindReturn: "CREDIT - RETURN",
}

// receipt is the customer's copy in the layout of the document; of a follow-up
// it shows the number of what it acts on, else target is e itself. Its line ends
// are a backslash and an n as two characters, as the document's answers have
// them.
func receipt(e, target *entry) string {
	result := "DECLINED"
	switch {
	case e.code == "A0002":
		result = e.message
	case e.wasProcessed():
		result = "APPROVED"
	}
	lines := []string{
		"PAYDESK SANDBOX", "NOT A REAL PAYMENT", "TEMPE AZ 85284",
		e.created.In(receiptZone).Format("01/02/2006 15:04:05"), "",
		receiptTitles[e.kind], "",
		"CARD # : **** **** **** " + e.card.last4,
		"CARD TYPE : " + strings.ToUpper(e.card.brand),
		"Entry Mode : MANUAL", "",
	}
	lines = append(lines, receiptSums(e, target)...)
	lines = append(lines, "", "", "", e.card.holder, "",
		"CUSTOMER ACKNOWLEDGES RECEIPT OF", "GOODS AND/OR SERVICES IN THE AMOUNT",
		"OF THE TOTAL SHOWN HEREON AND AGREES", "TO PERFORM THE OBLIGATIONS SET FORTH",
		"BY THE CUSTOMER`S AGREEMENT WITH THE", "ISSUER", result,
		"", "", "", "", "Customer Copy", "")
	return strings.Join(lines, `\n`)
}

// receiptSums are the lines from the numbers to the total.
func receiptSums(e, target *entry) []string {
	line, number := strings.Repeat("-", receiptWidth), target.refNumber()
	total := e.amount
	if e.wasProcessed() {
		total = e.approved
	}
	if e.kind == kindVoid || e.kind == kindReturn {
		return []string{"REF # : " + number, "Invoice number : " + number, "",
			sumLine(e.kind+" Amount:", total.Display()), line}
	}
	name := "TRANSACTION ID : "
	if e.kind == kindCapture {
		name = "REF # : "
	}
	return []string{name + number, "Invoice number : " + number, "AUTH CODE : " + e.authCode,
		sumLine("Subtotal:", total.Display()), line, sumLine("Total:", total.Display()), line}
}

// sumLine sets an amount against the right edge.
func sumLine(name, amount string) string {
	return fmt.Sprintf("%s%*s", name, receiptWidth-len(name), amount)
}
