package tongue_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"paydesk/assets"
	"paydesk/receipts"
	"paydesk/receipts/receiptstest"
	"paydesk/receipts/tongue"
	"paydesk/terminal/locale"
	"paydesk/terminal/money"
)

// A label begins with a capital or with what is put in.
var label = regexp.MustCompile(`^(%[ds]|[A-Z])[A-Za-z0-9 %()'.,-]+$`)

// no are literals of the templates that look like labels and are none.
var no = []string{"Jan 2, 2006 15:04:05 MST", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "PAYDESK-TEST", "X "}

// labels lists what the templates say, as their code has it. What a test print
// shows as a sample is not said.
func labels(t *testing.T) []string {
	t.Helper()
	var all []string
	files, err := filepath.Glob("../*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit: // blocks hold what is said already
				if id, ok := n.Type.(*ast.Ident); ok && slices.Contains([]string{"Line", "Row", "Heading", "Banner", "Columns", "Barcode", "QR"}, id.Name) && sampleFile(path) {
					return false
				}
			case *ast.ValueSpec:
				if n.Names[0].Name == "samples" {
					return false
				}
			case *ast.BasicLit:
				if s, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING && label.MatchString(s) && !slices.Contains(no, s) {
					all = append(all, s)
				}
			}
			return true
		})
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func sampleFile(path string) bool { return filepath.Base(path) == "selftest.go" }

func catalogue(t *testing.T, code string) map[string]string {
	t.Helper()
	data, err := assets.Text.ReadFile("text/receipts/" + code + ".json")
	words := map[string]string{}
	if err == nil {
		err = json.Unmarshal(data, &words)
	}
	if err != nil {
		t.Error(code, err)
	}
	return words
}

var put = regexp.MustCompile(`%(\[\d\])?[a-z]`)

// Every language has every label with the same things put in, and no other.
func TestEveryLanguageIsComplete(t *testing.T) {
	said := labels(t)
	if len(said) < 100 {
		t.Fatalf("only %d labels found: %q", len(said), said)
	}
	for _, l := range locale.Languages[1:] {
		words := catalogue(t, l.Code)
		for _, s := range said {
			if strings.TrimSpace(words[s]) == "" {
				t.Errorf("%s lacks %q", l.Code, s)
			} else if !slices.Equal(put.FindAllString(words[s], -1), put.FindAllString(s, -1)) {
				t.Errorf("%s puts other things into %q: %q", l.Code, s, words[s])
			}
		}
		for _, s := range slices.Sorted(maps.Keys(words)) {
			if !slices.Contains(said, s) {
				t.Errorf("%s has %q, which nothing says", l.Code, s)
			}
		}
	}
}

// What the templates really ask for is in the catalogue: it is what the samples
// print.
func TestNothingIsSaidInEnglishAlone(t *testing.T) {
	said := map[string]bool{}
	spy := receipts.Tongue{Lang: "xx", Say: func(english string, args ...any) string {
		said[english] = true
		return fmt.Sprintf(english, args...)
	}}
	receiptstest.Speaking(spy)
	if len(said) < 80 {
		t.Fatalf("only %d labels were said", len(said))
	}
	for _, l := range locale.Languages[1:] {
		words := catalogue(t, l.Code)
		for s := range said {
			if words[s] == "" && s != "Please use another card" {
				t.Errorf("%s lacks %q", l.Code, s)
			}
		}
	}
}

func TestForms(t *testing.T) {
	for _, tt := range []struct {
		code, label, amount, at string
	}{
		{"en", "Change", "$1,234.50", ""}, {"xx", "Change", "$1,234.50", ""},
		{"de", "Rückgeld", "1.234,50\u00a0$", "4. März 2026 14:07:31 EST"},
		{"hi", "वापसी", "$1,234.50", "4 मार्च 2026 14:07:31 EST"},
	} {
		in := tongue.In(tt.code)
		if in.Say == nil {
			if tt.at != "" {
				t.Errorf("%s is English", tt.code)
			}
			continue
		}
		amount := money.New(123450, money.USD)
		if a, b, c := in.Say("Change"), in.Money(amount), in.Moment(receiptstest.At()); a != tt.label || b != tt.amount || c != tt.at {
			t.Errorf("%s: %q %q %q", tt.code, a, b, c)
		}
		if got := in.Say("%s is not there", amount); got != tt.amount+" is not there" {
			t.Errorf("%s: %q", tt.code, got)
		}
	}
}
