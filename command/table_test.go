package command

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestTable holds for every verb, also those that come later.
func TestTable(t *testing.T) {
	names, routes := map[string]bool{}, map[string]bool{}
	for _, g := range Table() {
		if g.Name != "" && g.Short == "" {
			t.Errorf("group %q has no text", g.Name)
		}
		for _, v := range g.Verbs {
			if names[v.Name] || v.Route != "" && routes[v.Route] {
				t.Errorf("%q is there twice, or its route %q", v.Name, v.Route)
			}
			names[v.Name], routes[v.Route] = true, true
			if g.Name != "" && !strings.HasPrefix(v.Name, g.Name+" ") {
				t.Errorf("%q is in the group %q", v.Name, g.Name)
			}
			t.Run(v.Name, func(t *testing.T) { wellFormed(t, v) })
		}
	}
}

func wellFormed(t *testing.T, v Verb) {
	t.Helper()
	for what, wrong := range map[string]bool{
		"no name, text or deed":                      v.Name == "" || v.Short == "" || v.Does == nil,
		"nobody may":                                 v.Who == 0,
		"no door":                                    v.Doors == 0,
		"the command line goes through HTTP":         v.Doors&CLI != 0 && v.Doors&HTTP == 0,
		"HTTP and a route belong together":           (v.Doors&HTTP != 0) != (v.Route != ""),
		"conversations are for agents":               v.Doors&Talk != 0 && v.Who&(ByAgent|BySupervisor) == 0,
		"HTTP is for admins and sites":               v.Doors&HTTP != 0 && v.Who&(ByAdmin|BySiteReading) == 0,
		"a patch changes what flags name":            v.Patch && (len(v.Flags) == 0 || v.Answers()),
		"a site that reads changes nothing":          v.Who&BySiteReading != 0 && !v.Answers(),
		"an example is of something else":            v.Example != "" && !strings.HasPrefix(v.Example, "frontdesk "+v.Name+" "),
		"in a conversation only a visitor is given":  v.Doors&Talk != 0 && len(v.Args) > 0 && v.Args[0].Name != "visitor",
		"the path has fields that are not arguments": len(v.PathFields()) != strings.Count(v.Route, "{"),
	} {
		if wrong {
			t.Error(what)
		}
	}
	parametersAreWellFormed(t, v)
	deedIsWellFormed(t, v)
}

func parametersAreWellFormed(t *testing.T, v Verb) {
	t.Helper()
	given, fields := map[string]bool{}, map[string]bool{}
	one := func(name, field string) {
		t.Helper()
		if given[name] || fields[field] || !regexp.MustCompile(`^[a-z-]+$`).MatchString(name) {
			t.Errorf("the parameter %q (%q in JSON) is there twice, or has no good name", name, field)
		}
		given[name], fields[field] = true, true
	}
	for _, a := range v.Args {
		one(a.Name, a.field())
	}
	for _, f := range v.Flags {
		one(f.Name, f.field())
		switch f.Default.(type) {
		case string, []string, int, time.Duration, bool:
		default:
			t.Errorf("flag %q has the default %#v", f.Name, f.Default)
		}
		if f.Help == "" || given["json"] || given["config"] || given["help"] {
			t.Errorf("flag %q has no text, or the name of one that every command has", f.Name)
		}
	}
}

// deedIsWellFormed reads an empty answer, which has all titles.
func deedIsWellFormed(t *testing.T, v Verb) {
	t.Helper()
	if v.Doors&Talk != 0 {
		switch v.Does.(type) {
		case order, say:
		default:
			t.Errorf("the answer of %T cannot be told in a conversation", v.Does)
		}
	}
	if !v.Answers() {
		return
	}
	for _, empty := range []string{`[]`, `{}`, `""`} {
		out, err := v.Output([]byte(empty))
		if err != nil {
			continue
		}
		if _, text := out.Value.(string); !text && len(out.Titles) == 0 {
			t.Error("an answer without columns")
		}
		if titles := slices.Compact(slices.Sorted(slices.Values(out.Titles))); len(titles) != len(out.Titles) {
			t.Errorf("two columns have one title: %v", out.Titles)
		}
		return
	}
	t.Error("the answer is neither rows nor a row nor a text")
}

func TestFind(t *testing.T) {
	for _, g := range Table() {
		for _, v := range g.Verbs {
			if found, err := Find(v.Name); found.Name != v.Name || err != nil {
				t.Errorf("Find(%q) = %q, %v", v.Name, found.Name, err)
			}
		}
	}
	if _, err := Find("agent"); err == nil {
		t.Error("a group is found")
	}
}
