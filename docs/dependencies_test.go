package docs_test

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestT42_FewDependencies: what go.mod names is what the decision lists, with a
// reason each, and nothing of the tests is in the binary.
func TestT42_FewDependencies(t *testing.T) {
	text := read(t, "decisions/dependencies.md")
	program, tests, found := strings.Cut(text, "Never in the binary:")
	if !found {
		t.Fatal("dependencies.md does not say what is for tests")
	}
	listed := append(modules(program), modules(tests)...)
	slices.Sort(listed)
	if direct := direct(read(t, "../go.mod")); !slices.Equal(direct, listed) {
		t.Errorf("go.mod requires\n%q\ndependencies.md lists\n%q", direct, listed)
	}
	binary := linked(t)
	for _, m := range modules(program) {
		if !slices.Contains(binary, m) {
			t.Errorf("%s is not in the binary", m)
		}
	}
	for _, m := range modules(tests) {
		if slices.Contains(binary, m) {
			t.Errorf("%s is in the binary", m)
		}
	}
}

// TestT42_HolesAreLookedFor: the tool is pinned, and there is a target for it.
func TestT42_HolesAreLookedFor(t *testing.T) {
	for file, want := range map[string]string{
		"../tools/go.mod": "\tgolang.org/x/vuln/cmd/govulncheck\n",
		"../ci/vuln.sh":   "\ngo tool -modfile=tools/go.mod govulncheck -test ./...\n",
		"../Makefile":     "\n\t@ci/vuln.sh\n",
	} {
		if !strings.Contains(read(t, file), want) {
			t.Errorf("%s has no line %q", file, want)
		}
	}
}

// direct reads the requirements of a go.mod that are not indirect.
func direct(text string) []string {
	var all []string
	for _, m := range regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	slices.Sort(all)
	return all
}

// modules finds what a page lists in the first column of a table.
func modules(page string) []string {
	path := regexp.MustCompile(`(?:[a-z0-9-]+\.)+[a-z]+/[a-zA-Z0-9._/-]+`)
	var all []string
	for _, m := range regexp.MustCompile(`(?m)^\| ([^|]*) \|`).FindAllStringSubmatch(page, -1) {
		all = append(all, path.FindAllString(m[1], -1)...)
	}
	return all
}

// linked lists the modules whose packages are in the program.
func linked(t *testing.T) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", ".")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal("go list:", err)
	}
	return strings.Fields(string(out))
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
