package journal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"paydesk/terminal/order"
)

// PutBack is what Restore and Salvage did.
type PutBack struct {
	// Events and Head are what the journal had when it was put back, before
	// the event that says so.
	Events int64
	Head   []byte
	// Nonce is the new one.
	Nonce string
	// Aside is the folder with the journal that was there before, "" if none
	// was.
	Aside string
	// Lost is how many events are known to have been behind Head, and
	// Readable how many of them are in the file Behind. Restore knows of none.
	Lost, Readable int64
	Behind         string
}

// Restore puts a backup in the place of the journal in opt.Dir, which moves
// aside. The restored journal has a nonce that was never used, and Restored
// says so until it was held against the host. Whatever interrupts it, the next
// Open finds one of the two, whole. A *Problem says what a person can do.
func Restore(ctx context.Context, opt Options, file string) (PutBack, error) {
	lock, err := enter(&opt)
	if err != nil {
		return PutBack{}, err
	}
	p, err := restore(ctx, opt, file)
	return p, errors.Join(err, lock.release())
}

func restore(ctx context.Context, opt Options, file string) (PutBack, error) {
	if err := looksLikeJournal(opt.Dir, file); err != nil {
		return PutBack{}, err
	}
	if err := nothingStored(ctx, opt); err != nil {
		return PutBack{}, err
	}
	present := presentNonces(ctx, opt.Dir)
	j, err := openCopy(ctx, opt, file)
	if err != nil {
		return PutBack{}, errors.Join(err, os.RemoveAll(workDir(opt.Dir)))
	}
	p, err := j.putBack(ctx, opt, installed{From: "backup", Nonces: present}, "")
	var problem *Problem
	if err != nil && !errors.As(err, &problem) {
		err = &Problem{fmt.Sprintf("The backup %s cannot be used (%v). Nothing was changed: take another one.", file, err), err}
	}
	return p, err
}

// nothingStored refuses to put a journal aside in which stored sales wait for
// the bank: neither the backup nor the host knows of them, so that nothing would
// ever ask for their money.
func nothingStored(ctx context.Context, opt Options) error {
	if opt.LeaveStored {
		return nil
	}
	read, err := openReader(filepath.Join(opt.Dir, fileName))
	if err != nil {
		return nil // what cannot be read tells nothing
	}
	defer read.Close()
	var n int
	err = read.QueryRowContext(ctx, `SELECT count(*) FROM objects AS o JOIN events AS e USING (seq)
		WHERE o.open = 1 AND o.kind = 'stored' AND e.object ->> '$.state' IN (?, ?)`, order.StoredWaiting, order.StoredForwarding).Scan(&n)
	if err != nil || n == 0 {
		return nil
	}
	return &Problem{fmt.Sprintf("%d sale(s) that were taken while the bank was away wait in the present journal, and would be lost with it. Nothing was changed: have them sent first (paydesk stored forward), or withdraw them. If the journal is beyond that, note what paydesk stored list shows and restore with --leave-stored.", n), nil}
}

// looksLikeJournal refuses files that cannot be a backup.
func looksLikeJournal(dir, file string) error {
	st, err := os.Stat(file)
	if err != nil {
		return &Problem{fmt.Sprintf("The file %s cannot be read (%v). Check its name and the rights on it.", file, err), err}
	}
	if own, err := os.Stat(filepath.Join(dir, fileName)); err == nil && os.SameFile(own, st) {
		return &Problem{"This is the journal that the terminal uses. Name a backup of it.", nil}
	}
	notOne := &Problem{fmt.Sprintf("%s is not a journal of Paydesk. Name a file that paydesk journal backup wrote.", file), nil}
	if !st.Mode().IsRegular() {
		return notOne
	}
	f, err := os.Open(file)
	if err != nil {
		return &Problem{fmt.Sprintf("The file %s cannot be read (%v). Check the rights on it.", file, err), err}
	}
	defer f.Close()
	const magic = "SQLite format 3\x00"
	head := make([]byte, len(magic))
	if _, err := io.ReadFull(f, head); err != nil || string(head) != magic {
		return notOne
	}
	return needRoom(dir, 2*uint64(st.Size()))
}

