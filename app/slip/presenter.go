package slip

import (
	"context"
	"image"
	"net/mail"
	"slices"
	"strconv"
	"strings"

	"paydesk/app/bridge"
	"paydesk/app/entry"
	"paydesk/app/text"
	"paydesk/receipts"
	"paydesk/terminal/engine"
	"paydesk/terminal/settings"
)

// Desk is what the view of a receipt needs of the terminal.
type Desk interface {
	Snapshot() engine.Snapshot
	Settings() settings.Settings
	// Slip is a document, Picture how it looks on paper.
	Slip(ctx context.Context, document, id, copy string) (receipts.Document, error)
	Picture(ctx context.Context, document, id, copy string) (image.Image, error)
	// PrintAgain prints a further copy, marked as one; SendMail sends one to an
	// address.
	PrintAgain(ctx context.Context, document, id, copy string) error
	SendMail(ctx context.Context, document, id, to string) error
}

// Mode is what the panel shows.
type Mode int

// The modes.
const (
	Looking   Mode = iota // the paper
	Scanning              // its code, large
	Addressee             // where to send it
)

// longestAddress is that of mail (RFC 5321, 4.5.3.1.3, without the brackets).
const longestAddress = 254

// Presenter is the view of a receipt without its looks. All methods are for
// the window's goroutine.
type Presenter struct {
	desk Desk
	run  bridge.Run
	// Changed is called when View is to be shown again.
	Changed func()

	papers  []Paper // none: the panel is shut
	at      int
	copy    string
	mode    Mode
	picture image.Image
	code    string
	said    string
	wrong   bool
	busy    bool
	to      *entry.Line
	problem string
}

// New makes a presenter.
func New(desk Desk, run bridge.Run) *Presenter {
	return &Presenter{desk: desk, run: run, Changed: func() {}, to: entry.NewLine(longestAddress, func(r rune) bool { return r != ' ' })}
}

// View is what is shown.
type View struct {
	Open bool
	Mode Mode
	// Copies are those that the document has, Copy the one that is shown.
	Copies  []string
	Copy    string
	Picture image.Image
	// Code is what the receipt's code holds; "" is none.
	Code string
	// Papers names the document that is shown among several, "" for one alone.
	Papers string
	// Said is a sentence about printing or sending, Wrong that it did not work.
	Said  string
	Wrong bool
	Busy  bool
	// MayPrint: a further copy can be printed; HasMail: the shop has a mail
	// server, MayMail: a copy can be sent.
	MayPrint, HasMail, MayMail bool
	// Address is what was typed, Problem what is wrong with it.
	Address, Problem string
}

// View is the present view.
func (p *Presenter) View() View {
	if len(p.papers) == 0 {
		return View{}
	}
	v := View{Open: true, Mode: p.mode, Copies: p.papers[p.at].copies(), Copy: p.copy, Picture: p.picture, Code: p.code, Said: p.said, Wrong: p.wrong,
		Busy: p.busy, Address: p.to.Raw(), Problem: p.problem, HasMail: p.desk.Snapshot().Training || p.desk.Settings().Mail.Server != ""}
	v.MayPrint = !p.busy && p.picture != nil
	v.MayMail = v.MayPrint && v.HasMail
	if n := len(p.papers); n > 1 {
		v.Papers = text.Get("slip.papers", Name(p.papers[p.at].Document), strconv.Itoa(p.at+1), strconv.Itoa(n))
	}
	return v
}

// Open shows documents, beginning with the first.
func (p *Presenter) Open(papers ...Paper) {
	p.papers = papers
	p.Turn(0)
}

// Address shows a document, and asks at once where it is to be sent.
func (p *Presenter) Address(paper Paper) {
	p.Open(paper)
	p.mode = Addressee
	p.forget()
	p.Changed()
}

// Turn shows another of the documents.
func (p *Presenter) Turn(by int) {
	n := len(p.papers)
	if n == 0 || p.busy {
		return
	}
	p.at = ((p.at+by)%n + n) % n
	if by == 0 {
		p.at = 0
	}
	p.mode, p.code = Looking, ""
	p.show(p.papers[p.at].copies()[0])
}

// Close ends the view. Nothing of an address is kept.
func (p *Presenter) Close() {
	p.papers, p.at, p.picture, p.code, p.busy, p.mode = nil, 0, nil, "", false, Looking
	p.tell("", false)
	p.forget()
	p.Changed()
}

func (p *Presenter) forget() {
	p.to.Clear()
	p.problem = ""
}

func (p *Presenter) tell(said string, wrong bool) { p.said, p.wrong = said, wrong }

// Choose shows a copy.
func (p *Presenter) Choose(copy string) {
	if v := p.View(); v.Mode == Looking && copy != p.copy && slices.Contains(v.Copies, copy) {
		p.show(copy)
	}
}

