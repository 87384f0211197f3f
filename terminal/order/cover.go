package order

import "paydesk/terminal/card"

// Cover puts stars in place of a card number that stands in a text, all but its
// last four digits: texts are kept and shown, and card numbers are not (PCI DSS
// 3.4.1, 3.5.1). Its digits may stand in groups, with a space or a dash between.
// Of what is merely long and has a right check digit, such as an order number,
// only what a scheme could have issued is covered.
func Cover(text string) string {
	covered := []byte(text)
	var digits []byte
	var at, groups []int // where each digit stands, and which digits begin a group
	end := func() {
		for i, from := range groups {
			for _, to := range append(groups[i+1:len(groups):len(groups)], len(digits)) {
				if n := digits[from:to]; card.Detect(n) != card.Unknown && card.CheckNumber(n) == nil {
					for _, place := range at[from : to-4] {
						covered[place] = '*'
					}
				}
			}
		}
		clear(digits)
		digits, at, groups = digits[:0], at[:0], groups[:0]
	}
	gap := true
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			if gap {
				groups = append(groups, len(digits))
			}
			digits, at, gap = append(digits, c), append(at, i), false
		case (c == ' ' || c == '-') && !gap:
			gap = true
		default:
			end()
			gap = true
		}
	}
	end()
	return string(covered)
}

// HasCard reports that a card number stands in a text.
func HasCard(text string) bool { return Cover(text) != text }
