package printer

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"paydesk/terminal/clock"
)

// model plays a printer behind a line: what it answers, and what it got besides
// requests.
type model struct {
	mu      sync.Mutex
	answers map[byte]byte // to 10 04 n
	proves  bool
	reports []byte // before each answer
	keys    []byte // of the pictures that it keeps
	stored  int
	got     []byte
	asked   int
	fail    error // of each write
	react   func(got int) []byte
}

func (m *model) peer(b []byte) ([]byte, int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return nil, 0, m.fail
	}
	switch {
	case len(b) == 3 && b[0] == 0x10 && b[1] == 0x04:
		m.asked++
		if a := m.answers[b[2]]; a != 0 {
			return append(bytes.Clone(m.reports), a), 3, nil
		}
		return nil, 3, nil
	case bytes.Equal(b, []byte{0x1D, 0x72, 0x01}) && m.proves:
		return append(bytes.Clone(m.reports), 0x00), 3, nil
	case len(b) == 11 && b[1] == 0x28 && b[2] == 0x48 && m.proves:
		return append([]byte{0x37, 0x22}, append(bytes.Clone(b[7:]), 0)...), 11, nil
	case len(b) == 9 && b[1] == 0x28 && b[2] == 0x4C && b[6] == 0x40:
		return append(append([]byte{0x37, 0x72, 0x40}, m.keys...), 0), 9, nil
	case len(b) > 9 && b[1] == 0x28 && b[2] == 0x4C && b[6] == 0x43:
		m.stored++
		m.keys = append(m.keys, b[8], b[9])
		return nil, len(b), nil
	}
	m.got = append(m.got, b...)
	if m.react != nil {
		return m.react(len(m.got)), len(b), nil
	}
	return nil, len(b), nil
}

func (m *model) set(change func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change()
}

// long is a receipt of 200 lines.
var long = bytes.Repeat([]byte("A line of a long receipt 12.50\n"), 200)

func TestPaperOutWithinALongReceipt(t *testing.T) {
	m := &model{answers: fine, proves: true}
	m.react = func(got int) []byte {
		if got > 2500 {
			m.answers = empty
		}
		return nil
	}
	got := over(t, Traits{}, m.peer).Print(t.Context(), long)
	if got.Proof != Unknown || got.Sent < 2500 || got.Sent > 4000 || got.Text != "The receipt printer is out of paper. Put in a new roll."+lookFirst {
		t.Errorf("got %v after %d bytes, %q", got.Proof, got.Sent, got.Text)
	}
}

func TestSilentWithinALongReceipt(t *testing.T) {
	t.Parallel()
	m := &model{answers: fine, proves: true}
	m.react = func(got int) []byte {
		if got > 2500 {
			m.answers = nil
		}
		return nil
	}
	got := over(t, Traits{}, m.peer).Print(t.Context(), long)
	if got.Proof != Unknown || !errors.Is(got.Err, errNoProof) || got.Sent == len(long) {
		t.Errorf("got %v after %d bytes, %v", got.Proof, got.Sent, got.Err)
	}
}

// TestXOFFStopsTheLine: behind XOFF nothing is sent until XON.
func TestXOFFStopsTheLine(t *testing.T) {
	stopped := make(chan int, 1)
	m := &model{}
	var l *line
	m.react = func(got int) []byte {
		if got >= 1000 && got < 1000+serialChunk {
			l.back <- []byte{0x13}
			for l.reads.Load() < 2 { // until it is heard
				<-clock.Real{}.After(time.Millisecond)
			}
			stopped <- got
		}
		return nil
	}
	l = newLine(m.peer)
	target, _ := Parse("serial:line?baud=115200&status=never", 9600)
	p := New(target, Traits{}, Openers{Serial: func(string, int, string) (Port, error) { return l, nil }}, clock.Real{})
	ended := make(chan Result)
	go func() { ended <- p.Print(t.Context(), long) }()
	at := <-stopped
	select {
	case r := <-ended:
		t.Fatalf("ended while stopped: %+v", r)
	case <-clock.Real{}.After(100 * time.Millisecond):
	}
	m.set(func() {
		if more := len(m.got) - at; more > serialChunk {
			t.Errorf("%d bytes sent behind XOFF", more)
		}
	})
	l.back <- []byte{0x11}
	if r := <-ended; r.Proof != Sent || r.Sent != len(long) {
		t.Errorf("after XON: %+v", r)
	}
}

