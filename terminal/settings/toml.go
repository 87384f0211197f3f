package settings

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// maxImport is the largest file that is read, in bytes: a settings file is
// far below a tenth of it.
const maxImport = 64 << 10

// Export is the settings as TOML, without secrets.
func (s Settings) Export() ([]byte, error) {
	var out bytes.Buffer
	out.WriteString("# Settings of a Paydesk terminal. Secrets are not in here.\n\n")
	encoder := toml.NewEncoder(&out)
	encoder.Indent = ""
	if err := encoder.Encode(s); err != nil {
		return nil, fmt.Errorf("write settings as TOML: %w", err)
	}
	return out.Bytes(), nil
}

// Import reads TOML over the base settings; what the file leaves out stays.
// It lists everything that is wrong, with lines, and then takes nothing: the
// result is the base.
func Import(base Settings, data []byte) (Settings, []Problem) {
	if len(data) > maxImport {
		return base, []Problem{{Text: fmt.Sprintf("this is not a settings file: it is larger than %d kB.", maxImport>>10)}}
	}
	tree, problem := decode(data)
	if problem != nil {
		return base, []Problem{*problem}
	}
	s := base.clone()
	var problems []Problem
	s.apply("", tree, &problems)
	s.normalise()
	problems = append(problems, s.Validate()...)
	if len(problems) == 0 {
		return s, nil
	}
	lines := keyLines(data)
	for i, p := range problems {
		problems[i].Line = lines[p.Key]
	}
	slices.SortStableFunc(problems, func(a, b Problem) int { return a.Line - b.Line })
	return base, problems
}

// decode turns what the TOML reader says, by error or by panic, into a
// problem: the file comes from anywhere.
func decode(data []byte) (tree map[string]any, problem *Problem) {
	defer func() {
		if recover() != nil {
			tree, problem = nil, &Problem{Text: "this is not a settings file: export one to see the form."}
		}
	}()
	err := toml.Unmarshal(data, &tree)
	if parse := (toml.ParseError{}); errors.As(err, &parse) {
		return nil, &Problem{Line: parse.Position.Line, Text: "correct the TOML here: " + parse.Message + "."}
	}
	if err != nil {
		return nil, &Problem{Text: "this is not a settings file: export one to see the form."}
	}
	return tree, nil
}

// apply walks a table and sets what it finds; it goes no deeper than keys do.
func (s *Settings) apply(prefix string, table map[string]any, problems *[]Problem) {
	for _, name := range slices.Sorted(maps.Keys(table)) {
		key := prefix + name
		if e, ok := s.find(key); ok {
			if p := e.setTOML(table[name]); p != nil {
				*problems = append(*problems, *p)
			}
			continue
		}
		inner, isTable := table[name].(map[string]any)
		if isTable && isSection(key) {
			s.apply(key+".", inner, problems)
			continue
		}
		*problems = append(*problems, unknownKey(key))
	}
}

func isSection(key string) bool {
	return slices.ContainsFunc(Keys(), func(k string) bool { return strings.HasPrefix(k, key+".") })
}

func (e entry) setTOML(value any) *Problem {
	switch at := e.at.(type) {
	case *string:
		if text, ok := value.(string); ok {
			*at = text
			return nil
		}
		return &Problem{Key: e.key, Text: `write a text in quotes, such as "12.50".`}
	case *int:
		if n, ok := value.(int64); ok && int64(int(n)) == n {
			*at = int(n)
			return nil
		}
		return &Problem{Key: e.key, Text: "write a whole number without quotes."}
	case *bool:
		if on, ok := value.(bool); ok {
			*at = on
			return nil
		}
		return &Problem{Key: e.key, Text: "write true or false without quotes."}
	case *[]string:
		list, ok := value.([]any)
		var lines []string
		for _, item := range list {
			line, isText := item.(string)
			ok = ok && isText
			lines = append(lines, line)
		}
		if ok {
			*at = lines
			return nil
		}
	}
	return &Problem{Key: e.key, Text: `write a list of texts, such as ["1 Main Street", "Springfield"].`}
}

// keyLines finds the line of each key. The TOML reader keeps lines to itself;
// this finds keys written one to a line and sections in brackets, and says
// nothing about any other.
func keyLines(data []byte) map[string]int {
	lines, section, open := make(map[string]int), "", ""
	for i, line := range strings.Split(string(data), "\n") {
		text := strings.TrimSpace(line)
		if open != "" {
			if strings.Contains(text, open) {
				open = ""
			}
			continue
		}
		if header, ok := strings.CutPrefix(text, "["); ok {
			header, _, _ = strings.Cut(header, "]")
			section = plainKey(strings.Trim(header, "[")) + "."
			note(lines, section, i+1)
			continue
		}
		name, value, found := strings.Cut(text, "=")
		if !found || strings.HasPrefix(text, "#") {
			continue
		}
		note(lines, section+plainKey(name)+".", i+1)
		for _, mark := range []string{`"""`, `'''`} {
			if strings.Count(value, mark) == 1 {
				open = mark
			}
		}
	}
	return lines
}

// note gives a key and the tables around it their first line. The key ends in
// a point.
func note(lines map[string]int, key string, line int) {
	for i := 0; i < len(key); i++ {
		if _, seen := lines[key[:i]]; key[i] == '.' && !seen {
			lines[key[:i]] = line
		}
	}
}

// plainKey takes spaces and quotes out of a possibly dotted key.
func plainKey(key string) string {
	parts := strings.Split(key, ".")
	for i, part := range parts {
		parts[i] = strings.Trim(strings.TrimSpace(part), `"'`)
	}
	return strings.Join(parts, ".")
}
