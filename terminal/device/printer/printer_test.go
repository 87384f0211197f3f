package printer

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/device/devicetest"
	"paydesk/terminal/device/serialport"
)

var (
	ask   = []byte{0x10, 0x04, 0x01}
	slip  = []byte("\x1b@\x1c.\x1bR\x00\x1bt\x10\x1ba\x00TOTAL \x80 12,50\n\x1dVB\x18")
	fine  = map[byte]byte{1: 0x16, 2: 0x12, 3: 0x12, 4: 0x12}
	empty = map[byte]byte{1: 0x1E, 2: 0x32, 3: 0x12, 4: 0x7E}
)

func serialOpener(name string, baud int, flow string) (Port, error) {
	return serialport.Open(serialport.Config{Name: name, Baud: baud, Flow: serialport.Flow(flow)}, clock.Real{})
}

func start(t *testing.T, setting string) *Printer {
	t.Helper()
	target, err := Parse(setting, 9600)
	if err != nil {
		t.Fatal(err)
	}
	clk := clock.Real{}
	return New(target, Traits{}, Openers{Serial: serialOpener}, clk)
}

func TestMutePrinterGetsNothing(t *testing.T) {
	near, far, _ := devicetest.Cable(t)
	var peer devicetest.Printer
	peer.Open(t, far)
	p := start(t, near)
	got := p.Print(t.Context(), slip)
	if got.Proof == Sent || got.Done() || got.Sent != 0 || !errors.Is(got.Err, errMute) || !strings.Contains(got.Text, "a plain one") {
		t.Errorf("got %+v, want nothing sent", got)
	}
	want := bytes.Repeat(ask, tries)
	if received := peer.Received(len(want)); !bytes.Equal(received, want) {
		t.Errorf("got % X, want % X", received, want)
	}
	if s := p.Status(); s.State != Trouble {
		t.Errorf("got %+v, want trouble", s)
	}
}

func TestNeverAskedPrinterGetsTheJobAlone(t *testing.T) {
	near, far, _ := devicetest.Cable(t)
	var peer devicetest.Printer
	peer.Open(t, far)
	got := start(t, "serial:"+near+"?status=never&baud=115200").Print(t.Context(), slip)
	if got.Proof != Sent {
		t.Errorf("got %+v, want all sent", got)
	}
	if received := peer.Received(len(slip)); !bytes.Equal(received, slip) {
		t.Errorf("got % X, want % X", received, slip)
	}
}

func TestAnsweringPrinterConfirms(t *testing.T) {
	near, far, _ := devicetest.Cable(t)
	peer := devicetest.Printer{Answers: fine, Proof: true}
	peer.Open(t, far)
	got := start(t, near).Print(t.Context(), slip)
	if got.Proof != Confirmed || got.Err != nil || got.Text != "" {
		t.Errorf("got %+v, want it confirmed", got)
	}
	if print, err := devicetest.Decode(peer.Received(0)); err != nil || print.Cuts != 1 {
		t.Errorf("got %v, %v", print, err)
	}
}

func TestPrinterInTroubleGetsNothing(t *testing.T) {
	near, far, _ := devicetest.Cable(t)
	peer := devicetest.Printer{Answers: empty}
	peer.Open(t, far)
	p := start(t, near)
	got := p.Print(t.Context(), slip)
	if got.Proof != NotSent || got.Sent != 0 || !strings.Contains(got.Text, "out of paper") {
		t.Errorf("got %+v, want nothing sent for want of paper", got)
	}
	if bytes.Contains(peer.Received(0), []byte("TOTAL")) {
		t.Error("the job was sent all the same")
	}
	if s := p.Check(t.Context()); s.State != Trouble || s.Text != got.Text {
		t.Errorf("got %+v, want the same trouble", s)
	}
}