func TestProofByProcess(t *testing.T) {
	m := &model{answers: fine, proves: true, reports: []byte{0x10, 0x00, 0x13, 0x00, 0x0F, 0x11}}
	p := over(t, Traits{Confirm: ByProcess}, m.peer)
	for range 3 {
		if got := p.Print(t.Context(), slip); got.Proof != Confirmed {
			t.Errorf("got %+v", got)
		}
	}
}

// TestKnownPrinterThatIsSilent: nothing is sent to one that has answered before.
func TestKnownPrinterThatIsSilent(t *testing.T) {
	t.Parallel()
	m := &model{answers: fine, proves: true}
	p := over(t, Traits{}, m.peer)
	p.Check(t.Context())
	m.set(func() { m.answers = nil })
	if got := p.Print(t.Context(), slip); got.Proof != NotSent || len(m.got) > 0 {
		t.Errorf("got %+v, sent % X", got, m.got)
	}
}

func TestWrongSpeed(t *testing.T) {
	m := &model{answers: map[byte]byte{1: 0xFE}}
	got := over(t, Traits{}, m.peer).Print(t.Context(), slip)
	if got.Proof != NotSent || len(m.got) > 0 || !strings.Contains(got.Text, "speed") {
		t.Errorf("got %+v, sent % X", got, m.got)
	}
}

// TestPrinterWithoutProofIsNotAskedAgain: the question costs two seconds.
func TestPrinterWithoutProofIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	m := &model{answers: fine}
	p := over(t, Traits{}, m.peer)
	for range 3 {
		if got := p.Print(t.Context(), slip); got.Proof != Sent {
			t.Errorf("got %+v", got)
		}
	}
	if n := bytes.Count(m.got, []byte{0x1D, 0x72, 0x01}); n != 2 {
		t.Errorf("asked %d times", n)
	}
}

func TestKick(t *testing.T) {
	m := &model{answers: fine, proves: true}
	clk := clock.NewVirtual(time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC))
	target, _ := Parse("serial:line", 9600)
	p := New(target, Traits{Pulse: [3]byte{1, 50, 100}, Drawer: true}, Openers{Serial: func(string, int, string) (Port, error) { return newLine(m.peer), nil }}, clk)
	if got := p.Kick(t.Context()); got.Proof != Confirmed || !bytes.Equal(m.got, []byte{0x1B, 0x70, 1, 50, 100}) {
		t.Fatalf("got %+v, sent % X", got, m.got)
	}
	ended := make(chan Result)
	go func() { ended <- p.Kick(t.Context()) }()
	select {
	case r := <-ended:
		t.Fatalf("the magnet had no rest: %+v", r)
	case <-clock.Real{}.After(50 * time.Millisecond):
	}
	clk.Advance(300 * time.Millisecond)
	if r := <-ended; r.Proof != Confirmed {
		t.Errorf("got %+v", r)
	}
	m.set(func() { m.answers = empty })
	if r := p.Kick(t.Context()); r.Proof != NotSent || r.Text == "" {
		t.Errorf("offline: %+v", r)
	}
	m.set(func() { m.fail = syscall.EIO })
	if r := p.Kick(t.Context()); r.Proof != NotSent {
		t.Errorf("hung up: %+v", r)
	}
}

