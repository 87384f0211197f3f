package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// mostRead is more than any file that a command takes.
const mostRead = 4 << 20

// readFile reads a file that a command names. A pipe that nobody writes to and a
// device without an end would hold the program for ever: neither is read.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("it is no plain file")}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, mostRead+1))
	if err = errors.Join(err, f.Close()); err == nil && len(data) > mostRead {
		err = &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("it is longer than %d bytes", mostRead)}
	}
	return data, err
}
