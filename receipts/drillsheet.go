package receipts

import (
	"strconv"
	"time"
)

// The results of a check of a drill.
const (
	DrillPass    = "pass"
	DrillFail    = "fail"
	DrillSkipped = "skipped"
)

// DrillCheck is one thing that a drill looked at.
type DrillCheck struct {
	// Name is what was looked at, Says what came out as a plain sentence, both in
	// the language of the sheet; Figure is a measure of it.
	Name   string
	Result string // one of the constants above
	Says   string
	Figure string
}

// DrillFacts is everything that the sheet of a drill tells. Sign is the
// signature of what it found, as text; Code, where it is set, is drawn too.
type DrillFacts struct {
	Slip
	Passed       bool
	Began, Ended time.Time
	Seed         uint64
	Checks       []DrillCheck
	Totals       []Figure
	Sign         string
}

// DrillSheet lays out the sheet that a drill hands to the owner: whether the
// terminal stood the test, what failed and what to do about it first, and then
// each check.
func DrillSheet(f DrillFacts) Document {
	f.Copy = Merchant
	p := begin(f.Slip, "DRILL OF A WHOLE DAY")
	if f.Passed {
		p.result("PASSED", true)
		p.note("The terminal did everything right.")
	} else {
		p.result("FAILED", false)
		p.note("Take no payments with this terminal yet. Run the drill again. If it fails again, send both sheets to your support.")
	}
	p.note("A whole working day was played with payments that are made up. No money moved.")
	p.add(Blank{}, Line{Text: p.say("%d passed, %d failed, %d skipped", f.count(DrillPass), f.count(DrillFail), f.count(DrillSkipped)), Align: Centre, Bold: true})
	p.checks("What failed", f.Checks, DrillFail)
	p.checks("What was right", f.Checks, DrillPass)
	p.checks("What was skipped", f.Checks, DrillSkipped)
	p.table("The day in figures", f.Totals)
	f.Slip.At = time.Time{} // it has a beginning and an end
	seed := ""
	if f.Seed > 0 {
		seed = strconv.FormatUint(f.Seed, 10)
	}
	p.details(f.Slip, Row{Left: "From", Right: p.moment(f.Began)}, Row{Left: "Until", Right: p.moment(f.Ended)},
		Row{Left: "Drill number", Right: seed})
	if f.Sign != "" {
		p.add(Line{Text: p.say("Signature"), Bold: true}, Line{Text: grouped(f.Sign)})
	}
	if f.Code != "" {
		p.add(QR{f.Code})
	}
	f.Slip.At = f.Ended
	return p.document(f.Slip, p.say("DRILL OF A WHOLE DAY"))
}

func (f DrillFacts) count(result string) (n int) {
	for _, c := range f.Checks {
		if c.Result == result {
			n++
		}
	}
	return n
}

var drillMarks = map[string]string{DrillPass: "PASS", DrillFail: "FAIL", DrillSkipped: "SKIPPED"}

// checks lists those of one result. The number is their place in the drill, by
// which people speak of them.
func (p *page) checks(title string, all []DrillCheck, result string) {
	first := true
	for i, c := range all {
		if c.Result != result {
			continue
		}
		if first {
			p.add(Rule{}, Line{Text: p.say(title), Bold: true})
		}
		first = false
		p.add(Row{Left: strconv.Itoa(i+1) + ". " + c.Name, Right: p.say(drillMarks[result]), Bold: true})
		if c.Figure == "" {
			p.add(Line{Text: c.Says})
			continue
		}
		p.add(Columns{Cells: []Cell{{c.Says, Left, 8}, {c.Figure, Right, 4}}})
	}
}
