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

// mail sends the customer's copy to its address.
func (w *Worker) mail(ctx context.Context, cfg Config, doc receipts.Document, job order.Job) order.JobResult {
	data, err := pdf.Render(doc, cfg.Paper, cfg.PDFFonts)
	if err != nil {
		return order.JobResult{Own: true, Trouble: fmt.Sprintf("The PDF could not be made (%v)."+triedAgain, err)}
	}
	say := fmt.Sprintf
	if cfg.Language.Say != nil {
		say = cfg.Language.Say
	}
	subject := strings.TrimSuffix(say("Your receipt from %s.", cfg.Shop.Name), ".")
	var text []string
	if cfg.Training {
		notice := say(receipts.TrainingNotice)
		subject, text = notice+": "+subject, []string{notice, ""}
	}
	text = append(text, say("Thank you for your purchase. Your receipt is attached as a PDF file."), "", cfg.Shop.Name)
	text = append(text, cfg.Shop.Lines...)
	if cfg.Shop.Phone != "" {
		text = append(text, cfg.Shop.Phone)
	}
	return w.Mailer.Mail(ctx, Letter{ID: job.ID, To: job.To, Shop: cfg.Shop.Name, Subject: subject,
		Text: strings.Join(text, "\n") + "\n", File: fileName(job), PDF: data, At: doc.At})
}
