// Package masspay writes the files that PayPal's mass payment upload takes: one
// recipient a line, of one currency and one kind of recipient each (IPN
// reference, 8).
package masspay

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// MaxLines is how many payouts a file has at most.
const MaxLines = 5000

// ErrMixed: the payouts do not fit into one file, or one has a text that would
// spoil it.
var ErrMixed = errors.New("these payouts do not make one file")

// Split sorts payouts into those that can be in one file: of one currency and one
// kind of recipient, MaxLines at most. Their order is kept.
func Split(list []order.Payout) [][]order.Payout {
	type key struct {
		currency money.Currency
		kind     order.Recipient
	}
	var keys []key
	parts := map[key][]order.Payout{}
	for _, p := range list {
		k := key{p.Amount.Currency, p.Kind()}
		if parts[k] == nil {
			keys = append(keys, k)
		}
		parts[k] = append(parts[k], p)
	}
	var all [][]order.Payout
	for _, k := range keys {
		all = append(all, slices.Collect(slices.Chunk(parts[k], MaxLines))...)
	}
	return all
}

// Sum is what the payouts of a file add up to, to be held against what PayPal
// shows before it is confirmed there.
func Sum(list []order.Payout) (money.Amount, error) {
	if len(list) == 0 {
		return money.Amount{}, ErrMixed
	}
	sum := money.New(0, list[0].Amount.Currency)
	for _, p := range list {
		var err error
		if sum, err = sum.Add(p.Amount); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// File is the payouts as PayPal takes them, with commas and without a head.
func File(list []order.Payout) ([]byte, error) {
	if _, err := Sum(list); err != nil || len(list) > MaxLines {
		return nil, errors.Join(ErrMixed, err)
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.UseCRLF = true // as spreadsheets write it
	for _, p := range list {
		if err := p.Check(); err != nil {
			return nil, fmt.Errorf("payout %s: %w", p.ID, err)
		}
		if p.Kind() != list[0].Kind() {
			return nil, ErrMixed
		}
		if err := w.Write([]string{p.To, p.Amount.Decimal(), string(p.Amount.Currency), p.ID, note(p.Note)}); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

// note keeps a spreadsheet from taking a note for a formula, in which somebody
// may look at the file before it is uploaded.
func note(s string) string {
	if s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return " " + s
	}
	return s
}

// Name is what the file of a day is called; number tells those of one day apart.
func Name(list []order.Payout, day string, number int) string {
	return fmt.Sprintf("masspay-%s-%s-%s-%d.csv", day, list[0].Amount.Currency, list[0].Kind(), number)
}
