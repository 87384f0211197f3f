package printer

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/sandbox/paper"
)

// wired dials a virtual printer by a line that stays when its power goes.
func wired(v *paper.Printer) Openers {
	return Openers{Serial: func(string, int, string) (Port, error) {
		near, far := net.Pipe()
		go func() { _ = v.Serve(struct{ io.ReadWriteCloser }{far}) }() // it ends with the line
		return &stream{conn: near, clk: clock.Real{}}, nil
	}}
}

// when waits until the printer is as wanted.
func when(v *paper.Printer, is func(paper.Status) bool) {
	for changed := v.Changed(); !is(v.Status()); changed = v.Changed() {
		<-changed
	}
}

// TestPowerGoneWithinAJob: the printer is well before and after, and what it got
// meanwhile is nowhere.
func TestPowerGoneWithinAJob(t *testing.T) {
	t.Parallel()
	model, err := paper.Named("epson-80")
	if err != nil {
		t.Fatal(err)
	}
	job := receipt(40)
	for name, traits := range map[string]Traits{"by sensor": {}, "by process": epson} {
		for _, at := range []int{20, 300, len(job) - 100} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				v, err := paper.New(paper.Options{Model: model, Baud: 9600, Faults: []paper.Fault{{Do: "power off", At: int64(at)}}})
				if err != nil {
					t.Fatal(err)
				}
				go func() {
					when(v, func(s paper.Status) bool { return s.Off })
					<-clock.Real{}.After(300 * time.Millisecond)
					_ = v.Do("power on") // an act that there is
				}()
				p := New(mustParse(t, "serial:line?baud=9600"), traits, wired(v), clock.Real{})
				if got := p.Print(t.Context(), job); got.Proof != Unknown || !strings.HasSuffix(got.Text, lookFirst) {
					t.Errorf("power gone at %d: %+v, paper:\n%s", at, got, allText(v))
				}
				if got := p.Print(t.Context(), receipt(3)); got.Proof != Confirmed {
					t.Errorf("the next one: %+v", got)
				}
				alone(t, v, "power was gone")
			})
		}
	}
}

// TestLateProofOfAKilledProgram: the request for proof of the program before is
// still in the printer, which loses its power before the next job prints.
func TestLateProofOfAKilledProgram(t *testing.T) {
	t.Parallel()
	model, err := paper.Named("epson-80")
	if err != nil {
		t.Fatal(err)
	}
	before := append(receipt(10), 0x1D, 0x72, 0x01)
	v, err := paper.New(paper.Options{Model: model, Buffer: 1 << 16, Speed: 300})
	if err != nil {
		t.Fatal(err)
	}
	open := wired(v)
	port, err := open.Serial("", 0, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := port.Write(context.Background(), before); err != nil {
		t.Fatal(err)
	}
	_ = port.Close() // the program is killed
	size := int64(len(before))
	go func() {
		// The first is over, and much of the second is in the buffer.
		when(v, func(s paper.Status) bool {
			return s.Done >= size+mostPad+int64(len(tearOff))+20 && s.Received > s.Done+1000
		})
		_ = v.Do("power off")
	}()
	p := New(mustParse(t, "serial:line?baud=115200"), Traits{Torn: true}, open, clock.Real{})
	if got := p.Print(t.Context(), receipt(40)); got.Proof != Unknown {
		t.Errorf("got %+v, paper:\n%s", got, allText(v))
	}
}
