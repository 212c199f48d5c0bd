package command

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// everything is a verb with each kind of parameter.
func everything() Verb {
	return Verb{
		Name: "all of it", Args: []Arg{{Name: "jid"}, {Name: "queue", Field: "name"}},
		Flags: []Flag{
			{Name: "title", Default: ""},
			{Name: "tag", Field: "tags", Default: []string{"x"}},
			{Name: "most", Default: 1},
			{Name: "grace", Default: time.Minute},
			{Name: "closed", Default: true},
		},
	}
}

func TestInputReadsBack(t *testing.T) {
	v := everything()
	for _, tt := range []struct {
		in   Input
		json string
	}{
		{Input{"jid": "a", "queue": "b"}, `{"jid":"a","name":"b"}`},
		{
			Input{"jid": "a", "queue": "b", "title": "T", "tag": []string{"y", "z"}, "most": 3, "grace": time.Hour, "closed": false},
			`{"closed":false,"grace":"1h0m0s","jid":"a","most":3,"name":"b","tags":["y","z"],"title":"T"}`,
		},
	} {
		if got := string(quoted(v.Fields(tt.in))); got != tt.json {
			t.Errorf("%v is %s, want %s", tt.in, got, tt.json)
		}
		back, err := v.FromJSON(strings.NewReader(tt.json))
		if diff := cmp.Diff(tt.in, back); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", tt.json, err, diff)
		}
	}
}

func TestFromTexts(t *testing.T) {
	got, err := everything().FromTexts(map[string][]string{
		"jid": {"a"}, "title": {`"T`}, "tags": {"y", "z"}, "most": {"3"}, "grace": {"1h"}, "closed": {"false"}, "other": {"1"},
	})
	want := Input{"jid": "a", "title": `"T`, "tag": []string{"y", "z"}, "most": 3, "grace": time.Hour, "closed": false}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	for field, text := range map[string]string{"most": "many", "grace": "soon", "closed": "perhaps"} {
		if _, err := everything().FromTexts(map[string][]string{field: {text}}); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s=%s: %v", field, text, err)
		}
	}
}

func TestFromJSONIsStrict(t *testing.T) {
	for _, bad := range []string{
		``, `{`, `[]`, `{} {}`, `{"queue":"b"}`, `{"most":"3"}`, `{"most":1.5}`, `{"grace":60}`, `{"grace":"soon"}`,
		`{"tags":"x"}`, `{"closed":"true"}`, `{"jid":1}`, `{"title":["T"]}`,
	} {
		if in, err := everything().FromJSON(strings.NewReader(bad)); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s is %v, %v", bad, in, err)
		}
	}
	if in, err := everything().FromJSON(strings.NewReader(`{"title":null}`)); len(in) != 0 || err != nil {
		t.Errorf("null is %v, %v", in, err)
	}
}

func TestCheck(t *testing.T) {
	v := everything()
	given := Input{"jid": "a", "queue": "b", "most": 3}
	got, err := v.Check(given)
	want := Input{"jid": "a", "queue": "b", "title": "", "tag": []string{"x"}, "most": 3, "grace": time.Minute, "closed": true}
	if diff := cmp.Diff(want, got); diff != "" || err != nil || len(given) != 3 {
		t.Errorf("%v, given %v\n%s", err, given, diff)
	}
	v.Patch = true
	if got, err := v.Check(given); !cmp.Equal(got, given) || err != nil {
		t.Errorf("a patch: %v, %v", got, err)
	}
	if _, err := v.Check(Input{"jid": "a"}); !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), "queue") {
		t.Errorf("without an argument: %v", err)
	}
}
