package sandbox

import (
	"fmt"
	"strings"
)

// receiptWidth is the number of characters of a receipt line.
const receiptWidth = 38

// receipt is the customer's copy in the layout of the document. Its line ends
// are a backslash and an n as two characters, as the document's answers have
// them.
func receipt(s *sale) string {
	result := "DECLINED"
	switch {
	case s.code == "A0002":
		result = s.message
	case s.wasProcessed():
		result = "APPROVED"
	}
	total := s.amount
	if s.wasProcessed() {
		total = s.approved
	}
	rule := strings.Repeat("-", receiptWidth)
	lines := []string{
		"PAYDESK SANDBOX", "NOT A REAL PAYMENT", "TEMPE AZ 85284",
		s.created.In(receiptZone).Format("01/02/2006 15:04:05"), "",
		"CREDIT - SALE", "",
		"CARD # : **** **** **** " + s.card.last4,
		"CARD TYPE : " + strings.ToUpper(s.card.brand),
		"Entry Mode : MANUAL", "",
		"TRANSACTION ID : " + s.refNumber(),
		"Invoice number : " + s.refNumber(),
		"AUTH CODE : " + s.authCode,
		sumLine("Subtotal:", total.Display()), rule,
		sumLine("Total:", total.Display()), rule,
		"", "", "", s.card.holder, "",
		"CUSTOMER ACKNOWLEDGES RECEIPT OF", "GOODS AND/OR SERVICES IN THE AMOUNT",
		"OF THE TOTAL SHOWN HEREON AND AGREES", "TO PERFORM THE OBLIGATIONS SET FORTH",
		"BY THE CUSTOMER`S AGREEMENT WITH THE", "ISSUER", result,
		"", "", "", "", "Customer Copy", "",
	}
	return strings.Join(lines, `\n`)
}

// sumLine sets an amount against the right edge.
func sumLine(name, amount string) string {
	return fmt.Sprintf("%s%*s", name, receiptWidth-len(name), amount)
}
