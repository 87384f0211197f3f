package connexpay

import (
	"context"
	"encoding/json"
	"io"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// MaxPage is the service's default and largest number of rows of a page.
	MaxPage = 500

	searchTimeout = 30 * time.Second
	// maxPageBytes is the longest page that is read: thirty times a usual one.
	maxPageBytes = 16 << 20
)

// Filter is what a search looks for: one of the filters of this package.
type Filter interface {
	// kind is the name of the search in its path.
	kind() string
	where() *Where
	// keeps reports whether a row is what was asked for, as far as it tells:
	// hosts are known that ignore filters.
	keeps(l line) bool
	// decode reads the next row.
	decode(d *json.Decoder) (line, error)
}

// row is a result of a search.
type row interface{ line() line }

// line is a row as every search has it, for comparison and for CSV.
type line struct {
	guid, stamp, status         string
	amount, effective           Decimal
	cardType, last4, holder     string
	order, code, message, batch string
	device, related, detail     string
}

// same reports two rows of one transaction.
func (l line) same(other line) bool {
	if l.guid != "" || other.guid != "" {
		return l.guid == other.guid
	}
	return l == other // the document's rows of verifies have no guid
}

// search streams the rows of a search page by page: it holds one page, however
// many there are. It ends with the first error.
func search[R row, F Filter](ctx context.Context, c *Client, f F) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		var rows []R
		p := newPager(c, f)
		p.take = func(d *json.Decoder) (line, error) {
			var r R
			err := d.Decode(&r)
			rows = append(rows, r)
			return r.line(), err
		}
		for {
			rows = rows[:0]
			more, err := p.next(ctx)
			if err != nil {
				var none R
				yield(none, err)
				return
			}
			for i, fresh := range p.fresh {
				if fresh && !yield(rows[i], nil) {
					return
				}
			}
			if !more {
				return
			}
		}
	}
}

// pager fetches the pages of one search in turn.
type pager struct {
	c          *Client
	filter     Filter
	size       int
	exportable bool
	// take reads the next row of a page, csv a page in CSV.
	take func(d *json.Decoder) (line, error)
	csv  func(io.Reader) error

	number   int    // of the page
	lines    []line // of the page
	fresh    []bool // of each: asked for, and not on the page before
	before   map[string]bool
	first    line // of the page before
	seen     int  // rows so far
	total    int  // as the host said, the most of all pages
	pages    int  // the same, -1 unknown
	exported bool // the page came in CSV
}

func newPager(c *Client, f Filter) *pager {
	p := &pager{c: c, filter: f, size: f.where().PageSize, take: f.decode, pages: -1}
	if p.size < 1 || p.size > MaxPage {
		p.size = MaxPage
	}
	return p
}

// next fetches a page, and tells whether there may be more.
func (p *pager) next(ctx context.Context) (more bool, err error) {
	p.number++
	p.lines, p.fresh = p.lines[:0], p.fresh[:0]
	info, err := p.fetch(ctx)
	if err != nil || p.exported {
		return false, err
	}
	if len(p.lines) == 0 {
		if p.seen < p.total {
			return false, &Problem{"The payment service announced " + strconv.Itoa(p.total) + " results and sent " + strconv.Itoa(p.seen) +
				". The list is not complete: search again, in shorter periods.", nil}
		}
		return false, nil
	}
	if p.number > 1 && p.first.same(p.lines[0]) {
		return false, errSamePage
	}
	if p.number == 1 || info.total > p.total {
		// Rows that come in meanwhile may push others to a page more.
		p.total, p.pages = info.total, info.pages
	}
	p.sift()
	p.seen += len(p.lines)
	if p.pages >= 0 {
		return p.number < p.pages, nil
	}
	// A count is that of the page or of all results: the document does not say.
	return len(p.lines) >= p.size || p.seen < p.total, nil
}

var errSamePage = &Problem{"The payment service sends the same page of results again and again, so that the list cannot be completed. Search in shorter periods, of which each fits one page.", nil}

// sift marks what was asked for and was not on the page before: rows move from
// one page to the next while others come in.
func (p *pager) sift() {
	now := make(map[string]bool, len(p.lines))
	for _, l := range p.lines {
		twice := l.guid != "" && (p.before[l.guid] || now[l.guid])
		now[l.guid] = true
		p.fresh = append(p.fresh, !twice && p.filter.keeps(l))
	}
	p.before, p.first = now, p.lines[0]
}

