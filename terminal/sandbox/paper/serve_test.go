package paper_test

import (
	"bytes"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/sandbox/paper"
)

func start(t *testing.T, opt paper.Options) *paper.Printer {
	t.Helper()
	if opt.Model.Dots == 0 {
		opt.Model = named(t, "epson-80")
	}
	p, err := paper.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func dial(t *testing.T, p *paper.Printer) net.Conn {
	t.Helper()
	c, err := p.Dial()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func do(t *testing.T, p *paper.Printer, what string) {
	t.Helper()
	if err := p.Do(what); err != nil {
		t.Fatal(err)
	}
}

func send(t *testing.T, c net.Conn, data string) {
	t.Helper()
	if _, err := io.WriteString(c, data); err != nil {
		t.Fatal(err)
	}
}

// expect reads exactly these bytes from the printer.
func expect(t *testing.T, c net.Conn, want ...byte) {
	t.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(c, got); err != nil || !bytes.Equal(got, want) {
		t.Fatalf("got % X, %v; want % X", got, err, want)
	}
}

// until waits for the printer to be as wanted.
func until(t *testing.T, p *paper.Printer, good func(paper.Status) bool) paper.Status {
	t.Helper()
	for {
		changed := p.Changed()
		if s := p.Status(); good(s) {
			return s
		}
		<-changed
	}
}

// ended hangs up and waits until the printer has noticed.
func ended(t *testing.T, p *paper.Printer, c net.Conn) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	until(t, p, func(s paper.Status) bool { return !s.Connected })
}

func TestStatusInRealTime(t *testing.T) {
	tests := []struct {
		do   string
		want [4]byte
	}{
		{"cool", [4]byte{0x12, 0x12, 0x12, 0x12}},
		{"paper low", [4]byte{0x12, 0x12, 0x12, 0x1E}},
		{"paper out", [4]byte{0x1A, 0x32, 0x12, 0x72}},
		{"cover open", [4]byte{0x1A, 0x16, 0x12, 0x12}},
		{"hot", [4]byte{0x1A, 0x52, 0x52, 0x12}},
		{"drawer open", [4]byte{0x16, 0x12, 0x12, 0x12}},
	}
	for _, tt := range tests {
		t.Run(tt.do, func(t *testing.T) {
			p := start(t, paper.Options{})
			do(t, p, tt.do)
			c := dial(t, p)
			send(t, c, "\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04")
			expect(t, c, tt.want[:]...)
		})
	}
}

func TestStatusWhileOfflineWithAFullBuffer(t *testing.T) {
	p := start(t, paper.Options{Buffer: 45})
	do(t, p, "cover open")
	c := dial(t, p)
	send(t, c, strings.Repeat("x", 45)+"\x10\x04\x02")
	expect(t, c, 0x16)
	if s := p.Status(); s.Lines != 0 || s.Buffered != 48 || s.Lost != 0 || s.Online {
		t.Errorf("got %+v, want all kept and nothing printed", s)
	}
	do(t, p, "cover close")
	send(t, c, "\n\x1dr\x01")
	expect(t, c, 0x00)
	if got := p.Strip().Text; got != strings.Repeat("x", 45) {
		t.Errorf("got %q", got)
	}
}

func TestAnswersInOrder(t *testing.T) {
	p := start(t, paper.Options{})
	c := dial(t, p)
	send(t, c, "a\n\x1dr\x01\x1d(H\x06\x0000ab12\x1dIB\x1dIC\x1dr\x02")
	expect(t, c, []byte("\x00\x37\x22ab12\x00\x5fEPSON\x00\x5fepson-80\x00\x00")...)
	do(t, p, "paper out")
	send(t, c, "b\n\x1dr\x01\x10\x04\x04")
	expect(t, c, 0x72) // the answer in order waits for paper
	do(t, p, "paper in")
	expect(t, c, 0x00)
}

func TestStatusByItself(t *testing.T) {
	p := start(t, paper.Options{})
	c := dial(t, p)
	send(t, c, "\x1da\xff")
	expect(t, c, 0x10, 0, 0, 0)
	do(t, p, "paper out")
	expect(t, c, 0x18, 0, 0x0C, 0)
	send(t, c, "\x1bp\x00\x19\xfa\x10\x04\x01")
	expect(t, c, 0x1A)
	do(t, p, "paper in")
	expect(t, c, 0x10, 0, 0, 0, 0x14, 0, 0, 0)
	do(t, p, "cover open")
	expect(t, c, 0x3C, 0, 0, 0)
}

func TestPrintersThatTellLittle(t *testing.T) {
	clone := start(t, paper.Options{Model: named(t, "clone-58")})
	c := dial(t, clone)
	send(t, c, "\x10\x04\x02\x10\x04\x03\x10\x04\x04\x10\x04\x01")
	expect(t, c, 0x12, 0x12)
	silent := start(t, paper.Options{Model: named(t, "plain-58")})
	c = dial(t, silent)
	send(t, c, "\x10\x04\x01text\n")
	ended(t, silent, c)
	if m := silent.Mistakes(); len(m) != 0 || silent.Strip().Text != "text" {
		t.Errorf("got %v, %q", m, silent.Strip().Text)
	}
}

func TestFaultsAtTheirMoment(t *testing.T) {
	tests := []struct {
		name, faults string
		want         string // of every line that is printed
		lost         int64
	}{
		{"paper out at a byte", "paper-out@4", "one\n", 0},
		{"cover at a line", "cover open@2l", "one\ntwo\n", 0},
		{"power", "power-off@5", "one\n", 9},
		{"stall", "stall@8", "one\ntwo\n", 0},
		{"two of them", "hot@4,cool@4,paper-out@8", "one\ntwo\n", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			faults, err := paper.ParseFaults(tt.faults)
			if err != nil {
				t.Fatal(err)
			}
			p := start(t, paper.Options{Faults: faults})
			c := dial(t, p)
			go func() { _, _ = io.WriteString(c, "one\ntwo\nthree\n") }() // a stalled printer does not take all
			s := until(t, p, func(s paper.Status) bool {
				return !s.Online && s.Received == 14 || s.Stalled
			})
			if got := p.Strip().Text + "\n"; got != tt.want || s.Lost != tt.lost {
				t.Errorf("got %q and %d lost bytes, want %q and %d", got, s.Lost, tt.want, tt.lost)
			}
		})
	}
}

