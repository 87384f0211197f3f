package receipts

import (
	"strings"
	"time"
)

// page gathers blocks and leaves out what has nothing to say.
type page struct{ blocks []Block }

func (p *page) add(b ...Block) { p.blocks = append(p.blocks, b...) }

// line adds a centred text, which may have several lines of its own.
func (p *page) line(text string) {
	if text == "" {
		return
	}
	for line := range strings.SplitSeq(text, "\n") {
		p.add(Line{Text: line, Align: Centre})
	}
}

func (p *page) row(label, value string) {
	if value != "" {
		p.add(Row{Left: label, Right: value})
	}
}

func (p *page) head(s Shop, training bool) {
	if training {
		p.add(Banner{TrainingNotice}, Blank{})
	}
	if s.Name != "" {
		p.add(Heading{s.Name})
	}
	for _, line := range s.Lines {
		p.line(line)
	}
	if s.Phone != "" {
		p.line("Tel. " + s.Phone)
	}
	p.line(s.Header)
	p.add(Rule{})
}

func (p *page) foot(training bool) {
	if training {
		p.add(Blank{}, Banner{TrainingNotice})
	}
	p.add(Cut{})
}

// moment prints a time with its zone: a slip may be read in another one.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("Jan 2, 2006 15:04:05 MST")
}

func join(words ...string) string {
	return strings.TrimSpace(strings.Join(words, " "))
}
