package sandbox

import (
	"encoding/json"
	"maps"
	"slices"

	"paydesk/terminal/money"
)

// damage takes a row out of a list or a page, puts one in, and changes the amount
// of one, as the fault counts them. What is neither stays as it is.
func (f Fault) damage(out rendered) rendered {
	v, err := parsed(out.body)
	if err != nil {
		return out
	}
	switch list := v.(type) {
	case []any:
		v = f.damaged(list)
	case map[string]any:
		for _, name := range []string{"ret", "searchResultDTO"} {
			rows, ok := list[name].([]any)
			if !ok {
				continue
			}
			damaged := f.damaged(rows)
			list[name] = damaged
			if _, counted := list["count"].(json.Number); counted {
				list["count"] = len(damaged)
			}
		}
	}
	if body, err := encode(v); err == nil {
		out.body = body
	}
	return out
}

// damaged are the rows with the fault. Its numbers are those of the rows before.
func (f Fault) damaged(rows []any) []any {
	var after []any
	for i, row := range rows {
		if i+1 == f.Altered {
			row = otherRow(row, 1, false)
		}
		if i+1 != f.Missing {
			after = append(after, row)
		}
		if i+1 == f.Extra {
			after = append(after, otherRow(row, 100, true))
		}
	}
	return slices.Clip(after)
}

// otherRow is a copy of a row with more minor units, and as one of its own with
// other guids: the same ones every time.
func otherRow(row any, more int64, own bool) any {
	members, ok := row.(map[string]any)
	if !ok {
		return row
	}
	members = maps.Clone(members)
	for name, value := range members {
		switch value := value.(type) {
		case json.Number:
			if a, err := money.Parse(value.String(), accountCurrency); err == nil && (name == "amount" || name == "effectiveAmount") {
				members[name] = decimal(money.New(a.Minor+more, accountCurrency))
			}
		case string:
			if own && (name == "guid" || name == "transactionGuid") {
				members[name] = derivedGUID([]byte(value), "extra row", value)
			}
		}
	}
	return members
}