func TestPrinterKeepsTheLogo(t *testing.T) {
	m := &model{answers: fine, proves: true}
	p := over(t, Traits{}, m.peer)
	store := append([]byte{0x1D, 0x28, 0x4C, 0x0C, 0x00, 0x30, 0x43, 0x30, 'L', '1', 1, 8, 0, 1, 0, 0x31}, 0xFF)
	for range 3 {
		if !p.Keeps(t.Context(), "L1", store) {
			t.Fatal("it does not keep the logo")
		}
	}
	other := over(t, Traits{}, m.peer) // the program was restarted
	if !other.Keeps(t.Context(), "L1", store) || m.stored != 1 {
		t.Errorf("stored %d times", m.stored)
	}
	plain := &model{}
	if over(t, Traits{Silent: true}, plain.peer).Keeps(t.Context(), "L1", store) || len(plain.got) > 0 {
		t.Error("a printer without answers keeps it")
	}
}

// watched runs Watch and hands out what it tells.
func watched(t *testing.T, p *Printer) <-chan Status {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	told := make(chan Status, 1000)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p.Watch(ctx, func(s Status) { told <- s })
	}()
	t.Cleanup(func() {
		stop()
		<-ended
	})
	return told
}

// until waits for a status that is as wanted.
func until(t *testing.T, told <-chan Status, what string, is func(Status) bool) {
	t.Helper()
	late := clock.Real{}.After(20 * time.Second)
	for {
		select {
		case s := <-told:
			if is(s) {
				return
			}
		case <-late:
			t.Fatalf("never told: %s", what)
		}
	}
}

// hurried is a clock whose waits end a hundred times as fast.
type hurried struct{ clock.Real }

func (h hurried) After(d time.Duration) <-chan time.Time { return h.Real.After(d / 100) }

func TestWatchTellsTroubleAndItsEnd(t *testing.T) {
	t.Parallel()
	m := &model{answers: fine, proves: true}
	target, _ := Parse("serial:line", 9600)
	var mu sync.Mutex
	var gone error
	open := func(string, int, string) (Port, error) {
		mu.Lock()
		defer mu.Unlock()
		if gone != nil {
			return nil, gone
		}
		return newLine(m.peer), nil
	}
	p := New(target, Traits{Drawer: true}, Openers{Serial: open}, hurried{})
	told := watched(t, p)
	for _, step := range []struct {
		answers map[byte]byte
		gone    error
		state   State
		text    string
		drawer  Drawer
	}{
		{fine, nil, Ready, "is ready", DrawerOpen},
		{empty, nil, Trouble, "out of paper", DrawerOpen},
		{map[byte]byte{1: 0x1A, 2: 0x16, 3: 0x12, 4: 0x12}, nil, Trouble, "cover", DrawerClosed},
		{map[byte]byte{1: 0x1A, 2: 0x52, 3: 0x1A, 4: 0x12}, nil, Trouble, "cutter", DrawerClosed},
		{map[byte]byte{1: 0x1A, 2: 0x52, 3: 0x52, 4: 0x12}, nil, Trouble, "too hot", DrawerClosed},
		{map[byte]byte{1: 0x12, 4: 0x1E}, nil, Ready, "nearly used up", DrawerClosed},
		{fine, fs.ErrNotExist, Trouble, "is not there", DrawerClosed},
		{fine, nil, Ready, "is ready", DrawerOpen},
		{map[byte]byte{}, nil, Trouble, "does not answer", DrawerOpen},
		{fine, nil, Ready, "is ready", DrawerOpen},
	} {
		m.set(func() { m.answers = step.answers })
		mu.Lock()
		gone = step.gone
		mu.Unlock()
		until(t, told, step.text, func(s Status) bool {
			return s.State == step.state && strings.Contains(s.Text, step.text) && s.Drawer == step.drawer
		})
	}
	if len(m.got) > 0 {
		t.Errorf("printed % X", m.got)
	}
}

