package staff

import (
	"errors"
	"time"
)

// Lengths of a PIN in digits.
const (
	MinPIN = 4
	MaxPIN = 8
)

// What is wrong with a PIN that somebody chose.
var (
	ErrPINLength = errors.New("choose a PIN of 4 to 8 digits")
	ErrPINDigits = errors.New("choose a PIN of digits only")
	ErrPINSimple = errors.New("choose a PIN that is harder to guess: not the same digits again and again, and not a run such as 1234")
)

// CheckPIN says whether a PIN may be chosen. In training every PIN of the
// right length may, so that a demonstration can use 1234.
func CheckPIN[T ~string | ~[]byte](pin T, training bool) error {
	if len(pin) < MinPIN || len(pin) > MaxPIN {
		return ErrPINLength
	}
	for i := 0; i < len(pin); i++ {
		if pin[i] < '0' || pin[i] > '9' {
			return ErrPINDigits
		}
	}
	if !training && simple(pin) {
		return ErrPINSimple
	}
	return nil
}

// simple finds runs (1234, 9876, 7890) and one or two digits repeated (0000,
// 1212): the PINs that people guess first.
func simple[T ~string | ~[]byte](pin T) bool {
	up, down, pairs := true, true, true
	for i := 1; i < len(pin); i++ {
		step := (int(pin[i]) - int(pin[i-1]) + 10) % 10
		up, down = up && step == 1, down && step == 9
		pairs = pairs && (i < 2 || pin[i] == pin[i-2])
	}
	return up || down || pairs
}

// freeTries is how many wrong PINs bring the first lock-out.
const freeTries = 5

// lockouts is how long the operator is locked at the fifth wrong PIN, at the
// sixth, and at every later one. With seven tries before half an hour it
// keeps inside the ten of PCI DSS 8.3.4.
var lockouts = [...]time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute}

// AfterWrong is the operator after a wrong PIN at now. While a lock-out
// lasts nothing is tried, so nothing is counted.
func AfterWrong(o Operator, now time.Time) Operator {
	if _, locked := Locked(o, now); locked {
		return o
	}
	o.Failures++
	if over := o.Failures - freeTries; over >= 0 {
		o.LockedUntil = now.Add(lockouts[min(over, len(lockouts)-1)])
	}
	return o
}

// AfterRight is the operator after the right PIN, or after somebody with the
// Unlock right has ended the lock-out.
func AfterRight(o Operator) Operator {
	o.Failures, o.LockedUntil = 0, time.Time{}
	return o
}

// Locked reports whether a lock-out lasts at now, and until when.
func Locked(o Operator, now time.Time) (until time.Time, locked bool) {
	if !now.Before(o.LockedUntil) {
		return time.Time{}, false
	}
	return o.LockedUntil, true
}

// TriesLeft is how many wrong PINs remain before the next lock-out.
func TriesLeft(o Operator) int { return max(1, freeTries-o.Failures) }
