// Package docs_test keeps what the documents say about tests true.
package docs_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

//go:generate go test -run ^TestTablesNameTheirTests$ . -update

// notYet stands beside rules of a part that is not built.
const notYet = "not yet"

// mostNamed tests stand in a table's cell; more are counted.
const mostNamed = 2

var (
	update = flag.Bool("update", false, "rewrite the last column of the tables")
	row    = regexp.MustCompile(`^\| ([BWT]\d+[ab]?) \|(.*)\|([^|]*)\|$`)
	named  = regexp.MustCompile(`(?m)^func (Test(?:Integration)?((?:[BWT]\d+[ab]?(?:To|And|_)?)+)\w*)\(t `)
	number = regexp.MustCompile(`([BWT])(\d+)([ab]?)(To)?`)
)

// TestTablesNameTheirTests fails when a rule of the protocol has no test that
// carries its number, or a table is not what the tests are: `make docs`.
func TestTablesNameTheirTests(t *testing.T) {
	tests := testsByItem(t)
	for _, file := range []string{"protocol.md", "threats.md"} {
		old, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		fresh := fill(string(old), tests)
		if *update {
			if err := os.WriteFile(file, []byte(fresh), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if fresh != string(old) {
			t.Errorf("%s is stale: run `make docs`", file)
		}
	}
}

// TestEveryRuleHasATest holds for every part that is there: a rule may be
// "not yet" only while its part has no code at all.
func TestEveryRuleHasATest(t *testing.T) {
	tests := testsByItem(t)
	text, err := os.ReadFile("protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	rules := 0
	for line := range strings.SplitSeq(string(text), "\n") {
		m := row.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		rules++
		if len(tests[m[1]]) == 0 && built(m[1]) {
			t.Errorf("%s (%s) has no test", m[1], strings.TrimSpace(m[2]))
		}
	}
	if rules != 89+23 {
		t.Errorf("%d rules in protocol.md, want 112: B1-B87 with B58a, B58b, and W1-W23", rules)
	}
}

// TestEveryThreatHasATest: only what belongs to the widget may be "not yet",
// while there is none.
func TestEveryThreatHasATest(t *testing.T) {
	tests := testsByItem(t)
	widget, err := filepath.Glob("../web/widget*")
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 43; n++ {
		threat := fmt.Sprintf("T%d", n)
		if len(tests[threat]) == 0 && (threat != "T27" || len(widget) > 0) {
			t.Errorf("%s has no test", threat)
		}
	}
}

// built says whether the part that a rule belongs to is in the tree.
func built(rule string) bool {
	part := "../ws"
	switch {
	case rule[0] != 'W':
		return true
	case rule == "W23":
		part = "../server/discovery.go"
	}
	_, err := os.Stat(part)
	return err == nil
}

// fill rewrites the last cell of every row that begins with an item.
func fill(text string, tests map[string][]string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if m := row.FindStringSubmatch(line); m != nil {
			lines[i] = fmt.Sprintf("| %s |%s| %s |", m[1], m[2], cell(tests[m[1]]))
		}
	}
	return strings.Join(lines, "\n")
}

func cell(tests []string) string {
	switch n := len(tests); {
	case n == 0:
		return notYet
	case n > mostNamed:
		return strings.Join(tests[:mostNamed], ", ") + fmt.Sprintf(", %d more", n-mostNamed)
	}
	return strings.Join(tests, ", ")
}

// testsByItem reads the names of all tests of the repository. TestB14ToB17X
// carries four items, TestB44_X and TestB44_B45_X carry one and two.
func testsByItem(t *testing.T) map[string][]string {
	t.Helper()
	tests := map[string][]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		code, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		dir := filepath.Base(filepath.Dir(path))
		for _, m := range named.FindAllStringSubmatch(string(code), -1) {
			for _, item := range items(m[2]) {
				tests[item] = append(tests[item], "`"+dir+"."+m[1]+"`")
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, names := range tests {
		slices.Sort(names)
	}
	return tests
}

// items reads the numbers in front of a test's name, with ranges spelled out.
func items(name string) []string {
	var all []string
	from := 0
	for _, m := range number.FindAllStringSubmatch(name, -1) {
		n, _ := strconv.Atoi(m[2])
		for ; from > 0 && from < n; from++ {
			all = append(all, m[1]+strconv.Itoa(from))
		}
		from = 0
		all = append(all, m[1]+m[2]+m[3])
		if m[4] != "" {
			from = n + 1
		}
	}
	return all
}

func TestItemsOfAName(t *testing.T) {
	for name, want := range map[string][]string{
		"B44_":      {"B44"},
		"B58a":      {"B58a"},
		"B44_B45_":  {"B44", "B45"},
		"B14ToB17":  {"B14", "B15", "B16", "B17"},
		"B21AndT10": {"B21", "T10"},
	} {
		if got := items(name); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}