// openCopy opens a copy of a journal in the work folder, for writing.
func openCopy(ctx context.Context, opt Options, file string) (*Journal, error) {
	work := workDir(opt.Dir)
	if err := os.Mkdir(work, 0o700); err != nil {
		return nil, err
	}
	if err := copyJournal(filepath.Join(work, fileName), file); err != nil {
		return nil, &Problem{fmt.Sprintf("%s cannot be copied into %s (%v). Check the disk; nothing was changed.", file, opt.Dir, err), err}
	}
	read, err := openReader(filepath.Join(work, fileName))
	if err == nil {
		var tables int
		err = read.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('meta', 'events', 'objects')`).Scan(&tables)
		if err == nil && tables != 3 {
			err = &Problem{fmt.Sprintf("%s is a database of another program. Name a file that paydesk journal backup wrote.", file), nil}
		}
		err = errors.Join(err, read.Close())
	}
	j := newJournal(Options{Dir: work, Clock: opt.Clock})
	if err == nil {
		err = j.load(ctx)
	}
	var p *Problem
	if err != nil && !errors.As(err, &p) {
		err = &Problem{fmt.Sprintf("The backup %s cannot be used (%v). Nothing was changed: take another one.", file, err), err}
	}
	if err != nil {
		return nil, errors.Join(err, j.closeFiles())
	}
	return j, nil
}

// putBack marks the journal in the work folder as put back, checks it, and
// puts it in place. It closes it in any case. The file behind, if any, goes
// into the folder of the present journal.
func (j *Journal) putBack(ctx context.Context, opt Options, note installed, behind string) (p PutBack, err error) {
	defer func() { err = errors.Join(err, j.closeFiles(), os.RemoveAll(workDir(opt.Dir))) }()
	meta, err := readMeta(ctx, j.conn)
	if err != nil {
		return p, err
	}
	if err := sameMode(meta[metaMode], opt); err != nil {
		return p, err
	}
	own, err := j.Nonces(ctx)
	if err != nil {
		return p, err
	}
	for _, n := range note.Nonces {
		if !slices.Contains(own, n) {
			own = append(own, n)
		}
	}
	p = PutBack{Events: j.seq, Head: j.hash, Lost: note.Lost}
	note.Nonces, note.Events, note.Head = own, p.Events, p.Head
	if p.Nonce, err = newNonce(opt.Nonce, "", own...); err != nil {
		return p, err
	}
	if err := j.Commit(ctx, order.Entry{Kind: eventRestored, Subject: p.Nonce, Actor: order.ActorTerminal, Note: note}); err != nil {
		return p, err
	}
	if _, err := j.Verify(ctx); err != nil {
		return p, err
	}
	if err := j.single(ctx); err != nil {
		return p, err
	}
	if p.Aside, err = newAside(opt.Dir, opt.Clock.Now().Local()); err != nil {
		return p, err
	}
	if behind != "" {
		p.Behind = filepath.Join(p.Aside, filepath.Base(behind))
		if err := errors.Join(os.Rename(behind, p.Behind), syncDir(p.Aside)); err != nil {
			return p, err
		}
	}
	if err := replace(opt.Dir, p.Aside); err != nil {
		return p, err
	}
	if _, err := os.Stat(p.Aside); errors.Is(err, fs.ErrNotExist) {
		p.Aside = ""
	}
	return p, nil
}

// sameMode refuses to make a training journal a live one, or the other way
// round.
func sameMode(has string, opt Options) error {
	switch {
	case opt.Mode == "" || has == string(opt.Mode):
		return nil
	case has == "":
		return &Problem{"This journal does not say whether it is a live or a training one, and nothing was changed. Start paydesk with it in a data folder of its own, and make a backup there.", nil}
	}
	return &Problem{fmt.Sprintf("This is the journal of a %s terminal, and here is a %s terminal. Nothing was changed: name another file, or say --training or --live.", has, opt.Mode), nil}
}

// single closes the journal so that it is one file, without a log.
func (j *Journal) single(ctx context.Context) error {
	if err := j.read.Close(); err != nil {
		return err
	}
	var mode string
	if err := j.conn.QueryRowContext(ctx, "PRAGMA journal_mode=DELETE").Scan(&mode); err != nil {
		return err
	}
	if mode != "delete" {
		return fmt.Errorf("the log of the journal cannot be ended: it is in mode %s", mode)
	}
	return j.closeFiles()
}

// presentNonces are those of the journal that is there, as far as it can be
// read: numbers that begin with them are still this installation's.
func presentNonces(ctx context.Context, dir string) []string {
	read, err := openReader(filepath.Join(dir, fileName))
	if err != nil {
		return nil
	}
	defer read.Close()
	meta, _ := readMeta(ctx, read)
	return nonces(meta)
}