func TestBlockedPrinterEndsAtTheDeadline(t *testing.T) {
	near, _, _ := devicetest.Cable(t)
	p := start(t, near+"?status=never")
	ctx, cancel := context.WithTimeout(t.Context(), 600*time.Millisecond)
	defer cancel()
	got := p.Print(ctx, bytes.Repeat([]byte("0123456789\n"), 10_000))
	if got.Proof != Unknown || got.Sent == 0 || !errors.Is(got.Err, context.DeadlineExceeded) {
		t.Errorf("got %+v, want it unknown at the deadline", got)
	}
	want := "The receipt printer on " + near + " does not take data. Check power, paper and cable."
	if !strings.HasPrefix(got.Text, want) || !strings.HasSuffix(got.Text, lookFirst) {
		t.Errorf("got %q, want %q and a warning", got.Text, want)
	}
	if s := p.Status(); s.State != Trouble || s.Text != got.Text {
		t.Errorf("got %+v, want the same trouble", s)
	}
}

func TestHangUpWithinAJobIsUnknown(t *testing.T) {
	near, far, pull := devicetest.Cable(t)
	peer := devicetest.Printer{Answers: fine, Proof: true}
	peer.Open(t, far)
	go func() {
		peer.Received(5000)
		pull()
	}()
	got := start(t, near).Print(t.Context(), bytes.Repeat([]byte("0123456789\n"), 100_000))
	if got.Proof != Unknown || got.Sent < 5000 || !strings.Contains(got.Text, "is lost") || !strings.HasSuffix(got.Text, lookFirst) {
		t.Errorf("got %v after %d bytes, %q; want it unknown", got.Proof, got.Sent, got.Text)
	}
}

func TestPrinterThatIsNotThere(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, setting, want string }{
		{"none", "none", "No receipt printer is set up"},
		{"serial", "serial:/dev/no-such-printer", "/dev/no-such-printer is not there"},
		{"device", "/dev/usb/no-such-printer", "/dev/usb/no-such-printer is not there"},
		{"network", "tcp:127.0.0.1:" + freePort(t), "takes no connection"},
		{"folder", "file:" + t.TempDir() + "/no/such/file", "is not there"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := start(t, tt.setting).Print(t.Context(), slip)
			if got.Proof != NotSent || got.Err == nil || !strings.Contains(got.Text, tt.want) {
				t.Errorf("got %+v, want %q", got, tt.want)
			}
		})
	}
}

func freePort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

func TestFileKeepsEveryJob(t *testing.T) {
	path := filepath.Join(t.TempDir(), "slips")
	p := start(t, "file:"+path)
	for range 2 {
		if got := p.Print(t.Context(), slip); got.Proof != Confirmed {
			t.Errorf("got %+v, want it confirmed", got)
		}
	}
	got, err := os.ReadFile(path)
	if want := append(slices.Clone(slip), slip...); err != nil || !bytes.Equal(got, want) {
		t.Errorf("got %q, %v; want the slip twice", got, err)
	}
}

func TestNetworkPrinter(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	peer := devicetest.Printer{Answers: fine, Proof: true}
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		peer.Serve(c)
		_ = c.Close()
	}()
	if got := start(t, "tcp:"+l.Addr().String()).Print(t.Context(), slip); got.Proof != Confirmed {
		t.Errorf("got %+v, want it confirmed", got)
	}
	if !bytes.Contains(peer.Received(0), slip) {
		t.Error("the job did not arrive")
	}
}

// line is a port whose peer is a function: it gets what is written and says
// what comes back.
type line struct {
	peer  func([]byte) (reply []byte, taken int, err error)
	back  chan []byte
	reads atomic.Int32 // one more than what was heard
}

func newLine(peer func([]byte) ([]byte, int, error)) *line {
	return &line{peer: peer, back: make(chan []byte, 1000)}
}

func (l *line) Write(_ context.Context, data []byte) (int, error) {
	reply, taken, err := l.peer(data)
	if len(reply) > 0 {
		l.back <- reply
	}
	return taken, err
}

