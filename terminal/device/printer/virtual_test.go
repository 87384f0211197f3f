package printer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/sandbox/paper"
)

// counter has a virtual printer and a printer of ours that talks to it.
func counter(t testing.TB, opt paper.Options, traits Traits) (*paper.Printer, *Printer) {
	t.Helper()
	if opt.Model.Name == "" {
		model, err := paper.Named("epson-80")
		if err != nil {
			t.Fatal(err)
		}
		opt.Model = model
	}
	v, err := paper.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	dial := func(context.Context) (net.Conn, error) { return v.Dial() }
	return v, New(mustParse(t, "virtual"), traits, Openers{Virtual: dial}, clock.Real{})
}

var epson = Traits{Confirm: ByProcess, Reports: true, Drawer: true}

func do(t *testing.T, v *paper.Printer, what ...string) {
	t.Helper()
	for _, w := range what {
		if err := v.Do(w); err != nil {
			t.Fatal(err)
		}
	}
}

// receipt is a job of numbered lines.
func receipt(lines int) []byte {
	job := []byte("\x1b@\x1c.\x1bR\x00\x1bt\x10\x1ba\x00")
	for i := range lines {
		job = fmt.Appendf(job, "\x1bE\x01Line %03d\x1bE\x00 of a receipt 12.50\n", i)
	}
	return append(job, 0x1D, 0x56, 0x42, 0x18)
}

func TestEveryModelGetsItsReceipt(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"epson-80", "citizen-80", "clone-58", "plain-80"} {
		model, err := paper.Named(name)
		if err != nil {
			t.Fatal(err)
		}
		v, p := counter(t, paper.Options{Model: model}, Traits{Silent: model.Tells == paper.Silent})
		want := Confirmed
		if model.Tells != paper.Full {
			want = Sent
		}
		for range 2 {
			if got := p.Print(t.Context(), receipt(200)); got.Proof != want {
				t.Errorf("%s: %+v", name, got)
			}
		}
		if m := v.Mistakes(); len(m) > 0 && model.Tells == paper.Full {
			t.Errorf("%s: %v", name, m)
		}
		// One that does not confirm may still be at the last lines.
		for changed := v.Changed(); strings.Count(allText(v), "Line 199") < 2; changed = v.Changed() {
			<-changed
		}
		if all := allText(v); strings.Count(all, "Line 199") != 2 || strings.Count(all, "Line 000") != 2 && model.Cutter {
			t.Errorf("%s: paper has %d lines of two receipts", name, strings.Count(all, "Line"))
		}
	}
}

func allText(v *paper.Printer) string {
	var all strings.Builder
	for _, s := range append(v.Slips(), v.Strip()) {
		all.WriteString(s.String())
	}
	return all.String()
}

// TestPaperOutAtEachPiece: wherever the paper ends, the job is unknown or was
// never begun; with a new roll the next slip stands alone.
func TestPaperOutAtEachPiece(t *testing.T) {
	t.Parallel()
	job := receipt(100)
	for at := 64; at < len(job); at += 320 {
		v, p := counter(t, paper.Options{Buffer: 512, Faults: []paper.Fault{{Do: "paper out", At: int64(at)}}}, epson)
		got := p.Print(t.Context(), job)
		if got.Proof != Unknown || !strings.Contains(got.Text, "out of paper") || !strings.HasSuffix(got.Text, lookFirst) {
			t.Errorf("paper out at %d: %v, %q", at, got.Proof, got.Text)
		}
		if got := p.Print(t.Context(), job); got.Proof != NotSent || !strings.Contains(got.Text, "out of paper") {
			t.Errorf("paper still out: %+v", got)
		}
		do(t, v, "paper in")
		if got := p.Print(t.Context(), receipt(3)); got.Proof != Confirmed {
			t.Errorf("paper out at %d, a new roll: %+v", at, got)
		}
		alone(t, v, fmt.Sprintf("paper out at %d", at))
	}
}

// alone checks that the last slip is that of three lines and nothing else.
func alone(t *testing.T, v *paper.Printer, what string) {
	t.Helper()
	slips := v.Slips()
	if len(slips) == 0 {
		t.Errorf("%s: no slip was cut", what)
		return
	}
	if last := slips[len(slips)-1].String(); strings.Count(last, "Line") != 3 || !strings.Contains(last, "Line 002") {
		t.Errorf("%s: the last slip is not alone:\n%s", what, last)
	}
}

// picture is a job with a picture of 48 rows, of which a part may be sent.
func picture() []byte {
	job := append([]byte("\x1b@"), 0x1D, 0x76, 0x30, 0x00, 0x48, 0x00, 0x30, 0x00)
	job = append(job, bytes.Repeat([]byte{0xAA}, 72*48)...)
	return append(job, 0x1D, 0x56, 0x42, 0x18)
}

