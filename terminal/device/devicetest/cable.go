package devicetest

import (
	"bufio"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Cable lays a serial cable between two pseudo-terminals and returns the names
// of its ends. Pulling it hangs up both; the end of the test pulls it too. The
// test is skipped where socat is absent.
func Cable(t testing.TB) (near, far string, pull func()) {
	t.Helper()
	socat, err := exec.LookPath("socat")
	if err != nil {
		t.Skip("socat is not installed: install it to test serial lines")
	}
	near, far = filepath.Join(t.TempDir(), "near"), filepath.Join(t.TempDir(), "far")
	cmd := exec.Command(socat, "-d", "-d", "pty,raw,echo=0,link="+near, "pty,raw,echo=0,link="+far)
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	gone := make(chan struct{})
	ready := make(chan bool, 1)
	go func() {
		defer close(gone)
		lines := bufio.NewScanner(log)
		for lines.Scan() {
			if strings.Contains(lines.Text(), "starting data transfer loop") {
				ready <- true
			}
		}
		_ = cmd.Wait() // it was killed: that is no error here
		close(ready)
	}()
	pull = func() {
		_ = cmd.Process.Kill() // fails only when it has ended already
		<-gone
	}
	t.Cleanup(pull)
	if !<-ready {
		t.Fatal("socat ended before the cable was laid")
	}
	return near, far, pull
}
