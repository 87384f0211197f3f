package entry

import "paydesk/app/widgets/caps"

// mostMinor is the first amount with more than ten digits: no shop's limit is
// near it.
const mostMinor = 10_000_000_000

// Roll is an amount in minor units after a key of the pad: digits come in from
// the right, and a digit for which there is no room is not taken.
func Roll(minor int64, c caps.Cap) int64 {
	switch digit, ok := c.Digit(); {
	case ok:
		return push(minor, int64(digit-'0'))
	case c == caps.Zeros:
		return push(push(minor, 0), 0)
	case c == caps.Erase:
		return minor / 10
	}
	return minor
}

func push(minor, digit int64) int64 {
	if next := minor*10 + digit; next < mostMinor {
		return next
	}
	return minor
}
