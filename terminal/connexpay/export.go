package connexpay

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"paydesk/terminal/redact"
)

// maxRecord is the longest line of CSV that is read, beside a buffer.
const maxRecord = 64 << 10

// csvHeader names the columns of line.cells.
var csvHeader = []string{"guid", "time", "status", "amount", "effective_amount", "card_type", "last4", "card_holder",
	"order_number", "code", "message", "batch_status", "device", "related", "detail"}

func (l line) cells() []string {
	return []string{l.guid, l.stamp, l.status, string(l.amount), string(l.effective), l.cardType, l.last4, l.holder,
		l.order, l.code, l.message, l.batch, l.device, l.related, l.detail}
}

// ExportCSV writes the results of a search as CSV, page by page (ConnexPay API,
// Search, exportable). The document does not show the form of an export: a
// host's own CSV is passed on with card numbers masked, and rows in JSON are
// written as CSV here. A filter that the host ignores is noticed in JSON only.
func (c *Client) ExportCSV(ctx context.Context, f Filter, w io.Writer) error {
	x := &export{pager: newPager(c, f), out: csv.NewWriter(w)}
	x.exportable, x.csv = true, x.page
	for more := true; more; {
		var err error
		if more, err = x.next(ctx); err != nil {
			return err
		}
		if x.exported {
			more = x.count == x.size
		} else if err := x.write(); err != nil {
			return err
		}
		if x.out.Flush(); x.out.Error() != nil {
			return unwritten(x.out.Error())
		}
	}
	return nil
}

func unwritten(err error) error {
	return &Problem{"The list cannot be written. Check that there is room, and that you may write there.", err}
}

// export is an export under way.
type export struct {
	*pager
	out    *csv.Writer
	header []string
	head   []string // the first row of the page before
	count  int      // rows of the page
}

// write adds a page that came in JSON.
func (x *export) write() error {
	if x.header == nil {
		x.header = csvHeader
		if err := x.out.Write(x.header); err != nil {
			return unwritten(err)
		}
	}
	for i, fresh := range x.fresh {
		if !fresh {
			continue
		}
		cells := x.lines[i].cells()
		for i, cell := range cells {
			cells[i] = safeCell(cell)
		}
		if err := x.out.Write(cells); err != nil {
			return unwritten(err)
		}
	}
	return nil
}

// page passes on a page that came in CSV.
func (x *export) page(body io.Reader) error {
	leash := &leash{r: body}
	in := csv.NewReader(leash)
	in.FieldsPerRecord, in.LazyQuotes, in.ReuseRecord = -1, true, true
	x.count = 0
	for begun := false; ; begun = true {
		leash.left = maxRecord
		cells, err := in.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		for i, cell := range cells {
			cells[i] = safeCell(redact.Text(cell))
		}
		if len(cells) == 1 && cells[0] == "" {
			continue // it would be written as no line at all
		}
		switch {
		case x.header == nil:
			x.header = slices.Clone(cells)
		case !begun && slices.Equal(cells, x.header):
			continue // each page has one
		default:
			x.count++
			if x.count == 1 {
				if x.number > 1 && slices.Equal(cells, x.head) {
					return errSamePage
				}
				x.head = slices.Clone(cells)
			}
		}
		if err := x.out.Write(cells); err != nil {
			return unwritten(err)
		}
	}
}

// leash bounds what is read for one record: a quote that is never closed would
// make the rest of the answer one.
type leash struct {
	r    io.Reader
	left int
}

var errRecord = errors.New("a line of the list is too long")

func (l *leash) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errRecord
	}
	n, err := l.r.Read(p)
	l.left -= n
	return n, err
}

// safeCell keeps a spreadsheet from taking a text of a stranger's for a
// formula (OWASP, CSV injection). A negative number stays one.
func safeCell(cell string) string {
	if cell != "" && (strings.ContainsRune("=+@\t\r", rune(cell[0])) || cell[0] == '-' && !plainDecimal(cell)) {
		return "'" + cell
	}
	return cell
}
