// Package slip is for receipts on the screen: how far each copy is on its way
// to paper, file or mailbox, and a look at the document itself.
package slip

import (
	"strconv"
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

// Question asks whether a copy came out, or whether a mail arrived.
type Question struct {
	Job   string
	Words string
}

// Lines tells of the jobs of a sale, and asks about the first that nobody
// knows the end of.
func Lines(jobs []order.Job) (lines []JobLine, question *Question) {
	for _, j := range jobs {
		lines = append(lines, Line(j))
		if j.State == order.JobUnsure && question == nil {
			question = &Question{Job: j.ID, Words: Ask(j)}
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

// JobName is what a job is called: whose copy, which one, or what else it is.
func JobName(j order.Job) string {
	switch j.Kind {
	case order.JobPDF:
		return text.Get("slip.pdf")
	case order.JobMail:
		return text.Get("slip.mail.name", short(j.To))
	case order.JobDrawer:
		return text.Get("slip.drawer")
	}
	name := text.Get("slip." + copyOf(j.Copy))
	if copies := (Paper{Document: j.Document}).copies(); len(copies) == 1 && copies[0] == Merchant {
		name = Name(j.Document)
	}
	if j.Reprint > 0 {
		name = text.Get("slip.copyno", name, strconv.Itoa(j.Reprint))
	}
	return name
}

// short is an address that has room on a line: its ends tell it from others.
func short(to string) string {
	const ends = 13
	if r := []rune(to); len(r) > 2*ends+1 {
		return string(r[:ends]) + "…" + string(r[len(r)-ends:])
	}
	return to
}

// Ask is the question about a job of which nobody knows the end.
func Ask(j order.Job) string {
	if j.Kind == order.JobMail {
		return text.Get("slip.ask.mail", j.To)
	}
	return text.Get("slip.ask", JobName(j))
}

// fileName is the last part of a path of whatever system.
func fileName(path string) string { return path[strings.LastIndexAny(path, `/\`)+1:] }

// words are the parts of the catalogue's keys for each state of a kind; the
// print has none of its own.
var words = map[string]string{order.JobPDF: "file.", order.JobMail: "mail.", order.JobDrawer: "drawer."}

// Line tells of a job.
func Line(j order.Job) JobLine {
	name, kind := JobName(j), words[j.Kind]
	tell := func(shape look.Shape, state string) JobLine {
		key := "slip." + kind + state
		if !text.Has(key) {
			key = "slip." + state
		}
		return JobLine{shape, text.Get(key, name)}
	}
	switch j.State {
	case order.JobDone:
		if j.Kind == order.JobPDF {
			return JobLine{look.Check, text.Get("slip.saved", name, fileName(j.Path))}
		}
		return tell(look.Check, "printed")
	case order.JobSending:
		return tell(look.Clock, "sending")
	case order.JobUnsure:
		return tell(look.Alert, "unsure")
	case order.JobRefused:
		return tell(look.Cross, "refused")
	case order.JobDropped:
		return tell(look.Unsure, "dropped")
	}
	if j.Tries > 0 || j.Trouble != "" {
		return tell(look.Alert, map[bool]string{true: "nofile", false: "noprinter"}[j.Kind == order.JobPDF])
	}
	return tell(look.Clock, "queued")
}
