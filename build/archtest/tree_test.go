package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const root = "../.."

// tree parses every Go file of the module, for whatever system it is.
func tree(t *testing.T) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			_, nested := os.Stat(filepath.Join(name, "go.mod"))
			hidden := strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_")
			if name != root && (d.Name() == "testdata" || hidden || nested == nil) {
				return fs.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		s, err := parse(filepath.ToSlash(inside), text)
		all = append(all, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Fatalf("found %d files only: is %s the root of the project?", len(all), root)
	}
	return all
}

// TestSources holds every file against the plan.
func TestSources(t *testing.T) {
	sources := tree(t)
	findings := checkComments(sources)
	for _, s := range sources {
		findings = append(findings, check(s)...)
	}
	for _, f := range findings {
		t.Error(f)
	}
}

// TestDependencies holds what go list sees against the plan: what comes in by
// way of others is in no file of ours.
func TestDependencies(t *testing.T) {
	var stdout, stderr bytes.Buffer
	list := exec.Command("go", "list", "-deps", "-json=ImportPath,Deps", "-tags", "ci", "./...")
	list.Dir, list.Stdout, list.Stderr = root, &stdout, &stderr
	if err := list.Run(); err != nil {
		t.Fatalf("go list: %v\n%s", err, &stderr)
	}
	var packages []listed
	for decoder := json.NewDecoder(&stdout); ; {
		var p listed
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
	if len(packages) < 20 {
		t.Fatalf("go list names %d packages only", len(packages))
	}
	for _, f := range checkDeps(packages) {
		t.Error(f)
	}
}
