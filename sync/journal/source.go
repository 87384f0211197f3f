package journal

import (
	"fmt"
	"strings"

	"paydesk/terminal/order"
)

// source is a list of candidates in a table, found by an index.
type source struct {
	table, by, where string
	args             []any
	// ordered: the index has them in the order of the list, so that a page can
	// begin in the midst of many.
	ordered bool
}

// afterAll follows every text that begins with what is in front of it.
const afterAll = "\U0010FFFF"

// all is the condition of the source that has all rows.
const all = "1"

// sources are those that the query offers.
func (s finder) sources() []source {
	var found []source
	column := func(name string, values ...any) {
		if len(values) > 0 {
			found = append(found, source{table: "search", by: "INDEXED BY search_" + name, ordered: len(values) == 1,
				where: "c." + name + " IN (?" + strings.Repeat(", ?", len(values)-1) + ")", args: values})
		}
	}
	for _, w := range order.Words(s.Text) {
		from := source{table: "search_words", where: "c.word >= ? AND c.word < ?", args: []any{w, w + afterAll}}
		if only, ok := s.onlyWord(w); ok || s.Whole {
			if s.Whole {
				only = w
			}
			from = source{table: "search_words", where: "c.word = ?", args: []any{only}, ordered: true}
		}
		found = append(found, from)
	}
	if s.Number != "" {
		found = append(found, source{table: "objects", where: "c.kind IN " + listedKinds + " AND c.id >= ? AND c.id < ?", args: []any{s.Number, s.Number + afterAll}})
	}
	if s.Last4 != "" {
		column("last4", s.Last4)
	}
	if s.Operator != "" {
		column("operator", s.Operator)
	}
	column("state", anys(s.States)...)
	column("kind", anys(s.Kinds)...)
	if least, most, set := s.amounts(); set {
		if least == most {
			column("amount", least)
		} else {
			found = append(found, source{table: "search", by: "INDEXED BY search_amount", where: "c.amount >= ? AND c.amount <= ?", args: []any{least, most}})
		}
	}
	return found
}

// onlyWord is the word that begins with w, where there is just one.
func (s finder) onlyWord(w string) (word string, ok bool) {
	const first = `(SELECT word FROM search_words WHERE word >= ?1 AND word < ?2 ORDER BY word %s LIMIT 1)`
	err := s.tx.QueryRowContext(s.ctx, fmt.Sprintf(`SELECT w.low FROM (SELECT `+first+` AS low, `+first+` AS high) AS w WHERE w.low = w.high`, "", "DESC"),
		w, w+afterAll).Scan(&word)
	return word, err == nil
}

// source chooses the one with the fewest candidates, as far as they can be
// counted in a moment, or all rows in the order of the list.
func (s finder) source() (source, error) {
	best, fewest := source{table: "search", where: all, ordered: true}, maxFew+1
	for _, from := range s.sources() {
		where, args := from.where, from.args
		if from.ordered { // the index finds both at once
			span, more := s.span("c")
			where, args = where+" AND"+span, append(args[:len(args):len(args)], more...)
		}
		var n int
		err := s.tx.QueryRowContext(s.ctx, fmt.Sprintf(`SELECT count(*) FROM (SELECT 1 FROM %s AS c %s WHERE %s LIMIT %d)`,
			from.table, from.by, where, maxFew+1), args...).Scan(&n)
		if err != nil {
			return source{}, err
		}
		if n < fewest || n == fewest && from.ordered && best.where == all {
			best, fewest = from, n
		}
	}
	return best, nil
}

// filters are the conditions of the query on the row s of the index.
func (s finder) filters() (where string, args []any) {
	and := func(condition string, values ...any) {
		where += " AND " + condition
		args = append(args, values...)
	}
	in := func(column string, values []any) {
		if len(values) > 0 {
			and(column+" IN (?"+strings.Repeat(", ?", len(values)-1)+")", values...)
		}
	}
	and("(s.kind <> ? OR s.state <> ?)", string(order.KindStored), string(order.StoredApproved))
	if least, most, set := s.amounts(); set {
		and("s.amount BETWEEN ? AND ?", least, most)
	}
	if s.Last4 != "" {
		and("s.last4 = ?", s.Last4)
	}
	if s.Operator != "" {
		and("s.operator = ?", s.Operator)
	}
	in("s.state", anys(s.States))
	in("s.kind", anys(s.Kinds))
	if s.Number != "" {
		and("s.id >= ? AND s.id < ?", s.Number, s.Number+afterAll)
	}
	for _, w := range order.Words(s.Text) {
		if w = `"` + w; s.Whole { // words have no quotes in them
			w += `"`
		}
		and("instr(s.words, ?) > 0", w)
	}
	return where, args
}

// amounts are the bounds in minor units.
func (s finder) amounts() (least, most int64, set bool) {
	least, most = -1<<62, 1<<62
	if s.Least.Currency != "" {
		least, set = s.Least.Minor, true
	}
	if s.Most.Currency != "" {
		most, set = s.Most.Minor, true
	}
	return least, most, set
}

func anys[T ~string](values []T) (texts []any) {
	for _, v := range values {
		texts = append(texts, string(v))
	}
	return texts
}
