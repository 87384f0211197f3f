// Package archtest holds the source against its own plan: which package may
// import which, who owns each third party, which calls are kept to one place,
// how long files and functions may get, and that every package says what it
// is for. The plan is data, in this file; the README explains it.
package archtest

// module is the path that go.mod gives the project.
const module = "paydesk"

// A pattern is a folder below the root ("." is the root itself), or a folder
// and all below it ("sync/...").
type pattern string

// ownership says which packages alone may import a third party.
type ownership struct {
	path   string // import path, with all below it
	owners []pattern
	reason string
}

// owners lists every third party. One that is not here may not be imported.
var owners = []ownership{
	{"fyne.io/fyne/v2", []pattern{"app", "app/..."}, "only app draws windows"},
	{"modernc.org/sqlite", []pattern{"sync/journal", "terminal/sandbox", "build/xtest"},
		"SQL stays in the journal and in the sandbox, which is a bank with a ledger of its own; xtest reads both as a witness"},
	{"github.com/go-pdf/fpdf", []pattern{"receipts/pdf"}, "one package makes PDF"},
	{"github.com/tarm/serial", []pattern{"terminal/device/serialport"}, "one package talks to serial lines"},
	{"github.com/skip2/go-qrcode", []pattern{"receipts/qr"}, "one package makes QR codes, all others draw its matrix"},
	{"github.com/spf13/cobra", []pattern{"terminal/cli"}, "one package reads the command line"},
	{"github.com/zalando/go-keyring", []pattern{"terminal/vault"}, "one package keeps secrets"},
	{"github.com/BurntSushi/toml", []pattern{"terminal/settings"}, "one package reads and writes settings"},
	{"github.com/stretchr/testify", []pattern{"app", "app/..."}, "Fyne's own assertions need it; others compare got and want"},
	{"github.com/wneessen/go-mail", []pattern{"terminal/mail"}, "one package hands mails to a server"},
	{"golang.org/x/net", []pattern{"terminal/mail"}, "names of mail servers in other scripts"},
	{"golang.org/x/term", []pattern{"terminal/cli", "terminal/sandbox/paper"}, "one package asks for passwords without showing them, another has a pseudo-terminal change no byte"},
	{"github.com/makiuchi-d/gozxing", []pattern{"terminal/wallet/razorpay"}, "one package reads the picture of a code"},
	{"github.com/creack/pty", []pattern{"terminal/sandbox/paper"}, "one package makes pseudo-terminals, on every system that has them"},
	{"golang.org/x/crypto", []pattern{"terminal/vault"}, "one package seals and hashes"},
	{"golang.org/x/image", []pattern{"receipts/glyphs", "receipts/ink", "terminal/sandbox/paper", "app/..."}, "fonts and pictures are for those who draw"},
	{"github.com/go-text/typesetting", []pattern{"receipts/glyphs"}, "one package sets the letters of scripts that need it"},
	{"golang.org/x/text", []pattern{"receipts/...", "terminal/device/...", "terminal/sandbox/paper", "terminal/wallet/ipn", "app/..."}, "code pages are for paper and screen, and for messages that name theirs"},
	{"golang.org/x/time", []pattern{"terminal/wallet/notify", "terminal/wallet/ipn"}, "what comes from outside is taken, and kept, not too often"},
	{"golang.org/x/sys", []pattern{"sync/...", "terminal", "terminal/device/...", "terminal/sandbox/paper", "terminal/vault", "app/kiosk"},
		"the operating system's calls are for locks, syncs and devices"},
}

// direction says what else of the project a package may import.
type direction struct {
	from   pattern
	to     []pattern
	reason string
}

