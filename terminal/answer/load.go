package answer

import (
	_ "embed" // the tables are part of the program
	"fmt"
	"strings"
)

var (
	//go:embed data/meanings.tsv
	meaningsFile string
	//go:embed data/codes.tsv
	codesFile string
	//go:embed data/texts.tsv
	textsFile string
)

// data is the tables as the program uses them. They are part of the program,
// and its tests read them: one that cannot be read is never built.
var data = mustLoad(meaningsFile, codesFile, textsFile)

type tables struct {
	codes  []Answer
	byCode map[string]int
	// texts are the error texts without placeholders, by their plain form;
	// patterns are those with.
	texts    map[string]Answer
	patterns []pattern
}

func mustLoad(meaningsFile, codesFile, textsFile string) *tables {
	t, err := load(meaningsFile, codesFile, textsFile)
	if err != nil {
		panic("answer: " + err.Error())
	}
	return t
}

// load reads the three tables. Each line is checked against the others: a
// meaning that is not there, a code that comes twice or a text that has two
// meanings is an error.
func load(meaningsFile, codesFile, textsFile string) (*tables, error) {
	t := &tables{byCode: map[string]int{}, texts: map[string]Answer{}}
	meanings := map[string]Answer{}
	err := eachLine(meaningsFile, 7, func(f []string) error {
		if _, twice := meanings[f[0]]; twice {
			return fmt.Errorf("the meaning comes twice")
		}
		meanings[f[0]] = Answer{Meaning: f[0], Result: Result(f[1]), Again: Again(f[2]), Move: Move(f[3]),
			Lead: Lead(f[4]), Cashier: f[5], Customer: f[6]}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = eachLine(codesFile, 3, func(f []string) error {
		a, known := meanings[f[1]]
		if _, twice := t.byCode[f[0]]; twice || !known {
			return fmt.Errorf("the code comes twice, or there is no meaning %q", f[1])
		}
		a.Code, a.Message = f[0], f[2]
		t.byCode[a.Code] = len(t.codes)
		t.codes = append(t.codes, a)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = eachLine(textsFile, 3, func(f []string) error {
		a, known := meanings[f[0]]
		if !known || a.Result == Approved {
			return fmt.Errorf("the meaning is not there, or an approval")
		}
		a.calls, a.Message = f[1], f[2]
		return t.add(a)
	})
	return t, err
}

// add takes an error text into the table. The same text in two lines is one
// that several calls give.
func (t *tables) add(a Answer) error {
	if p, has := newPattern(a); has {
		t.patterns = append(t.patterns, p)
		return nil
	}
	key := plain(a.Message)
	if before, twice := t.texts[key]; twice {
		if before.Meaning != a.Meaning {
			return fmt.Errorf("the text has the meaning %q already", before.Meaning)
		}
		a.calls += "," + before.calls
	}
	t.texts[key] = a
	return nil
}

// eachLine calls f with the columns of each line below the head. A line that
// begins with # is a remark.
func eachLine(file string, columns int, f func([]string) error) error {
	_, body, _ := strings.Cut(file, "\n")
	for line := range strings.Lines(body) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		fields := strings.Split(line, "\t")
		if len(fields) != columns {
			return fmt.Errorf("%q has %d columns, want %d", line, len(fields), columns)
		}
		if err := f(fields); err != nil {
			return fmt.Errorf("%q: %w", line, err)
		}
	}
	return nil
}