func (l *line) Read(ctx context.Context, buffer []byte) (int, error) {
	l.reads.Add(1)
	select {
	case b := <-l.back:
		return copy(buffer, b), nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}
func (l *line) Drain(context.Context) error { return nil }
func (l *line) Close() error                { return nil }

// over runs a printer on a line.
func over(t *testing.T, traits Traits, peer func([]byte) ([]byte, int, error)) *Printer {
	t.Helper()
	target, err := Parse("serial:line?baud=115200", 9600)
	if err != nil {
		t.Fatal(err)
	}
	return New(target, traits, Openers{Serial: func(string, int, string) (Port, error) { return newLine(peer), nil }}, clock.Real{})
}

func TestProofAfterTheJob(t *testing.T) {
	t.Parallel()
	isAsk := func(b []byte) bool { return len(b) == 3 && b[0] == 0x10 }
	prove := []byte{0x1D, 0x72, 0x01}
	tests := []struct {
		name   string
		before map[byte]byte
		after  map[byte]byte // answers once the job is sent
		proof  []byte        // of the job
		knows  bool          // it answers in order before the job
		fail   bool          // the line takes half of the job
		want   Proof
		text   string
	}{
		{"confirmed", fine, fine, []byte{0x00}, true, false, Confirmed, ""},
		{"stray bytes before the proof", fine, fine, []byte{0x13, 0x11, 0x12, 0x03}, true, false, Confirmed, ""},
		{"request for proof unknown to it", fine, fine, nil, false, false, Sent, ""},
		{"without proof, paper out", fine, empty, nil, false, false, Unknown, "out of paper"},
		{"without proof, switched off", fine, nil, nil, false, false, Unknown, "stopped answering"},
		{"well, but the proof is missing", fine, fine, nil, true, false, Unknown, "stopped answering"},
		{"paper ran out within the job", fine, empty, nil, true, false, Unknown, "out of paper"},
		{"switched off within the job", fine, nil, nil, true, false, Unknown, "stopped answering"},
		{"line lost within the job", fine, fine, nil, true, true, Unknown, "is lost"},
		{"paper low", map[byte]byte{1: 0x16, 4: 0x1E}, fine, []byte{0x00}, true, false, Confirmed, "nearly used up"},
		{"no answer ever", nil, nil, nil, false, false, NotSent, "does not answer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			answers, proof := tt.before, []byte(nil)
			if tt.knows {
				proof = []byte{0x00}
			}
			p := over(t, Traits{}, func(b []byte) ([]byte, int, error) {
				switch {
				case isAsk(b) && answers[b[2]] != 0:
					return []byte{0x11, answers[b[2]]}, 3, nil
				case isAsk(b):
					return nil, 3, nil
				case bytes.Equal(b, prove):
					return proof, 3, nil
				case tt.fail:
					return nil, len(b) / 2, io.ErrClosedPipe
				}
				answers, proof = tt.after, tt.proof
				return nil, len(b), nil
			})
			got := p.Print(t.Context(), slip)
			if got.Proof != tt.want || !strings.Contains(got.Text, tt.text) || (tt.text == "") != (got.Text == "") {
				t.Errorf("got %v %q, want %v %q", got.Proof, got.Text, tt.want, tt.text)
			}
			if got.Proof == Unknown && !strings.HasSuffix(got.Text, lookFirst) {
				t.Errorf("got %q, want a warning to look first", got.Text)
			}
			if torn := p.pad > 0; torn != (tt.want == Unknown) {
				t.Errorf("got torn %v", torn)
			}
		})
	}
}

func TestUnfinishedSlipIsTornOff(t *testing.T) {
	var got []byte
	p := over(t, Traits{Silent: true, Torn: true}, func(b []byte) ([]byte, int, error) {
		got = append(got, b...)
		return nil, len(b), nil
	})
	for range 2 {
		p.Print(t.Context(), slip)
	}
	want := slices.Concat(make([]byte, mostPad), tearOff, slip, slip)
	if !bytes.Equal(got, want) {
		t.Errorf("got % X, want the old slip cut off once", got)
	}
}

