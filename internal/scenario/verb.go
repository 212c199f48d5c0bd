package scenario

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// verb is what a line can say. In its usage capitals stand for what a play puts
// there (see fits), a|b for one of these words, and [...] at the end for what
// may be left out.
type verb struct {
	usage string
	does  func(p *player, a args) error
}

// args are what stands for the capitals of a usage, in order; "" is what was
// left out.
type args []string

// verbs is the one table of all.
func verbs() []verb {
	return slices.Concat(houseVerbs(), agentVerbs(), visitorVerbs(), talkVerbs(), sightVerbs(), lookVerbs())
}

// find returns the verb of a line and its arguments; false when there is none.
func find(words []string) (verb, args, bool) {
	for _, v := range verbs() {
		for _, pattern := range v.patterns() {
			if a, ok := match(pattern, words); ok {
				return v, a, true
			}
		}
	}
	return verb{}, nil, false
}

// patterns are the usage with what may be left out, and without.
func (v verb) patterns() [][]string {
	must, may, _ := strings.Cut(v.usage, " [")
	short := strings.Fields(must)
	if may == "" {
		return [][]string{short}
	}
	return [][]string{append(slices.Clone(short), strings.Fields(strings.TrimSuffix(may, "]"))...), short}
}

func match(pattern, words []string) (args, bool) {
	if len(pattern) != len(words) {
		return nil, false
	}
	var a args
	for i, p := range pattern {
		switch {
		case !fits(p, words[i]):
			return nil, false
		case isPlace(p):
			a = append(a, strings.Trim(words[i], `"`))
		}
	}
	return append(a, ""), true // for what was left out
}

// isPlace tells whether a word of a usage stands for something.
func isPlace(p string) bool { return p == strings.ToUpper(p) && p != strings.ToLower(p) }

// fits tells whether a word of a line fits a word of a usage.
func fits(p, word string) bool {
	switch {
	case !isPlace(p):
		return slices.Contains(strings.Split(p, "|"), word)
	case p == "KEY", p == "VALUE":
		return true
	case p == "TEXT":
		return strings.HasPrefix(word, `"`)
	case p == "TIME":
		_, err := time.ParseDuration(word)
		return err == nil
	case p == "N":
		_, err := strconv.Atoi(word)
		return err == nil
	case p == "SHOW":
		return slices.Contains([]string{"online", "away", "busy", "offline"}, word)
	}
	return regexp.MustCompile(`^[a-z][a-z0-9-]*$`).MatchString(word)
}

// number is an argument that stood for N.
func (a args) number(i int) int {
	n, _ := strconv.Atoi(a[i]) // it fits
	return n
}

// nearest is the usage that a line was most likely meant to be: the fewest
// words to change.
func nearest(words []string) string {
	best, least := "", -1
	for _, v := range verbs() {
		for _, pattern := range v.patterns() {
			if d := distance(pattern, words); least < 0 || d < least {
				best, least = v.usage, d
			}
		}
	}
	return best
}

// distance weighs the words to change (Levenshtein). One too many or too few is
// less than another one, and one that fits, because the usage takes anything
// there, is a little worse than the same.
func distance(pattern, words []string) int {
	const same, fitting, missing, other = 0, 1, 3, 6
	row := make([]int, len(words)+1)
	for j := range row {
		row[j] = j * missing
	}
	for _, p := range pattern {
		diagonal := row[0]
		row[0] += missing
		for j, word := range words {
			change := diagonal + other
			switch {
			case fits(p, word) && isPlace(p):
				change = diagonal + fitting
			case fits(p, word):
				change = diagonal + same
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+missing, row[j+1]+missing)
		}
	}
	return row[len(words)]
}
