//go:build linux && amd64

package xtest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// call is a system call of a traced program that can be seen from outside: it
// changes a file, or sends bytes out of the process.
type call struct {
	name string
	path string // of the file; "socket" and "stdout" are the ways out
	to   string // the new name of a rename
	// at is the offset of a write or the new size, -1 where the call has none.
	at    int64
	data  []byte // of a write
	flags uint64 // of an open
	ret   int64  // 0 or more once it is done; an error below
	fd    uint64
	pid   int
}

// Names of the ways out of a process.
const (
	toSocket = "socket"
	toOutput = "stdout"
)

// storage reports a call that a disk can fail.
func (c *call) storage() bool {
	return c.name != "connect" && c.path != toSocket && c.path != toOutput
}

// verdict is what happens to a call that is about to be made.
type verdict struct {
	kill bool
	errn syscall.Errno
}

// watcher looks at the calls of a traced program. before is asked when a call
// is about to be made, after is told when it is done; either may be nil.
type watcher struct {
	before func(*call) verdict
	after  func(*call)
}

// The options of ptrace that package syscall does not name.
const (
	traceExitKill = 0x100000
	waitThreads   = 0x40000000 // __WALL
	syscallStop   = syscall.SIGTRAP | 0x80
)

// traced runs a command to its end under ptrace and shows every call that
// leaves something outside to w, one after the other over all threads.
// (strace counts its injections by thread, and a Go program has as many as it
// likes: its "when=N" names no moment.)
func (d *desk) traced(c *exec.Cmd, w watcher) ended {
	d.t.Helper()
	out, err := os.Create(d.dir + ".stdout")
	if err != nil {
		d.t.Fatal(err)
	}
	defer out.Close()
	errs, err := os.Create(d.dir + ".stderr")
	if err != nil {
		d.t.Fatal(err)
	}
	defer errs.Close()
	c.Stdout, c.Stderr = out, errs
	// All requests of ptrace come from the thread that started the program.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if c.SysProcAttr == nil {
		c.SysProcAttr = &syscall.SysProcAttr{}
	}
	c.SysProcAttr.Ptrace = true
	c.SysProcAttr.Setpgid = true // its threads are waited for, and no other test's programs
	if err := c.Start(); err != nil {
		if err == syscall.EPERM || strings.Contains(err.Error(), "not permitted") {
			d.t.Skip("this machine does not let a program be traced: ", err)
		}
		d.t.Fatal(err)
	}
	tr := tracer{main: c.Process.Pid, under: d.dir, w: d.recorded(w), at: map[int]*call{}, known: map[int]bool{},
		files: map[uint64]*file{1: {path: toOutput}}}
	status, err := tr.run()
	_ = c.Process.Release()
	if err != nil {
		_ = syscall.Kill(tr.main, syscall.SIGKILL)
		d.t.Fatal("tracing: ", err)
	}
	return ended{status.ExitStatus(), content(d.t, out.Name()), content(d.t, errs.Name())}
}

// recorded shows the calls to the desk's recorder, too.
func (d *desk) recorded(w watcher) watcher {
	if d.record == nil {
		return w
	}
	return watcher{
		before: func(c *call) (v verdict) {
			if w.before != nil {
				v = w.before(c)
			}
			if v == (verdict{}) && filepath.Base(c.path) != "ballast" { // its content is of no interest
				d.record.begun(c)
			}
			return v
		},
		after: func(c *call) {
			if w.after != nil {
				w.after(c)
			}
			d.record.done(c)
		},
	}
}

