package journal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// A journal is replaced as a whole, by restore and by salvage. The new one is
// made in the work folder, closed and synced there, and takes its place in
// these steps, of which the first decides:
//
//  1. work/journal.db becomes journal-DATE.next
//  2. what is there moves into the folder journal-DATE
//  3. journal-DATE.next becomes journal.db
//
// A start before the decision finds the old journal and sweeps up; a start
// behind it goes on where the steps were cut off. The log of the old journal
// has to be out of the way before the new one has its name, since SQLite would
// play it back into any file of that name.
const (
	workName   = "journal.work"
	nextSuffix = ".next"
)

func workDir(dir string) string { return filepath.Join(dir, workName) }

// newAside makes the dated folder into which the present journal moves.
func newAside(dir string, now time.Time) (string, error) {
	path := filepath.Join(dir, "journal-"+now.Format("20060102T150405"))
	for n := 1; ; n++ {
		aside := path
		if n > 1 {
			aside = fmt.Sprintf("%s-%d", path, n)
		}
		if err := os.Mkdir(aside, 0o700); !errors.Is(err, fs.ErrExist) {
			return aside, err
		}
	}
}

// replace puts the journal in the work folder, which is closed and one file,
// in the place of the present one, which moves aside.
func replace(dir, aside string) error {
	from := filepath.Join(workDir(dir), fileName)
	if err := syncFile(from); err != nil {
		return err
	}
	if err := os.Rename(from, aside+nextSuffix); err != nil {
		return err
	}
	return settle(dir)
}

// undecided finds a replacement that was decided and did not end, "" for none.
func undecided(dir string) (string, error) {
	all, err := os.ReadDir(dir)
	for _, e := range all {
		if strings.HasPrefix(e.Name(), "journal-") && strings.HasSuffix(e.Name(), nextSuffix) {
			return filepath.Join(dir, e.Name()), nil
		}
	}
	return "", err
}

// settle ends a replacement that was decided, and sweeps up behind one that
// was not. It needs the lock.
func settle(dir string) error {
	next, err := undecided(dir)
	if err != nil {
		return err
	}
	if next != "" {
		for _, step := range steps(dir, next) {
			if err := step(); err != nil {
				return &Problem{fmt.Sprintf("The new journal is ready and cannot be put in place yet (%v). Close every other Paydesk and check the disk, then start it: it goes on by itself.", err), err}
			}
		}
	}
	return os.RemoveAll(workDir(dir))
}

// steps put the file next in place. Each may be done again.
func steps(dir, next string) []func() error {
	aside, path := strings.TrimSuffix(next, nextSuffix), filepath.Join(dir, fileName)
	move := func(suffix string) func() error {
		return func() error {
			err := os.Rename(path+suffix, filepath.Join(aside, fileName+suffix))
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		}
	}
	return []func() error{
		func() error { return syncDir(dir) },
		func() error { return os.MkdirAll(aside, 0o700) },
		move("-wal"),
		move("-shm"),
		func() error {
			// A second name, so that there is a journal at every moment.
			err := os.Link(path, filepath.Join(aside, fileName))
			if err == nil || errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return move("")() // a file system without links
		},
		func() error { return errors.Join(syncDir(aside), syncDir(dir)) },
		func() error { return os.Rename(next, path) },
		func() error {
			_ = os.Remove(aside) // there was nothing to move
			return syncDir(dir)
		},
	}
}

// gone is a refusal where a journal was and is no more: to begin a new one
// would forget every payment. The first start leaves an empty file and a log
// where its power is cut; only behind its first commit the ballast is made.
func gone(dir string) error {
	path := filepath.Join(dir, fileName)
	there := func(name string) bool {
		st, err := os.Stat(name)
		return err == nil && st.Size() > 0
	}
	_, err := os.Stat(path)
	deleted := errors.Is(err, fs.ErrNotExist) && there(path+"-wal")
	if there(path) || !deleted && !there(filepath.Join(dir, ballastName)) {
		return nil
	}
	return &Problem{fmt.Sprintf("The journal %s is gone or empty, though this terminal was used before. Put the newest backup back with: paydesk journal restore FILE. Only where no payment of this terminal matters any more, move the folder %s away to begin anew.", path, dir), nil}
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// copyJournal copies a journal's file, and its log where there is one.
func copyJournal(to, from string) error {
	if err := copyFile(to, from); err != nil {
		return err
	}
	if err := copyFile(to+"-wal", from+"-wal"); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// syncFile needs a descriptor that may write on Windows.
func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncDir makes renames durable. Windows has no such call; its file system
// journals them.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
