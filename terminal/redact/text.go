// Package redact keeps card numbers and other secrets out of logs: a log
// handler that writes only attributes it knows, and a net below it that masks
// whatever looks like a card number (PCI DSS 3.3.1, 3.5.1).
package redact

// Card numbers have 12 to 19 digits (ISO/IEC 7812-1).
const (
	minDigits = 12
	maxDigits = 19
	// maxGap is how many spaces and dashes may stand between two digits of
	// one number.
	maxGap = 3
)

const mask = '*'

// Text masks every digit that belongs to some run of 12 to 19 digits with a
// right check digit, also where spaces and dashes stand between the digits,
// and also inside a longer run. One number in ten has a right check digit by
// chance and is masked too: a log can spare it.
func Text(text string) string { return string(masked([]byte(text))) }

// masked changes the digits in place.
func masked(text []byte) []byte {
	var run []int // where the digits of the present run stand
	gap := 0
	for i, c := range text {
		switch {
		case c >= '0' && c <= '9':
			run, gap = append(run, i), 0
		case (c == ' ' || c == '-') && gap < maxGap:
			gap++
		default:
			maskRun(text, run)
			run, gap = run[:0], 0
		}
	}
	maskRun(text, run)
	return text
}

// maskRun masks the digits of every window with a right check digit.
func maskRun(text []byte, run []int) {
	if len(run) < minDigits {
		return
	}
	// sums[p][i] adds up the first i digits, those at places of parity p
	// doubled: the sum of any window is then one subtraction.
	sums := [2][]int{make([]int, len(run)+1), make([]int, len(run)+1)}
	for i, at := range run {
		digit := int(text[at] - '0')
		double := digit * 2
		if double > 9 {
			double -= 9
		}
		sums[i%2][i+1] = sums[i%2][i] + double
		sums[1-i%2][i+1] = sums[1-i%2][i] + digit
	}
	masked := 0 // every digit before this one that must be masked is
	for from := range run {
		for to := min(from+maxDigits, len(run)); to >= from+minDigits; to-- {
			// The last digit is not doubled, the one before it is.
			if s := sums[to%2]; (s[to]-s[from])%10 != 0 {
				continue
			}
			for i := max(from, masked); i < to; i++ {
				text[run[i]] = mask
			}
			masked = max(masked, to)
			break
		}
	}
}
