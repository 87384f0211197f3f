package paper

import "golang.org/x/sys/unix"

// obeysXOFF reports whether the far end has the system stop at XOFF: the
// settings of both ends are one.
func (t terminal) obeysXOFF() bool {
	raw, err := t.SyscallConn()
	if err != nil {
		return false
	}
	obeys := false
	err = raw.Control(func(fd uintptr) {
		settings, err := unix.IoctlGetTermios(int(fd), unix.TCGETS)
		obeys = err == nil && settings.Iflag&unix.IXON != 0
	})
	return err == nil && obeys
}