// directions is the order of the house. The first line whose pattern fits
// counts, so exceptions stand above their rule. A package without a line may
// import nothing of the project.
var directions = []direction{
	{".", []pattern{"app", "terminal", "terminal/cli"}, "main chooses between window and command line, and knows nothing more"},

	{"app/apptest", []pattern{"app/...", "terminal/...", "receipts/...", "sync/...", "assets"}, "test support may build anything"},
	{"app/nav", []pattern{"app/nav"}, "navigation is a pure table"},
	{"app/keys", nil, "the key table is pure"},
	{"app/cardentry", append([]pattern{"terminal/card", "terminal/device/wedge"}, appMay...), "screens reach the core through the facade"},
	{"app/entry", append([]pattern{"terminal/redact"}, appMay...), "what is typed is looked through for card numbers that do not belong there"},
	{"app/swipe", append([]pattern{"terminal/card", "terminal/device/wedge"}, appMay...), "the catcher stands before every screen"},
	{"app/widgets", append([]pattern{"terminal/card", "terminal/device/wedge"}, appMay...), "widgets know cards only to group and catch digits"},
	{"app/...", appMay, "screens reach the core through the facade and its types: no journal, host or device"},

	{"terminal/cli", []pattern{"terminal", "terminal/answer", "terminal/engine", "terminal/order", "terminal/money", "terminal/staff", "terminal/settings",
		"terminal/clock", "terminal/card", "terminal/sandbox/...", "terminal/drill", "terminal/drill/day", "terminal/drill/spool", "terminal/redact", "terminal/reportfile", "receipts/...", "assets"},
		"commands go through the facade as the window does"},
	{"terminal/drill/day", []pattern{"terminal", "terminal/...", "sync/journal", "receipts/..."}, "it plays a day with the whole terminal"},
	{"terminal/drill/spool", []pattern{"terminal/...", "sync/...", "receipts/...", "assets"}, "it runs the whole way from sale to paper"},
	{"terminal/drill", []pattern{"terminal/...", "sync/...", "receipts/..."}, "the simulation runs the whole core"},
	{"terminal", []pattern{"terminal/...", "sync/...", "receipts/...", "assets"}, "the facade wires everything but people"},

	{"terminal/money", nil, "amounts stand at the bottom"},
	{"terminal/locale", []pattern{"terminal/money"}, "the forms of languages stand above amounts alone"},
	{"terminal/card", nil, "cards stand at the bottom"},
	{"terminal/clock", nil, "time stands at the bottom"},
	{"terminal/redact", nil, "redaction stands at the bottom"},
	{"terminal/staff", nil, "staff rules stand at the bottom"},
	{"terminal/id", []pattern{"terminal/clock"}, "numbers need the time and nothing else"},
	{"terminal/answer", nil, "what the service says stands at the bottom"},
	{"terminal/order/model", []pattern{"terminal/order", "terminal/money", "terminal/clock"}, "the model explores the rules alone"},
	{"terminal/order", []pattern{"terminal/answer", "terminal/money", "terminal/card", "terminal/id"}, "order rules are pure"},
	{"terminal/settings", []pattern{"terminal/money"}, "settings are values"},
	{"terminal/engine", []pattern{"terminal/answer", "terminal/order", "terminal/money", "terminal/card", "terminal/id", "terminal/clock", "terminal/staff", "terminal/settings"},
		"the engine declares its ports and never sees an adapter"},
	{"terminal/sandbox/post", []pattern{"terminal/clock"}, "the sandbox's mail server is as little kin to the client as the sandbox"},
	{"terminal/sandbox/gateway", []pattern{"terminal/clock", "receipts/qr"},
		"the gateways are other companies: they share no type with the client, but the drawing of QR"},
	{"terminal/sandbox/xero", []pattern{"terminal/clock"}, "the books are another company: they share no type with the client"},
	{"terminal/sandbox", []pattern{"terminal/sandbox/post", "terminal/sandbox/gateway", "terminal/sandbox/xero", "terminal/money", "terminal/clock"}, "the sandbox is another company: it shares no type with the client"},
	{"terminal/sandbox/paper", []pattern{"terminal/clock", "receipts/qr"},
		"the virtual printer is another company's machine: it shares no code with whoever writes to it, but the drawing of QR"},
	{"terminal/printjob", []pattern{"receipts/...", "terminal/device", "terminal/device/printer", "terminal/reportfile", "terminal/answer", "terminal/money", "terminal/order",
		"terminal/clock", "terminal/redact"}, "print jobs join paper and printer; a report carries its code"},
	{"terminal/reportfile", []pattern{"terminal/order", "terminal/money", "receipts/proof"}, "a report as a file is pure; its code has the letters of receipts' codes"},
	{"terminal/device/...", append([]pattern{"terminal/device", "terminal/device/devicetest"}, adapterMay...), "adapters never see each other, engine or journal"},
	{"terminal/connexpay", adapterMay, "adapters never see each other, engine or journal"},
	{"terminal/statement", []pattern{"terminal/order", "terminal/money"}, "files of movements are pure: whoever asks for them reads and writes"},
	{"terminal/xero", append([]pattern{"terminal/wallet", "terminal/sandbox/xero"}, adapterMay...),
		"adapters never see each other, engine or journal, but the one HTTP client of those who move or book money; the tests speak to the sandbox"},
	{"terminal/mail", append([]pattern{"terminal/sandbox/post"}, adapterMay...), "adapters never see each other, engine or journal; the tests send to the sandbox"},
	{"terminal/vault", adapterMay, "adapters never see each other, engine or journal"},
	{"terminal/ledger", []pattern{"terminal/order", "terminal/money", "terminal/clock", "terminal/id", "sync/journal"}, "booking needs the rules, and which journal a number is of; its tests book into a real journal"},
	{"terminal/wallet/...", append([]pattern{"terminal/wallet", "terminal/wallet/wallettest"}, adapterMay...), "adapters never see each other, engine or journal"},

	{"sync/journal", []pattern{"terminal/order", "terminal/money", "terminal/id", "terminal/staff", "terminal/settings", "terminal/clock"},
		"the journal stores what the rules decide"},
	{"sync/...", []pattern{"terminal/order", "terminal/clock", "terminal/money", "terminal/id"},
		"what a worker calls is an interface of its own: no engine, no adapter"},

	{"receipts", []pattern{"terminal/money"}, "the document model is pure"},
	{"receipts/receiptstest", []pattern{"receipts", "receipts/samples", "receipts/tongue", "receipts/glyphs", "terminal/money"}, "test support of the renderers"},
	{"receipts/qr", nil, "a matrix needs nothing of the project"},
	{"receipts/code128", nil, "bars need nothing of the project"},
	{"receipts/tongue", []pattern{"receipts", "terminal/money", "terminal/locale", "assets"}, "words for paper, and the forms of their languages"},
	{"receipts/...", []pattern{"receipts", "receipts/qr", "receipts/code128", "receipts/ink", "receipts/glyphs", "terminal/money", "terminal/locale", "assets"},
		"renderers know the document and what draws, not each other"},

	{"assets", nil, "assets embed files and nothing else"},
	{"build/...", nil, "the build stands outside"},
}