func TestTroubleSentences(t *testing.T) {
	tests := []struct {
		name   string
		answer [5]byte
		want   string
	}{
		{"fine", [5]byte{1: 0x16, 4: 0x12}, ""},
		{"drawer open", [5]byte{1: 0x12, 4: 0x12}, ""},
		{"paper out", [5]byte{1: 0x16, 4: 0x7E}, "out of paper"},
		{"cover", [5]byte{1: 0x1E, 2: 0x16, 4: 0x12}, "cover"},
		{"cutter", [5]byte{1: 0x1E, 2: 0x52, 3: 0x1A, 4: 0x12}, "cutter"},
		{"hot", [5]byte{1: 0x1E, 2: 0x52, 3: 0x52, 4: 0x12}, "too hot"},
		{"broken", [5]byte{1: 0x1E, 2: 0x52, 3: 0x32, 4: 0x12}, "fault"},
		{"offline", [5]byte{1: 0x1E, 2: 0x12, 3: 0x12, 4: 0x12}, "offline"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := report{answered: true, answer: tt.answer}.trouble()
			if !strings.Contains(got, tt.want) || (got == "") != (tt.want == "") {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestParse(t *testing.T) {
	tests := []struct {
		setting string
		want    Target
		problem string
	}{
		{"", Target{}, ""},
		{"none", Target{}, ""},
		{"/dev/ttyUSB0", Target{serialLine, "/dev/ttyUSB0", 19200, "", true}, ""},
		{"COM3", Target{serialLine, "COM3", 19200, "", true}, ""},
		{"serial:/dev/ttyS1?baud=9600&flow=rtscts", Target{serialLine, "/dev/ttyS1", 9600, "rtscts", true}, ""},
		{"/dev/ttyS1?status=never", Target{serialLine, "/dev/ttyS1", 19200, "", false}, ""},
		{"/dev/usb/lp0", Target{device, "/dev/usb/lp0", 19200, "", true}, ""},
		{"file:/tmp/x", Target{file, "/tmp/x", 19200, "", false}, ""},
		{"tcp:printer:9101", Target{network, "printer:9101", 19200, "", true}, ""},
		{"queue:Office", Target{queued, "Office", 19200, "", false}, ""},
		{"virtual", Target{virtual, "virtual", 19200, "", true}, ""},
		{"queue:", Target{}, "is not a printer"},
		{"tcp:10.0.0.9", Target{network, "10.0.0.9:9100", 19200, "", true}, ""},
		{"printer", Target{}, "is not a printer"},
		{"tcp:", Target{}, "is not a printer"},
		{"serial:", Target{}, "is not a printer"},
		{"/dev/ttyS1?baud=9601", Target{}, "9601 baud"},
		{"/dev/ttyS1?baud=fast", Target{}, "not a number"},
		{"/dev/ttyS1?flow=dtr", Target{}, "not known"},
		{"/dev/ttyS1?speed=1", Target{}, "no option speed=1"},
		{"tcp:printer?baud=9600", Target{}, "no option baud"},
	}
	for _, tt := range tests {
		got, err := Parse(tt.setting, 19200)
		switch {
		case tt.problem == "" && (err != nil || got != tt.want):
			t.Errorf("%q: got %+v, %v; want %+v", tt.setting, got, err, tt.want)
		case tt.problem != "" && (err == nil || got != tt.want || !strings.Contains(err.Error(), tt.problem)):
			t.Errorf("%q: got %v, want %q", tt.setting, err, tt.problem)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"none", "serial:/dev/ttyUSB0?baud=9600", "tcp:[::1]:9100", "COM3?%zz", "file:?"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, setting string) {
		target, err := Parse(setting, 9600)
		if err == nil && target.kind != none && target.name == "" {
			t.Errorf("%q gives a printer without a place", setting)
		}
	})
}
