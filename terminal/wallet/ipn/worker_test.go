package ipn

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/wallet"
)

// log is a payment log in memory, with the journal's rule: an entry at its end
// stays.
type log struct {
	mu  sync.Mutex
	all map[string]order.Notice
	did []string
	err error
}

func (l *log) Known(_ context.Context, id string) (order.Notice, bool, error) {
	n, known := l.all[id]
	return n, known, l.err
}

func (l *log) put(did string, n order.Notice) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if had, known := l.all[n.ID]; l.err != nil || known && had.Final() {
		return l.err
	}
	l.all[n.ID] = n
	l.did = append(l.did, did)
	return nil
}

func (l *log) Record(_ context.Context, n order.Notice) error {
	return l.put("keep "+string(n.State), n)
}
func (l *log) Told(_ context.Context, n order.Notice) error {
	n.State = order.NoticeRecorded
	return l.put("line "+n.Payout, n)
}

func (l *log) Place(_ context.Context, n order.Notice) error {
	n.State = order.NoticeCredited
	return l.put("place "+n.Txn, n)
}

// house is a worker with a PayPal of the test's own.
type house struct {
	*Worker
	log   *log
	times *clock.Virtual
	hints []string
	set   Setup

	mu     sync.Mutex
	answer func(w http.ResponseWriter, body string)
	asked  []string
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{log: &log{all: map[string]order.Notice{}}, times: clock.NewVirtual(noon), set: Setup{Rules: rules}}
	h.says("VERIFIED")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.mu.Lock()
		h.asked = append(h.asked, string(body))
		answer := h.answer
		h.mu.Unlock()
		if r.Method != http.MethodPost || r.URL.Path != "/cgi-bin/webscr" || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || r.UserAgent() == "" {
			t.Errorf("asked with %s %s %v", r.Method, r.URL, r.Header)
		}
		answer(w, string(body))
	}))
	t.Cleanup(server.Close)
	h.reach(t, server.URL)
	h.Worker = h.worker(t.TempDir())
	return h
}

func (h *house) reach(t *testing.T, url string) {
	t.Helper()
	c, err := wallet.NewClient(wallet.ClientConfig{BaseURL: url, LoopbackOnly: true, Clock: h.times})
	if err != nil {
		t.Fatal(err)
	}
	h.set.Client = c
}

func (h *house) worker(dir string) *Worker {
	return &Worker{Spool: &Spool{Dir: filepath.Join(dir, "ipn"), Clock: h.times}, Book: h.log, Setup: func() Setup { return h.set },
		Hint: func(reference string) { h.hints = append(h.hints, reference) }, Clock: h.times, Log: slog.New(slog.DiscardHandler)}
}

func (h *house) says(text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answer = func(w http.ResponseWriter, _ string) { _, _ = io.WriteString(w, text) }
}

// work does what is due now, and reports how many wait behind that.
func (h *house) work(t *testing.T) int {
	t.Helper()
	for _, item := range h.Pending() {
		if item.Due.After(h.times.Now()) {
			continue
		}
		if err := h.Do(context.Background(), item.ID); err != nil {
			t.Fatal(err)
		}
	}
	return len(h.Pending())
}

func (h *house) take(t *testing.T, bodies ...[]byte) {
	t.Helper()
	for _, b := range bodies {
		if err := h.Take(b); err != nil {
			t.Fatal(err)
		}
	}
}

func (h *house) did(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(h.log.did, want) {
		t.Errorf("did %v, want %v", h.log.did, want)
	}
}

func TestVerifiedIsBookedOnce(t *testing.T) {
	h := newHouse(t)
	body := sent(map[string]string{"memo": "caf\xe9"})
	h.take(t, body, body)
	if left := h.work(t); left != 0 {
		t.Errorf("%d wait", left)
	}
	h.take(t, body, sent(map[string]string{"memo": "caf\xe9", "resend": "true"})) // both again: one the same, one with other bytes
	h.work(t)
	h.did(t, "place 61E67681CH3238416")
	if h.asked[0] != "cmd=_notify-validate&"+string(body) {
		t.Errorf("asked %q", h.asked[0])
	}
	if names, err := h.Spool.List(); err != nil || len(names) != 0 {
		t.Errorf("left %v, %v", names, err)
	}
}

func TestInvalidIsKeptAndBooksNothing(t *testing.T) {
	h := newHouse(t)
	h.says("INVALID")
	h.take(t, sent(nil))
	h.work(t)
	h.did(t, "keep INVALID")
	// It stands in the way of no true one.
	h.says("VERIFIED")
	h.take(t, sent(map[string]string{"resend": "true"}))
	h.work(t)
	h.did(t, "keep INVALID", "place 61E67681CH3238416")
}

