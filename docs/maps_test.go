package docs_test

import (
	"go/ast"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

//go:generate go test -run ^TestMapsAreThePackages$ . -update

// madeFromHere begins the part of the page that is made.
const madeFromHere = "<!-- maps: from here on made by `make docs` -->\n"

// mapped are the packages whose comment is a map, from the middle outwards.
func mapped() []string {
	return []string{
		"desk", "engine", "command", "wire", "gate", "hold", "c2s", "bosh", "ws", "link", "component", "store/sqlite",
	}
}

// TestMapsAreThePackages fails when the second page of the architecture is not
// what the packages say of themselves: `make docs`.
func TestMapsAreThePackages(t *testing.T) {
	const file = "architecture-inside.md"
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	written, _, found := strings.Cut(string(old), madeFromHere)
	if !found {
		t.Fatalf("%s has no line %q", file, madeFromHere)
	}
	fresh := written + madeFromHere
	for _, name := range mapped() {
		fresh += "\n### " + name + "\n\n" + packageComment(t, name)
	}
	if *update {
		if err := os.WriteFile(file, []byte(fresh), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if fresh != string(old) {
		t.Errorf("%s is stale: run `make docs`", file)
	}
}

// packageComment is the comment of a package as Markdown.
func packageComment(t *testing.T, name string) string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", name, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var text string
	for _, p := range paths {
		if strings.HasSuffix(p, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		text += docOf(f)
	}
	if text == "" {
		t.Errorf("package %s has no comment", name)
	}
	printer := comment.Printer{HeadingLevel: 4, HeadingID: func(*comment.Heading) string { return "" }, DocLinkURL: func(*comment.DocLink) string { return "" }}
	return string(printer.Markdown(new(comment.Parser).Parse(text)))
}

func docOf(f *ast.File) string {
	if f.Doc == nil {
		return ""
	}
	return f.Doc.Text()
}
