package attention

import (
	"slices"
	"strings"
	"time"

	"paydesk/app/look"
	"paydesk/app/payment"
	"paydesk/app/slip"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// Item is one thing that needs attention, with what can be told of it at once.
type Item struct {
	// Key tells it from all others. Number is the payment that has its story, "" is
	// none.
	Key, Number        string
	Word, Amount, Card string
	Look               look.Look
	// Since is when it began; Doing is what the terminal does about it and when
	// next, Say what a person has to know. Operator took it, Parked let the day
	// go on without it.
	Since            time.Time
	Doing, Say       string
	Operator, Parked string
	Acts             []Act

	facts  string // beside number and operator
	doubt  string // what Park is for
	stored order.Stored
	bill   order.Bill
	job    order.Job
	code   order.QR
	paid   order.QRPayment // the stray one of code
}

// Act is what a person may do about an item. The texts are parts of the
// catalogue's keys.
type Act string

// The acts. Not one of them decides what became of a payment.
const (
	ActTakeBack Act = "takeback" // undo whatever the bank has of it
	ActGiveBack Act = "giveback" // give a part payment back
	ActKeep     Act = "keep"     // keep a part payment
	ActPark     Act = "park"     // let the day be closed without it
	ActLook     Act = "look"     // ask the bank now
	ActWithdraw Act = "withdraw" // take a stored sale back before it is charged
	ActCollect  Act = "collect"  // charge what is owed by a new sale
	ActWriteOff Act = "writeoff" // give up what is owed
	ActGoOn     Act = "goon"     // go on with a bill that is not paid
	ActPrinted  Act = "printed"  // the receipt came out
	ActReprint  Act = "reprint"  // it did not: a copy is printed
	ActArrived  Act = "arrived"  // the mail came in
	ActCounter  Act = "counter"  // go where it can be sent elsewhere
	ActLater    Act = "later"    // show the slip that asks for what is left
	ActPayBack  Act = "payback"  // give a stray payment back
	ActAccept   Act = "accept"   // keep a stray payment
	ActAsk      Act = "ask"      // ask a code's provider now
	ActLog      Act = "log"      // go to the payment log

)

// Count is how many things need attention.
func Count(s engine.Snapshot) int {
	n := s.Stored.MissingCount + s.Stored.Room.Unsent.Count + s.Recon.Differences
	for _, sale := range s.Live {
		if listed(sale) {
			n++
		}
	}
	for _, f := range s.Follows {
		if inDoubt(f) {
			n++
		}
	}
	n += countWallets(s)
	for _, b := range s.Bills {
		if unfinished(b) {
			n++
		}
	}
	for _, j := range s.Jobs {
		if unsettled(j) {
			n++
		}
	}
	return n
}

// unfinished reports whether a part of a bill is paid and a part not, or its
// parts are going back.
func unfinished(b engine.BillView) bool {
	return b.State == order.BillOpen && b.Paid.Minor > 0 || b.State == order.BillCancelling
}

// listed reports whether a sale stands for itself: not one under way, nor the
// attempt for a stored sale, of which that tells.
func listed(s engine.Sale) bool {
	return s.State != order.Sending && (!s.Stored || s.State == order.Review || s.State == order.OrphanReturn)
}

// inDoubt reports whether nobody knows what became of a follow-up. A card check
// moves no money.
func inDoubt(f order.FollowUp) bool {
	return f.Of != "" && (f.State == order.FollowUnknown || f.State == order.FollowReview)
}

// Items are all things that need attention: money that is missing, what a person
// should look at, what is not settled yet, and what is stored.
func Items(s engine.Snapshot, now time.Time) []Item {
	var loud, still []Item
	for _, f := range s.Recon.Findings {
		if f.Alarm {
			loud = append(loud, ofFinding(f, s.Recon))
		} else {
			still = append(still, ofFinding(f, s.Recon))
		}
	}
	var live, follows, waiting, missing, bills, papers []Item
	for _, j := range s.Jobs {
		if unsettled(j) {
			papers = append(papers, ofJob(j))
		}
	}
	for _, b := range s.Bills {
		if unfinished(b) {
			bills = append(bills, ofBill(b))
		}
	}
	for _, sale := range s.Live {
		if listed(sale) {
			live = append(live, ofSale(sale, now))
		}
	}
	for _, f := range s.Follows {
		if inDoubt(f) {
			follows = append(follows, ofFollow(f, now))
		}
	}
	for _, stored := range s.Stored.Missing {
		missing = append(missing, ofStored(stored, s, now))
	}
	for _, stored := range s.Stored.Waiting {
		waiting = append(waiting, ofStored(stored, s, now))
	}
	// What a person must look at comes before what settles itself.
	slices.SortStableFunc(live, func(a, b Item) int { return rank(a) - rank(b) })
	strays, codes, refunds := walletItems(s, now)
	all := slices.Concat(strays, missing, more("missing", s.Stored.MissingCount-len(missing), look.KindMissing), loud, live, codes, bills, follows, refunds, papers, still,
		more("findings", s.Recon.Differences-len(loud)-len(still), look.KindReview), waiting,
		more("waiting", s.Stored.Room.Unsent.Count-len(waiting), look.KindStored))
	return all
}

func rank(i Item) int {
	if i.Look.Kind == look.KindReview || i.Look.Kind == look.KindPart {
		return 0
	}
	return 1
}

// more is the row for those that the snapshot does not list.
func more(key string, n int, kind look.Kind) []Item {
	if n <= 0 {
		return nil
	}
	return []Item{{Key: key, Word: text.Count("attention.more", n), Say: text.Get("attention.more.say"), Look: look.Of(kind)}}
}

func ofSale(s engine.Sale, now time.Time) Item {
	kind, word := payment.Word(s)
	i := Item{Key: s.Number, Number: s.Number, Word: payment.Parked(word, s.Parked), Amount: text.Money(s.Asked), Card: payment.Card(s.Brand, s.Last4),
		Look: look.Of(kind), Since: s.Created, Operator: s.Operator, Parked: s.Parked}
	key := "attention.say." + payment.Kebab(string(s.State))
	if s.State == order.OrphanReturn && s.Cause == order.CauseRefused {
		key += ".refused"
	}
	i.Say = text.Get(key)
	i.Doing = doing(s.Next, s.NextAt, now)
	switch s.State {
	case order.Review:
		i.Acts = []Act{ActTakeBack, ActLook}
	case order.PartApproved:
		i.Acts = []Act{ActGiveBack, ActKeep}
		i.Amount = text.Get("outcome.of", text.Money(s.Approved), text.Money(s.Asked))
	case order.Quarantine:
		i.Acts = []Act{ActLook}
		fallthrough
	case order.Unknown, order.Reversing, order.OrphanReturn:
		if s.Parked == "" {
			i.Acts, i.doubt = append(i.Acts, ActPark), s.Number
		}
	}
	return i
}

// doing is what the terminal does next by itself, and when.
func doing(next order.Action, at, now time.Time) string {
	if next == order.DoNothing || next == "" {
		return text.Get("attention.doing.nothing")
	}
	return text.Get("attention.doing."+string(next), payment.Until(at, now))
}

func ofFollow(f order.FollowUp, now time.Time) Item {
	kind, word := payment.FollowWord(f)
	i := Item{Key: f.ID, Number: f.Of, Word: payment.Parked(word, f.Parked), Amount: text.Money(f.Amount), Card: payment.Card(f.Brand, f.Last4),
		Look: look.Of(kind), Since: f.Created, Operator: f.Operator, Parked: f.Parked}
	i.Say = text.Get("attention.say.follow."+payment.Kebab(string(f.State)), f.ID)
	next, at := order.NextFollow(f)
	i.Doing = doing(next, at, now)
	if f.State == order.FollowUnknown && f.Parked == "" {
		i.Acts, i.doubt = []Act{ActPark}, f.ID
	}
	return i
}

func ofStored(s order.Stored, all engine.Snapshot, now time.Time) Item {
	i := Item{Key: s.ID, Number: s.ID, Word: text.Get("stored.word." + payment.Kebab(string(s.State))), Amount: text.Money(s.Amount), Card: payment.Card(s.Brand, s.Last4),
		Look: look.Of(look.OfStored(s.State)), Since: s.Created, Operator: s.Operator, Say: text.Get("stored.say." + payment.Kebab(string(s.State))), stored: s}
	at, due := order.NextStored(s)
	switch {
	case s.State == order.Uncollected:
		i.Amount, i.Doing, i.Acts = text.Money(s.Owed()), why(s), []Act{ActCollect, ActWriteOff}
	case s.State == order.StoredForwarding:
		i.Doing = text.Get("attention.doing.forwarding")
	case !all.OfflineSince.IsZero():
		i.Doing, i.Acts = text.Get("attention.doing.away"), []Act{ActWithdraw}
	case due:
		i.Doing, i.Acts = text.Get("attention.doing.forward", payment.Until(at, now)), []Act{ActWithdraw}
	}
	return i
}

func ofBill(b engine.BillView) Item {
	i := Item{Key: b.ID, Word: text.Get("attention.bill.open"), Amount: text.Get("outcome.of", text.Money(b.Paid), text.Money(b.Total())), Look: look.Of(look.KindPart),
		Since: b.Created, Operator: b.Operator, bill: b.Bill, Doing: text.Get("attention.doing.nothing"), Say: text.Get("attention.bill.open.say", text.Money(b.Left)), Acts: []Act{ActGoOn, ActLater}}
	if b.State == order.BillCancelling {
		i.Word, i.Look = text.Get("attention.bill.cancelling"), look.Of(look.KindTakingBack)
		i.Doing, i.Say, i.Acts = text.Get("attention.doing.undo"), text.Get("attention.bill.cancelling.say"), []Act{ActGoOn}
	}
	return i
}

// unsettled reports whether a receipt waits for a person.
func unsettled(j order.Job) bool { return j.State == order.JobUnsure || j.State == order.JobRefused }

// ofJob is a receipt of which nobody knows whether it came out, or that no
// server takes. Only a person can tell, and no second one is printed before that
// without a mark.
func ofJob(j order.Job) Item {
	l := look.Of(look.KindReview)
	l.Shape = look.Printer
	i := Item{Key: "job " + j.ID, Word: slip.JobName(j), Look: l, Doing: text.Get("attention.doing.nothing"),
		Say: slip.Ask(j), Acts: []Act{ActPrinted, ActReprint}, job: j}
	switch {
	case j.State == order.JobRefused:
		i.Say, i.Acts = strings.TrimSpace(slip.Line(j).Words+"\n"+text.Say(j.Trouble)), []Act{ActCounter}
	case j.Kind == order.JobMail:
		i.Acts = []Act{ActArrived, ActCounter}
	}
	i.Since = j.Queued
	i.facts = slip.Name(j.Document) + "  " + j.Subject
	return i
}

// why is the reason for which a stored sale was not paid.
func why(s order.Stored) string {
	if key := "cause." + string(s.Cause); s.Message == "" && text.Has(key) {
		return text.Get(key)
	}
	return payment.Answer(s.Code, s.Message)
}

// ofFinding is a difference between the journal and the bank's records.
func ofFinding(f engine.Finding, r engine.ReconView) Item {
	l := look.Of(look.KindReview)
	switch {
	case f.Alarm:
		l = look.Of(look.KindMissing)
		l.Shape = look.Alert
	case f.Act != "":
		l = look.Of(look.KindTakingBack)
	}
	i := Item{Key: strings.Join([]string{"finding", string(f.What), string(f.Shelf), f.Number, f.GUID, f.Of}, " "),
		Word: text.Get("attention.finding"), Say: text.Say(f.Say.Format, f.Say.Args...), Look: l, Since: f.At, facts: f.Number}
	i.Doing = text.Get("attention.doing.compare")
	switch {
	case f.Act != "":
		i.Doing = text.Get("attention.doing.takesback")
	case r.Trouble != "":
		i.Doing = r.Trouble
	}
	switch {
	case f.Here != nil && f.There != nil:
		i.Amount = text.Money(*f.Here)
		i.facts = strings.TrimSpace(i.facts + "  " + text.Get("attention.amounts", text.Money(*f.Here), text.Money(*f.There)))
	case f.Here != nil:
		i.Amount = text.Money(*f.Here)
	case f.There != nil:
		i.Amount = text.Money(*f.There)
	}
	if f.Here != nil { // the journal knows it
		i.Number = f.Number
	}
	return i
}
