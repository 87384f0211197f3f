package receipts

import (
	"strconv"

	"paydesk/terminal/money"
)

// What differs between the journal and the other side, as the paper names it.
const (
	OnlyThere    = "Not in the journal"
	OnlyHere     = "Not at the other side"
	NotCharged   = "Not charged there"
	OtherAmount  = "Another amount"
	ChargedLate  = "Charged there, dead here"
	UndoneThere  = "Voided there"
	BackThere    = "Paid back there"
	CaughtThere  = "Captured there"
	NotDoneThere = "Not done there"
	TwiceThere   = "Twice there"
	NotReadable  = "Cannot be read"
)

// DifferenceFacts are one thing that differs. An amount of no currency is none
// at all.
type DifferenceFacts struct {
	What        string // one of the constants above
	ID          string // a number, or the short name of the other side's
	Here, There money.Amount
}

// WalletProofFacts hold one provider against the journal, in one currency.
type WalletProofFacts struct {
	Wallet
	Complete bool
	Trouble  string // why it was not compared whole, a sentence of its language
	// Here and There are what came in, Back and BackThere what went back.
	Here, There, Back, BackThere Figure
	Fees, Net                    money.Amount
	Matched                      int
	Differences                  []DifferenceFacts
	More                         int // beyond those
}

// ProofFacts are the three-way comparison of a batch: the journal, the host's own
// transactions, and the totals of its closing.
type ProofFacts struct {
	Batch         string // the short name
	Complete      bool
	Trouble       string // why it was not compared whole, a sentence of its language
	Journal, Host Tally
	Closing       *Tally // nil where the host gave none
	Matched       int
	Differences   []DifferenceFacts
	More          int // beyond those
	Digest        string
	Wallets       []WalletProofFacts
}

// agrees reports that all was compared and nothing differs. Wallets have an
// answer of their own.
func (f ProofFacts) agrees() bool {
	return f.Complete && f.count() == 0 && f.Journal == f.Host && (f.Closing == nil || *f.Closing == f.Journal)
}

// agrees is that of ProofFacts.
func (w WalletProofFacts) agrees() bool {
	return w.Complete && len(w.Differences)+w.More == 0 && w.Here == w.There && w.Back == w.BackThere
}

func (f ProofFacts) count() int { return len(f.Differences) + f.More }

// proof is the comparison as a table, with each difference behind it.
func (p *page) proof(f ProofFacts) {
	p.add(Rule{}, Line{Text: p.say("Proof of batch %s", f.Batch), Align: Centre, Bold: true})
	p.add(Line{Text: p.say("Sales"), Bold: true})
	p.side("Journal", f.Journal.Count, f.Journal.Amount)
	p.side("Host", f.Host.Count, f.Host.Amount)
	if f.Closing != nil {
		p.side("Closing", f.Closing.Count, f.Closing.Amount)
	}
	if f.Journal.Returns+f.Host.Returns > 0 || f.Closing != nil && f.Closing.Returns > 0 {
		p.add(Line{Text: p.say("Returns"), Bold: true})
		p.side("Journal", f.Journal.Returns, f.Journal.Returned)
		p.side("Host", f.Host.Returns, f.Host.Returned)
		if f.Closing != nil {
			p.side("Closing", f.Closing.Returns, f.Closing.Returned)
		}
	}
	p.compared(f.agrees(), f.Complete, f.Trouble, f.Matched, f.Differences, f.More)
	p.row("Digest", grouped(f.Digest[:min(len(f.Digest), 16)]))
	for _, w := range f.Wallets {
		p.walletProof(w)
	}
}

func (p *page) side(label string, count int, a money.Amount) {
	p.figure(p.say(label), Figure{Count: count, Amount: a}, false)
}

// compared says how a comparison ended, and names what differs.
func (p *page) compared(agrees, complete bool, trouble string, matched int, differences []DifferenceFacts, more int) {
	switch {
	case agrees:
		words := p.say("All %d transactions agree to the cent.", matched)
		if matched == 1 {
			words = p.say("One transaction agrees to the cent.")
		}
		p.add(Line{Text: words, Bold: true})
		return
	case !complete:
		p.add(Banner{p.say("NOT COMPARED WHOLE")}, Line{Text: trouble})
	default:
		p.add(Banner{p.say("DOES NOT AGREE")})
	}
	switch {
	case matched == 1:
		p.add(Line{Text: p.say("One transaction agrees to the cent.")})
	case matched > 1:
		p.add(Line{Text: p.say("%d transactions agree to the cent.", matched)})
	}
	for i, d := range differences {
		p.add(Line{Text: strconv.Itoa(i+1) + ". " + p.say(d.What), Bold: true}, Line{Text: d.ID, Align: Right})
		p.add(Columns{Cells: []Cell{{p.say("Journal"), Left, 6}, {p.orNone(d.Here), Right, 6}}},
			Columns{Cells: []Cell{{p.say("Other side"), Left, 6}, {p.orNone(d.There), Right, 6}}})
	}
	if more > 0 {
		p.add(Line{Text: p.say("And %d more.", more), Bold: true})
	}
	p.note("Keep this slip and tell the manager.")
}

func (p *page) orNone(a money.Amount) string {
	if a.Currency == "" {
		return p.say("None")
	}
	return p.money(a)
}

func (p *page) walletName(w Wallet) string {
	if w.Test {
		return w.Name + " (" + p.say(TestNotice) + ")"
	}
	return w.Name
}

func (p *page) walletProof(w WalletProofFacts) {
	p.add(Blank{}, Line{Text: p.walletName(w.Wallet), Align: Centre, Bold: true})
	p.add(Line{Text: p.say("Sales"), Bold: true})
	p.side("Journal", w.Here.Count, w.Here.Amount)
	p.side("Provider", w.There.Count, w.There.Amount)
	if w.Back.Count+w.BackThere.Count > 0 {
		p.add(Line{Text: p.say("Refunds"), Bold: true})
		p.side("Journal", w.Back.Count, w.Back.Amount)
		p.side("Provider", w.BackThere.Count, w.BackThere.Amount)
	}
	p.some("Provider's fees", w.Fees)
	p.amount("Net", w.Net)
	p.compared(w.agrees(), w.Complete, w.Trouble, w.Matched, w.Differences, w.More)
}
