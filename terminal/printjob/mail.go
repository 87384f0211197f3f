package printjob

import (
	"context"
	"fmt"
	"strings"
	"time"

	"paydesk/receipts"
	"paydesk/receipts/pdf"
	"paydesk/terminal/order"
)

// Letter is a receipt as it goes to a customer by mail.
type Letter struct {
	// ID names the letter for good: every try at it has the same.
	ID   string
	To   string
	Shop string
	// Subject and Text are plain text in the language of the receipt.
	Subject, Text string
	// File is the name of PDF, the receipt itself.
	File string
	PDF  []byte
	// At is when what the receipt is about happened.
	At time.Time
}

// Mailer hands a letter to the shop's mail server. It returns within a deadline
// of its own. The result is Touched where the letter may be on its way although
// the server did not say so.
type Mailer interface {
	Mail(ctx context.Context, l Letter) order.JobResult
}

// mailWords are subject and text by language, with the name of the shop.
var mailWords = map[string][2]string{
	"en": {"Your receipt from %s", "Thank you for your purchase. Your receipt is attached as a PDF file."},
	"es": {"Su recibo de %s", "Gracias por su compra. Adjuntamos su recibo como archivo PDF."},
	"fr": {"Votre reçu de %s", "Merci de votre achat. Votre reçu est joint sous forme de fichier PDF."},
	"de": {"Ihr Beleg von %s", "Vielen Dank für Ihren Einkauf. Ihr Beleg ist als PDF-Datei angehängt."},
	"pt": {"O seu recibo de %s", "Obrigado pela sua compra. O seu recibo segue em anexo, em formato PDF."},
	"hi": {"%s से आपकी रसीद", "आपकी खरीदारी के लिए धन्यवाद। आपकी रसीद PDF फ़ाइल के रूप में संलग्न है।"},
}

// mail sends the customer's copy to its address.
func (w *Worker) mail(ctx context.Context, cfg Config, doc receipts.Document, job order.Job) order.JobResult {
	data, err := pdf.Render(doc, cfg.Paper, cfg.PDFFonts)
	if err != nil {
		return order.JobResult{Own: true, Trouble: fmt.Sprintf("The PDF could not be made (%v)."+triedAgain, err)}
	}
	words, known := mailWords[cfg.Language.Lang]
	if !known {
		words = mailWords["en"]
	}
	text := []string{words[1], "", cfg.Shop.Name}
	text = append(text, cfg.Shop.Lines...)
	if cfg.Shop.Phone != "" {
		text = append(text, cfg.Shop.Phone)
	}
	return w.Mailer.Mail(ctx, Letter{ID: job.ID, To: job.To, Shop: cfg.Shop.Name, Subject: fmt.Sprintf(words[0], cfg.Shop.Name),
		Text: strings.Join(text, "\n") + "\n", File: fileName(job), PDF: data, At: doc.At})
}
