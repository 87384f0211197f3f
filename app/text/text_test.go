package text

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"paydesk/app/look"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

func TestGet(t *testing.T) {
	if got, want := Get("app.title", "Corner Shop"), "Paydesk – Corner Shop"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Get("no.such.key"); got != "no.such.key" {
		t.Errorf("a key that is not there gives %q", got)
	}
	if one, many := Count("status.sales", 1), Count("status.sales", 3); one != "1 sale" || many != "3 sales" {
		t.Errorf("got %q and %q", one, many)
	}
}

func TestOf(t *testing.T) {
	problem := &engine.Problem{Code: engine.ProblemPIN, Text: "Try again."}
	for _, tt := range []struct {
		err  error
		want string
		code string
	}{
		{nil, "", ""},
		{problem, "Try again.", engine.ProblemPIN},
		{fmt.Errorf("sign in: %w", problem), "Try again.", engine.ProblemPIN},
		{errors.New("x509: secret detail"), Get("problem.other"), ""},
	} {
		if got := Of(tt.err); got != tt.want {
			t.Errorf("Of(%v) = %q, want %q", tt.err, got, tt.want)
		}
		if got := Code(tt.err); got != tt.code {
			t.Errorf("Code(%v) = %q, want %q", tt.err, got, tt.code)
		}
	}
}

// used reads which keys the window's code names: whole, or as a prefix to
// which something is added.
func used(t *testing.T) (whole map[string]bool, prefixes, counted map[string]bool) {
	whole, prefixes, counted = map[string]bool{}, map[string]bool{}, map[string]bool{}
	keyLike := regexp.MustCompile(`^[a-z]+(\.[a-zA-Z-]+)*\.?$`)
	err := filepath.WalkDir("..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if name, ok := n.Fun.(*ast.SelectorExpr); ok && name.Sel.Name == "Count" && len(n.Args) > 1 {
					if lit, ok := n.Args[0].(*ast.BasicLit); ok {
						key, _ := strconv.Unquote(lit.Value)
						counted[key] = true
						return true
					}
				}
			case *ast.BasicLit:
				if s, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING && keyLike.MatchString(s) {
					if strings.HasSuffix(s, ".") {
						prefixes[s] = true
					} else if strings.Contains(s, ".") {
						whole[s] = true
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return whole, prefixes, counted
}

func TestEveryKeyUsedExistsAndNoneIsUnused(t *testing.T) {
	whole, prefixes, counted := used(t)
	for key := range counted {
		if !Has(key+".one") || !Has(key+".many") {
			t.Errorf("the catalogue lacks both forms of %q", key)
		}
	}
	groups := map[string]bool{}
	for key := range In(English).catalogue {
		group, _, _ := strings.Cut(key, ".")
		groups[group] = true
		found := whole[key]
		for prefix := range prefixes {
			found = found || strings.HasPrefix(key, prefix)
		}
		base, _ := strings.CutSuffix(key, ".one")
		base, _ = strings.CutSuffix(base, ".many")
		if name, more := strings.CutSuffix(key, ".say"); more && whole[name] {
			found = true // what an item of the menu is for
		}
		if !found && !counted[base] {
			t.Errorf("nothing uses %q", key)
		}
	}
	for key := range whole {
		if group, _, _ := strings.Cut(key, "."); groups[group] && !Has(key) && !counted[key] {
			t.Errorf("the catalogue lacks %q", key)
		}
	}
	if len(whole) < 50 {
		t.Errorf("only %d keys found in the code", len(whole))
	}
}

// declared reads from the rules' own code what has to have words: the causes,
// and every kind of event that a sale's story can hold.
func declared(t *testing.T) (causes, events map[string]bool) {
	causes, events = map[string]bool{}, map[string]bool{}
	kind := regexp.MustCompile(`^(attempt|order|void|return|capture|issue|job|batch|stored|cash|qr|refund)\.[a-z-]*[a-z]$`)
	for _, folder := range []string{"../../terminal/order", "../../terminal/engine"} {
		files, err := filepath.Glob(folder + "/*.go")
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
				if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
					typ, _ := spec.Type.(*ast.Ident)
					lit, _ := spec.Values[0].(*ast.BasicLit)
					if typ != nil && typ.Name == "Cause" && lit != nil {
						s, _ := strconv.Unquote(lit.Value)
						causes[s] = true
					}
				}
				if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					if s, err := strconv.Unquote(lit.Value); err == nil && kind.MatchString(s) {
						events[s] = true
					}
				}
				return true
			})
		}
	}
	delete(causes, "")
	return causes, events
}

