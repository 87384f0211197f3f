//go:build linux && amd64

package xtest

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestNoCoreDump lets the program die in the middle of a sale, in ways that
// write a core dump where they are let. The slow card keeps the sale open.
func TestNoCoreDump(t *testing.T) {
	pattern, err := os.ReadFile("/proc/sys/kernel/core_pattern")
	if err != nil || strings.ContainsAny(string(pattern), "|/") {
		t.Skipf("core dumps of this system do not go where a program stands: %s%v", pattern, err)
	}
	d := newDesk(t)
	dies := func(sig syscall.Signal, args ...string) (files []string) {
		t.Helper()
		place, before := t.TempDir(), len(d.charges())
		c := exec.Command("sh", append([]string{"-c", `ulimit -c unlimited; exec "$@"`, "sh"}, args...)...)
		c.Dir = place
		c.Env = append(os.Environ(), "GOTRACEBACK=crash")
		var errs strings.Builder
		c.Stderr = &errs
		c.Stdin = strings.NewReader(slowCard + "\n1231\n" + amexCode + "\n")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		if args[0] == d.bin {
			for len(d.charges()) == before { // the sale is at the host
				pause(20 * time.Millisecond)
			}
		} else {
			pause(200 * time.Millisecond)
		}
		_ = c.Process.Signal(sig)
		_ = c.Wait()
		if found := leak([]byte(errs.String())); found != "" {
			t.Errorf("the last words hold %s", found)
		}
		if c.ProcessState.ExitCode() == 0 {
			t.Error("the program did not die")
		}
		files, err := filepath.Glob(filepath.Join(place, "*"))
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	control := dies(syscall.SIGABRT, "sleep", "60")
	if len(control) == 0 {
		t.Skip("this system writes no core dump of any program")
	}
	_ = os.Remove(control[0])
	sale := []string{d.bin, "--training", "--data", d.dir, "sale", "12.50"}
	for _, sig := range []syscall.Signal{syscall.SIGABRT, syscall.SIGSEGV, syscall.SIGQUIT} {
		d.must("settle")
		if files := dies(sig, sale...); len(files) != 0 {
			t.Errorf("%v in the middle of a sale left %v", sig, files)
		}
	}
	d.noCardData()
}

// TestNotDumpable: no other program of the same user can look into the memory,
// and no program that the system hands dumps to gets one.
func TestNotDumpable(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can start the program as another user")
	}
	c := exec.Command(program(t), "sandbox", "--listen", "127.0.0.1:0", "--ledger", ":memory:")
	nobody := uint32(65534)
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	c.Dir = "/"
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Skip("the program cannot be run by another user here: ", err)
	}
	defer kill(c)
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Skip("the program cannot be run by another user here: ", err)
	}
	st, err := os.Stat(fmt.Sprintf("/proc/%d/mem", c.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	// The memory of a process that is not dumpable belongs to root (proc(5)).
	if owner := st.Sys().(*syscall.Stat_t).Uid; owner != 0 {
		t.Errorf("the memory belongs to user %d: it can be dumped", owner)
	}
}

// TestMemory searches the memory of the program for the card, as a debugger
// would: while the request leaves, and when the outcome is told.
func TestMemory(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can look into the memory of the program")
	}
	d := newDesk(t)
	c := d.command("sale", "12.50", "--json")
	typed, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer typed.Close()
	if _, err := write.WriteString(amexCard + "\n1231\n" + amexCode + "\n"); err != nil {
		t.Fatal(err)
	}
	_ = write.Close()
	c.Stdin = typed
	code := `"` + amexCode + `"`
	var during, after map[string]int
	e := d.traced(c, watcher{before: func(c *call) verdict {
		var err error
		switch {
		case c.path == toSocket && numberField.Match(c.data):
			during, err = memory(c.pid, []byte(amexCard), []byte(code))
		case c.path == toOutput && len(shownBy(string(c.data))) > 0:
			after, err = memory(c.pid, []byte(amexCard), []byte(code))
		}
		if err != nil {
			t.Error(err)
		}
		return verdict{}
	}})
	if e.code != 0 {
		t.Fatalf("the sale ended with %+v", e)
	}
	t.Logf("copies of the number: %d while it leaves, %d afterwards; of the security code: %d and %d",
		during[amexCard], after[amexCard], during[code], after[code])
	if during[amexCard] == 0 || during[code] == 0 {
		t.Error("the search did not find the card in the request")
	}
	if after[amexCard] > 0 || after[code] > 0 {
		t.Error("the program left copies of the card in its memory")
	}
}
