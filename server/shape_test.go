package server_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// maxMethods is how many methods a type may have: with more it is a hall, not a
// room.
const maxMethods = 40

// against says how many arrows point against the reading order of a package:
// uses, in one file, of what a later one of its map declares. The map stands in
// the package's comment, which also says why there are any. Packages of a dozen
// files and more have one.
func against() map[string]int {
	return map[string]int{
		"wire": 0, "desk": 6, "engine": 6, "command": 10, "c2s": 2, "ws": 1,
		"bosh": 16, "hold": 6, "link": 8, "component": 9, "store/sqlite": 13,
	}
}

func TestTypesAreRooms(t *testing.T) {
	for _, p := range listPackages(t) {
		name := ours(p.ImportPath)
		methods := map[string]int{}
		for _, f := range parse(t, token.NewFileSet(), name) {
			for _, d := range f.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil {
					methods[receiver(f.Recv.List[0].Type)]++
				}
			}
		}
		for typ, n := range methods {
			if n > maxMethods {
				t.Errorf("%s.%s has %d methods: a type of its own wants to come out of it", name, typ, n)
			}
		}
	}
}

func TestPackagesReadFromTheirMaps(t *testing.T) {
	for name, want := range against() {
		t.Run(name, func(t *testing.T) {
			fset := token.NewFileSet()
			files := parse(t, fset, name)
			order := readingOrder(t, name, files)
			var back []string
			for _, a := range fileArrows(fset, name, files) {
				if order[a.to] > order[a.from] {
					back = append(back, a.from+" -> "+a.to)
				}
			}
			slices.Sort(back)
			if len(back) != want {
				t.Errorf("%d arrows against the reading order, %d are accounted for:\n%s", len(back), want, strings.Join(back, "\n"))
			}
		})
	}
}

// parse reads the files of a package that are no tests.
func parse(t *testing.T, fset *token.FileSet, name string) map[string]*ast.File {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", name, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*ast.File{}
	for _, p := range paths {
		if strings.HasSuffix(p, "_test.go") || strings.HasSuffix(p, "_other.go") {
			continue
		}
		f, err := parser.ParseFile(fset, p, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files[fileName(p)] = f
	}
	return files
}

func fileName(p string) string {
	return strings.TrimSuffix(strings.TrimSuffix(filepath.Base(p), ".go"), "_linux")
}

func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// readingOrder takes the map out of the package comment: lines that begin with
// the names of files, or patterns for them, followed by what they are about.
func readingOrder(t *testing.T, name string, files map[string]*ast.File) map[string]int {
	t.Helper()
	var doc string
	for _, f := range files {
		if f.Doc != nil {
			doc += f.Doc.Text()
		}
	}
	order := map[string]int{}
	entry := regexp.MustCompile(`(?m)^\t((?:[a-z_*]+ )*[a-z_*]+)  +\S`)
	for _, m := range entry.FindAllStringSubmatch(doc, -1) {
		for pattern := range strings.FieldsSeq(m[1]) {
			for _, file := range slices.Sorted(maps.Keys(files)) {
				if ok, _ := path.Match(pattern, file); ok && order[file] == 0 {
					order[file] = len(order) + 1
				}
			}
		}
	}
	for _, file := range slices.Sorted(maps.Keys(files)) {
		if order[file] == 0 {
			t.Errorf("%s/%s.go is not on the map of its package", name, file)
		}
	}
	return order
}

type fileArrow struct{ from, to string }

// fileArrows are the uses of one file's declarations in another. What comes
// from other packages is not looked at.
func fileArrows(fset *token.FileSet, name string, files map[string]*ast.File) []fileArrow {
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	conf := types.Config{Importer: nobody{}, Error: func(error) {}}
	var all []*ast.File
	for _, f := range files {
		all = append(all, f)
	}
	pkg, _ := conf.Check(name, fset, all, info)
	seen := map[fileArrow]bool{}
	for id, o := range info.Uses {
		v, isVar := o.(*types.Var)
		if o.Pkg() != pkg || !o.Pos().IsValid() || isVar && !v.IsField() && o.Parent() != pkg.Scope() {
			continue
		}
		a := fileArrow{fileName(fset.Position(id.Pos()).Filename), fileName(fset.Position(o.Pos()).Filename)}
		if a.from != a.to {
			seen[a] = true
		}
	}
	arrows := make([]fileArrow, 0, len(seen))
	for a := range seen {
		arrows = append(arrows, a)
	}
	return arrows
}

// nobody imports nothing: a package is checked by itself.
type nobody struct{}

func (nobody) Import(p string) (*types.Package, error) {
	pkg := types.NewPackage(p, path.Base(p))
	pkg.MarkComplete()
	return pkg, nil
}
