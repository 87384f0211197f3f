package order

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"paydesk/terminal/money"
)

// Customer is somebody whose payments by notice become a balance. It is a value.
type Customer struct {
	// ID is the first member of its JSON, by which a journal tells it.
	ID      string `json:"customer"`
	Version int64  `json:"version"`
	Name    string `json:"name"`
	// Emails are the addresses that the customer pays from; the payer of a
	// message is matched by them.
	Emails []string `json:"emails"`
	// Balances are one for each currency, by its code. They are the sum of what
	// the entries of the payment log booked, and may be below zero.
	Balances []money.Amount `json:"balances,omitempty"`
	Created  time.Time      `json:"created"`
}

// Has reports whether an address is the customer's, in any letter case.
func (c Customer) Has(email string) bool {
	return email != "" && slices.ContainsFunc(c.Emails, func(e string) bool { return strings.EqualFold(e, email) })
}

// Balance is what the customer has in a currency.
func (c Customer) Balance(in money.Currency) money.Amount {
	for _, b := range c.Balances {
		if b.Currency == in {
			return b
		}
	}
	return money.New(0, in)
}

// add is the customer with a changed balance.
func (c Customer) add(a money.Amount) (Customer, error) {
	sum, err := c.Balance(a.Currency).Add(a)
	if err != nil {
		return c, err
	}
	c.Balances = slices.DeleteFunc(slices.Clone(c.Balances), func(b money.Amount) bool { return b.Currency == a.Currency })
	c.Balances = append(c.Balances, sum)
	slices.SortFunc(c.Balances, func(x, y money.Amount) int { return strings.Compare(string(x.Currency), string(y.Currency)) })
	c.Version++
	return c, nil
}

// The lengths of an e-mail address (PayPal's), and how many a customer may have.
const (
	MaxEmail  = 127
	MaxEmails = 20
)

// Why a customer is not kept.
var (
	ErrCustomerName  = errors.New("give the customer a name of at most 80 letters")
	ErrCustomerEmail = errors.New("write each e-mail address as name@example.com")
	ErrCustomerTaken = errors.New("another customer has this e-mail address already: a payment could not be told to belong to one of them")
	ErrCustomerCard  = errors.New("a card number does not belong here: give the customer's name and e-mail addresses")
)

// Check is the customer with its texts trimmed, or what is wrong with them.
// others are all who are kept.
func (c Customer) Check(others []Customer) (Customer, error) {
	c.Name = strings.Join(strings.Fields(c.Name), " ")
	if c.Name == "" || utf8.RuneCountInString(c.Name) > MaxCustomer || !plain(c.Name) {
		return c, ErrCustomerName
	}
	var emails []string
	for _, e := range c.Emails {
		e = strings.TrimSpace(e)
		if e == "" || slices.ContainsFunc(emails, func(had string) bool { return strings.EqualFold(had, e) }) {
			continue
		}
		if !emailLike(e) {
			return c, ErrCustomerEmail
		}
		emails = append(emails, e)
	}
	if len(emails) > MaxEmails {
		return c, ErrCustomerEmail
	}
	if HasCard(c.Name) || slices.ContainsFunc(emails, HasCard) {
		return c, ErrCustomerCard
	}
	for _, o := range others {
		if o.ID != c.ID && slices.ContainsFunc(emails, o.Has) {
			return c, ErrCustomerTaken
		}
	}
	c.Emails = emails
	return c, nil
}

// emailLike reports an address of the plain form: it has to be found, and not
// delivered to.
func emailLike(e string) bool {
	name, host, ok := strings.Cut(e, "@")
	return ok && name != "" && host != "" && len(e) <= MaxEmail && plain(e) &&
		!strings.ContainsAny(host, "@") && !strings.ContainsFunc(e, func(r rune) bool { return r == ' ' || strings.ContainsRune(`,;"<>`, r) })
}

// plain reports a text without signs that move a cursor, or turn others round. The
// joiners belong to the spelling of Hindi.
func plain(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) && r != '\u200c' && r != '\u200d' })
}
