package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Finding is one breach of the plan.
type Finding struct {
	File   string // from the root, with the line where there is one
	Rule   string
	Reason string
}

// String is the finding in one line.
func (f Finding) String() string { return f.File + ": " + f.Rule + ": " + f.Reason }

func (p pattern) matches(folder string) bool {
	base, below := strings.CutSuffix(string(p), "/...")
	return folder == base || below && strings.HasPrefix(folder, base+"/")
}

func anyMatches(patterns []pattern, folder string) bool {
	return slices.ContainsFunc(patterns, func(p pattern) bool { return p.matches(folder) })
}

// source is one parsed Go file.
type source struct {
	name  string // from the root, with slashes
	set   *token.FileSet
	file  *ast.File
	lines int
}

func parse(name string, text []byte) (source, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return source{}, fmt.Errorf("parse a source file: %w", err)
	}
	return source{name: name, set: set, file: file, lines: strings.Count(string(text), "\n")}, nil
}

func (s source) folder() string { return path.Dir(s.name) }
func (s source) isTest() bool   { return strings.HasSuffix(s.name, "_test.go") }

func (s source) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", s.name, s.set.Position(n.Pos()).Line)
}

// imports are the imported paths with the names that the file has for them.
func (s source) imports() map[string]string {
	paths := make(map[string]string)
	for _, i := range s.file.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			continue
		}
		paths[p] = path.Base(p)
		if i.Name != nil {
			paths[p] = i.Name.Name
		}
	}
	return paths
}

// check holds one file against every rule that a file can break by itself.
func check(s source) []Finding {
	return slices.Concat(checkImports(s), checkCalls(s), checkFloats(s), checkWords(s), checkWaits(s), checkLengths(s))
}

func checkImports(s source) []Finding {
	var found []Finding
	for _, i := range s.file.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			continue
		}
		report := func(rule, reason string) {
			found = append(found, Finding{s.at(i), rule, reason})
		}
		inside, ours := strings.CutPrefix(p+"/", module+"/")
		switch first, _, _ := strings.Cut(p, "/"); {
		case ours:
			checkDirection(s, path.Clean(inside), report)
		case strings.Contains(first, "."):
			checkOwner(s, p, report)
		case !s.isTest() && anyMatches(pure, s.folder()) && slices.ContainsFunc(outside, func(o string) bool { return under(p, o) }):
			report("pure package imports "+p, "it may not touch the outside world")
		}
		if path.Base(s.name) == "presenter.go" && under(p, "fyne.io/fyne/v2") {
			report("presenter imports "+p, "presenters are tested without a window")
		}
	}
	return found
}

func under(p, root string) bool { return p == root || strings.HasPrefix(p, root+"/") }

// checkDirection leaves tests alone: they may build what they look at.
func checkDirection(s source, to string, report func(rule, reason string)) {
	if s.isTest() || to == s.folder() {
		return
	}
	for _, d := range directions {
		if !d.from.matches(s.folder()) {
			continue
		}
		if !anyMatches(d.to, to) {
			report(s.folder()+" imports "+to, d.reason)
		}
		return
	}
	report(s.folder()+" imports "+to, "give the new package a line in build/archtest/rules.go first")
}

func checkOwner(s source, p string, report func(rule, reason string)) {
	for _, o := range owners {
		if !under(p, o.path) {
			continue
		}
		if !anyMatches(o.owners, s.folder()) {
			report(s.folder()+" imports "+p, o.reason)
		}
		return
	}
	report(s.folder()+" imports "+p, "this third party has no owner in build/archtest/rules.go")
}

func checkCalls(s source) []Finding {
	if xtestMay.matches(s.folder()) && s.isTest() {
		return nil
	}
	names := s.imports()
	var found []Finding
	for _, decl := range s.file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && assertion(f.Name.Name) {
			continue
		}
		ast.Inspect(decl, func(n ast.Node) bool {
			pkg, name, node := called(n)
			if node == nil {
				return true
			}
			for _, c := range forbidden {
				if c.pkg != "" && (pkg == "" || names[c.pkg] != pkg) || c.pkg == "" && pkg != "" {
					continue
				}
				if !named(c.name, name) || anyMatches(c.allowed, s.folder()) || s.isTest() && !c.inTests {
					continue
				}
				found = append(found, Finding{s.at(node), strings.TrimPrefix(pkg+"."+name, "."), c.reason})
			}
			return true
		})
	}
	return found
}

