package connexpay

import (
	"cmp"
	"strings"
	"unicode"

	"paydesk/terminal/order"
)

// Use tells the client what the account was found to offer. Calls that are
// under way go on as they began. It is safe for concurrent use.
func (c *Client) Use(o order.Offer) { c.used.Store(&o) }

// offer is what the account can do, as far as is known.
func (c *Client) offer() order.Offer {
	if o := c.used.Load(); o != nil {
		return *o
	}
	return c.cfg.Offer
}

func (c *Client) dialect() dialect { return dialects[cmp.Or(c.offer().Dialect, order.DialectDocument)] }

// dialect is how requests of one form of the API differ from those of the
// other. Answers are read in both forms, whoever gives them.
type dialect struct {
	// numbered: follow-ups carry sequence and order number, and a sale has an
	// order number beside that of its risk data. An auth only has both in
	// either dialect, but only here the service says that it keeps them.
	numbered bool
	// riskOnHolds: an auth only must have risk data; the document's has none.
	riskOnHolds bool
	// word makes a person's name or address fit to be sent.
	word func(string) string
	// cardGUID: a card that was seen before goes out as its guid; otherwise
	// as the token that stands for its number.
	cardGUID bool
}

var dialects = map[order.Dialect]dialect{
	order.DialectDocument: {word: func(s string) string { return s }},
	order.DialectCurrent:  {numbered: true, riskOnHolds: true, word: ascii, cardGUID: true},
}

// spelled are letters that are written with other letters in ASCII, beyond
// those that lose a mark.
var spelled = strings.NewReplacer("ß", "ss", "ẞ", "SS", "Æ", "AE", "æ", "ae", "Œ", "OE", "œ", "oe", "Ø", "O", "ø", "o",
	"Å", "A", "å", "a", "Ä", "AE", "ä", "ae", "Ö", "OE", "ö", "oe", "Ü", "UE", "ü", "ue", "Ł", "L", "ł", "l",
	"Đ", "D", "đ", "d", "Ð", "D", "ð", "d", "Þ", "TH", "þ", "th", "ı", "i", "’", "'", "‘", "'", "–", "-", "—", "-")

// marked lists letters with a mark behind the letter that they are without it.
var marked = unmark("AÀÁÂÃĀĂĄ aàáâãāăą CÇĆĈĊČ cçćĉċč DĎ dď EÈÉÊËĒĔĖĘĚ eèéêëēĕėęě GĜĞĠĢ gĝğġģ HĤĦ hĥħ IÌÍÎÏĨĪĬĮİ iìíîïĩīĭį " +
	"JĴ jĵ KĶ kķ LĹĻĽĿ lĺļľŀ NÑŃŅŇ nñńņň OÒÓÔÕŌŎŐ oòóôõōŏő RŔŖŘ rŕŗř SŚŜŞŠȘ sśŝşšș TŢŤŦȚ tţťŧț UÙÚÛŨŪŬŮŰŲ uùúûũūŭůűų " +
	"WŴ wŵ YÝŶŸ yýŷÿ ZŹŻŽ zźżž")

func unmark(table string) map[rune]rune {
	plain := map[rune]rune{}
	for word := range strings.FieldsSeq(table) {
		letters := []rune(word)
		for _, r := range letters[1:] {
			plain[r] = letters[0]
		}
	}
	return plain
}

// ascii writes a text with ASCII letters and leaves out what has none: the
// current service refuses anything else in a customer's fields.
func ascii(s string) string {
	s = strings.Map(func(r rune) rune {
		if plain, ok := marked[r]; ok {
			return plain
		}
		if r > unicode.MaxASCII || unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, spelled.Replace(s))
	return strings.Join(strings.Fields(s), " ")
}