// cutShort is a port whose line breaks behind so many bytes.
type cutShort struct {
	Port
	left int
}

var errBroken = errors.New("the cable is out")

func (c *cutShort) Write(ctx context.Context, data []byte) (int, error) {
	n, err := c.Port.Write(ctx, data[:min(len(data), c.left)])
	if c.left -= n; err == nil && n < len(data) {
		return n, errBroken
	}
	return n, err
}

// TestHangUpAtEachPiece: a cable pulled anywhere in a receipt or its picture
// leaves the job unknown, and the next slip whole, also after a restart.
func TestHangUpAtEachPiece(t *testing.T) {
	t.Parallel()
	symbol := []byte("\x1b@A line\n\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x05\x1d(k\x09\x001P0abcdef\x1d(k\x03\x001Q0\x1dVB\x18")
	for _, job := range [][]byte{receipt(40), picture(), symbol} {
		for at := min(20, len(job)/4); at < len(job); at += max(1, min(64, len(job)/40)) {
			for _, restart := range []bool{false, true} {
				v, _ := counter(t, paper.Options{}, epson)
				left := at
				target := mustParse(t, "serial:line")
				open := func(string, int, string) (Port, error) {
					c, err := v.Dial()
					if err != nil {
						return nil, err
					}
					return &cutShort{&stream{conn: c, clk: clock.Real{}}, left}, nil
				}
				p := New(target, epson, Openers{Serial: open}, clock.Real{})
				if got := p.Print(t.Context(), job); got.Proof != Unknown {
					t.Fatalf("cable out at %d: %+v", at, got)
				}
				left = 1 << 20
				if traits := epson; restart {
					traits.Torn = true
					p = New(target, traits, Openers{Serial: open}, clock.Real{})
				}
				if got := p.Print(t.Context(), receipt(3)); got.Proof != Confirmed {
					t.Fatalf("cable out at %d, then in again: %+v", at, got)
				}
				alone(t, v, fmt.Sprintf("cable out at %d of %d, restart %v", at, len(job), restart))
			}
		}
	}
}

func TestTroubleBeforeASale(t *testing.T) {
	t.Parallel()
	v, p := counter(t, paper.Options{}, epson)
	p.clk = hurried{}
	told := watched(t, p)
	for _, step := range []struct {
		do, mend string
		text     string
	}{
		{"paper out", "paper in", "out of paper"}, {"cover open", "cover close", "cover"},
		{"hot", "cool", "too hot"}, {"power off", "power on", "does not answer"}, {"unplug", "plug", "virtual"},
	} {
		do(t, v, step.do)
		until(t, told, step.do, func(s Status) bool { return s.State == Trouble && strings.Contains(s.Text, step.text) })
		do(t, v, step.mend)
		until(t, told, step.mend, func(s Status) bool { return s.State == Ready })
	}
	do(t, v, "paper low")
	until(t, told, "paper low", func(s Status) bool { return s.State == Ready && s.Text == paperLow })
	do(t, v, "drawer open")
	until(t, told, "drawer open", func(s Status) bool { return s.Drawer == DrawerOpen })
	do(t, v, "drawer close")
	until(t, told, "drawer close", func(s Status) bool { return s.Drawer == DrawerClosed })
	if got := p.Kick(t.Context()); got.Proof != Confirmed {
		t.Errorf("kick: %+v", got)
	}
	until(t, told, "kicked", func(s Status) bool { return s.Drawer == DrawerOpen })
	if slips := allText(v); strings.Contains(slips, "Line") {
		t.Errorf("looking prints:\n%s", slips)
	}
}

// TestLogoIsSentOnce: the second receipt has no byte of it, and a power cycle
// does not make the printer forget it.
func TestLogoIsSentOnce(t *testing.T) {
	v, p := counter(t, paper.Options{}, epson)
	rows := bytes.Repeat([]byte{0xA5, 0x5A, 0xC3}, 24)
	store := append([]byte{0x1D, 0x28, 0x4C, byte(len(rows) + 11), 0x00, 0x30, 0x43, 0x30, 'L', '1', 1, 24, 0, 24, 0, 0x31}, rows...)
	for i := range 3 {
		if !p.Keeps(t.Context(), "L1", store) {
			t.Fatal("the logo is not kept")
		}
		if got := p.Print(t.Context(), receipt(3)); got.Proof != Confirmed {
			t.Fatal(got)
		}
		if i == 1 {
			do(t, v, "power off", "power on")
		}
	}
	if n := bytes.Count(v.Received(), rows); n != 1 {
		t.Errorf("the logo was sent %d times", n)
	}
	if m := v.Mistakes(); len(m) > 0 {
		t.Error(m)
	}
}

