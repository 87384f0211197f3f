package receiptstest_test

import (
	"testing"

	"paydesk/receipts/escpos"
	"paydesk/receipts/receiptstest"
	"paydesk/terminal/sandbox/paper"
)

// machines are printers of each make, and the profile for them.
var machines = map[string]string{
	"epson-80": "epson-tm-t88", "epson-80-180dpi": "epson-tm-t82", "bixolon-80": "bixolon-srp-350", "citizen-80": "citizen-ct-s310",
	"xprinter-80": "xprinter-xp-80", "clone-58": "generic-58", "star-80": "star-escpos-80", "pos-5890": "generic-5890",
	"plain-80": "plain-80", "plain-58": "plain-58",
}

// TestEachMakeUnderstands: no printer finds a mistake in a slip made for it,
// with the logo drawn or from its memory, and the codes on its paper are read.
func TestEachMakeUnderstands(t *testing.T) {
	all := documents(t)
	for machine, profile := range machines {
		t.Run(machine, func(t *testing.T) {
			t.Parallel()
			p, err := escpos.Named(profile, 0)
			if err != nil {
				t.Fatal(err)
			}
			model, err := paper.Named(machine)
			if err != nil {
				t.Fatal(err)
			}
			mono := receiptstest.Mono(t)
			opt := paper.Options{Model: model}
			for name, d := range all {
				job, err := escpos.Encode(d, p, mono)
				if err != nil {
					t.Fatal(err)
				}
				slips, err := paper.Print(opt, append(job.Store, job.Bytes(job.Key != "")...))
				if err != nil || len(slips) != 1 {
					t.Errorf("%s: %d slips, %v", name, len(slips), err)
				}
				if name != "kitchen" {
					continue
				}
				opt := opt
				opt.Fonts = paper.Fonts{Regular: mono.Regular, Bold: mono.Bold}
				if slips, err = paper.Print(opt, job.Bytes(false)); err != nil || len(slips) != 1 {
					t.Fatalf("%s: %d slips, %v", name, len(slips), err)
				}
				read(t, machine, codes(d, p.Dots), save(t, slips[0].Image()))
			}
		})
	}
}