func TestFaultsThatCannotBeRead(t *testing.T) {
	for _, text := range []string{"", "paper-out", "paper-out@", "paper-out@-1", "paper-out@x", "fire@3", "paper out@3,"} {
		if got, err := paper.ParseFaults(text); err == nil {
			t.Errorf("%q: got %v, want an error", text, got)
		}
	}
}

func TestPowerForgetsAllButPaperAndKeptGraphics(t *testing.T) {
	p := start(t, paper.Options{})
	c := dial(t, p)
	send(t, c, "\x1dB\x01\x1da\xff\x1d(L\x0c\x000C0AB\x01\x08\x00\x01\x001\xff\x1d(L\x0c\x000S0CD\x01\x08\x00\x01\x001\xffold\nhalf")
	expect(t, c, 0x10, 0, 0, 0)
	do(t, p, "power off")
	send(t, c, "\x10\x04\x01lost\n")
	do(t, p, "power on")
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("the connection of before the power went is still there")
	}
	c = dial(t, p)
	send(t, c, "new\n\x1d(L\x06\x000EAB\x01\x01\x1dV\x00\x1b@next\n\x1dV\x00\x1d(L\x06\x000UCD\x01\x01")
	ended(t, p, c)
	slips := p.Slips()
	if len(slips) != 2 || slips[0].Whole || !slips[1].Whole || slips[0].String() != "#|old\n |new\n[image 8x1]\n[cut]\n" {
		t.Errorf("got %v, want a hurt slip and a whole one", slips)
	}
	if m := p.Mistakes(); len(m) != 1 || !strings.Contains(m[0].Text, "before they are stored") {
		t.Errorf("got %v, want the graphics in RAM forgotten", m)
	}
}

func TestNewRollPartsTheSlip(t *testing.T) {
	faults, err := paper.ParseFaults("paper-out@1l")
	if err != nil {
		t.Fatal(err)
	}
	p := start(t, paper.Options{Faults: faults})
	c := dial(t, p)
	send(t, c, "\x1b@one\ntwo\n\x1dV\x00\x1b@three\n\x1dV\x00\x10\x04\x04")
	expect(t, c, 0x72)
	do(t, p, "paper in")
	ended(t, p, c)
	got := p.Slips()
	if len(got) != 3 || got[0].Cut || got[0].Whole || got[1].Whole || !got[1].Cut || !got[2].Whole || got[1].Text != "two" {
		t.Errorf("got %v, want two pieces and a whole slip", got)
	}
}

func TestKnifeThatJams(t *testing.T) {
	p := start(t, paper.Options{})
	do(t, p, "jam")
	c := dial(t, p)
	send(t, c, "one\n\x1dV\x00two\n\x10\x04\x03\x10\x05\x01\x10\x04\x01")
	expect(t, c, 0x1A, 0x3A)
	if s := p.Strip(); s.Text != "one" {
		t.Errorf("got %q, want it to stop at the knife", s.Text)
	}
	do(t, p, "jam clear")
	send(t, c, "\x10\x05\x01\x10\x04\x01")
	expect(t, c, 0x12)
	if s := p.Slips(); len(s) != 1 || !s[0].Whole || p.Strip().Text != "two" {
		t.Errorf("got %v, want it cut where it stopped", s)
	}
}

