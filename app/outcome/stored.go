package outcome

import (
	"slices"
	"strings"

	"paydesk/app/cardentry"
	"paydesk/app/slip"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// ShowStored tells of a sale that the bank has not seen, or, later, that the
// bank did not pay it.
func (p *Presenter) ShowStored(s order.Stored) {
	p.begin(cardentry.Payment{Charge: engine.Charge{Order: s.Order, Amount: s.Amount}, Brand: s.Brand, Last4: s.Last4})
	p.stored = s
	p.Changed()
}

// Stored is the stored sale that is told of; its ID is "" where there is none.
func (p *Presenter) Stored() order.Stored { return p.stored }

func (p *Presenter) viewStored(v *View) {
	s := p.stored
	state := strings.ToLower(strings.ReplaceAll(string(s.State), "_", "-"))
	v.Word, v.Sentence = text.Get("stored.outcome."+state), text.Get("stored.say."+state)
	switch {
	case s.State == order.Uncollected && s.Approved.Minor > 0:
		v.Amount = text.Get("outcome.of", text.Money(s.Owed()), text.Money(s.Amount))
	case s.State == order.Uncollected && s.Message != "":
		v.Bank = text.Get("outcome.bank", s.Message)
	case s.State == order.Uncollected && text.Has("cause."+string(s.Cause)):
		v.Bank = text.Get("cause." + string(s.Cause))
	}
	v.Jobs, v.Question = slip.Lines(p.jobs)
}

// applyStored follows the stored sale: it may be forwarded while it is shown.
func (p *Presenter) applyStored(s engine.Snapshot) {
	p.jobs = slices.DeleteFunc(slices.Clone(s.Jobs), func(j order.Job) bool { return j.Subject != p.stored.ID })
	for _, list := range [][]order.Stored{s.Stored.Waiting, s.Stored.Missing} {
		if i := slices.IndexFunc(list, func(o order.Stored) bool { return o.ID == p.stored.ID }); i >= 0 {
			p.stored = list[i]
		}
	}
	if s.Last != nil && s.Last.Order == p.stored.Order && s.Last.State == order.Approved && p.stored.State.Sealed() {
		p.Show(p.payment, *s.Last)
		return
	}
	p.Changed()
}
