package printjob_test

import (
	"bytes"
	"context"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/assets"
	"paydesk/receipts"
	"paydesk/receipts/escpos"
	"paydesk/receipts/pdf"
	"paydesk/receipts/text"
	"paydesk/terminal/device/printer"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/printjob"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.Local)

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

// fakeSource holds one of each.
type fakeSource struct {
	attempt order.Attempt
	order   order.Order
	batch   order.Batch
	stored  order.Stored
	cash    order.Cash
	back    order.CashBack
	follow  order.FollowUp
	bill    order.Bill
	legs    map[string]order.LegFacts
	code    order.QR
	refund  order.Refund
	shift   order.Shift
	move    order.Move
	z       order.ZReport
}

// only is the object where the id is its own.
func only[T any](object T, own, id string) (T, error) {
	if id != own || id == "" {
		var none T
		return none, order.ErrNotFound
	}
	return object, nil
}

func (s *fakeSource) CashBack(_ context.Context, id string) (order.CashBack, error) {
	return only(s.back, s.back.ID, id)
}

func (s *fakeSource) FollowUp(_ context.Context, id string) (order.FollowUp, error) {
	return only(s.follow, s.follow.ID, id)
}

func (s *fakeSource) Bill(_ context.Context, id string) (order.Bill, error) {
	return only(s.bill, s.bill.ID, id)
}

func (s *fakeSource) AttemptsOf(_ context.Context, id string) ([]order.Attempt, error) {
	return s.legs[id].Attempts, nil
}

func (s *fakeSource) FollowsOf(_ context.Context, numbers ...string) ([]order.FollowUp, error) {
	if s.follow.Of != "" && slices.Contains(numbers, s.follow.Of) {
		return []order.FollowUp{s.follow}, nil
	}
	return nil, nil
}

func (s *fakeSource) StoredOf(_ context.Context, id string) ([]order.Stored, error) {
	return s.legs[id].Stored, nil
}

func (s *fakeSource) Stored(_ context.Context, id string) (order.Stored, error) {
	if id != s.stored.ID {
		return order.Stored{}, order.ErrNotFound
	}
	return s.stored, nil
}

func (s *fakeSource) Cash(_ context.Context, id string) (order.Cash, error) {
	if id != s.cash.ID {
		return order.Cash{}, order.ErrNotFound
	}
	return s.cash, nil
}

func (s *fakeSource) Attempt(_ context.Context, number string) (order.Attempt, error) {
	if number != s.attempt.Number {
		return order.Attempt{}, order.ErrNotFound
	}
	return s.attempt, nil
}

func (s *fakeSource) Order(_ context.Context, id string) (order.Order, error) {
	if l, known := s.legs[id]; known {
		return l.Order, nil
	}
	return only(s.order, s.order.ID, id)
}

func (s *fakeSource) Batch(_ context.Context, id string) (order.Batch, error) {
	if id != s.batch.ID {
		return order.Batch{}, order.ErrNotFound
	}
	return s.batch, nil
}

// fakeDevice answers with its result and keeps what it got.
type fakeDevice struct {
	got    []byte
	form   printer.Form
	keeps  bool
	kicks  int
	result order.JobResult
}

func (d *fakeDevice) Form() printer.Form { return d.form }

func (d *fakeDevice) Keeps(context.Context, string, []byte) bool { return d.keeps }

func (d *fakeDevice) Kick(context.Context) order.JobResult {
	d.kicks++
	return d.result
}

func (d *fakeDevice) Print(_ context.Context, job []byte) order.JobResult {
	d.got = job
	return d.result
}

type bench struct {
	*printjob.Worker
	source *fakeSource
	device *fakeDevice
	cfg    printjob.Config
}

// wantSlip checks what the slip of a job says, and does not say.
func (b *bench) wantSlip(t *testing.T, name string, job order.Job, want, none []string) {
	t.Helper()
	doc, err := b.Document(context.Background(), job)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	got := text.Render(doc, 42)
	for _, w := range want {
		if !strings.Contains(got, w) {
			t.Errorf("%s: no %q in\n%s", name, w, got)
		}
	}
	for _, n := range none {
		if strings.Contains(got, n) {
			t.Errorf("%s: %q in\n%s", name, n, got)
		}
	}
}

func font(t *testing.T, name string) []byte {
	t.Helper()
	data, err := assets.Fonts.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func newBench(t *testing.T) *bench {
	t.Helper()
	paper, err := pdf.PaperNamed("80mm")
	if err != nil {
		t.Fatal(err)
	}
	profile, err := escpos.Named("generic-80", 0)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{device: &fakeDevice{}, source: &fakeSource{
		attempt: order.Attempt{Number: "SALE0000000000001", Order: "o1", State: order.Approved, Asked: usd(2000), Approved: usd(2000),
			Brand: "Visa", Last4: "1111", Holder: "Ada Example", Operator: "op-1", Created: noon, AuthCode: "TAS001",
			Reference: "ref-9", Batch: "0123456789abcdef", Entry: "keyed"},
		order:  order.Order{ID: "o1", Note: "Table 4"},
		stored: order.Stored{ID: "STORED00000000001", Order: "o1", State: order.StoredWaiting, Amount: usd(2000), Brand: "Visa", Last4: "1111", Operator: "op-1", Created: noon},
		cash:   order.Cash{ID: "CASH0000000000001", Order: "o1", Amount: usd(1250), Tendered: usd(2000), Operator: "op-1", At: noon},
		batch: order.Batch{ID: "BATCH000000000001", GUID: "0123456789abcdef", State: order.BatchClosed, Operator: "op-1",
			Opened: noon, Asked: noon, Ended: noon.Add(time.Hour),
			Local: order.Totals{Sales: 2, SaleAmount: usd(5000), ReturnAmount: usd(0)},
			Host:  &order.Totals{Sales: 2, SaleAmount: usd(5000), ReturnAmount: usd(0)}}},
		cfg: printjob.Config{Shop: receipts.Shop{Name: "Corner Shop", Lines: []string{"12 Practice Lane"}}, DeviceName: "Counter 1",
			HostName: "Host", Folder: filepath.Join(t.TempDir(), "slips"), Paper: paper, Profile: profile,
			PDFFonts:   pdf.Fonts{Regular: font(t, assets.SansRegular), Bold: font(t, assets.SansBold)},
			PaperFonts: escpos.Fonts{Regular: font(t, assets.MonoRegular), Bold: font(t, assets.MonoBold)},
			Operator:   func(id string) string { return "Ann of " + id }, Wallet: func(string) string { return "PayPal" }}}
	b.Worker = &printjob.Worker{Source: b.source, Device: func() printjob.Device { return b.device }, Config: func() printjob.Config { return b.cfg }}
	return b
}

func sale(kind, copyName string, reprint int) order.Job {
	return order.Job{Kind: kind, Subject: "SALE0000000000001", Document: "sale", Copy: copyName, Reprint: reprint}
}

func TestDocuments(t *testing.T) {
	batch := order.Job{Kind: order.JobPDF, Subject: "BATCH000000000001", Document: "batch", Copy: "merchant"}
	for _, tt := range []struct {
		name       string
		set        func(*bench)
		job        order.Job
		want, none []string
	}{
		{"customer", nil, sale("", "customer", 0),
			[]string{"CUSTOMER COPY", "APPROVED", "$20.00", "1111", "TAS001", "ref-9", "Table 4", "Corner Shop", "Counter 1", "Ann of op-1", "01234567", "SALE0000000000001"},
			[]string{"PART", "COPY 1", "TRAINING", "89abcdef"}},
		{"merchant", nil, sale("", "merchant", 0), []string{"MERCHANT COPY", "Ada Example"}, []string{"CUSTOMER COPY"}},
		{"on file", func(b *bench) {
			b.source.attempt.Entry, b.source.attempt.Charged, b.source.attempt.Token = order.EntryOnFile, "SALE0000000000000", "FfL7exC7Xe2y6624"
		}, sale("", "merchant", 0), []string{"Card on file", "1111", "Ada Example"}, []string{"Keyed", "FfL7", "6624", "(card on file)"}},
		{"swiped", func(b *bench) { b.source.attempt.Entry = order.EntrySwiped }, sale("", "customer", 0), []string{"Swiped", "1111"}, []string{"Keyed"}},
		{"stored, swiped", func(b *bench) { b.source.stored.Entry = order.EntrySwiped },
			order.Job{Subject: "STORED00000000001", Document: order.DocumentStored, Copy: "customer"}, []string{"Swiped", "1111"}, []string{"Keyed"}},
		{"stored on file", func(b *bench) { b.source.stored.Charged = "SALE0000000000001" },
			order.Job{Subject: "STORED00000000001", Document: order.DocumentStored, Copy: "customer"}, []string{"Card on file", "1111"}, []string{"Keyed"}},
		{"copy", nil, sale("", "customer", 2), []string{"COPY 2"}, nil},
		{"partly", func(b *bench) { b.source.attempt.Approved = usd(1000) }, sale("", "customer", 0), []string{"PART APPROVED", "$10.00", "$20.00"}, nil},
		{"declined", func(b *bench) {
			b.source.attempt.State, b.source.attempt.Code, b.source.attempt.Message = order.Declined, "D2012", "Insufficient Funds"
		}, sale("", "customer", 0), []string{"DECLINED", "Please use another card."}, []string{"APPROVED", "Insufficient", "D2012"}},
		{"declined, for the shop", func(b *bench) {
			b.source.attempt.State, b.source.attempt.Code, b.source.attempt.Message = order.Declined, "D2012", "Insufficient Funds"
		}, sale("", "merchant", 0), []string{"DECLINED", "D2012 Insufficient Funds"}, []string{"APPROVED"}},
		{"in doubt", func(b *bench) { b.source.attempt.State = order.Unknown }, sale("", "customer", 0), []string{"NOT CONFIRMED"}, []string{"APPROVED", "DECLINED"}},
		{"training", func(b *bench) { b.cfg.Training = true }, sale("", "customer", 0), []string{receipts.TrainingNotice}, nil},
		{"stored", nil, order.Job{Subject: "STORED00000000001", Document: "stored", Copy: "customer"},
			[]string{"NOT YET AUTHORISED", "To be charged", "$20.00", "1111", "Table 4", "Ann of op-1", "STORED00000000001"}, []string{"APPROVED", "MERCHANT"}},
		{"stored, for the shop", nil, order.Job{Subject: "STORED00000000001", Document: "stored", Copy: "merchant"}, []string{"MERCHANT COPY", "I agree to pay"}, nil},
		{"cash", nil, order.Job{Subject: "CASH0000000000001", Document: "cash", Copy: "merchant", Reprint: 1},
			[]string{"CASH SALE - COPY 1", "$12.50", "$20.00", "$7.50", "Table 4", "MERCHANT COPY"}, []string{"CUSTOMER"}},
		{"batch", nil, batch, []string{"$50.00", "01234567", "Ann of op-1"}, nil},
		{"batch with a return that the host has not", func(b *bench) { b.source.batch.Local.Returns, b.source.batch.Local.ReturnAmount = 1, usd(700) }, batch,
			[]string{"$43.00", "$7.00", "DOES NOT MATCH"}, []string{"Terminal and host agree"}},
		{"batch without the host's count", func(b *bench) { b.source.batch.Host, b.source.batch.GUID = nil, "short" }, batch, []string{"$50.00", "short"}, nil},
	} {
		b := newBench(t)
		if tt.set != nil {
			tt.set(b)
		}
		b.wantSlip(t, tt.name, tt.job, tt.want, tt.none)
	}
}

func TestPDF(t *testing.T) {
	b := newBench(t)
	day := filepath.Join(b.cfg.Folder, "2026-05-04")
	for _, tt := range []struct {
		job  order.Job
		want string
	}{
		{sale(order.JobPDF, "customer", 0), "SALE0000000000001-customer.pdf"},
		{sale(order.JobPDF, "merchant", 2), "SALE0000000000001-merchant-copy-2.pdf"},
		{order.Job{Kind: order.JobPDF, Subject: "BATCH000000000001", Document: "batch", Copy: "merchant"}, "batch-BATCH000000000001.pdf"},
	} {
		got := b.Do(context.Background(), tt.job)
		if want := filepath.Join(day, tt.want); got != (order.JobResult{Done: true, Path: want}) {
			t.Errorf("%+v, want %s", got, want)
		}
		first, err := os.ReadFile(got.Path)
		if err != nil || !bytes.HasPrefix(first, []byte("%PDF-")) {
			t.Errorf("%.20q, %v: want a PDF", first, err)
		}
		if info, err := os.Stat(got.Path); err == nil && info.Mode().Perm() != 0o600 {
			t.Errorf("%s can be read by others: %v", got.Path, info.Mode())
		}
		b.Do(context.Background(), tt.job) // cut short and done again
		if again, err := os.ReadFile(got.Path); err != nil || !bytes.Equal(again, first) {
			t.Errorf("%s: writing it again gives another file, %v", tt.want, err)
		}
	}
	if rest, err := filepath.Glob(filepath.Join(day, "*.part")); err != nil || len(rest) > 0 {
		t.Errorf("left behind: %v %v", rest, err)
	}
	pdftotext, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext is not installed")
	}
	out, err := exec.Command(pdftotext, "-layout", filepath.Join(day, "SALE0000000000001-customer.pdf"), "-").Output()
	for _, want := range []string{"Corner Shop", "APPROVED", "$20.00", "TAS001", "CUSTOMER COPY"} {
		if err != nil || !bytes.Contains(out, []byte(want)) {
			t.Errorf("no %q in %s, %v", want, out, err)
		}
	}
}

// A file that cannot be finished leaves nothing behind: a disk that is full has
// the room for the next try.
func TestPDFCutShort(t *testing.T) {
	b := newBench(t)
	day := filepath.Join(b.cfg.Folder, "2026-05-04")
	if err := os.MkdirAll(filepath.Join(day, "SALE0000000000001-customer.pdf"), 0o700); err != nil { // a folder of the file's name
		t.Fatal(err)
	}
	if got := b.Do(context.Background(), sale(order.JobPDF, "customer", 0)); got.Done || got.Touched || got.Trouble == "" {
		t.Errorf("got %+v", got)
	}
	if rest, err := filepath.Glob(filepath.Join(day, "*.part")); err != nil || len(rest) > 0 {
		t.Errorf("left behind: %v %v", rest, err)
	}
}

// What cannot be made says what to do, and never counts as touched.
func TestTrouble(t *testing.T) {
	b := newBench(t)
	if err := os.WriteFile(b.cfg.Folder, nil, 0o600); err != nil { // a file where the folder should be
		t.Fatal(err)
	}
	broken := newBench(t)
	broken.cfg.PDFFonts = pdf.Fonts{}
	for _, tt := range []struct {
		name string
		b    *bench
		job  order.Job
		want string
	}{
		{"folder", b, sale(order.JobPDF, "customer", 0), "Check that the folder can be written and the disk is not full."},
		{"no such sale", b, order.Job{Subject: "x"}, "The receipt could not be made"},
		{"no such batch", b, order.Job{Subject: "x", Document: "batch"}, "The receipt could not be made"},
		{"no font", broken, sale(order.JobPDF, "customer", 0), "The PDF could not be made"},
	} {
		got := tt.b.Do(context.Background(), tt.job)
		if got.Done || got.Touched || !strings.Contains(got.Trouble, tt.want) {
			t.Errorf("%s: %+v, want %q", tt.name, got, tt.want)
		}
	}
	b.source.order.ID = "lost"
	if got := b.Do(context.Background(), sale(order.JobPDF, "customer", 0)); got.Done || got.Trouble == "" {
		t.Errorf("without its order: %+v", got)
	}
}

// The printer's word is passed on as it is.
func TestPrint(t *testing.T) {
	for _, want := range []order.JobResult{{Done: true}, {Touched: true, Trouble: "Look first."}, {Trouble: "Put in paper."}} {
		b := newBench(t)
		b.device.result = want
		if got := b.Do(context.Background(), sale(order.JobPrint, "customer", 0)); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
		if !bytes.Contains(b.device.got, []byte("APPROVED")) || !bytes.Contains(b.device.got, []byte("1111")) {
			t.Errorf("printed %q", b.device.got)
		}
	}
}

// TestDeviceSaysItsForm: a print queue gets a page, a printer its commands, and
// one that keeps the logo no dots of it; the drawer needs no document.
func TestDeviceSaysItsForm(t *testing.T) {
	b := newBench(t)
	b.device.result = order.JobResult{Done: true}
	job := order.Job{Kind: order.JobPrint, Subject: b.source.attempt.Number, Document: order.DocumentSale, Copy: order.CopyCustomer}
	logo := image.NewGray(image.Rect(0, 0, 200, 100))
	profile, err := escpos.Named("epson-tm-t88", 0)
	if err != nil {
		t.Fatal(err)
	}
	b.cfg.Logo, b.cfg.Profile = logo, profile
	sizes := map[bool]int{}
	for _, keeps := range []bool{false, true} {
		b.device.keeps = keeps
		if r := b.Do(t.Context(), job); !r.Done || !bytes.HasPrefix(b.device.got, []byte{0x1B, 0x40}) {
			t.Fatalf("%+v, % X", r, b.device.got[:2])
		}
		sizes[keeps] = len(b.device.got)
	}
	if sizes[false]-sizes[true] < 2000 {
		t.Errorf("%d bytes with the logo, %d where the printer keeps it", sizes[false], sizes[true])
	}
	b.device.form = printer.PDF
	if r := b.Do(t.Context(), job); !r.Done || !bytes.HasPrefix(b.device.got, []byte("%PDF-")) {
		t.Errorf("%+v, %.10q", r, b.device.got)
	}
	b.device.got = nil
	if r := b.Do(t.Context(), order.Job{Kind: order.JobDrawer, Document: order.DocumentDrawer}); !r.Done || b.device.kicks != 1 || b.device.got != nil {
		t.Errorf("%+v, %d pulses", r, b.device.kicks)
	}
}
