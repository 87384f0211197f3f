package text

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"paydesk/receipts/escpos"
	"paydesk/terminal/answer"
)

// speakers are the packages whose sentences reach a person at the till.
var speakers = []string{"terminal", "terminal/engine", "terminal/order", "terminal/staff", "terminal/card", "terminal/vault", "terminal/settings",
	"terminal/device/printer", "terminal/device/queue", "terminal/printjob", "terminal/mail", "terminal/wallet/paypal", "terminal/wallet", "terminal/wallet/razorpay", "terminal/wallet/notify", "terminal/xero", "terminal/drill/day"}

// A sentence begins with a letter or with something that is put in, has some
// words, and ends as sentences do.
var sentenceLike = regexp.MustCompile(`^[A-Z%][^\n]* [^\n]* [^\n]*([.?!]|[.?!:] %s)$`)

// spoken lists the sentences that the terminal says, as their code has them.
func spoken(t *testing.T) []string {
	t.Helper()
	var all []string
	nouns := map[ast.Node]bool{} // what is put into sentences about differences
	for _, a := range answer.All() {
		all = append(all, a.Cashier, a.Customer)
	}
	for _, p := range escpos.Profiles() { // to choose a printer by
		all = append(all, p.Title)
	}
	for _, speaker := range speakers {
		files, err := filepath.Glob("../../" + speaker + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal(speaker, err)
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
				if put, ok := n.(*ast.KeyValueExpr); ok && isName(put.Key, "Format") || ok && nouns[n] {
					if said, ok := constantOf(put.Value); ok {
						all = append(all, said)
						return false
					}
				}
				if list, ok := n.(*ast.ValueSpec); ok && isName(list.Names[0], "shelfWords") {
					ast.Inspect(list, func(n ast.Node) bool {
						nouns[n] = true
						return true
					})
				}
				e, ok := n.(ast.Expr)
				if !ok {
					return true
				}
				if call, ok := e.(*ast.CallExpr); ok {
					if f, ok := call.Fun.(*ast.SelectorExpr); ok && (f.Sel.Name == "Errorf" || isLog(f)) {
						return false // wrapped and logged, not said
					}
				}
				if said, ok := constantOf(e); ok {
					if sentenceLike.MatchString(said) {
						all = append(all, said)
					}
					return false
				}
				return true
			})
		}
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(s string) bool { return s == "" })
}

func isName(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

func isLog(f *ast.SelectorExpr) bool {
	return slices.Contains([]string{"Debug", "Info", "Warn", "Error"}, f.Sel.Name)
}

// constantOf is the text of a literal, or of literals that are added up.
func constantOf(e ast.Expr) (string, bool) {
	switch e.(type) {
	case *ast.BasicLit, *ast.BinaryExpr:
	default:
		return "", false
	}
	v, err := types.Eval(token.NewFileSet(), nil, token.NoPos, types.ExprString(e))
	if err != nil || v.Value == nil || v.Value.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(v.Value), true
}
