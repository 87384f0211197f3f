package terminal

import (
	"time"

	"paydesk/terminal/order"
	"paydesk/terminal/settings"
)

// offlineLimits are what the settings allow while the host is away. Validate
// has refused limits that cannot be read.
func offlineLimits(s settings.Settings) order.OfflineLimits {
	l := order.OfflineLimits{Enabled: s.Offline.Enabled, Count: s.Offline.Count,
		Age: time.Duration(s.Offline.Hours) * time.Hour, Brands: s.Offline.Brands}
	l.PerSale, l.Total, _ = s.OfflineLimits()
	return l
}