// appMay is what any screen may import.
var appMay = []pattern{"app/...", "terminal", "terminal/answer", "terminal/engine", "terminal/order", "terminal/money", "terminal/staff",
	"terminal/settings", "terminal/clock", "terminal/locale", "receipts/...", "assets"}

// adapterMay is what whoever talks to the outside may import.
var adapterMay = []pattern{"terminal/answer", "terminal/money", "terminal/card", "terminal/order", "terminal/clock", "terminal/redact"}

// pure lists the packages that may not touch the outside world, and outside
// what of the standard library would.
var (
	pure    = []pattern{"terminal/answer", "terminal/money", "terminal/card", "terminal/clock", "terminal/id", "terminal/locale", "terminal/order", "terminal/reportfile", "terminal/staff", "terminal/statement", "receipts", "app/nav"}
	outside = []string{"os", "net", "database", "syscall", "plugin"}
)

// noFyneBelow lists what must build without Fyne, also by way of others: the
// command line and the core run on machines without a display.
var noFyneBelow = []pattern{"terminal/...", "sync/...", "receipts/...", "assets"}

// integersOnly lists where money passes as text or whole numbers, and no
// float may appear.
var integersOnly = []pattern{"terminal/money", "terminal/order", "terminal/engine", "terminal/connexpay", "terminal/sandbox", "terminal/sandbox/gateway", "terminal/settings",
	"terminal/statement", "terminal/xero", "terminal/sandbox/xero", "terminal/wallet/...", "sync/...", "receipts", "receipts/text", "receipts/escpos"}

// forbiddenCall is a function that only some packages may call.
type forbiddenCall struct {
	pkg, name string // import path, name or beginning of the name with "*"
	allowed   []pattern
	inTests   bool // forbidden in tests as well
	reason    string
}

// keptWord is a text that only some packages may have in a string.
type keptWord struct {
	word    string // in any letter case
	allowed []pattern
	reason  string
}

var keptWords = []keptWord{
	{"X-Sandbox-Fault", []pattern{"terminal/sandbox", "build/archtest"}, "no program may ask a host for a fault: only a person with the sandbox does"},
}

var speaks = []pattern{".", "terminal/cli", "build/..."}

var forbidden = []forbiddenCall{
	{"time", "Now", []pattern{"terminal/clock"}, true, "take a clock.Clock, so that tests own the time"},
	{"time", "Since", []pattern{"terminal/clock"}, true, "it reads the time of day: take a clock.Clock"},
	{"time", "Until", []pattern{"terminal/clock"}, true, "it reads the time of day: take a clock.Clock"},
	{"time", "Sleep", []pattern{"terminal/clock"}, true, "wait for a signal, not for a time"},
	{"os", "Exit", speaks, false, "it skips every deferred call: return an error"},
	{"log", "Print*", speaks, false, "use the redacting log/slog handler"},
	{"log", "Fatal*", speaks, false, "use the redacting log/slog handler and return an error"},
	{"log", "Panic*", speaks, false, "use the redacting log/slog handler and return an error"},
	{"fmt", "Print*", speaks, false, "only the command line speaks to the terminal"},
	{"", "panic", nil, false, "return an error; where it cannot happen say so in a function named must… or assert…"},
	{"", "print*", nil, true, "a leftover of debugging"},
}

// xtestMay lists the calls that the tests of the real program need: they run
// processes and machines that have no clock to be told.
var xtestMay = pattern("build/xtest")

// Limits of length, in lines.
const (
	maxFileLines         = 600
	maxTestFileLines     = 900
	maxFunctionLines     = 80
	maxTestFunctionLines = 120
)
