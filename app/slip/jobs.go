// Package slip is for receipts on the screen: how far each copy is on its way
// to paper or file, and a look at the document itself.
package slip

import (
	"strings"

	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/terminal/order"
)

// JobLine tells of one copy in words.
type JobLine struct {
	Shape look.Shape
	Words string
}

// Question asks whether a copy came out.
type Question struct {
	Job   string
	Words string
}

// Lines tells of the jobs of a sale, and asks about the first that nobody
// knows the end of.
func Lines(jobs []order.Job) (lines []JobLine, question *Question) {
	for _, j := range jobs {
		name := text.Get("slip.pdf")
		if j.Kind == order.JobPrint {
			name = text.Get("slip." + copyOf(j.Copy))
		}
		lines = append(lines, line(j, name))
		if j.State == order.JobUnsure && question == nil {
			question = &Question{Job: j.ID, Words: text.Get("slip.ask", name)}
		}
	}
	return lines, question
}

// The copies of a receipt.
const (
	Customer = order.CopyCustomer
	Merchant = order.CopyMerchant
)

func copyOf(name string) string {
	if name == Merchant {
		return Merchant
	}
	return Customer
}

// fileName is the last part of a path of whatever system.
func fileName(path string) string { return path[strings.LastIndexAny(path, `/\`)+1:] }

func line(j order.Job, name string) JobLine {
	switch j.State {
	case order.JobDone:
		if j.Kind == order.JobPDF {
			return JobLine{look.Check, text.Get("slip.saved", name, fileName(j.Path))}
		}
		return JobLine{look.Check, text.Get("slip.printed", name)}
	case order.JobSending:
		return JobLine{look.Clock, text.Get("slip.sending", name)}
	case order.JobUnsure:
		return JobLine{look.Alert, text.Get("slip.unsure", name)}
	case order.JobDropped:
		return JobLine{look.Unsure, text.Get("slip.dropped", name)}
	}
	if j.Tries > 0 || j.Trouble != "" {
		if j.Kind == order.JobPDF {
			return JobLine{look.Alert, text.Get("slip.nofile", name)}
		}
		return JobLine{look.Alert, text.Get("slip.noprinter", name)}
	}
	return JobLine{look.Clock, text.Get("slip.queued", name)}
}
