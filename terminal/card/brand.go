package card

// Brand is the name of a card scheme as people know it. The zero value is a
// number whose scheme the table does not tell.
type Brand string

// The schemes that a number can tell. Interac is not among them: it has no
// prefix of its own and is recognised by its chip alone.
const (
	Unknown    Brand = ""
	Visa       Brand = "Visa"
	Mastercard Brand = "Mastercard"
	Amex       Brand = "American Express"
	Discover   Brand = "Discover"
	Diners     Brand = "Diners Club"
	JCB        Brand = "JCB"
	UnionPay   Brand = "UnionPay"
	RuPay      Brand = "RuPay"
	Maestro    Brand = "Maestro"
)

// String is the name for people; a scheme that is not known is a "Card".
func (b Brand) String() string {
	if b == Unknown {
		return "Card"
	}
	return string(b)
}

// Numbers are 12 to 19 digits long, whatever the scheme (ISO/IEC 7812-1).
const (
	minDigits = 12
	maxDigits = 19
)

// format is what the numbers and codes of one scheme look like.
type format struct {
	lengths     []int // allowed numbers of digits
	groups      []int // how the digits stand on the card; the last one repeats
	codeLengths []int // digits of the security code
	codeMissing bool  // some cards of the scheme have no code
}

var formats = map[Brand]format{
	Unknown:    {lengths: span(minDigits, maxDigits), groups: []int{4}, codeLengths: []int{3, 4}},
	Visa:       {lengths: []int{13, 16, 19}, groups: []int{4}, codeLengths: []int{3}},
	Mastercard: {lengths: []int{16}, groups: []int{4}, codeLengths: []int{3}},
	Amex:       {lengths: []int{15}, groups: []int{4, 6, 5}, codeLengths: []int{4}},
	Discover:   {lengths: span(16, 19), groups: []int{4}, codeLengths: []int{3}},
	Diners:     {lengths: span(14, 19), groups: []int{4, 6, 4}, codeLengths: []int{3}},
	JCB:        {lengths: span(16, 19), groups: []int{4}, codeLengths: []int{3}},
	UnionPay:   {lengths: span(16, 19), groups: []int{4}, codeLengths: []int{3}},
	RuPay:      {lengths: []int{16}, groups: []int{4}, codeLengths: []int{3}},
	Maestro:    {lengths: span(12, 19), groups: []int{4}, codeLengths: []int{3}, codeMissing: true},
}

func span(from, to int) []int {
	var all []int
	for n := from; n <= to; n++ {
		all = append(all, n)
	}
	return all
}

// prefixes are the ranges of leading digits, by scheme; low and high have the
// same number of digits. The longest range that fits wins: RuPay lies inside
// Discover's 65 and UnionPay's 817. RuPay's 353 and 356 are left out because
// every number in them is also in JCB's longer range; 622126 to 622925 are
// UnionPay numbers that the Discover network carries.
var prefixes = []struct {
	low, high int
	brand     Brand
}{
	{4, 4, Visa},
	{51, 55, Mastercard}, {2221, 2720, Mastercard},
	{34, 34, Amex}, {37, 37, Amex},
	{6011, 6011, Discover}, {644, 649, Discover}, {65, 65, Discover},
	{300, 305, Diners}, {3095, 3095, Diners}, {36, 36, Diners}, {38, 39, Diners},
	{3528, 3589, JCB},
	{62, 62, UnionPay}, {810, 817, UnionPay},
	{508500, 508999, RuPay}, {606985, 607984, RuPay}, {608001, 608500, RuPay},
	{652150, 653149, RuPay}, {817200, 820199, RuPay},
	{5018, 5018, Maestro}, {5020, 5020, Maestro}, {5038, 5038, Maestro}, {5893, 5893, Maestro},
	{6304, 6304, Maestro}, {6759, 6759, Maestro}, {6761, 6763, Maestro},
	{50, 50, Maestro}, {56, 58, Maestro}, {6, 6, Maestro},
}

// looseFrom is the number of digits from which a range of one or two digits
// names Maestro: earlier, a longer range of another scheme may still follow,
// and the name on the form would jump while somebody types.
const looseFrom = 6

// text is what digits come as: bytes that can be cleared wherever the whole
// number is held, strings for short or masked parts.
type text interface{ ~string | ~[]byte }

// Detect tells the scheme from the first digits of a number, complete or
// not. Anything but digits makes it Unknown.
func Detect[T text](prefix T) Brand {
	best, found := 0, Unknown
	for _, p := range prefixes {
		n := width(p.low)
		if n <= best || len(prefix) < n {
			continue
		}
		if p.brand == Maestro && n <= 2 && len(prefix) < looseFrom {
			continue
		}
		if v, ok := number(prefix[:n]); ok && v >= p.low && v <= p.high {
			best, found = n, p.brand
		}
	}
	return found
}

func width(n int) int {
	w := 1
	for n >= 10 {
		n, w = n/10, w+1
	}
	return w
}

// number reads at most nine digits.
func number[T text](digits T) (int, bool) {
	v := 0
	for i := 0; i < len(digits); i++ {
		if digits[i] < '0' || digits[i] > '9' {
			return 0, false
		}
		v = v*10 + int(digits[i]-'0')
	}
	return v, len(digits) > 0 && len(digits) <= 9
}

// Group puts spaces where the scheme's cards have them, while typing too. It
// takes whatever stands for digits, so a masked number can be grouped as well.
func Group[T text](digits T, brand Brand) string {
	groups := formats[brand].groups
	if len(groups) == 0 {
		groups = []int{4}
	}
	var out []rune
	group, inGroup := 0, 0
	for _, r := range string(digits) {
		if inGroup == groups[group] {
			out, inGroup = append(out, ' '), 0
			group = min(group+1, len(groups)-1)
		}
		out, inGroup = append(out, r), inGroup+1
	}
	return string(out)
}

// Luhn reports whether the digits carry a right check digit (ISO/IEC 7812-1,
// annex B). It is false for nothing and for anything but digits.
func Luhn[T text](digits T) bool {
	sum := 0
	for i := 0; i < len(digits); i++ {
		c := digits[len(digits)-1-i]
		if c < '0' || c > '9' {
			return false
		}
		d := int(c - '0')
		if i%2 == 1 {
			d *= 2
			if d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return len(digits) > 0 && sum%10 == 0
}
