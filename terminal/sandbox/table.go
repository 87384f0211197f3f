package sandbox

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// column is one field of a search row: where it stands in the JSON object, with
// dots between nested names, and how it is read from what was found. Columns of
// one object stand together. The same table makes the JSON and the CSV form.
type column[T any] struct {
	path string
	of   func(*T) any
}

// rowsJSON writes the rows as a JSON array.
func rowsJSON[T any](columns []column[T], rows []*T) ([]byte, error) {
	before, end := layout(columns)
	out := []byte{'['}
	for i, row := range rows {
		if i > 0 {
			out = append(out, ',')
		}
		for j, col := range columns {
			var err error
			if out, err = appendValue(append(out, before[j]...), col.of(row)); err != nil {
				return nil, err
			}
		}
		out = append(out, end...)
	}
	return append(out, ']'), nil
}

// layout is the text before the value of each column, and the text that ends a
// row: names, and the braces of the objects inside.
func layout[T any](columns []column[T]) (before []string, end string) {
	var open []string // the objects that are open, outermost first
	lead := "{"
	for _, col := range columns {
		parts := strings.Split(col.path, ".")
		name, groups := parts[len(parts)-1], parts[:len(parts)-1]
		same := 0
		for same < min(len(open), len(groups)) && open[same] == groups[same] {
			same++
		}
		text := strings.Repeat("}", len(open)-same) + lead
		for _, group := range groups[same:] {
			text += strconv.Quote(group) + ":{"
		}
		before = append(before, text+strconv.Quote(name)+":")
		open, lead = groups, ","
	}
	return before, strings.Repeat("}", len(open)+1)
}

// appendValue writes a value as JSON. Most are plain texts and amounts.
func appendValue(out []byte, value any) ([]byte, error) {
	var text []byte
	var err error
	switch v := value.(type) {
	case decimal:
		text, err = v.MarshalJSON()
	case string:
		if plain(v) {
			return append(append(append(out, '"'), v...), '"'), nil
		}
		text, err = json.Marshal(v)
	default:
		text, err = json.Marshal(v)
	}
	return append(out, text...), err
}

// plain reports whether JSON writes the text as it is.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == '"' || s[i] == '\\' {
			return false
		}
	}
	return true
}

// rowsCSV writes the rows with a header, RFC 4180. Null is an empty field.
func rowsCSV[T any](columns []column[T], rows []*T) (string, error) {
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	w.UseCRLF = true
	line := make([]string, len(columns))
	for i, col := range columns {
		line[i] = col.path
	}
	err := w.Write(line)
	for _, row := range rows {
		for i, col := range columns {
			if line[i], err = csvField(col.of(row)); err != nil {
				return "", err
			}
		}
		err = w.Write(line)
	}
	w.Flush()
	if err == nil {
		err = w.Error()
	}
	return text.String(), err
}

func csvField(value any) (string, error) {
	switch v := value.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	}
	text, err := json.Marshal(value)
	return string(text), err
}

// orNull is nil instead of an empty text.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// pageSize is the default and the largest number of rows of a page.
const pageSize = 500

// asked is what the path of a search asks for.
type asked struct {
	export     bool
	page, size int
}

// askedBy reads {exportable}/{pageNumber}/{pageSize}.
func askedBy(c *call) (a asked, out reply, bad bool) {
	if c.arg(0) != "true" && c.arg(0) != "false" {
		return a, badField("exportable", "true or false is required"), true
	}
	var ok1, ok2 bool
	a.export = c.arg(0) == "true"
	a.page, ok1 = pathNumber(c.arg(1), 1, 1<<20)
	a.size, ok2 = pathNumber(c.arg(2), pageSize, pageSize)
	if !ok1 {
		return a, badField("pageNumber", "pages count from 1"), true
	}
	return a, badField("pageSize", "a page has 1 to 500 rows"), !ok2
}

// pathNumber reads an optional number of the path.
func pathNumber(s string, missing, most int) (int, bool) {
	if s == "" {
		return missing, true
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 1 && n <= most
}

// documentPage is the envelope of the document's searches.
type documentPage struct {
	Count int             `json:"count"`
	Ret   json.RawMessage `json:"ret"`
}

// currentPage is that of the current dialect.
type currentPage struct {
	PageCurrent        int             `json:"pageCurrent"`
	PageCurrentResults int             `json:"pageCurrentResults"`
	PageTotal          int             `json:"pageTotal"`
	PageSize           int             `json:"pageSize"`
	TotalResults       int             `json:"totalResults"`
	SearchResultDTO    json.RawMessage `json:"searchResultDTO"`
}

// pageReply is the answer with one page of rows. Total is what all pages have
// together; the document's envelope does not tell it.
func pageReply[T any](h *Host, a asked, columns []column[T], rows []*T, total int) reply {
	if len(rows) == 0 && !h.current() {
		return reply{status: http.StatusNoContent}
	}
	if a.export {
		text, err := rowsCSV(columns, rows)
		if err != nil {
			return h.broken(err)
		}
		return reply{status: http.StatusOK, csv: text}
	}
	list, err := rowsJSON(columns, rows)
	if err != nil {
		return h.broken(err)
	}
	if !h.current() {
		return reply{status: http.StatusOK, body: documentPage{len(rows), list}}
	}
	return reply{status: http.StatusOK, body: currentPage{
		a.page, len(rows), (total + a.size - 1) / a.size, a.size, total, list}}
}