func (p *pager) fetch(ctx context.Context) (pageInfo, error) {
	where := p.filter.where()
	if where.MerchantGUID == "" {
		where.MerchantGUID = p.c.cfg.MerchantGUID
	}
	if where.MerchantGUID == "" {
		return pageInfo{}, &Problem{"A search needs the guid of the merchant. Put it into host.merchant_guid in the settings; the payment service tells it.", nil}
	}
	body, err := json.Marshal(p.filter)
	if err != nil {
		return pageInfo{}, &Problem{"An amount of the search cannot be read. Write it as 12.50.", err}
	}
	var info pageInfo
	k := call{method: http.MethodPost, path: "Search/" + p.filter.kind() + "/" + strconv.FormatBool(p.exportable) + "/" +
		strconv.Itoa(p.number) + "/" + strconv.Itoa(p.size), body: body, contentType: "application/json", timeout: searchTimeout,
		stream: func(r io.Reader) (err error) { info, err = p.read(r); return err }}
	if p.csv != nil {
		k.csv = func(r io.Reader) error { p.exported = true; return p.csv(r) }
	}
	r := p.c.authorized(ctx, k)
	switch {
	case nothing(r) || info.none:
		p.lines = p.lines[:0]
		return pageInfo{pages: -1}, nil
	case r.status/100 == 2 && r.err != nil:
		return info, p.c.broken(r.err)
	case p.exported:
		return info, nil
	}
	return info, p.c.refusal(r)
}

// broken is an answer that began well and could not be read to its end.
func (c *Client) broken(err error) error {
	if known, ok := err.(*Problem); ok {
		return known
	}
	return &Problem{"The answer of the payment service broke off or cannot be read. Search again; if this comes back, search in shorter periods.", err}
}

// pageInfo is what the envelope of a page says beside its rows.
type pageInfo struct {
	total int // results in all; 0 is not said
	pages int // pages in all; -1 is not said
	none  bool
}

// read takes a page in either envelope: the document's count and ret, or the
// present one's searchResultDTO with its counts.
func (p *pager) read(body io.Reader) (pageInfo, error) {
	info, found := pageInfo{pages: -1}, false
	d := json.NewDecoder(io.LimitReader(body, maxPageBytes))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return info, errUnreadable
	}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return info, err
		}
		name, _ := t.(string)
		switch strings.ToLower(name) {
		case "ret", "searchresultdto":
			if found {
				return info, errUnreadable
			}
			found = true
			err = p.rows(d)
		case "count", "totalresults":
			info.total, err = readCount(d)
		case "pagetotal":
			info.pages, err = readCount(d)
		case "message":
			var text Word
			err = d.Decode(&text)
			info.none = strings.HasPrefix(strings.ToLower(string(text)), "noresultfound")
		default:
			err = d.Decode(&json.RawMessage{})
		}
		if err != nil {
			return info, err
		}
	}
	if _, err := d.Token(); err != nil {
		return info, err
	}
	if _, err := d.Token(); err != io.EOF || !found && !info.none {
		return info, errUnreadable
	}
	return info, nil
}

// rows reads the array of rows, or null, which is none.
func (p *pager) rows(d *json.Decoder) error {
	t, err := d.Token()
	if err != nil || t == nil {
		return err
	}
	if t != json.Delim('[') {
		return errUnreadable
	}
	for d.More() {
		if len(p.lines) == MaxPage {
			return &Problem{"The payment service sends more rows at once than it should. Search in shorter periods.", nil}
		}
		l, err := p.take(d)
		if err != nil {
			return err
		}
		p.lines = append(p.lines, l)
	}
	_, err = d.Token()
	return err
}

func readCount(d *json.Decoder) (int, error) {
	var f flex
	if err := d.Decode(&f); err != nil || f == "" {
		return 0, err
	}
	return strconv.Atoi(string(f))
}

// decode reads one row of a kind.
func decode[R row](d *json.Decoder) (line, error) {
	var r R
	err := d.Decode(&r)
	return r.line(), err
}