func TestBuffersAreClearedOnRequest(t *testing.T) {
	for _, request := range []string{"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", "\x10\x05\x02"} {
		p := start(t, paper.Options{})
		do(t, p, "cover open")
		c := dial(t, p)
		send(t, c, "one\n"+request+"\x10\x04\x01")
		expect(t, c, 0x1A)
		do(t, p, "cover close")
		send(t, c, "\x1dr\x01")
		expect(t, c, 0x00)
		if s := p.Status(); s.Lines != 0 || s.Lost == 0 {
			t.Errorf("% X: got %+v, want the line forgotten", request, s)
		}
	}
}

func TestDrawer(t *testing.T) {
	p := start(t, paper.Options{OpenIsLow: true})
	c := dial(t, p)
	send(t, c, "\x10\x04\x01\x10\x14\x01\x00\x01\x10\x04\x01")
	expect(t, c, 0x16, 0x12)
	do(t, p, "drawer close")
	// Forbidden, the pulse in real time is data like any other.
	send(t, c, "\x1d(D\x05\x00\x14\x01\x00\x02\x00\x10\x14\x01\x00\x01\x10\x04\x01")
	expect(t, c, 0x16)
	if s := p.Status(); s.Pulses != 1 || s.DrawerOpen {
		t.Errorf("got %+v, want one pulse", s)
	}
}

func TestBytesBeyondTheBufferAreLost(t *testing.T) {
	p := start(t, paper.Options{Buffer: 45, Flow: paper.FlowXON})
	do(t, p, "cover open")
	c := dial(t, p)
	send(t, c, strings.Repeat("x", 29))
	expect(t, c, 0x13)
	send(t, c, strings.Repeat("y", 18)+"\x10\x04\x01")
	expect(t, c, 0x1A)
	if s := p.Status(); s.Lost != 5 || len(p.Mistakes()) != 1 {
		t.Errorf("got %+v and %d mistakes, want 5 lost bytes and one mistake", s, len(p.Mistakes()))
	}
	do(t, p, "cover close")
	expect(t, c, 0x11)
}

func TestPaceOfLineAndPaper(t *testing.T) {
	clk := clock.NewVirtual(time.Date(2026, time.March, 4, 14, 0, 0, 0, time.UTC))
	p := start(t, paper.Options{Baud: 9600, Speed: 300, Clock: clk})
	c := dial(t, p)
	sent := make(chan error, 1)
	go func() {
		_, err := io.WriteString(c, "one\ntwo\nsixteen bytes and more\n")
		sent <- err
	}()
	until(t, p, func(s paper.Status) bool { return s.Received == 16 })
	if s := p.Status(); s.Lines != 1 || s.Buffered != 12 {
		t.Errorf("got %+v, want one line printed", s)
	}
	for p.Status().Lines < 3 { // the rest of the bytes and of the lines takes its time
		clk.Advance(5 * time.Millisecond)
		runtime.Gosched()
	}
	if took := clk.Steady(); took < 200*time.Millisecond {
		t.Errorf("three lines of 30 rows took %v", took)
	}
	if err := <-sent; err != nil {
		t.Error(err)
	}
}

func TestNetworkTakesOneAtATime(t *testing.T) {
	p := start(t, paper.Options{})
	l, err := p.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	connect := func() net.Conn {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	first := connect()
	send(t, first, "\x10\x04\x01")
	expect(t, first, 0x12)
	second := connect()
	send(t, second, "\x10\x04\x04")
	send(t, first, "first\n\x1dr\x01")
	expect(t, first, 0x00)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	expect(t, second, 0x12)
	do(t, p, "unplug")
	if _, err := second.Read(make([]byte, 1)); err == nil {
		t.Error("an unplugged printer keeps its connection")
	}
	third := connect()
	if _, err := third.Read(make([]byte, 1)); err == nil {
		t.Error("an unplugged printer answers")
	}
	do(t, p, "plug")
	fourth := connect()
	send(t, fourth, "\x10\x04\x01")
	expect(t, fourth, 0x12)
}

func TestGarbage(t *testing.T) {
	p := start(t, paper.Options{})
	c := dial(t, p)
	send(t, c, "x\n")
	do(t, p, "garbage")
	got := make([]byte, 8)
	if _, err := io.ReadFull(c, got); err != nil {
		t.Fatal(err)
	}
	for _, b := range got {
		if b&0x93 == 0x12 || b&0x93 == 0x10 || b&0x90 == 0 {
			t.Errorf("%02X could be an answer", b)
		}
	}
}