// TestPausesBetweenTries: a device that cannot be reached is tried after 1, 2, 4
// … 30 seconds; one that may not be used only after 30.
func TestPausesBetweenTries(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want []time.Duration
	}{
		{fs.ErrNotExist, []time.Duration{0, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 30 * time.Second, 30 * time.Second}},
		{fs.ErrPermission, []time.Duration{0, 30 * time.Second, 30 * time.Second}},
	} {
		target, _ := Parse("serial:line", 9600)
		clk := &pauses{next: make(chan time.Time), asked: make(chan time.Duration, 10)}
		p := New(target, Traits{}, Openers{Serial: func(string, int, string) (Port, error) { return nil, tt.err }}, clk)
		watched(t, p)
		for i, want := range tt.want {
			if d := <-clk.asked; d != want {
				t.Errorf("%v: pause %d is %v, want %v", tt.err, i, d, want)
			}
			clk.next <- time.Time{}
		}
	}
}

// pauses is a clock that tells how long it is waited for, and waits for the test.
type pauses struct {
	clock.Real
	asked chan time.Duration
	next  chan time.Time
}

func (p *pauses) After(d time.Duration) <-chan time.Time {
	p.asked <- d
	return p.next
}

// TestJobDoesNotWaitForALook: a look at a silent printer takes 1.5 seconds.
func TestJobDoesNotWaitForALook(t *testing.T) {
	looking := make(chan struct{}, 100)
	first := make(chan struct{})
	m := &model{proves: true}
	var mu sync.Mutex
	mute := true
	p := over(t, Traits{}, func(b []byte) ([]byte, int, error) {
		mu.Lock()
		defer mu.Unlock()
		if mute {
			looking <- struct{}{}
			return nil, len(b), nil
		}
		if bytes.HasPrefix(b, resetFirst) {
			close(first)
		}
		return m.peer(b)
	})
	m.answers = fine
	watched(t, p)
	<-looking
	mu.Lock()
	mute = false // for whoever asks anew
	mu.Unlock()
	began := clock.Real{}.Steady()
	go p.Print(t.Context(), slip)
	<-first
	if took := (clock.Real{}).Steady() - began; took > 100*time.Millisecond {
		t.Errorf("the first byte of the job left after %v", took)
	}
}

// TestTillsShareANetworkPrinter: it hears one till at a time, and none holds it.
func TestTillsShareANetworkPrinter(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	m := &model{answers: fine, proves: true}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serveOne(c, m) // the next till waits meanwhile
		}
	}()
	var tills sync.WaitGroup
	const each = 5
	for range 4 {
		p := New(mustParse(t, "tcp:"+l.Addr().String()), Traits{}, Openers{}, clock.Real{})
		watched(t, p)
		tills.Go(func() {
			for range each {
				if r := p.Print(t.Context(), slip); r.Proof != Confirmed {
					t.Errorf("got %+v", r)
				}
			}
		})
	}
	tills.Wait()
	if n := bytes.Count(m.got, []byte("TOTAL")); n != 4*each {
		t.Errorf("%d slips", n)
	}
}

func mustParse(t testing.TB, setting string) Target {
	t.Helper()
	target, err := Parse(setting, 9600)
	if err != nil {
		t.Fatal(err)
	}
	return target
}

// serveOne plays the model on a connection: it takes apart what arrived together.
func serveOne(c io.ReadWriteCloser, m *model) {
	defer c.Close()
	buffer := make([]byte, 4096)
	for {
		n, err := c.Read(buffer)
		if err != nil {
			return
		}
		for data := buffer[:n]; len(data) > 0; {
			cut := len(data)
			for _, request := range [][]byte{{0x1D, 0x72, 0x01}, {0x10, 0x04}} {
				if i := bytes.Index(data, request); i == 0 {
					cut = min(cut, 3)
				} else if i > 0 {
					cut = min(cut, i)
				}
			}
			reply, _, _ := m.peer(data[:cut])
			if _, err := c.Write(reply); err != nil {
				return
			}
			data = data[cut:]
		}
	}
}
