package connexpay

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// sampleFolder is where they lie, as they stand in the document.
const sampleFolder = "../sandbox/testdata/document"

// samples are the examples of the API document that a test has read.
var samples sync.Map

// TestMain holds a whole run against the document: every example of it must
// have been a test case.
func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if code == 0 && flag.Lookup("test.run").Value.String() == "" && !testing.Short() {
		code = allSamples()
	}
	os.Exit(code)
}

func allSamples() (code int) {
	files, err := filepath.Glob(sampleFolder + "/*.json")
	if err != nil || len(files) == 0 {
		fmt.Fprintln(os.Stderr, "the document's examples are not there:", err)
		return 1
	}
	for _, f := range files {
		if _, tested := samples.Load(strings.TrimSuffix(filepath.Base(f), ".json")); !tested {
			fmt.Fprintln(os.Stderr, "no test case for the document's example", f)
			code = 1
		}
	}
	fmt.Printf("%d examples of the API document, each a test case\n", len(files))
	return code
}