// Anything but PayPal's two words is no word: the message waits, for longer each
// time, and a restart goes on with it.
// TestMadeUpMessagesFillNoJournal: whoever posts message after message gets so
// many a day into the log, and leaves nothing else behind; what PayPal sent is
// booked meanwhile.
func TestMadeUpMessagesFillNoJournal(t *testing.T) {
	h := newHouse(t)
	kept := func() (n int) {
		for _, did := range h.log.did {
			if did == "keep INVALID" {
				n++
			}
		}
		return n
	}
	flood := func(day int) {
		h.says("INVALID")
		for i := range 3 * mostMadeUp {
			h.take(t, sent(map[string]string{"memo": fmt.Sprint(day, " ", i)}))
			if left := h.work(t); left != 0 {
				t.Fatalf("%d wait", left)
			}
		}
	}
	if flood(1); kept() != mostMadeUp {
		t.Errorf("%d were kept, want %d", kept(), mostMadeUp)
	}
	h.says("VERIFIED")
	h.take(t, sent(nil))
	if h.work(t); h.log.did[len(h.log.did)-1] != "place 61E67681CH3238416" {
		t.Errorf("behind them: %v", h.log.did[len(h.log.did)-1])
	}
	h.times.Advance(24 * time.Hour)
	if flood(2); kept() != 2*mostMadeUp {
		t.Errorf("%d were kept a day later, want %d", kept(), 2*mostMadeUp)
	}
}

func TestNoWord(t *testing.T) {
	h := newHouse(t)
	began := h.times.Now()
	h.take(t, sent(nil))
	answers := []func(w http.ResponseWriter, _ string){
		func(w http.ResponseWriter, _ string) { w.WriteHeader(500) },
		func(w http.ResponseWriter, _ string) { _, _ = io.WriteString(w, "<html>VERIFIED</html>") },
		func(w http.ResponseWriter, _ string) { _, _ = io.WriteString(w, "verified") },
		func(w http.ResponseWriter, _ string) { w.WriteHeader(503); _, _ = io.WriteString(w, "INVALID") },
		func(w http.ResponseWriter, _ string) { http.Redirect(w, &http.Request{}, "http://127.0.0.1:1/", 302) },
		func(w http.ResponseWriter, _ string) {},
		func(http.ResponseWriter, string) { panic(http.ErrAbortHandler) },
		func(w http.ResponseWriter, _ string) { _, _ = io.WriteString(w, strings.Repeat("VERIFIED", 1<<18)) },
		func(w http.ResponseWriter, _ string) { w.WriteHeader(429) },
	}
	var pauses []time.Duration
	for _, a := range answers {
		h.mu.Lock()
		h.answer = a
		h.mu.Unlock()
		if left := h.work(t); left != 1 || h.Trouble() == nil {
			t.Fatalf("%d wait, trouble %v", left, h.Trouble())
		}
		pauses = append(pauses, h.Pending()[0].Due.Sub(h.times.Now()))
		h.times.Advance(pauses[len(pauses)-1])
	}
	want := []time.Duration{5, 10, 20, 40, 80, 160, 320, 600, 600}
	for i := range want {
		if pauses[i] != want[i]*time.Second {
			t.Errorf("pause %d: %v, want %v", i, pauses[i], want[i]*time.Second)
		}
	}
	h.did(t)
	again := h.worker(filepath.Dir(h.Spool.Dir))
	h.says("VERIFIED")
	h.Worker = again
	if left := h.work(t); left != 0 || h.Trouble() != nil {
		t.Errorf("%d wait, trouble %v", left, h.Trouble())
	}
	h.did(t, "place 61E67681CH3238416")
	if came := h.log.all["paypal:61E67681CH3238416:Completed"].Created; !came.Equal(began) {
		t.Errorf("came %v, want %v", came, began)
	}
}

// PayPal is away, or answers later than anybody waits.
func TestPayPalIsDownOrSlow(t *testing.T) {
	h := newHouse(t)
	h.reach(t, "http://127.0.0.1:1")
	h.take(t, sent(nil))
	if h.work(t) != 1 || !errors.Is(h.Trouble(), wallet.ErrNoWay) {
		t.Errorf("down: %v", h.Trouble())
	}
	slow := newHouse(t)
	asked := make(chan struct{})
	slow.answer = func(http.ResponseWriter, string) { asked <- struct{}{}; <-asked }
	slow.take(t, sent(nil))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- slow.Do(ctx, slow.Pending()[0].ID) }()
	<-asked
	cancel()
	if err := <-done; err != nil || len(slow.Pending()) != 1 || slow.Trouble() == nil {
		t.Errorf("slow: %v, %v", err, slow.Trouble())
	}
	close(asked)
	slow.did(t)
}

// Our clock is an hour off, either way: the payment has PayPal's time, and is
// booked once.
func TestClockIsOff(t *testing.T) {
	for _, off := range []time.Duration{time.Hour, -time.Hour} {
		h := newHouse(t)
		h.times.Set(noon.Add(off))
		h.take(t, sent(nil))
		h.work(t)
		h.times.Set(noon)
		h.take(t, sent(map[string]string{"resend": "true"}))
		h.Hurry()
		h.work(t)
		h.did(t, "place 61E67681CH3238416")
		if at := h.log.all["paypal:61E67681CH3238416:Completed"].At; !at.Equal(time.Date(2026, 12, 21, 17, 1, 16, 0, time.UTC)) {
			t.Errorf("at %v", at)
		}
	}
}

type record struct {
	got    order.Received
	status string
	err    error
}

