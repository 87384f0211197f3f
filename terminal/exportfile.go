package terminal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/statement"
)

// writePeriod writes Z reports into files for an import by hand. They get their
// names once the journal has them as written.
func (t *Terminal) writePeriod(ctx context.Context, zs []order.ZReport, r ExportRequest) (done []order.Export, err error) {
	var postings []order.Posting
	again := false
	for _, z := range zs {
		e, err := t.prepare(ctx, z, r.Target, false)
		if err != nil {
			return nil, err
		}
		if e.Done && !r.Again {
			return nil, errExported
		}
		if e.Done {
			e.Version++
			e.Copies++
			e.Since, again = t.Now(), true
		}
		postings = append(postings, e.Postings...)
		done = append(done, e)
	}
	s := t.Settings().Xero
	form := statement.Import{Date: s.DateFormat, Tax: s.TaxName, Exempt: s.ExemptName}
	into := form.Bank
	if r.Target == order.ExportXeroCSV {
		into = form.Invoices
	}
	files, err := into(postings)
	if err != nil {
		return nil, told(ProblemExport, err)
	}
	paths, err := t.prepareFiles(files, r, again)
	if err == nil {
		for i := range done {
			done[i] = done[i].Written(paths, t.Now())
		}
		err = t.keep(ctx, "export.written", t.actor(), done...)
	}
	return done, errors.Join(err, finishExports(paths, err == nil))
}

// prepareFiles writes files under names that nobody imports.
func (t *Terminal) prepareFiles(files []statement.File, r ExportRequest, again bool) (paths []string, err error) {
	dir := r.Folder
	if dir == "" {
		dir = filepath.Join(t.dir, "exports")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, &engine.Problem{Code: ProblemExport, Text: "The folder for the files cannot be made. Choose another one.", Err: err}
	}
	for _, f := range files {
		path, err := writeNew(func(n int) string { return filepath.Join(dir, t.exportName(f, r, again, n)) }, f.Data)
		if err != nil {
			return paths, errors.Join(&engine.Problem{Code: ProblemExport, Text: "The files could not be written. Choose another folder, or free some space.", Err: err}, finishExports(paths, false))
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// exportName says what is in a file, and that of one which is not to be imported.
func (t *Terminal) exportName(f statement.File, r ExportRequest, again bool, n int) string {
	parts := []string{string(r.Target), strings.ReplaceAll(f.Name, " ", "-"), string(r.From)}
	if r.To != r.From {
		parts = append(parts, string(r.To))
	}
	if n > 1 {
		parts = append(parts, fmt.Sprint(n))
	}
	if again {
		parts = append([]string{"COPY"}, parts...)
	}
	if t.Training() {
		parts = append([]string{"TRAINING"}, parts...)
	}
	return strings.Join(parts, "-") + ".csv"
}

// finishExports gives files their names, or removes them.
func finishExports(paths []string, written bool) error {
	var errs []error
	for _, path := range paths {
		if written {
			errs = append(errs, os.Rename(path+half, path))
		} else {
			errs = append(errs, os.Remove(path+half))
		}
	}
	if err := errors.Join(errs...); err != nil && written {
		return &engine.Problem{Code: ProblemExport, Text: "A file could not be finished. Write the period again on purpose, once the disk is well.", Err: err}
	}
	return nil
}
