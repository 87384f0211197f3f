package journal

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"paydesk/terminal/order"
)

// ballastSize is kept aside on the disk so that the outcome of a sale can be
// written when the disk is full: the file is deleted for it.
const ballastSize = 8 << 20

const ballastName = "ballast"

func (j *Journal) ballastPath() string { return filepath.Join(j.opt.Dir, ballastName) }

// makeBallast fills the file with real blocks. Where there is no room for it,
// the terminal runs without, and Room refuses new sales in time.
func (j *Journal) makeBallast() error {
	if st, err := os.Stat(j.ballastPath()); err == nil && st.Size() == ballastSize {
		return nil
	}
	if free, err := freeSpace(j.opt.Dir); err != nil || free < ballastSize+j.opt.MinRoom {
		return nil
	}
	err := os.WriteFile(j.ballastPath(), make([]byte, ballastSize), 0o600)
	if err != nil {
		return errors.Join(os.Remove(j.ballastPath()))
	}
	return nil
}

// dropBallast gives the room back to the file system. It reports whether
// there was any.
func (j *Journal) dropBallast() bool {
	return os.Remove(j.ballastPath()) == nil
}

// full reports whether the disk has no room even for the journal's own needs.
func (j *Journal) full() bool {
	free, err := freeSpace(j.opt.Dir)
	return err == nil && free < 256<<10
}

// Room reports whether a new sale may begin: storage can be trusted, no check
// has found damage, and the disk has room for the sale's whole life. It is order.ErrFull where it has not.
func (j *Journal) Room() error {
	j.mu.Lock()
	failed := cmp.Or(j.failed, j.damage)
	j.mu.Unlock()
	if failed != nil {
		return failed
	}
	free, err := freeSpace(j.opt.Dir)
	if err != nil {
		return fmt.Errorf("the free space cannot be read: %w", err)
	}
	if free < j.opt.MinRoom {
		return order.ErrFull
	}
	return nil
}