func (r *record) Transaction(context.Context, string) (order.Received, string, error) {
	return r.got, r.status, r.err
}

// With "verify transaction" a payment is booked where PayPal's own record says
// the same.
func TestVerifyTransaction(t *testing.T) {
	right := record{got: order.Received{Amount: money.New(1995, money.USD)}, status: "Completed"}
	for _, tt := range []struct {
		name string
		r    *record
		want []string
		why  order.NoticeWhy
	}{
		{"the same", &right, []string{"place 61E67681CH3238416"}, ""},
		{"another amount", &record{got: order.Received{Amount: money.New(1, money.USD)}, status: "Completed"}, []string{"keep REVIEW"}, order.WhyTransaction},
		{"another currency", &record{got: order.Received{Amount: money.New(1995, money.EUR)}, status: "Completed"}, []string{"keep REVIEW"}, order.WhyTransaction},
		{"not done", &record{got: right.got, status: "Pending"}, []string{"keep REVIEW"}, order.WhyTransaction},
		{"for a code", &record{got: order.Received{Amount: right.got.Amount, Reference: "ABCDE0MABCDEFG123"}, status: "Completed"}, []string{"keep RECORDED"}, order.WhyCode},
		{"away", &record{err: wallet.ErrNoWay}, []string{"keep VERIFIED"}, order.WhyAsking},
		{"without keys", nil, []string{"keep VERIFIED"}, order.WhyAsking},
	} {
		h := newHouse(t)
		h.set.Verify = true
		if tt.r != nil {
			h.set.Transactions = tt.r
		}
		h.take(t, sent(nil))
		left := h.work(t)
		h.did(t, tt.want...)
		if n := h.log.all["paypal:61E67681CH3238416:Completed"]; n.Why != tt.why {
			t.Errorf("%s: %+v", tt.name, n)
		}
		if waits := tt.why == order.WhyAsking; waits != (left == 1) {
			t.Errorf("%s: %d wait", tt.name, left)
		} else if waits {
			h.set.Transactions = &right
			h.Hurry()
			h.work(t)
			h.did(t, append(tt.want, "place 61E67681CH3238416")...)
			if len(h.asked) != 1 {
				t.Errorf("%s: asked %d times for one word", tt.name, len(h.asked))
			}
		}
	}
}

// A message that names a code is a hint, and books nothing; one for another
// merchant is not even that.
func TestHints(t *testing.T) {
	h := newHouse(t)
	h.take(t, sent(map[string]string{"invoice": "ABCDE0MABCDEFG123"}),
		sent(map[string]string{"txn_id": "T2", "invoice": "ABCDE0MABCDEFG456", "receiver_email": "other@example.com"}),
		sent(map[string]string{"txn_id": "T3", "invoice": "ABCDE0MABCDEFG789", "payment_status": "Pending"}), []byte(masspay))
	h.work(t)
	slices.Sort(h.hints)
	if want := []string{"ABCDE0MABCDEFG123", "ABCDE0MABCDEFG789"}; !slices.Equal(h.hints, want) {
		t.Errorf("hints %v, want %v", h.hints, want)
	}
	slices.Sort(h.log.did)
	h.did(t, "keep RECORDED", "keep RECORDED", "keep REVIEW", "line T01-P0001", "line T01-P0002")
}

// A journal that cannot be written leaves the message where it is.
func TestJournalFails(t *testing.T) {
	h := newHouse(t)
	h.log.err = order.ErrFull
	h.take(t, sent(nil))
	if err := h.Do(context.Background(), h.Pending()[0].ID); !errors.Is(err, order.ErrFull) {
		t.Errorf("got %v", err)
	}
	h.log.err = nil
	if left := h.work(t); left != 0 {
		t.Errorf("%d wait", left)
	}
	h.did(t, "place 61E67681CH3238416")
}

// The folder has a bound, and nobody else can read what is in it.
func TestSpool(t *testing.T) {
	s := &Spool{Dir: filepath.Join(t.TempDir(), "ipn"), Clock: clock.NewVirtual(noon)}
	for i := range MaxWaiting {
		if err := os.MkdirAll(s.Dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			name, err := s.Keep([]byte("a=1"))
			if err != nil {
				t.Fatal(err)
			}
			if info, err := os.Stat(filepath.Join(s.Dir, name+suffix)); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("mode %v, %v", info.Mode(), err)
			}
			continue
		}
		if err := os.WriteFile(filepath.Join(s.Dir, bodyID([]byte{byte(i), byte(i >> 8)})[len("paypal:body:"):]+strings.Repeat("0", 32)+suffix), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Keep([]byte("a=2")); !errors.Is(err, ErrWaiting) {
		t.Errorf("one more: %v", err)
	}
	if _, err := s.Keep([]byte("a=1")); err != nil {
		t.Errorf("one that waits: %v", err)
	}
	if err := os.WriteFile(filepath.Join(s.Dir, "x"+half), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.sweep()
	if files, err := os.ReadDir(s.Dir); err != nil || len(files) != MaxWaiting {
		t.Errorf("%d files, %v", len(files), err)
	}
}
