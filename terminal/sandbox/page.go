package sandbox

import (
	"bytes"
	"context"
	_ "embed" // the page and its style
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

var (
	//go:embed page/page.html
	pageText string
	//go:embed page/style.css
	pageStyle []byte
)

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// pageRows is how many rows of the ledger the page shows, and pageReach in how
// many it looks for a text at a time: a ledger can have a million.
const (
	pageRows    = 25
	pageReach   = 10_000
	pageBatches = 12
	pageTime    = "2006-01-02 15:04:05"
)

// pageQuery is what a visitor asks the page for.
type pageQuery struct {
	Kind, Text, Batch string
	before            int64 // rows older than this id; 0 is from the newest
}

func readPageQuery(v url.Values) pageQuery {
	q := pageQuery{Kind: v.Get("kind"), Text: strings.TrimSpace(v.Get("text")), Batch: strings.ToLower(v.Get("batch"))}
	if n, err := strconv.ParseInt(v.Get("before"), 10, 64); err == nil && n > 0 {
		q.before = n
	}
	return q
}

// Filtered reports whether some rows are left out.
func (q pageQuery) Filtered() bool { return q.Kind != "" || q.Text != "" || q.Batch != "" }

// link is the page's address with this query.
func (q pageQuery) link() string {
	v := url.Values{}
	for name, value := range map[string]string{"kind": q.Kind, "text": q.Text, "batch": q.Batch} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if q.before > 0 {
		v.Set("before", strconv.FormatInt(q.before, 10))
	}
	return "/sandbox/?" + v.Encode() + "#ledger"
}

// pageData is all that the template shows.
type pageData struct {
	pageQuery
	Dialect       Dialect
	Now           string
	Kinds         []string
	Rows          []pageRow
	Older, Newest string // addresses; "" where there is nothing
	Searched      bool   // only part of the ledger was looked through
	Batches       []pageBatch
	Rules         []pageRule
	Waiting       int
	Ready         []readyFault
	MailDir       string
	Mails         []pageMail
	Cards         []TestCard
}

// showPage answers GET /sandbox/.
func (h *Host) showPage(w http.ResponseWriter, r *http.Request) {
	q := readPageQuery(r.URL.Query())
	now := h.clock.Now()
	faults := h.Faults()
	d := pageData{
		pageQuery: q, Dialect: h.opt.Dialect, Now: now.Format(pageTime + " MST"),
		Kinds: []string{kindSale, kindAuth, kindCapture, kindVoid, kindReturn, kindVerify},
		Rules: pageRules(faults), Waiting: faults.Waiting, Ready: readyFaults, Cards: Cards,
	}
	d.MailDir = h.opt.mailDir()
	d.Mails = pageMails(d.MailDir)
	err := h.closeDue(r.Context())
	if err == nil {
		err = h.ledger.fillRows(r.Context(), &d, now.Location())
	}
	if err == nil {
		d.Batches, err = h.ledger.pageBatches(r.Context(), now.Location())
	}
	var text bytes.Buffer
	if err == nil {
		err = pageTemplate.Execute(&text, d)
	}
	if err != nil {
		h.write(w, h.render(h.broken(err)))
		return
	}
	h.write(w, rendered{status: http.StatusOK, kind: typeHTML, body: text.Bytes()})
}

func showStyle(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(pageStyle) // a visitor who has gone needs no style
}

// fillRows fills in the rows that the query asks for, newest first, and where
// to go from there.
func (l *Ledger) fillRows(ctx context.Context, d *pageData, zone *time.Location) error {
	var newest int64
	if err := l.db.QueryRowContext(ctx, `SELECT coalesce(max(id), 0) FROM transactions`).Scan(&newest); err != nil {
		return err
	}
	from := newest + 1
	if d.before > 0 && d.before < from {
		from = d.before
		q := d.pageQuery
		q.before = 0
		d.Newest = q.link()
	}
	where, args, reach := "t.id < ?", []any{from}, int64(0)
	add := func(condition string, more ...any) {
		where += " AND " + condition
		args = append(args, more...)
	}
	switch guid := strings.ToLower(d.Text); {
	case isGUID(guid):
		add(`t.id IN (SELECT id FROM transactions WHERE guid = ? UNION ALL
			SELECT id FROM transactions WHERE related = ? AND related <> '')`, guid, guid)
	case d.Text != "":
		reach = max(from-pageReach, 0)
		add(`instr(lower(t.sequence || ' ' || t.order_number || ' ' || t.status || ' ' || t.code || ' ' ||
			t.brand || ' ' || t.last4 || ' ' || t.auth_code || ' ' || t.holder), lower(?)) > 0`, d.Text)
	}
	if d.Kind != "" {
		add("t.kind = ?", d.Kind)
	}
	if d.Batch != "" {
		add("t.batch = ?", d.Batch)
		if d.Kind != "" { // no index has both
			reach = max(from-pageReach, 0)
		}
	}
	add("t.id >= ?", reach)
	rows, err := l.pageRows(ctx, where, args, zone)
	if err != nil {
		return err
	}
	d.Searched = reach > 1
	older := d.pageQuery
	if len(rows) > pageRows {
		rows, older.before = rows[:pageRows], rows[pageRows-1].id
		d.Older = older.link()
	} else if d.Searched {
		older.before = reach
		d.Older = older.link()
	}
	d.Rows = rows
	return nil
}

// pageRule is a rule of the fault plan in words.
type pageRule struct {
	Call, If, Fault, Often string
	Seen, Fired            int
	Over                   bool // it has fired as often as it may
}

func pageRules(report FaultReport) []pageRule {
	rules := make([]pageRule, len(report.Plan.Rules))
	for i, r := range report.Plan.Rules {
		n := report.Counts[i]
		p := pageRule{Call: r.Call, If: r.Match.words(), Fault: r.Fault.String(), Often: "always", Seen: n.Seen, Fired: n.Fired, Over: r.over(n)}
		if p.Call == "" {
			p.Call = "all"
		}
		var often []string
		if r.Chance != "" {
			often = append(often, r.Chance)
		}
		switch {
		case r.Match.Nth > 0:
			often = append(often, "request "+strconv.Itoa(r.Match.Nth))
		case r.Times == 1:
			often = append(often, "once")
		case r.Times > 1:
			often = append(often, strconv.Itoa(r.Times)+" times")
		}
		if len(often) > 0 {
			p.Often = strings.Join(often, ", ")
		}
		rules[i] = p
	}
	return rules
}

// words says what a rule looks for in a request.
func (m FaultMatch) words() string {
	var all []string
	for _, w := range [][2]string{{"card ····", m.Last4}, {"amount ", m.Amount}, {"number ", m.Sequence}, {"order ", m.Order}, {"device ", m.Device}} {
		if w[1] != "" {
			all = append(all, w[0]+w[1])
		}
	}
	if len(all) == 0 {
		return "any"
	}
	return strings.Join(all, ", ")
}

// readyFault is a fault that the page offers by name.
type readyFault struct {
	Name string
	Rule FaultRule
}

// readyFaults are those worth an exercise. A test holds them against the rules
// of a plan.
var readyFaults = []readyFault{
	nextSale("Next sale: charged, answer lost", Fault{Kind: FaultDrop, When: "after"}),
	nextSale("Next sale: never arrives", Fault{Kind: FaultDrop, When: "before"}),
	nextSale("Next sale: no answer, approved after two minutes", Fault{Kind: FaultLate, For: 2 * time.Minute}),
	nextSale("Next sale: answer after 20 seconds", Fault{Kind: FaultDelay, For: 20 * time.Second, When: "after"}),
	nextSale("Next sale: charged, but a web page answers", Fault{Kind: FaultHTML, Page: "gateway", When: "after"}),
	nextSale("Next sale: answer cut off", Fault{Kind: FaultTruncate, At: 200}),
	nextSale("Next sale: charged twice", Fault{Kind: FaultReplay}),
	{"A quarter of all calls: connection reset", FaultRule{Chance: "25%", Fault: Fault{Kind: FaultReset, When: "after"}}},
	{"All calls: service unavailable", FaultRule{Fault: Fault{Kind: FaultStatus, Status: 503, Body: "empty", When: "before"}}},
	{"All calls: sign-in page of a public network", FaultRule{Fault: Fault{Kind: FaultHTML, Page: "portal", When: "before"}}},
	{"Searches: five minutes behind", FaultRule{Call: "POST search/*", Fault: Fault{Kind: FaultLag, For: 5 * time.Minute}}},
	{"Lists of a batch: one missing, one more, one altered", FaultRule{Call: "GET batches/*", Fault: Fault{Kind: FaultRows, Missing: 1, Extra: 1, Altered: 2}}},
	{"The host's clock: two hours ahead", FaultRule{Fault: Fault{Kind: FaultSkew, For: 2 * time.Hour}}},
}

func nextSale(name string, f Fault) readyFault {
	return readyFault{name, FaultRule{Call: "POST sales", Times: 1, Fault: f}}
}
