package terminal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"paydesk/terminal/engine"
	"paydesk/terminal/reportfile"
	"paydesk/terminal/staff"
)

// SaveZ writes a Z report into the folder of the receipts, as "pdf", "json" or
// "csv", and returns the path. What is there already stays.
func (t *Terminal) SaveZ(ctx context.Context, number int, format string) (string, error) {
	if err := t.May(staff.SeeHistory); err != nil {
		return "", err
	}
	z, err := t.Z(ctx, number)
	if err != nil {
		return "", told(ProblemExport, err)
	}
	var data []byte
	switch format {
	case "pdf":
		data, err = t.ZPDF(ctx, number)
	case "json":
		data, err = reportfile.JSON(z)
	case "csv":
		data, err = reportfile.CSV(z)
	default:
		err = errors.New("write pdf, json or csv as the format")
	}
	if err != nil {
		return "", told(ProblemExport, err)
	}
	return t.saveFile(z.ID, format, data)
}

// SaveStatement is WriteStatement into a file in the folder of the receipts; it
// returns the path.
func (t *Terminal) SaveStatement(ctx context.Context, r StatementRequest) (string, error) {
	var data bytes.Buffer
	if err := t.WriteStatement(ctx, r, &data); err != nil {
		return "", err
	}
	parts := []string{"statement", string(r.From)}
	if r.To != r.From {
		parts = append(parts, string(r.To))
	}
	return t.saveFile(strings.Join(parts, "-"), r.Format, data.Bytes())
}

// saveFile writes a file that is whole or not there.
func (t *Terminal) saveFile(name, kind string, data []byte) (string, error) {
	folder := t.paperConfig().Folder
	if t.Training() {
		name = "TRAINING-" + name
	}
	err := os.MkdirAll(folder, 0o700)
	path := ""
	if err == nil {
		path, err = writeNew(func(n int) string {
			if n == 1 {
				return filepath.Join(folder, name+"."+kind)
			}
			return filepath.Join(folder, fmt.Sprintf("%s-%d.%s", name, n, kind))
		}, data)
	}
	if err == nil {
		err = os.Rename(path+half, path)
	}
	if err != nil {
		return "", &engine.Problem{Code: ProblemExport, Text: "The files could not be written. Choose another folder, or free some space.", Err: err}
	}
	return path, nil
}
