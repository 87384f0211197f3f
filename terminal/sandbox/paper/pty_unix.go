//go:build unix

package paper

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"github.com/creack/pty"
	"golang.org/x/term"
)

// ServeTerminal plays a serial printer on a pseudo-terminal until the context
// ends. It tells the name to open, every time that the printer is plugged in;
// a link, unless it is empty, is kept pointing there.
func (p *Printer) ServeTerminal(ctx context.Context, link string, tell func(name string)) error {
	for ctx.Err() == nil {
		near, far, err := openTerminal()
		if err != nil {
			return fmt.Errorf("open a pseudo-terminal: %w", err)
		}
		if err := relink(link, far.Name()); err != nil {
			return errors.Join(err, near.Close(), far.Close())
		}
		tell(far.Name())
		stop := context.AfterFunc(ctx, func() { _ = near.Close() }) // that ends Serve
		err = p.Serve(terminal{near, link})
		stop()
		err = errors.Join(err, far.Close())
		if ctx.Err() == nil && err != nil {
			return err
		}
		p.plugged(ctx)
	}
	return unlink(link)
}

// terminal is the printer's end of a pseudo-terminal, with the link to its other
// end.
type terminal struct {
	*os.File
	link string
}

// Close removes the link first: the system gives the name behind it to the next
// pseudo-terminal, which may be that of another printer.
func (t terminal) Close() error { return errors.Join(unlink(t.link), t.File.Close()) }

// plugged waits until the printer can be connected to.
func (p *Printer) plugged(ctx context.Context) {
	for {
		changed := p.Changed()
		if !p.Status().Unplugged {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// openTerminal opens both ends of a line that changes no byte. The far end
// stays open on this side too, so that nobody's closing it hangs up.
func openTerminal() (near, far *os.File, err error) {
	master, far, err := pty.Open()
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, master.Close()) }()
	if _, err := term.MakeRaw(int(far.Fd())); err != nil {
		return nil, nil, errors.Join(err, far.Close())
	}
	// The library leaves the near end blocking: a read could not be ended.
	fd, err := syscall.Dup(int(master.Fd()))
	if err == nil {
		err = syscall.SetNonblock(fd, true)
	}
	if err != nil {
		return nil, nil, errors.Join(err, far.Close())
	}
	return os.NewFile(uintptr(fd), master.Name()), far, nil
}

// relink points the link at a terminal. Only a link is ever replaced.
func relink(link, name string) error {
	if link == "" {
		return nil
	}
	if err := unlink(link); err != nil {
		return err
	}
	return os.Symlink(name, link)
}

func unlink(link string) error {
	info, err := os.Lstat(link)
	switch {
	case link == "" || errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode()&fs.ModeSymlink == 0:
		return fmt.Errorf("%s is there already and is no link: choose another name for the link", link)
	}
	return os.Remove(link)
}