func content(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// file is what a descriptor stands for, and where its next write goes.
type file struct {
	path string
	at   int64
}

type tracer struct {
	main  int
	under string // folder whose files count
	w     watcher
	at    map[int]*call // by thread: the call it is in
	// files are what the descriptors stand for. The program lets nobody of its
	// own user look them up.
	files map[uint64]*file
	known map[int]bool // threads that have stopped before
	mem   *os.File
	dead  bool
}

func (tr *tracer) run() (syscall.WaitStatus, error) {
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(tr.main, &status, waitThreads, nil); err != nil {
		return status, err
	}
	tr.known[tr.main] = true
	err := syscall.PtraceSetOptions(tr.main, syscall.PTRACE_O_TRACESYSGOOD|syscall.PTRACE_O_TRACECLONE|traceExitKill)
	if err != nil {
		return status, err
	}
	if tr.mem, err = os.Open(fmt.Sprintf("/proc/%d/mem", tr.main)); err != nil {
		return status, err
	}
	defer tr.mem.Close()
	tr.resume(tr.main, 0)
	for {
		pid, err := syscall.Wait4(-tr.main, &status, waitThreads, nil)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return status, err
		}
		switch {
		case status.Exited() || status.Signaled():
			if pid == tr.main {
				return status, nil
			}
			delete(tr.at, pid)
		case status.Stopped():
			if err := tr.stopped(pid, status); err != nil && err != syscall.ESRCH {
				return status, err
			}
		}
	}
}

// stopped deals with one stop of a thread and lets it go on.
func (tr *tracer) stopped(pid int, status syscall.WaitStatus) error {
	sig := status.StopSignal()
	first := !tr.known[pid]
	tr.known[pid] = true
	switch {
	case sig == syscallStop:
		if err := tr.syscall(pid); err != nil {
			return err
		}
		sig = 0
	case sig == syscall.SIGTRAP: // a new thread begins
		sig = 0
	case sig == syscall.SIGSTOP && first:
		sig = 0
	}
	tr.resume(pid, int(sig))
	return nil
}

// resume lets a thread go on; one that was killed meanwhile is reaped later.
func (tr *tracer) resume(pid, sig int) { _ = syscall.PtraceSyscall(pid, sig) }

// syscall is called at the begin and at the end of every system call.
func (tr *tracer) syscall(pid int) error {
	var r syscall.PtraceRegs
	if err := syscall.PtraceGetRegs(pid, &r); err != nil {
		return err
	}
	if c, inside := tr.at[pid]; inside {
		delete(tr.at, pid)
		return tr.returned(pid, c, &r)
	}
	c := tr.read(&r)
	c.pid = pid
	tr.at[pid] = c
	if !tr.seen(c) || tr.w.before == nil || tr.dead {
		return nil
	}
	switch v := tr.w.before(c); {
	case v.kill:
		tr.dead = true
		return syscall.Kill(tr.main, syscall.SIGKILL)
	case v.errn != 0:
		c.ret = -int64(v.errn)
		r.Orig_rax = ^uint64(0) // no call is made
		return syscall.PtraceSetRegs(pid, &r)
	}
	return nil
}

// returned takes the end of a call.
func (tr *tracer) returned(pid int, c *call, r *syscall.PtraceRegs) error {
	if c.ret < 0 { // failed on purpose
		r.Rax = uint64(c.ret)
		return syscall.PtraceSetRegs(pid, r)
	}
	c.ret = int64(r.Rax)
	switch {
	case c.ret < 0:
	case c.name == "open", c.name == "socket":
		tr.files[uint64(c.ret)] = &file{path: c.path}
	case c.name == "close":
		delete(tr.files, c.fd)
	case c.name == "write" && tr.files[c.fd] != nil:
		tr.files[c.fd].at += c.ret
	}
	if tr.w.after != nil && tr.seen(c) {
		tr.w.after(c)
	}
	return nil
}

// seen reports a call that leaves something outside.
func (tr *tracer) seen(c *call) bool {
	switch c.name {
	case "", "close", "socket":
		return false
	case "open":
		return tr.ours(c.path) && c.flags&(syscall.O_CREAT|syscall.O_TRUNC) != 0
	}
	return c.path == toSocket || c.path == toOutput || tr.ours(c.path)
}

