// Package paylog is the screen with the payment log: what providers told of
// money that came and went, whose balance it changed, and what is paid out.
package paylog

import (
	"context"
	"time"
	"unicode/utf8"

	"paydesk/app/approve"
	"paydesk/app/bridge"
	"paydesk/app/form"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/widgets/caps"
	"paydesk/terminal"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// Desk is what the screen needs of the terminal.
type Desk interface {
	Operators(ctx context.Context) ([]staff.Operator, error)
	PaymentLog(ctx context.Context, q order.NoticeQuery) (order.NoticePage, error)
	// Customers lists those whose name or address has a text, all for "".
	Customers(ctx context.Context, text string) ([]order.Customer, error)
	// SaveCustomer keeps a new customer, whose ID is "", or another name and other
	// addresses of one.
	SaveCustomer(ctx context.Context, c order.Customer) error
	// MatchNotice books an entry to the balance of a customer.
	MatchNotice(ctx context.Context, id, customer string) error
	Payouts(ctx context.Context) ([]order.Payout, error)
	AddPayouts(ctx context.Context, list []order.Payout) error
	CancelPayout(ctx context.Context, id string) error
	// PayoutFiles writes the provider's files of payouts; again is for those that
	// were written before.
	PayoutFiles(ctx context.Context, ids []string, again bool) ([]terminal.PayoutFile, error)
}

// row is one line at the right: do is nil where there is nothing to press.
type row struct {
	form.Item
	do func()
}

// page is what stands at the right.
type page interface {
	// head is what it is, and a sentence about it.
	head() (title, say string)
	rows() []row
	// load reads what it shows, and calls Changed.
	load()
}

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	// Changed is called when View is to be shown again, Back to leave; Open leads
	// to the story of a code.
	Changed func()
	Back    func()
	Open    func(code string)
	// Ask asks whether something is to be done, and calls yes then; Tell says what
	// was done.
	Ask  func(title, words, act string, yes func())
	Tell func(title, words string)

	desk     Desk
	task     *form.Task
	run      bridge.Run
	clock    clock.Clock
	snapshot engine.Snapshot
	names    map[string]string // of operators
	people   map[string]order.Customer

	folder, at int
	inside     bool
	pages      []page // the last is in sight
	form       *form.Form
	title      string // of the form
	main       string // what ends it
	filter     filter
	note       string
	wrong      bool
}

// New makes a presenter. do does what may need somebody's approval.
func New(desk Desk, do approve.Do, run bridge.Run, c clock.Clock) *Presenter {
	p := &Presenter{desk: desk, task: form.NewTask(do, run), run: run, clock: c, Changed: func() {}, Back: func() {}, Open: func(string) {},
		Ask: func(string, string, string, func()) {}, Tell: func(string, string) {}}
	p.pages = []page{folders[0].open(p)}
	return p
}

// folder is one of the parts of the log. Its name is a part of the catalogue's
// keys.
type folder struct {
	name  string
	shape look.Shape
	open  func(*Presenter) page
}

// asks is a folder with the entries of a query.
func asks(q order.NoticeQuery) func(*Presenter) page {
	return func(p *Presenter) page { return &entries{p: p, query: q} }
}

var folders = []folder{
	{"all", look.Clock, asks(order.NoticeQuery{})},
	{"review", look.Alert, asks(order.NoticeQuery{States: []order.NoticeState{order.NoticeReview}})},
	{"payments", look.Check, asks(order.NoticeQuery{Kinds: []order.NoticeKind{order.NoticePayment}})},
	{"back", look.Left, asks(order.NoticeQuery{Kinds: []order.NoticeKind{order.NoticeRefund, order.NoticeReversal, order.NoticeRestored}})},
	{"results", look.Up, asks(order.NoticeQuery{Kinds: []order.NoticeKind{order.NoticePayout}})},
	{"invalid", look.Cross, asks(order.NoticeQuery{States: []order.NoticeState{order.NoticeInvalid}})},
	{"customers", look.Person, func(p *Presenter) page { return &customers{p: p} }},
	{"payouts", look.Tray, func(p *Presenter) page { return &payouts{p: p} }},
}

// Review is the number of the folder with what waits for a person.
const Review = 1

// Apply takes a snapshot.
func (p *Presenter) Apply(s engine.Snapshot) {
	changed := s.Changed != p.snapshot.Changed
	p.snapshot = s
	if changed && p.names != nil {
		p.top().load()
	}
	p.Changed()
}

// Begin reads what is in sight anew.
func (p *Presenter) Begin() {
	p.tell("", false)
	p.run(func(ctx context.Context) func() {
		people, err := p.desk.Operators(ctx)
		return func() {
			p.names = map[string]string{}
			if err == nil { // their ids are shown otherwise
				for _, o := range people {
					p.names[o.ID] = o.Name
				}
			}
			p.Changed()
		}
	})
	p.known()
	p.top().load()
}

// known reads who the customers are: entries name them.
func (p *Presenter) known() {
	p.run(func(ctx context.Context) func() {
		all, err := p.desk.Customers(ctx, "")
		return func() {
			if err != nil {
				return // their ids are shown instead
			}
			p.people = map[string]order.Customer{}
			for _, c := range all {
				p.people[c.ID] = c
			}
			p.Changed()
		}
	})
}

// Hide ends what is under way.
func (p *Presenter) Hide() {
	p.task.Cancel()
	p.names = nil
}

func (p *Presenter) top() page { return p.pages[len(p.pages)-1] }

func (p *Presenter) tell(note string, wrong bool) {
	p.note, p.wrong = note, wrong
	p.Changed()
}

