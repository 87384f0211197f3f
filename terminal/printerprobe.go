package terminal

import (
	"context"
	"strings"

	"paydesk/receipts/escpos"
	"paydesk/terminal/device/printer"
)

// PrinterFinding is what a printer told when it was asked what it is.
type PrinterFinding struct {
	Target       string
	Maker, Model string // empty: it does not say
	Profile      string // what suits it; empty: not known
	Baud         int    // of a serial line that answered, else 0
	Text         string // what to do next, as a sentence
}

// ProbePrinter finds out at which speed a printer answers, and what it is. It
// prints nothing. Its error is a sentence for a target that cannot be read.
func (t *Terminal) ProbePrinter(ctx context.Context, target string) (PrinterFinding, error) {
	where, err := printer.Parse(target, t.Settings().Printer.Baud)
	if err != nil {
		return PrinterFinding{}, told("printer", err)
	}
	var f printer.Finding
	// The printer of the settings is likely the same one: nobody else may talk
	// to it meanwhile.
	err = t.currentPrinter().Aside(ctx, func() { f = printer.Probe(ctx, where, t.printerOpeners(), t.opt.Clock) })
	return PrinterFinding{Target: target, Maker: f.Maker, Model: f.Model, Baud: f.Baud, Text: f.Text, Profile: profileFor(f)}, err
}

// profileFor is the first profile of whose name the maker's is a part, preferring
// one that has the model's as well. Any other printer that answers is one of any
// make.
func profileFor(f printer.Finding) string {
	if !f.Answers || f.Star {
		return ""
	}
	best, most := "generic-80", 0
	for _, p := range escpos.Profiles() {
		fits := 0
		for _, word := range strings.FieldsFunc(strings.ToLower(p.Name), func(r rune) bool { return r == '-' }) {
			if said := strings.ToLower(f.Maker + " " + f.Model); len(word) > 2 && strings.Contains(said, word) {
				fits++
			}
		}
		if fits > most {
			best, most = p.Name, fits
		}
	}
	return best
}

// PrinterProfile is a kind of printer to choose in the settings.
type PrinterProfile struct{ Name, Title string }

// Profiles lists the kinds of printers, the ones that suit any make first.
func (t *Terminal) Profiles() []PrinterProfile {
	var list []PrinterProfile
	for _, p := range escpos.Profiles() {
		list = append(list, PrinterProfile{p.Name, p.Title})
	}
	return list
}
