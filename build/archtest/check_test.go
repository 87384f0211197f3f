package archtest

import (
	"strings"
	"testing"
)

// rulesOf checks one small file and gives the rules that it breaks.
func rulesOf(t *testing.T, name, text string) string {
	t.Helper()
	s, err := parse(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var rules []string
	for _, f := range check(s) {
		if !strings.HasPrefix(f.File, name) || f.Reason == "" {
			t.Errorf("finding %q does not name file and reason", f)
		}
		rules = append(rules, f.Rule)
	}
	return strings.Join(rules, "; ")
}

func TestImportRules(t *testing.T) {
	tests := []struct{ file, imports, want string }{
		// Owners of third parties.
		{"app/sale/screen.go", `"fyne.io/fyne/v2/widget"`, ""},
		{"main.go", `"fyne.io/fyne/v2"`, ". imports fyne.io/fyne/v2"},
		{"terminal/engine/x.go", `"fyne.io/fyne/v2"`, "terminal/engine imports fyne.io/fyne/v2"},
		{"sync/journal/x.go", `_ "modernc.org/sqlite"`, ""},
		{"terminal/sandbox/x.go", `_ "modernc.org/sqlite"`, ""},
		{"sync/due/x.go", `_ "modernc.org/sqlite"`, "sync/due imports modernc.org/sqlite"},
		{"receipts/text/x.go", `"github.com/go-pdf/fpdf"`, "receipts/text imports github.com/go-pdf/fpdf"},
		{"terminal/device/printer/x.go", `"github.com/tarm/serial"`, "terminal/device/printer imports github.com/tarm/serial"},
		{"receipts/pdf/x.go", `"github.com/skip2/go-qrcode"`, "receipts/pdf imports github.com/skip2/go-qrcode"},
		{"main.go", `"github.com/spf13/cobra"`, ". imports github.com/spf13/cobra"},
		{"terminal/x.go", `"github.com/zalando/go-keyring"`, "terminal imports github.com/zalando/go-keyring"},
		{"terminal/cli/x.go", `"github.com/BurntSushi/toml"`, "terminal/cli imports github.com/BurntSushi/toml"},
		{"terminal/engine/x_test.go", `"github.com/stretchr/testify/assert"`, "terminal/engine imports github.com/stretchr/testify/assert"},
		{"app/sale/x_test.go", `"github.com/stretchr/testify/assert"`, ""},
		{"terminal/x.go", `"example.org/new"`, "terminal imports example.org/new"},
		// Directions.
		{"main.go", `"paydesk/terminal"; "paydesk/app"; "paydesk/terminal/cli"`, ""},
		{"main.go", `"paydesk/sync/journal"`, ". imports sync/journal"},
		{"app/sale/x.go", `"paydesk/sync/journal"`, "app/sale imports sync/journal"},
		{"app/sale/x.go", `"paydesk/terminal/connexpay"`, "app/sale imports terminal/connexpay"},
		{"app/sale/x.go", `"paydesk/terminal/card"`, "app/sale imports terminal/card"},
		{"app/cardentry/x.go", `"paydesk/terminal/card"; "paydesk/terminal/device/wedge"`, ""},
		{"terminal/cli/x.go", `"paydesk/sync/journal"`, "terminal/cli imports sync/journal"},
		{"terminal/x.go", `"paydesk/sync/journal"; "paydesk/terminal/connexpay"`, ""},
		{"terminal/x.go", `"paydesk/app"`, "terminal imports app"},
		{"terminal/engine/x.go", `"paydesk/terminal/connexpay"`, "terminal/engine imports terminal/connexpay"},
		{"terminal/engine/x_test.go", `"paydesk/sync/journal"`, ""},
		{"terminal/connexpay/x.go", `"paydesk/terminal/vault"`, "terminal/connexpay imports terminal/vault"},
		{"terminal/wallet/stripe/x.go", `"paydesk/terminal/wallet"; "paydesk/terminal/wallet/paypal"`, "terminal/wallet/stripe imports terminal/wallet/paypal"},
		{"terminal/sandbox/x.go", `"paydesk/terminal/connexpay"`, "terminal/sandbox imports terminal/connexpay"},
		{"sync/due/x.go", `"paydesk/terminal/engine"`, "sync/due imports terminal/engine"},
		{"receipts/text/x.go", `"paydesk/receipts/escpos"`, "receipts/text imports receipts/escpos"},
		{"terminal/money/x.go", `"paydesk/terminal/clock"`, "terminal/money imports terminal/clock"},
		{"kitchen/x.go", `"paydesk/terminal"`, "kitchen imports terminal"},
		// The outside world and presenters.
		{"terminal/order/x.go", `"os"`, "pure package imports os"},
		{"receipts/x.go", `"net/http"`, "pure package imports net/http"},
		{"terminal/order/x_test.go", `"os"`, ""},
		{"terminal/order/x.go", `"strings"`, ""},
		{"app/sale/presenter.go", `"fyne.io/fyne/v2"`, "presenter imports fyne.io/fyne/v2"},
	}
	for _, tt := range tests {
		if got := rulesOf(t, tt.file, "package x\nimport ("+tt.imports+")\n"); got != tt.want {
			t.Errorf("%s with %s: %q, want %q", tt.file, tt.imports, got, tt.want)
		}
	}
}

func TestCallRules(t *testing.T) {
	tests := []struct{ file, body, want string }{
		{"terminal/x.go", `time.Now()`, "time.Now"},
		{"terminal/x.go", `_ = time.Now`, "time.Now"},
		{"terminal/x_test.go", `time.Sleep(1)`, "time.Sleep"},
		{"terminal/x.go", `_ = time.Second`, ""},
		{"terminal/x.go", `os.Exit(1)`, "os.Exit"},
		{"terminal/x_test.go", `os.Exit(1)`, ""},
		{"main.go", `os.Exit(1)`, ""},
		{"terminal/x.go", `log.Printf(""); log.Fatalln()`, "log.Printf; log.Fatalln"},
		{"terminal/x.go", `other.Print()`, ""},
		{"terminal/x.go", `fmt.Println(); fmt.Print(); fmt.Printf("")`, "fmt.Println; fmt.Print; fmt.Printf"},
		{"terminal/x.go", `_ = fmt.Sprint()`, ""},
		{"terminal/cli/x.go", `fmt.Println()`, ""},
		{"terminal/x.go", `panic(1)`, "panic"},
		{"terminal/x.go", `println(1)`, "println"},
		{"terminal/x_test.go", `panic(1)`, ""},
		{"build/xtest/x_test.go", `time.Sleep(1)`, ""},
	}
	const head = "package x\nimport (\"time\"; \"os\"; \"log\"; \"fmt\")\nfunc f() { "
	for _, tt := range tests {
		if got := rulesOf(t, tt.file, head+tt.body+" }\n"); got != tt.want {
			t.Errorf("%s with %s: %q, want %q", tt.file, tt.body, got, tt.want)
		}
	}
	if got := rulesOf(t, "terminal/clock/x.go", "package x\nimport \"time\"\nvar _ = time.Now()\n"); got != "" {
		t.Errorf("in the clock: %q, want nothing", got)
	}
	if got := rulesOf(t, "terminal/x.go", "package x\nimport clock \"time\"\nvar _ = clock.Now()\n"); got != "clock.Now" {
		t.Errorf("under another name: %q, want clock.Now", got)
	}
	if got := rulesOf(t, "terminal/x.go", "package x\nfunc mustBe() { panic(1) }\n"); got != "" {
		t.Errorf("an assertion: %q, want nothing", got)
	}
}

func TestFloatRule(t *testing.T) {
	const floats = "package x\nvar a float64\nvar b = 1.5\n"
	tests := map[string]string{
		"terminal/money/x.go":      "float64; float 1.5",
		"sync/journal/x.go":        "float64; float 1.5",
		"receipts/text/x.go":       "float64; float 1.5",
		"terminal/money/x_test.go": "",
		"app/theme/x.go":           "",
	}
	for file, want := range tests {
		if got := rulesOf(t, file, floats); got != want {
			t.Errorf("%s: %q, want %q", file, got, want)
		}
	}
}

func TestWordRule(t *testing.T) {
	tests := []struct{ file, text, want string }{
		{"terminal/sandbox/x.go", `"X-Sandbox-Fault"`, ""},
		{"terminal/connexpay/x.go", `"X-Sandbox-Fault"`, "X-Sandbox-Fault"},
		{"terminal/cli/x.go", "`-H x-sandbox-fault: drop`", "X-Sandbox-Fault"},
		{"terminal/connexpay/x_test.go", `"X-Sandbox-Fault"`, ""},
	}
	for _, tt := range tests {
		if got := rulesOf(t, tt.file, "package x\n\nconst c = "+tt.text+"\n"); got != tt.want {
			t.Errorf("%s with %s: got %q, want %q", tt.file, tt.text, got, tt.want)
		}
	}
}

func TestLengthRules(t *testing.T) {
	function := func(lines int) string { return "package x\nfunc f() {" + strings.Repeat("\n", lines-1) + "}\n" }
	file := func(lines int) string { return "package x\n" + strings.Repeat("\n", lines-1) }
	tests := []struct{ name, text, want string }{
		{"terminal/x.go", function(80), ""},
		{"terminal/x.go", function(81), "function f has 81 lines"},
		{"terminal/x_test.go", function(120), ""},
		{"terminal/x_test.go", function(121), "function f has 121 lines"},
		{"terminal/x.go", file(600), ""},
		{"terminal/x.go", file(601), "601 lines"},
		{"terminal/x_test.go", file(900), ""},
		{"terminal/x_test.go", file(901), "901 lines"},
	}
	for _, tt := range tests {
		if got := rulesOf(t, tt.name, tt.text); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestCommentRule(t *testing.T) {
	files := map[string]string{
		"a/a.go":      "package a\n",
		"a/b.go":      "package a\n",
		"b/a.go":      "// Package b is said.\npackage b\n",
		"b/b.go":      "package b\n",
		"c/c.go":      "// Something else.\npackage c\n",
		"d/d_test.go": "package d_test\n",
		"main.go":     "// Paydesk is the program.\npackage main\n",
	}
	var sources []source
	for name, text := range files {
		s, err := parse(name, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, s)
	}
	var got []string
	for _, f := range checkComments(sources) {
		got = append(got, f.File)
	}
	if got, want := strings.Join(got, " "), "a/a.go c/c.go d/d_test.go"; got != want {
		t.Errorf("without comment: %s, want %s", got, want)
	}
}

func TestDependencyRule(t *testing.T) {
	fyne := []string{"fmt", "fyne.io/fyne/v2/widget"}
	got := checkDeps([]listed{
		{"paydesk/terminal/engine", fyne}, {"paydesk/app/sale", fyne}, {"paydesk/terminal/order", []string{"fmt"}},
		{"fyne.io/fyne/v2", fyne}, {"paydesk", fyne},
	})
	if len(got) != 1 || got[0].File != "terminal/engine" {
		t.Errorf("findings = %v, want one for terminal/engine", got)
	}
}