func TestProbeTellsTheMaker(t *testing.T) {
	v, _ := counter(t, paper.Options{}, epson)
	dial := func(context.Context) (net.Conn, error) { return v.Dial() }
	f := Probe(t.Context(), mustParse(t, "virtual"), Openers{Virtual: dial}, clock.Real{})
	if !f.Answers || f.Maker != "EPSON" || f.Model == "" || f.Text == "" {
		t.Errorf("got %+v", f)
	}
	if len(v.Slips()) > 0 || len(v.Mistakes()) > 0 {
		t.Errorf("a probe prints: %v", v.Mistakes())
	}
}

// TestProbeFindsTheSpeed: at a wrong speed nothing is understood.
func TestProbeFindsTheSpeed(t *testing.T) {
	t.Parallel()
	star := []byte{0x0F, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00}
	for _, tt := range []struct {
		name   string
		baud   int
		answer func(b []byte) []byte
		want   Finding
	}{
		{"Epson at 38400", 38400, func(b []byte) []byte {
			switch {
			case bytes.Equal(b, []byte{0x10, 0x04, 0x01}), bytes.Equal(b, []byte{0x10, 0x04, 0x04}):
				return []byte{0x12}
			case bytes.Equal(b, []byte{0x1D, 0x49, 0x42}):
				return []byte("_EPSON\x00")
			case bytes.Equal(b, []byte{0x1D, 0x49, 0x43}):
				return []byte("_TM-T88V\x00")
			}
			return nil
		}, Finding{Maker: "EPSON", Model: "TM-T88V", Baud: 38400, Answers: true}},
		{"Star", 9600, func(b []byte) []byte {
			if bytes.Equal(b, []byte{0x1B, 0x06, 0x01}) {
				return star
			}
			return nil
		}, Finding{Maker: "Star", Baud: 9600, Answers: true, Star: true}},
	} {
		var tried []int
		open := func(_ string, baud int, _ string) (Port, error) {
			tried = append(tried, baud)
			return newLine(func(b []byte) ([]byte, int, error) {
				if baud != tt.baud {
					return nil, len(b), nil
				}
				return tt.answer(b), len(b), nil
			}), nil
		}
		got := Probe(t.Context(), mustParse(t, "serial:line?baud=19200"), Openers{Serial: open}, clock.Real{})
		if got.Text == "" {
			t.Errorf("%s: no word on what to do", tt.name)
		}
		if got.Text = ""; got != tt.want {
			t.Errorf("%s: got %+v after %v, want %+v", tt.name, got, tried, tt.want)
		}
		if !slices.Contains(tried, 19200) || tried[0] != 19200 {
			t.Errorf("%s: tried %v; the speed of the settings comes first", tt.name, tried)
		}
	}
}

// BenchmarkFirstByte is the time from the order to print to the first byte of
// the job at the printer, status asked before. BenchmarkFirstByteFloor is the
// floor: the same line opened, and one write.
func BenchmarkFirstByte(b *testing.B) {
	arrived := make(chan struct{}, 1)
	p, _ := firstByte(b, arrived)
	p.Check(b.Context())
	for b.Loop() {
		ctx, cancel := context.WithCancel(b.Context())
		go p.Print(ctx, slip)
		<-arrived
		b.StopTimer()
		cancel()
		<-p.turn // it is over
		p.turn <- struct{}{}
		b.StartTimer()
	}
}

func BenchmarkFirstByteFloor(b *testing.B) {
	arrived := make(chan struct{}, 1)
	_, l := firstByte(b, arrived)
	for b.Loop() {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		if _, err := c.Write(slip); err != nil {
			b.Fatal(err)
		}
		<-arrived
		b.StopTimer()
		_ = c.Close()
		b.StartTimer()
	}
}

// firstByte has a network printer that tells when the first byte of a job comes.
func firstByte(b *testing.B, arrived chan<- struct{}) (*Printer, net.Listener) {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			m := &model{answers: fine, proves: true}
			m.react = func(int) []byte {
				select {
				case arrived <- struct{}{}:
				default:
				}
				return nil
			}
			go serveOne(c, m)
		}
	}()
	return New(mustParse(b, "tcp:"+l.Addr().String()), Traits{}, Openers{}, clock.Real{}), l
}

// TestFirstByteIsFast: approval to first byte within 100 ms, on a printer that
// answers. It is generous: the benchmark has the figures.
func TestFirstByteIsFast(t *testing.T) {
	m := &model{answers: fine, proves: true}
	first := make(chan struct{})
	m.react = func(got int) []byte {
		if got <= len(slip) {
			close(first)
		}
		return nil
	}
	p := over(t, Traits{}, m.peer)
	began := clock.Real{}.Steady()
	go p.Print(t.Context(), slip)
	<-first
	if took := (clock.Real{}).Steady() - began; took > 100*time.Millisecond {
		t.Errorf("the first byte left after %v", took)
	}
}