// Every state, cause and event of a sale has words.
func TestEverythingThatHappensHasWords(t *testing.T) {
	causes, events := declared(t)
	if len(causes) < 20 || len(events) < 9 {
		t.Fatalf("read %d causes and %d events", len(causes), len(events))
	}
	kebab := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, "_", "-")) }
	for _, s := range order.States {
		events["attempt."+kebab(string(s))] = true
		kind := string(look.OfState(s))
		for _, key := range []string{"outcome.word." + kind, "history.word." + kind} {
			if !Has(key) {
				t.Errorf("%s: the catalogue lacks %q", s, key)
			}
		}
		if !s.Final() && s != order.Sending && !Has("attention.say."+kebab(string(s))) {
			t.Errorf("%s: nothing says what to do meanwhile", s)
		}
	}
	for _, act := range []order.Act{order.Void, order.Return, order.Capture, order.Issue} {
		events[kebab(string(act))+".parked"] = true
		if !Has("follow." + kebab(string(act))) {
			t.Errorf("%s has no words", act)
		}
	}
	for _, s := range order.QRStates {
		events["qr."+kebab(string(s))] = true
		if !Has("walletback.word." + kebab(string(s))) {
			t.Errorf("a code that is %s has no words", s)
		}
	}
	for _, s := range order.RefundStates {
		events["refund."+kebab(string(s))] = true
		for _, key := range []string{"walletback.refund.", "walletback.done."} {
			if !Has(key + kebab(string(s))) {
				t.Errorf("a refund that is %s has no %q", s, key)
			}
		}
	}
	for _, s := range order.StoredStates {
		for _, key := range []string{"stored.outcome.", "stored.word.", "stored.say.", "event.stored."} {
			if !Has(key + kebab(string(s))) {
				t.Errorf("a stored sale that is %s has no %q", s, key)
			}
		}
	}
	for cause := range causes {
		if !Has("cause." + cause) {
			t.Errorf("the cause %q has no words", cause)
		}
	}
	for event := range events {
		if !Has("event." + event) {
			t.Errorf("the event %q has no words", event)
		}
	}
}

func TestPlaceholdersAreInOrder(t *testing.T) {
	holder := regexp.MustCompile(`\{(\d)\}`)
	for key, words := range In(English).catalogue {
		for _, m := range holder.FindAllStringSubmatch(words, -1) {
			if n, _ := strconv.Atoi(m[1]); n > 2 {
				t.Errorf("%s asks for argument %d", key, n)
			}
		}
	}
}

// Every part of the catalogue can be read, and no key stands in two of them.
func TestCatalogueIsReadable(t *testing.T) {
	parts, err := filepath.Glob("../../assets/text/en/*.json")
	if err != nil || len(parts) == 0 {
		t.Fatal(parts, err)
	}
	seen := map[string]string{}
	for _, part := range parts {
		data, err := os.ReadFile(part)
		words := map[string]string{}
		if err == nil {
			err = json.Unmarshal(data, &words)
		}
		if err != nil || len(words) == 0 {
			t.Errorf("%s: %d texts, %v", part, len(words), err)
		}
		for key := range words {
			if other, twice := seen[key]; twice {
				t.Errorf("%q is in %s and %s", key, other, part)
			}
			seen[key] = part
		}
	}
	if len(seen) != len(In(English).catalogue) || len(seen) < 100 {
		t.Errorf("%d texts in the files, %d loaded", len(seen), len(In(English).catalogue))
	}
}