// show reads the copy. The paper that is in sight stays until the other is
// there, so that nothing flickers; another document takes it away at once.
func (p *Presenter) show(copy string) {
	paper := p.papers[p.at]
	if p.code == "" {
		p.picture = nil
	}
	p.copy = copy
	p.tell("", false)
	p.Changed()
	p.run(func(ctx context.Context) func() {
		picture, err := p.desk.Picture(ctx, paper.Document, paper.ID, copy)
		code := ""
		if err == nil {
			var d receipts.Document
			d, err = p.desk.Slip(ctx, paper.Document, paper.ID, copy)
			code = codeOf(d)
		}
		return func() {
			if len(p.papers) == 0 || p.papers[p.at] != paper || p.copy != copy {
				return
			}
			p.picture, p.code = picture, code
			if err != nil {
				p.picture = nil
			}
			p.tell(text.Of(err), err != nil)
			p.Changed()
		}
	})
}

// codeOf is what the code on a document holds.
func codeOf(d receipts.Document) string {
	for _, b := range d.Blocks {
		if code, ok := b.(receipts.QR); ok {
			return code.Text
		}
	}
	return ""
}

// Print prints the copy that is shown once more.
func (p *Presenter) Print() {
	if !p.View().MayPrint {
		return
	}
	paper, copy := p.papers[p.at], p.copy
	p.do(func(ctx context.Context) error { return p.desk.PrintAgain(ctx, paper.Document, paper.ID, copy) }, func(err error) {
		if p.tell(text.Of(err), err != nil); err == nil {
			p.tell(p.printed())
		}
	})
}

// printed says that a copy is on its way, and where it waits why.
func (p *Presenter) printed() (said string, wrong bool) {
	if printer := p.desk.Snapshot().Printer; printer.Health == engine.HealthTrouble {
		return text.Say(printer.Text) + " " + text.Get("counter.waits"), true
	}
	return text.Get("slip.again"), false
}

// do does work about the paper that is open; done hears of it while it is.
func (p *Presenter) do(work func(context.Context) error, done func(error)) {
	p.busy = true
	p.tell("", false)
	paper := p.papers[p.at]
	p.Changed()
	p.run(func(ctx context.Context) func() {
		err := work(ctx)
		return func() {
			if len(p.papers) == 0 || p.papers[p.at] != paper {
				return
			}
			p.busy = false
			done(err)
			p.Changed()
		}
	})
}

// Scan shows the code alone, as large as the window has room, or the paper again.
func (p *Presenter) Scan() {
	switch v := p.View(); {
	case v.Mode == Scanning:
		p.mode = Looking
	case v.Mode == Looking && v.Code != "":
		p.mode = Scanning
	}
	p.Changed()
}

// Mail asks for the address.
func (p *Presenter) Mail() {
	if v := p.View(); v.Mode == Looking && v.MayMail {
		p.mode = Addressee
		p.tell("", false)
		p.forget()
		p.Changed()
	}
}

// Back steps back: to the paper, or out.
func (p *Presenter) Back() {
	if p.mode == Looking {
		p.Close()
		return
	}
	p.mode = Looking
	p.forget()
	p.Changed()
}

// Rune takes a letter of the address.
func (p *Presenter) Rune(r rune) {
	if p.mode != Addressee || p.busy {
		return
	}
	p.to.Type(r)
	if p.problem = ""; p.to.Full {
		p.problem = text.Get("slip.mail.long")
	}
	p.Changed()
}

// Paste takes an address that was copied.
func (p *Presenter) Paste(words string) {
	if p.mode == Addressee && !p.busy {
		p.to.Paste(strings.TrimSpace(words))
		p.problem = ""
		p.Changed()
	}
}

// Erase takes a letter of the address back.
func (p *Presenter) Erase() {
	if p.mode == Addressee && !p.busy {
		p.to.Erase()
		p.problem = ""
		p.Changed()
	}
}

// Send sends the receipt to the address, if it is one.
func (p *Presenter) Send() {
	if p.mode != Addressee || p.busy {
		return
	}
	to, paper := p.to.Text(), p.papers[p.at]
	if p.problem = WrongAddress(to); p.to.HasCard() {
		p.to.Clear() // no card number stays on a screen
		p.problem = text.Get("slip.mail.card")
	}
	if p.problem != "" {
		p.Changed()
		return
	}
	p.do(func(ctx context.Context) error { return p.desk.SendMail(ctx, paper.Document, paper.ID, to) }, func(err error) {
		if p.problem = text.Of(err); err != nil {
			return
		}
		p.mode = Looking
		p.forget()
		p.tell(text.Get("slip.mail.said", inLines(to)), false)
	})
}

// inLines is an address in lines that have room beside the paper.
func inLines(to string) string {
	const most = 22
	name, domain, _ := strings.Cut(to, "@")
	cut := func(s string) string {
		if r := []rune(s); len(r) > most {
			return string(r[:most-1]) + "…"
		}
		return s
	}
	return "\n" + cut(name) + "\n@" + cut(domain)
}

// WrongAddress is what is wrong with an address of mail, or "".
func WrongAddress(to string) string {
	parsed, err := mail.ParseAddress(to)
	_, domain, _ := strings.Cut(to, "@")
	switch {
	case to == "":
		return text.Get("slip.mail.empty")
	case err != nil || parsed.Address != to || !strings.Contains(strings.Trim(domain, "."), "."):
		return text.Get("slip.mail.wrong")
	}
	return ""
}
