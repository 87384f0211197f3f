package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"paydesk/terminal/order"
)

// Saved is a backup that was written and checked.
type Saved struct {
	Path   string
	Size   int64 // bytes
	Events int64
	Head   []byte
}

// Backup writes the journal as it is at this moment into a folder, beside
// whoever writes it, under a name of mode and time that is not taken. The file
// has its name only once it proved to be a whole journal and is on the disk.
// A *Problem says what a person can do.
func (j *Journal) Backup(ctx context.Context, folder string) (Saved, error) {
	mode, err := j.Mode(ctx)
	if err != nil {
		return Saved{}, err
	}
	if mode == "" {
		return Saved{}, &Problem{"This journal does not say yet whether it is a live or a training one. Start paydesk once with it, then try again.", nil}
	}
	if err := j.roomIn(ctx, folder); err != nil {
		return Saved{}, err
	}
	name := fmt.Sprintf("paydesk-%s-%s.db", mode, j.opt.Clock.Now().Local().Format("20060102T150405"))
	s := Saved{Path: filepath.Join(folder, name)}
	temp, err := os.CreateTemp(folder, name+".*.part") // 0600; SQLite fills an empty file
	if err != nil {
		return Saved{}, &Problem{fmt.Sprintf("Nothing can be written in %s (%v). Check the rights of this user on it and whether it is read-only, or name another folder.", folder, err), err}
	}
	defer func() { _ = os.Remove(temp.Name()) }()
	err = temp.Close()
	if err == nil {
		err = j.vacuumInto(ctx, temp.Name())
	}
	if err == nil {
		err = syncFile(temp.Name())
	}
	if err != nil {
		return Saved{}, &Problem{fmt.Sprintf("The backup in %s failed (%v); nothing was left there. Check whether the disk is full or was taken out. If it says that the journal is malformed: paydesk journal salvage.", folder, err), err}
	}
	rep, err := verifyFile(ctx, temp.Name())
	if err != nil {
		return Saved{}, &Problem{fmt.Sprintf("The backup in %s was written and does not hold (%v); it was removed. Check the journal with: paydesk journal verify. If that holds, use another disk.", folder, err), err}
	}
	s.Events, s.Head = rep.Events, rep.Head
	if st, err := os.Stat(temp.Name()); err == nil {
		s.Size = st.Size()
	}
	if _, err := os.Lstat(s.Path); err == nil {
		return Saved{}, &Problem{fmt.Sprintf("%s is there already, and a backup never replaces another. Try again in a second.", s.Path), nil}
	}
	return s, errors.Join(os.Rename(temp.Name(), s.Path), syncDir(folder))
}

// roomIn refuses a folder that is not there or has no room.
func (j *Journal) roomIn(ctx context.Context, folder string) error {
	st, err := os.Stat(folder)
	if err != nil {
		return &Problem{fmt.Sprintf("The folder %s is not there (%v). Make it, or put the medium in, and try again.", folder, err), err}
	}
	if !st.IsDir() {
		return &Problem{fmt.Sprintf("%s is not a folder: name one for the backup.", folder), nil}
	}
	var pages, size uint64
	if err := j.read.QueryRowContext(ctx, "PRAGMA page_count").Scan(&pages); err != nil {
		return err
	}
	if err := j.read.QueryRowContext(ctx, "PRAGMA page_size").Scan(&size); err != nil {
		return err
	}
	return needRoom(folder, pages*size)
}

func needRoom(folder string, bytes uint64) error {
	const spare = 1 << 20
	if free, err := freeSpace(folder); err == nil && free < bytes+spare {
		return &Problem{fmt.Sprintf("There is no room in %s: %d MB are needed and %d MB are free. Free some, or name another folder.", folder, (bytes+spare)>>20+1, free>>20), order.ErrFull}
	}
	return nil
}

// vacuumInto copies one state of the journal, however long that takes, while
// others write.
func (j *Journal) vacuumInto(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", dsn(filepath.Join(j.opt.Dir, fileName), "ro", "trusted_schema(OFF)"))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", path)
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	return dropSealed(ctx, path)
}

// dropSealed takes the sealed cards out of a copy: they are kept in one place,
// and a journal that was put back forwards none of them.
func dropSealed(ctx context.Context, path string) error {
	v := url.Values{"mode": {"rw"}, "_pragma": {"journal_mode(MEMORY)", "secure_delete(ON)", "trusted_schema(OFF)"}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: v.Encode()}).String())
	if err != nil {
		return err
	}
	var tables int
	err = db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'sealed'`).Scan(&tables)
	if err == nil && tables > 0 {
		_, err = db.ExecContext(ctx, `DELETE FROM sealed`)
	}
	return errors.Join(err, db.Close())
}

// verifyFile checks a journal that nobody writes.
func verifyFile(ctx context.Context, path string) (Report, error) {
	read, err := openReader(path)
	if err != nil {
		return Report{}, err
	}
	rep, err := (&Journal{read: read}).Verify(ctx)
	return rep, errors.Join(err, read.Close())
}
