package order

import "time"

// returnDays is how long after a sale the service takes returns of it (ConnexPay
// API, Error messages: "You can't return a sale run more than 180 days ago").
const returnDays = 180

// ReturnUntil is the last whole day on which a sale that was made at a time can
// be returned, in that time's zone.
func ReturnUntil(made time.Time) time.Time { return made.AddDate(0, 0, returnDays-1) }
