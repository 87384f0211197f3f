package mail

import (
	"errors"
	"net/mail"
	"strings"

	"golang.org/x/net/idna"
)

// errAddress is what is said of a text that is no address.
var errAddress = errors.New("not an e-mail address")

// longest is the longest address that a mail server must take (RFC 5321,
// 4.5.3.1.3, without the angle brackets).
const longest = 254

// Address reads an e-mail address that a person typed: one, without a name, with
// a domain that has a dot. A domain in another script becomes its ASCII form,
// which every server takes; a name in another script few do, and is refused.
func Address(text string) (string, error) {
	text = strings.TrimSpace(text)
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		return "", errAddress
	}
	domain, err := idna.Lookup.ToASCII(text[at+1:])
	if again, err2 := idna.Lookup.ToASCII(domain); err != nil || err2 != nil || again != domain || !strings.Contains(strings.Trim(domain, "."), ".") {
		return "", errAddress
	}
	address := text[:at] + "@" + domain
	if strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r > '~' }) || len(address) > longest {
		return "", errAddress
	}
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || parsed.Name != "" {
		return "", errAddress
	}
	return address, nil
}
