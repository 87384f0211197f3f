package terminal

import (
	"context"
	"slices"
	"strings"
	"time"

	"paydesk/receipts"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

// offlineLimits are what the settings allow while the host is away. Validate
// has refused limits that cannot be read.
func offlineLimits(s settings.Settings) order.OfflineLimits {
	l := order.OfflineLimits{Enabled: s.Offline.Enabled, Tokens: s.Offline.Tokens, Count: s.Offline.Count,
		Age: time.Duration(s.Offline.Hours) * time.Hour, Brands: s.Offline.Brands}
	l.PerSale, l.Total, _ = s.OfflineLimits()
	return l
}

// mayRisk leaves to the owner what is taken on cards while the bank is away: a
// refusal that comes later is the shop's loss. In training nothing is lost.
func (t *Terminal) mayRisk(changes []settings.Change) error {
	if t.Training() || !slices.ContainsFunc(changes, func(c settings.Change) bool { return strings.HasPrefix(c.Key, "offline.") }) {
		return nil
	}
	return t.May(staff.ChangeSettings)
}

// Slip builds the slip of a document for the screen: one of order's constants
// Document…, by the id that a print job of it has.
func (t *Terminal) Slip(ctx context.Context, document, id, copy string) (receipts.Document, error) {
	return t.papers.Document(ctx, order.Job{Subject: id, Document: document, Copy: copy})
}
