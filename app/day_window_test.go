package app

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/terminal/clock"
)

// program is the built program in a window of its own, with a folder and a bank
// of its own. The day is played at a stand, and here the same is done: a finger
// presses where the stand has the button.
type program struct {
	t       *testing.T
	bin     string
	display string
	shots   string
	dir     string
	bank    *bank
	run     *exec.Cmd
	// pending is what xdotool is to do next.
	pending []string
}

// newProgram starts the program that PAYDESK_BIN names, on an X server with
// nothing else on it.
func newProgram(t *testing.T, size fyne.Size) *program {
	t.Helper()
	bin := os.Getenv("PAYDESK_BIN")
	if bin == "" {
		t.Skip("PAYDESK_BIN does not name a built program; run build/test")
	}
	for _, tool := range []string{"Xvfb", "xdotool", "import"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed; build/test installs it", tool)
		}
	}
	bin, err := filepath.Abs(bin)
	if err != nil {
		t.Fatal(err)
	}
	shots := os.Getenv("PAYDESK_OUT")
	if shots == "" {
		shots = "../out"
	}
	p := &program{t: t, bin: bin, display: newDisplay(t, size), shots: filepath.Join(shots, t.Name()), bank: newBank(t)}
	p.dir = openDay(t, p.bank)
	p.open()
	t.Cleanup(p.kill)
	return p
}

func newDisplay(t *testing.T, size fyne.Size) string {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	x := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%.0fx%.0fx24", size.Width, size.Height), "-nolisten", "tcp")
	x.ExtraFiles = []*os.File{write}
	if err := x.Start(); err != nil {
		t.Fatal(err)
	}
	_ = write.Close()
	t.Cleanup(func() {
		_ = x.Process.Kill()
		_ = x.Wait()
	})
	line, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatal("Xvfb did not start: ", err)
	}
	return ":" + strings.TrimSpace(line)
}

// command is another program on the same screen and data.
func (p *program) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Env = append(os.Environ(), "DISPLAY="+p.display, "LANG=en_US.UTF-8", "LIBGL_ALWAYS_SOFTWARE=1", "PAYDESK_DEBUG=1")
	return c
}

func (p *program) open() {
	p.t.Helper()
	p.run = p.command(p.bin, "--training", "--data", p.dir, "--fullscreen")
	errs, err := p.run.StderrPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.run.Start(); err != nil {
		p.t.Fatal(err)
	}
	ready := make(chan struct{})
	go func() {
		for lines := bufio.NewScanner(errs); lines.Scan(); {
			if strings.Contains(lines.Text(), "window ready") {
				close(ready)
			}
		}
	}()
	select {
	case <-ready:
	case <-clock.Real{}.After(30 * time.Second):
		p.t.Fatal("the window showed nothing within 30 s; see ", p.shot())
	}
	p.settled()
}

// kill is kill -9.
func (p *program) kill() {
	_ = p.run.Process.Kill()
	_ = p.run.Wait()
}

// key, typed and click are done by the next act, in their order.
func (p *program) key(times int, names ...keys.Key) {
	p.pending = append(p.pending, "key", "--delay", "15", "--repeat", fmt.Sprint(times))
	for _, n := range names {
		p.pending = append(p.pending, string(n))
	}
}

func (p *program) typed(signs string) {
	for _, r := range signs {
		p.key(1, map[rune]keys.Key{'.': "period", ' ': "space"}[r]+keys.Key(strings.Trim(string(r), ". ")))
	}
}

func (p *program) click(times int, at fyne.Position) {
	p.pending = append(p.pending, "mousemove", fmt.Sprintf("%.0f", at.X), fmt.Sprintf("%.0f", at.Y), "click", "--delay", "15", "--repeat", fmt.Sprint(times), "1")
}

// act does what was asked for.
func (p *program) act() {
	p.t.Helper()
	if len(p.pending) == 0 {
		return
	}
	c := p.command("xdotool", p.pending...)
	p.pending = nil
	if out, err := c.CombinedOutput(); err != nil {
		p.t.Fatalf("%v: %v %s", c.Args, err, out)
	}
	<-clock.Real{}.After(60 * time.Millisecond)
}

// picture is the whole screen as it is.
func (p *program) picture() []byte {
	p.t.Helper()
	out, err := p.command("import", "-window", "root", "ppm:-").Output()
	if err != nil {
		p.t.Fatal(err)
	}
	return out
}

// settled waits until the screen has not changed for a moment.
func (p *program) settled() {
	p.t.Helper()
	last := p.picture()
	for range 60 {
		<-clock.Real{}.After(120 * time.Millisecond)
		now := p.picture()
		if bytes.Equal(now, last) {
			return
		}
		last = now
	}
}

// follow waits until the program's journal is where that of the stand is, and
// its screen at rest.
func (p *program) follow(dir, what string) {
	p.t.Helper()
	var here, there string
	for range 200 {
		if here, there = states(p.t, p.dir), states(p.t, dir); here == there {
			p.settled()
			return
		}
		<-clock.Real{}.After(200 * time.Millisecond)
	}
	p.t.Fatalf("waited in vain for %s in the window: its journal has\n%s, want\n%s; see %s", what, here, there, p.shot())
}

// shot keeps a picture of the screen.
func (p *program) shot() string {
	name := filepath.Join(p.shots, "failed.png")
	if err := os.MkdirAll(p.shots, 0o755); err != nil {
		return err.Error()
	}
	if out, err := p.command("import", "-window", "root", name).CombinedOutput(); err != nil {
		return string(out)
	}
	return name
}

// said is what a command of the program prints.
func (p *program) said(args ...string) string {
	p.t.Helper()
	c := p.command(p.bin, append([]string{"--training", "--data", p.dir}, args...)...)
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		p.t.Fatalf("paydesk %v: %v\n%s%s", args, err, out, errs.String())
	}
	return string(out)
}

func TestDayInAWindowByKeyboardAlone(t *testing.T) { playWindow(t, true) }
func TestDayInAWindowByPointerAlone(t *testing.T)  { playWindow(t, false) }

func playWindow(t *testing.T, byKeys bool) {
	size := fyne.NewSize(800, 480)
	p := newProgram(t, size)
	d := &day{stand: newStand(t, size), byKeys: byKeys, real: p}
	began := clock.Real{}.Now()
	d.play()
	t.Logf("the day took %v", clock.Real{}.Now().Sub(began).Round(time.Second))
	p.kill()
	wantBooks(t, p.dir, p.bank)
	var compared struct {
		Complete    bool
		Differences []any
	}
	said := p.said("reconcile", "--json", "--operator", "Sue", "--pin", "1357")
	if err := json.Unmarshal([]byte(said), &compared); err != nil || !compared.Complete || len(compared.Differences) > 0 {
		t.Errorf("journal and bank compared: %v, %s", err, said)
	}
	p.said("journal", "verify")
}
