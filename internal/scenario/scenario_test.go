package scenario

import (
	"strings"
	"testing"
	"time"
)

// perform plays a text on the desk alone; it returns what went wrong.
func perform(text string) error {
	p, err := parse("test", "test.txt", text)
	if err != nil {
		return err
	}
	return p.On(newDeskStage(p.Rules))
}

// opening is a chat of anna with alice; it has eight lines.
const opening = `alice is an agent of support with 1 seat
alice comes online
bob is an agent of support with 1 seat
anna opens the page
ben opens the page
anna says "one" to support
anna says "two" to support
ben says "three" to support
`

func TestOpening(t *testing.T) {
	if err := perform(opening); err != nil {
		t.Fatal(err)
	}
}

// A play that expects something else than what happens fails, with the line
// and with what came instead.
func TestFailingPlaysFail(t *testing.T) {
	for name, test := range map[string]struct {
		text string // behind opening
		line string
		says []string
	}{
		"other words": {
			`alice hears "uno" from anna`, ":9:",
			[]string{`alice hears "uno" from anna: alice hears "one" from anna instead`, `alice sees anna online`},
		},
		"from somebody else": {`alice hears "one" from ben`, ":9:", []string{`alice hears "one" from anna instead`}},
		"left out":           {`alice hears "two"`, ":9:", []string{`alice hears "one" from anna instead`}},
		"twice": {
			"alice hears \"one\"\nalice hears \"one\"", ":10:",
			[]string{`alice hears "two" from anna instead`, `* alice hears "one" from anna`},
		},
		"not at all":         {"alice hears \"one\"\nalice hears \"two\"\nalice hears \"three\"", ":11:", []string{"nothing like that came"}},
		"to nobody":          {`bob hears "one"`, ":9:", []string{"nothing came at all"}},
		"backwards":          {"alice hears \"one\"\nalice sees anna online", ":10:", []string{"it came before what the line above says"}},
		"passed over":        {"anna leaves\n90s pass\nalice is told \"The visitor left. The chat is closed.\"\nalice hears \"three\"", ":12:", []string{`alice hears "one" from anna instead`}},
		"too late":           {"anna leaves\n90s pass\nalice is told \"The visitor left. The chat is closed.\"\nalice hears \"one\"", ":12:", []string{"it came before what the line above says"}},
		"an agent's page":    {"alice opens the page", ":9:", []string{"alice is an agent"}},
		"other presence":     {"alice sees anna offline", ":9:", []string{"that was not the last"}},
		"not the last":       {"anna leaves\nalice sees anna online", ":10:", []string{"that was not the last"}},
		"more words":         {"alice hears \"one\"\nalice hears nothing more", ":10:", []string{`alice hears "two" from anna`}},
		"more of anything":   {"alice hears \"one\"\nalice hears \"two\"\nnothing more", ":11:", []string{"alice gets anna as a contact", "alice sees anna online"}},
		"other notice":       {`anna is told "Goodbye."`, ":9:", []string{`anna is told "You are now talking with Alice." instead`}},
		"other receipt":      {"alice confirms \"one\" of anna\nanna gets a receipt for \"two\"", ":10:", []string{`anna gets a receipt for "one" instead`}},
		"other typing":       {"anna types to support\nalice sees anna stop typing", ":10:", []string{"alice sees anna typing instead"}},
		"other place":        {"ben asks for the place in the line of support\nben is number 2 in line", ":10:", []string{"ben is number 1 in line instead"}},
		"no refusal":         {"anna is refused gone", ":9:", []string{"nothing like that came"}},
		"other seats":        {"alice has 0 chats", ":9:", []string{"alice has 1 chats"}},
		"other agent":        {"anna is with bob", ":9:", []string{"anna is with alice"}},
		"waits":              {"anna waits", ":9:", []string{"anna is with alice"}},
		"has a chat":         {"ben has no chat", ":9:", []string{"ben waits"}},
		"early":              {"anna leaves\n29s pass\nanna has no chat", ":11:", []string{"anna is with alice"}},
		"with no link":       {"the link is cut\nalice says \"hi\" to anna", ":10:", []string{"no link"}},
		"with no page":       {"anna leaves\nanna says \"hi\" to support", ":10:", []string{"the page of anna is not open"}},
		"who is that":        {"carol says \"hi\" to support", ":9:", []string{"nobody is called that", "carol", "anna, ben"}},
		"no agent":           {"anna comes online", ":9:", []string{"nobody is called that", "alice, bob"}},
		"impossible order":   {"there is a queue support", ":9:", []string{"exists already"}},
		"nothing of this":    {"anna dances", ":9:", []string{"no line says this", "VISITOR leaves"}},
		"rules in the midst": {"with chat.grace = \"1s\"", ":9:", []string{"the rules stand before everything else"}},
	} {
		t.Run(name, func(t *testing.T) {
			err := perform(opening + test.text)
			if err == nil {
				t.Fatal("the play did not fail")
			}
			for _, want := range append(test.says, "test.txt"+test.line) {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v\nlacks %q", err, want)
				}
			}
		})
	}
}

func TestUnknownLinesNameTheNearest(t *testing.T) {
	for text, want := range map[string]string{
		`alice is agent of support with 2 seats`: "AGENT is an agent of QUEUE with N seat|seats",
		`alice is an agent of support`:           "AGENT is an agent of QUEUE with N seat|seats",
		`anna say "hello" to support`:            "WHO says TEXT to WHOM",
		`anna says hello to support`:             "WHO says TEXT to WHOM",
		`alice heard "hello" from anna`:          "WHO hears TEXT [from WHOM]",
		`alice sees anna onlin`:                  "WHO sees WHOM SHOW",
		`the link is broken`:                     "the link is cut",
		`ninety seconds pass`:                    "TIME pass|passes",
		`nothing else`:                           "nothing more",
	} {
		err := perform("# a comment\n\n" + text)
		if err == nil || !strings.Contains(err.Error(), "test.txt:3: "+text) || !strings.HasSuffix(err.Error(), "\t"+want) {
			t.Errorf("%s: %v\nwant the nearest to be %s", text, err, want)
		}
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	for text, want := range map[string]string{
		"anna says \"hello":              "test.txt:1: anna says \"hello: a quotation mark is missing",
		"# only: moon, because it is":    "test.txt:1:",
		"# only: desk":                   "the reason",
		"with chat.graze = \"1s\"":       "chat.grace",
		"with chat.max_waiting = \"no\"": "chat.max_waiting",
	} {
		if err := perform(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestRulesAndStages(t *testing.T) {
	p, err := parse("test", "test.txt", "# only: desk, because of its looks\nwith chat.grace = \"90s\"\nwith limits.open_chats = 3\n")
	if err != nil {
		t.Fatal(err)
	}
	if p.Only != DeskStage || p.Rules.Chat.Grace != 90*time.Second || p.Rules.Limits.OpenChats != 3 || p.Rules.Chat.MaxWaiting == 0 {
		t.Errorf("%+v", p)
	}
}

// The list of all verbs, and a play for each.
func TestVerbs(t *testing.T) {
	used := map[string]bool{"with KEY = VALUE": true} // read before the others
	for _, kind := range []string{DeskStage, ServerStage} {
		plays, err := Plays(kind)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range plays {
			for _, l := range p.lines {
				v, _, _ := find(l.words)
				used[v.usage] = true
			}
		}
	}
	for _, v := range verbs() {
		t.Log(v.usage)
		if !used[v.usage] {
			t.Errorf("no play says %q", v.usage)
		}
	}
}
