package archtest

import (
	"go/ast"
	"slices"
	"strings"
)

// contextsOf are the files of app that may make a context: the window's
// beginning, and what takes work off its goroutine.
var contextsOf = []pattern{"app/app.go", "app/bridge/...", "app/apptest/..."}

const waits = "whatever may wait takes a context, and a context comes from the work of a bridge.Run: off the window's goroutine"

// checkWaits keeps calls that may wait for disk or network off the window's
// goroutine. Each of them takes a context; so nothing in app may make one, and
// none may be used in a function that a work returns, which is for the window's
// goroutine again.
func checkWaits(s source) []Finding {
	if s.isTest() || !strings.HasPrefix(s.name, "app/") || slices.ContainsFunc(contextsOf, func(p pattern) bool { return p.matches(s.name) }) {
		return nil
	}
	var found []Finding
	ast.Inspect(s.file, func(n ast.Node) bool {
		if pkg, name, node := called(n); pkg == "context" && (name == "Background" || name == "TODO") {
			found = append(found, Finding{s.at(node), "context." + name, waits})
		}
		if work, ok := n.(*ast.FuncLit); ok {
			for _, name := range contexts(work) {
				found = append(found, s.escapes(work, name)...)
			}
		}
		return true
	})
	return found
}

// contexts are the names that a function has for the contexts it takes.
func contexts(f *ast.FuncLit) (names []string) {
	for _, p := range f.Type.Params.List {
		if t, ok := p.Type.(*ast.SelectorExpr); ok && t.Sel.Name == "Context" {
			for _, name := range p.Names {
				names = append(names, name.Name)
			}
		}
	}
	return names
}

// escapes finds uses of a work's context in the functions that it returns.
func (s source) escapes(work *ast.FuncLit, name string) (found []Finding) {
	ast.Inspect(work.Body, func(n ast.Node) bool {
		then, ok := n.(*ast.ReturnStmt)
		if !ok {
			return true
		}
		ast.Inspect(then, func(n ast.Node) bool {
			if inner, ok := n.(*ast.FuncLit); ok && slices.Contains(contexts(inner), name) {
				return false // a work of its own
			}
			if used, ok := n.(*ast.Ident); ok && used.Name == name && within(then, used) {
				found = append(found, Finding{s.at(used), name + " behind the work", waits})
			}
			return true
		})
		return false
	})
	return found
}

// within reports that a name stands in a function of a return statement, and not
// in what the statement itself calls.
func within(then *ast.ReturnStmt, used *ast.Ident) (inside bool) {
	ast.Inspect(then, func(n ast.Node) bool {
		if f, ok := n.(*ast.FuncLit); ok && f.Pos() <= used.Pos() && used.End() <= f.End() {
			inside = true
		}
		return !inside
	})
	return inside
}