// read is the call that a thread is about to make; one without a name does not
// count.
func (tr *tracer) read(r *syscall.PtraceRegs) *call {
	c := &call{at: -1}
	switch r.Orig_rax {
	case syscall.SYS_WRITE:
		tr.on(c, "write", r.Rdi)
		if f := tr.files[r.Rdi]; f != nil {
			c.at, c.data = f.at, tr.bytes(r.Rsi, r.Rdx)
		}
	case syscall.SYS_PWRITE64:
		tr.on(c, "pwrite64", r.Rdi)
		if c.at = int64(r.R10); c.path != "" {
			c.data = tr.bytes(r.Rsi, r.Rdx)
		}
	case syscall.SYS_FTRUNCATE:
		tr.on(c, "ftruncate", r.Rdi)
		c.at = int64(r.Rsi)
	case syscall.SYS_FSYNC, syscall.SYS_FDATASYNC:
		tr.on(c, "fsync", r.Rdi)
	case syscall.SYS_CLOSE:
		tr.on(c, "close", r.Rdi)
	case syscall.SYS_OPEN:
		c.name, c.path, c.flags = "open", tr.text(r.Rdi), r.Rsi
	case syscall.SYS_OPENAT:
		c.name, c.path, c.flags = "open", tr.text(r.Rsi), r.Rdx
	case syscall.SYS_UNLINK:
		c.name, c.path = "unlink", tr.text(r.Rdi)
	case syscall.SYS_UNLINKAT:
		c.name, c.path = "unlink", tr.text(r.Rsi)
	case syscall.SYS_RENAME:
		c.name, c.path, c.to = "rename", tr.text(r.Rdi), tr.text(r.Rsi)
	case syscall.SYS_RENAMEAT:
		c.name, c.path, c.to = "rename", tr.text(r.Rsi), tr.text(r.R10)
	case syscall.SYS_MKDIR:
		c.name, c.path = "mkdir", tr.text(r.Rdi)
	case syscall.SYS_MKDIRAT:
		c.name, c.path = "mkdir", tr.text(r.Rsi)
	case syscall.SYS_SOCKET:
		c.name, c.path = "socket", toSocket
	case syscall.SYS_CONNECT:
		tr.on(c, "connect", r.Rdi)
	}
	return c
}

// on names a call and the file that its descriptor stands for.
func (tr *tracer) on(c *call, name string, fd uint64) {
	c.name, c.fd = name, fd
	if f := tr.files[fd]; f != nil {
		c.path = f.path
	}
}

func (tr *tracer) ours(path string) bool {
	rel, found := strings.CutPrefix(path, tr.under)
	return found && (rel == "" || rel[0] == '/')
}

// bytes reads memory of the program.
func (tr *tracer) bytes(at, n uint64) []byte {
	data := make([]byte, n)
	if _, err := tr.mem.ReadAt(data, int64(at)); err != nil {
		return nil
	}
	return data
}

// text reads a string that a zero byte ends.
func (tr *tracer) text(at uint64) string {
	var s []byte
	for len(s) < 4096 {
		// Up to the end of a page: what is behind it may not be there.
		part := tr.bytes(at, min(4096-at%4096, 256))
		if part == nil {
			return ""
		}
		if i := bytes.IndexByte(part, 0); i >= 0 {
			return string(append(s, part[:i]...))
		}
		s = append(s, part...)
		at += uint64(len(part))
	}
	return ""
}

// memory searches the writable memory of a stopped thread's process, which is
// what a dump of it would hold, and returns how often each text is in it.
func memory(pid int, texts ...[]byte) (map[string]int, error) {
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		return nil, err
	}
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		return nil, err
	}
	defer mem.Close()
	found := map[string]int{}
	for line := range strings.Lines(string(maps)) {
		var from, to uint64
		var rights string
		if _, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &rights); err != nil || rights[:2] != "rw" {
			continue
		}
		data := make([]byte, to-from)
		n, _ := mem.ReadAt(data, int64(from))
		for _, text := range texts {
			found[string(text)] += bytes.Count(data[:n], text)
		}
	}
	return found, nil
}
