package xtest

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// screen is an X server of its own with nothing on it.
type screen struct {
	t       testing.TB
	display string
	size    string
	shots   string
	frames  string // the file that the server draws in
}

// newScreen starts Xvfb; its pictures go to PAYDESK_OUT, or out/ in the
// repository.
func newScreen(t testing.TB, size string) *screen {
	t.Helper()
	for _, tool := range []string{"Xvfb", "xdotool", "import"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed; build/test installs it", tool)
		}
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	frames := t.TempDir()
	x := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", size+"x24", "-nolisten", "tcp", "-fbdir", frames)
	x.ExtraFiles = []*os.File{write}
	if err := x.Start(); err != nil {
		t.Fatal(err)
	}
	_ = write.Close()
	t.Cleanup(func() { kill(x) })
	line, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatal("Xvfb did not start: ", err)
	}
	shots := os.Getenv("PAYDESK_OUT")
	if shots == "" {
		shots = "../../out"
	}
	s := &screen{t: t, display: ":" + strings.TrimSpace(line), size: size, shots: filepath.Join(shots, strings.ReplaceAll(t.Name(), "/", "-")),
		frames: filepath.Join(frames, "Xvfb_screen0")}
	if err := os.MkdirAll(s.shots, 0o755); err != nil {
		t.Fatal(err)
	}
	return s
}

// env is the environment of programs on this screen.
func (s *screen) env() []string {
	return append(os.Environ(), "DISPLAY="+s.display, "LANG=en_US.UTF-8", "LIBGL_ALWAYS_SOFTWARE=1", "PAYDESK_DEBUG=1")
}

// do runs xdotool.
func (s *screen) do(args ...string) {
	s.t.Helper()
	c := exec.Command("xdotool", args...)
	c.Env = s.env()
	if out, err := c.CombinedOutput(); err != nil {
		s.t.Fatalf("xdotool %v: %v %s", args, err, out)
	}
}

// key presses keys by name, type types text as a person would.
func (s *screen) key(names ...string) {
	s.t.Helper()
	s.do(append([]string{"key", "--delay", "40"}, names...)...)
}

func (s *screen) typed(text string) { s.t.Helper(); s.do("type", "--delay", "40", text) }

// tap jumps to a place and presses at once, as a finger does.
func (s *screen) tap(x, y int) {
	s.t.Helper()
	s.do("mousemove", fmt.Sprint(x), fmt.Sprint(y), "click", "1")
}

// picture is the whole screen as it is.
func (s *screen) picture() []byte {
	s.t.Helper()
	c := exec.Command("import", "-window", "root", "ppm:-")
	c.Env = s.env()
	out, err := c.Output()
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// settled waits until the screen has not changed for a moment.
func (s *screen) settled() []byte {
	s.t.Helper()
	last := s.picture()
	for range 60 {
		pause(150 * time.Millisecond)
		now := s.picture()
		if bytes.Equal(now, last) {
			return now
		}
		last = now
	}
	return last
}

// changed waits until the screen is no longer as before, and then settled.
func (s *screen) changed(before []byte) {
	s.t.Helper()
	s.until("the screen changes", 15*time.Second, func() bool { return !bytes.Equal(s.picture(), before) })
	s.settled()
}

// shot keeps a picture of the screen among the test's output.
func (s *screen) shot(name string) {
	s.t.Helper()
	c := exec.Command("import", "-window", "root", filepath.Join(s.shots, name+".png"))
	c.Env = s.env()
	if out, err := c.CombinedOutput(); err != nil {
		s.t.Fatalf("%v %s", err, out)
	}
}

// until waits for a condition and keeps a picture where it does not come.
func (s *screen) until(what string, limit time.Duration, ok func() bool) {
	s.t.Helper()
	for range int(limit / (100 * time.Millisecond)) {
		if ok() {
			return
		}
		pause(100 * time.Millisecond)
	}
	s.shot("failed")
	s.t.Fatalf("waited %v in vain until %s; see %s", limit, what, s.shots)
}

// window is a run of the program with its window.
type window struct {
	*exec.Cmd
	ready chan struct{}
}

// open starts the program and waits until its window is at rest.
func (s *screen) open(d *desk, args ...string) *window {
	s.t.Helper()
	w := s.openBare(d, args...)
	s.settled()
	return w
}

// openBare starts the program and returns with its first frame.
func (s *screen) openBare(d *desk, args ...string) *window {
	s.t.Helper()
	w := &window{Cmd: d.command(args...), ready: make(chan struct{})}
	w.Env = s.env()
	errs, err := w.StderrPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := w.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { kill(w.Cmd) })
	go func() {
		lines := bufio.NewScanner(errs)
		for lines.Scan() {
			if strings.Contains(lines.Text(), "window ready") {
				close(w.ready)
			}
		}
	}()
	select {
	case <-w.ready:
	case <-time.After(30 * time.Second):
		s.shot("failed")
		s.t.Fatal("the window showed nothing within 30 s")
	}
	return w
}