// refused says what was wrong: beside the field, or above.
func (p *Presenter) refused(err error) {
	if p.form == nil {
		p.tell(text.Of(err), true)
		return
	}
	p.form.Now().Problem = text.Of(err)
	p.Changed()
}

// go to another page, and back from it.
func (p *Presenter) enter(next page) {
	p.pages, p.at, p.inside = append(p.pages, next), 0, true
	p.tell("", false)
	next.load()
}

func (p *Presenter) back() {
	p.pages, p.at = p.pages[:len(p.pages)-1], 0
	p.tell("", false)
	p.top().load()
}

// fill begins a form.
func (p *Presenter) fill(title string, done func(*form.Form), fields ...*form.Field) {
	f := form.New(fields...)
	f.Changed, f.Done = func() { p.Changed() }, func() { done(f) }
	p.form, p.title, p.main = f, title, text.Get("paylog.save")
	p.tell("", false)
}

// do changes something; then happens where it went well.
func (p *Presenter) do(work func(context.Context) error, then func()) {
	p.task.Start(func(ctx context.Context, _ func(func())) error { return work(ctx) }, func(err error) {
		if err != nil {
			p.refused(err)
			return
		}
		p.form = nil
		then()
		p.known()
		p.top().load()
	})
}

// View is the present view.
func (p *Presenter) View() form.Page {
	whole := text.Get("paylog.title")
	v := form.Page{Title: whole, Whole: whole, Back: text.Get("paylog.back"), LeftAt: p.folder, RightAt: -1, Inside: p.inside, Note: p.note, NoteWrong: p.wrong}
	for _, f := range folders {
		v.Left = append(v.Left, form.Item{Name: text.Get("paylog.folder." + f.name), Say: text.Get("paylog.folder." + f.name + ".say"), Shape: f.shape})
	}
	if p.inside {
		v.Title, v.Say = p.top().head()
		v.Whole, v.RightAt = "", p.at
	}
	if p.form != nil {
		v.Form, v.Title, v.Main = p.form, p.title, p.main
		return v
	}
	if _, ok := p.top().(finder); ok {
		v.Other = text.Get("paylog.search")
		if p.filter.on() {
			v.Other = text.Get("paylog.unsearch")
			if v.Note == "" {
				v.Note = p.filter.words()
			}
		}
	}
	for _, r := range p.top().rows() {
		v.Right = append(v.Right, r.Item)
	}
	return v
}

// Choose opens a folder.
func (p *Presenter) Choose(i int) {
	if i < 0 || i >= len(folders) {
		return
	}
	p.folder, p.at, p.inside, p.form = i, 0, true, nil
	p.pages = []page{folders[i].open(p)}
	p.tell("", false)
	p.top().load()
}

// Pick does what a row is for.
func (p *Presenter) Pick(i int) {
	rows := p.top().rows()
	if i < 0 || i >= len(rows) || p.task.Busy() {
		return
	}
	p.at, p.inside = i, true
	if rows[i].do != nil {
		rows[i].do()
	}
	p.Changed()
}

// Move goes to the next row, or the one before.
func (p *Presenter) Move(by int) {
	if p.inside {
		p.at = min(max(0, p.at+by), max(0, len(p.top().rows())-1))
		p.Changed()
		return
	}
	if next := min(max(0, p.folder+by), len(folders)-1); next != p.folder {
		p.Choose(next)
		p.inside = false
		p.Changed()
	}
}

// Leave goes one step back.
func (p *Presenter) Leave() {
	p.task.Cancel()
	switch {
	case p.form != nil:
		p.form = nil
		p.tell("", false)
	case len(p.pages) > 1:
		p.back()
	case p.inside:
		p.inside = false
		p.tell("", false)
	default:
		p.Back()
	}
}

// Key handles a key of the keyboard.
func (p *Presenter) Key(k keys.Key) bool {
	switch {
	case k == keys.Escape || k == keys.Sale && p.form == nil:
		p.Leave()
	case p.form != nil:
		return p.form.Key(k)
	case k == keys.Undo:
		p.Search()
	case k == keys.Up:
		p.Move(-1)
	case k == keys.Down || k == keys.Tab:
		p.Move(1)
	case k == keys.Left:
		p.inside = false
		p.Changed()
	case (k == keys.Right || k == keys.Enter) && !p.inside:
		p.inside = true
		p.Changed()
	case k == keys.Enter:
		p.Pick(p.at)
	default:
		return false
	}
	return true
}

// Rune handles a sign of the keyboard.
func (p *Presenter) Rune(r rune) {
	if p.form != nil {
		p.form.Rune(r)
	}
}

// Press handles a key of a pad on the screen.
func (p *Presenter) Press(c caps.Cap) {
	if p.form != nil {
		p.form.Press(c)
	}
}

// Paste adds text of any length to the field.
func (p *Presenter) Paste(words string) {
	if p.form != nil {
		p.form.Paste(words)
	}
}

// End finishes the form.
func (p *Presenter) End() {
	if p.form != nil && !p.task.Busy() {
		p.form.End()
	}
}

func (p *Presenter) when(t time.Time) string { return text.Moment(t.In(p.clock.Now().Location())) }

// facts are rows that only tell, and leave out what is not there.
type facts []row

func (f *facts) add(key, value string) {
	item := form.Item{Name: text.Get(key), Value: value}
	if utf8.RuneCountInString(value) > mostBeside {
		item.Say, item.Value = value, ""
	}
	if value != "" {
		*f = append(*f, row{Item: item})
	}
}

// mostBeside is how many letters of a value stand beside its name; a longer one
// stands below.
const mostBeside = 32