// called gives what a node names: pkg.Name anywhere, since time.Now can be
// passed on without a call, and a bare name where it is called.
func called(n ast.Node) (pkg, name string, node ast.Node) {
	switch n := n.(type) {
	case *ast.SelectorExpr:
		if x, ok := n.X.(*ast.Ident); ok {
			return x.Name, n.Sel.Name, n
		}
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.Ident); ok {
			return "", f.Name, n
		}
	}
	return "", "", nil
}

func named(want, name string) bool {
	if stem, open := strings.CutSuffix(want, "*"); open {
		return name == stem || name == stem+"f" || name == stem+"ln"
	}
	return name == want
}

func assertion(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "must") || strings.HasPrefix(name, "assert")
}

func checkFloats(s source) []Finding {
	if s.isTest() || !anyMatches(integersOnly, s.folder()) {
		return nil
	}
	const reason = "money passes here: parse and write decimal text"
	var found []Finding
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			if slices.Contains([]string{"float32", "float64", "ParseFloat", "FormatFloat", "Float64"}, n.Name) {
				found = append(found, Finding{s.at(n), n.Name, reason})
			}
		case *ast.BasicLit:
			if n.Kind == token.FLOAT {
				found = append(found, Finding{s.at(n), "float " + n.Value, reason})
			}
		}
		return true
	})
	return found
}

// checkWords leaves tests alone: they may do what a program may not.
func checkWords(s source) []Finding {
	if s.isTest() {
		return nil
	}
	var found []Finding
	ast.Inspect(s.file, func(n ast.Node) bool {
		text, ok := n.(*ast.BasicLit)
		if !ok || text.Kind != token.STRING {
			return true
		}
		for _, k := range keptWords {
			if strings.Contains(strings.ToLower(text.Value), strings.ToLower(k.word)) && !anyMatches(k.allowed, s.folder()) {
				found = append(found, Finding{s.at(n), k.word, k.reason})
			}
		}
		return true
	})
	return found
}

func checkLengths(s source) []Finding {
	fileLimit, functionLimit := maxFileLines, maxFunctionLines
	if s.isTest() {
		fileLimit, functionLimit = maxTestFileLines, maxTestFunctionLines
	}
	var found []Finding
	if s.lines > fileLimit {
		found = append(found, Finding{s.name, fmt.Sprintf("%d lines", s.lines),
			fmt.Sprintf("a file has at most %d: split it by what it is for", fileLimit)})
	}
	for _, decl := range s.file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		n := s.set.Position(f.End()).Line - s.set.Position(f.Pos()).Line + 1
		if n > functionLimit {
			found = append(found, Finding{s.at(f), fmt.Sprintf("function %s has %d lines", f.Name.Name, n),
				fmt.Sprintf("a function has at most %d: name its parts", functionLimit)})
		}
	}
	return found
}

// checkComments wants one file of each package to say what it is for. An
// external test package counts with the package that it tests.
func checkComments(sources []source) []Finding {
	var found []Finding
	said, first := make(map[string]bool), make(map[string]string)
	for _, s := range sources {
		folder, name := s.folder(), strings.TrimSuffix(s.file.Name.Name, "_test")
		if first[folder] == "" || s.name < first[folder] {
			first[folder] = s.name
		}
		if s.file.Doc == nil {
			continue
		}
		text := s.file.Doc.Text()
		said[folder] = said[folder] || strings.HasPrefix(text, "Package "+name+" ") || name == "main" && len(text) > 0
	}
	for folder, file := range first {
		if !said[folder] {
			found = append(found, Finding{file, "no package comment",
				"begin one with “Package " + path.Base(folder) + "” and say what it is for"})
		}
	}
	slices.SortFunc(found, func(a, b Finding) int { return strings.Compare(a.File, b.File) })
	return found
}

// listed is what go list tells of one package.
type listed struct {
	ImportPath string
	Deps       []string
}

// checkDeps finds Fyne where it comes in by way of others.
func checkDeps(packages []listed) []Finding {
	var found []Finding
	for _, p := range packages {
		folder, ours := strings.CutPrefix(p.ImportPath, module+"/")
		if !ours || !anyMatches(noFyneBelow, folder) {
			continue
		}
		if slices.ContainsFunc(p.Deps, func(d string) bool { return under(d, "fyne.io/fyne/v2") }) {
			found = append(found, Finding{folder, "depends on Fyne", "it must run on a machine without a display"})
		}
	}
	return found
}
