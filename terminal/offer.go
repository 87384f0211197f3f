package terminal

import (
	"context"
	"encoding/json"
	"errors"
	"maps"

	"paydesk/terminal/connexpay"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
)

// offerKey is where the journal keeps what the account offers: beside the
// settings, of which it is none, since it is found out and not chosen.
const offerKey = "host.offer"

// Probed is one step of a probe of the host.
type Probed = connexpay.Probed

// Offer is what the account was found to be able to do, in the dialect that
// the settings name if they do.
func (t *Terminal) Offer() order.Offer {
	t.mu.Lock()
	defer t.mu.Unlock()
	o := t.offer
	if t.settings.Host.Dialect != "" {
		o.Dialect = order.Dialect(t.settings.Host.Dialect)
	}
	return o
}

// loadOffer takes the offer out of the stored settings. One that cannot be
// read is one that is not there: the account is asked again.
func (t *Terminal) loadOffer(stored map[string]string) {
	text := stored[offerKey]
	t.setUp = stored[setupKey] != ""
	delete(stored, offerKey)
	delete(stored, setupKey)
	if text != "" && json.Unmarshal([]byte(text), &t.offer) != nil {
		t.offer = order.Offer{}
	}
}

// offerEntry makes an offer durable.
func offerEntry(actor, text string) order.Entry {
	return order.Entry{Kind: "setting.changed", Subject: offerKey, Actor: actor,
		Object: settings.Change{Key: offerKey, New: text}}
}

// errTryLive: a trial that moves money was asked for where money is real.
var errTryLive = errors.New("the trial sells, holds and voids on a test card at the real payment service. Nothing was sent: leave --try away, or add --confirm if the service agreed to it")

// ProbeHost finds out what the account offers, stores it, and works by it from
// then on. Without try it only reads. A trial at the real service must be
// confirmed. Each step is told as it is done; step may be nil.
func (t *Terminal) ProbeHost(ctx context.Context, try, confirmed bool, step func(Probed)) (order.Offer, []Probed, error) {
	if try && !confirmed && !t.Training() {
		return order.Offer{}, nil, errTryLive
	}
	client, err := t.host.connected()
	if err != nil {
		return order.Offer{}, nil, told("host", err)
	}
	found, steps, err := client.Probe(ctx, connexpay.ProbeConfig{Device: t.Settings().Host.DeviceGUID, NewNumber: t.newNumber, Try: try, Step: step})
	if err != nil {
		return order.Offer{}, steps, told("host", err)
	}
	t.mu.Lock()
	has := maps.Clone(t.offer.Has) // what this probe left out was found by an earlier one
	t.mu.Unlock()
	if has == nil {
		has = found.Has
	} else {
		maps.Copy(has, found.Has)
	}
	found.Has = has
	text, err := json.Marshal(found)
	if err != nil {
		return order.Offer{}, steps, err
	}
	if err := t.journal.Commit(ctx, offerEntry(t.actor(), string(text))); err != nil {
		return order.Offer{}, steps, err
	}
	t.mu.Lock()
	t.offer = found
	t.mu.Unlock()
	client.Use(t.Offer())
	t.Configure(t.engineConfig())
	return t.Offer(), steps, nil
}
