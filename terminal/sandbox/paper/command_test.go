package paper_test

import (
	"slices"
	"strings"
	"testing"

	"paydesk/terminal/sandbox/paper"
)

func TestPrintReadsASlip(t *testing.T) {
	job := "\x1b@\x1c.\x1bR\x00\x1bt\x10\x1ba\x00caf\xe9 \x80 1\n\x1d!\x11BIG\n\x1d!\x00\x1dB\x01dark\n\x1dB\x00" +
		"\x1d(k\x05\x001P0ab\x1d(k\x03\x001Q0\x1dv0\x00\x01\x00\x02\x00\x80\x01\x1bp\x00\x19\xfa\x1dVB\x18"
	slips, err := paper.Print(paper.Options{Model: named(t, "epson-80")}, []byte(job))
	if err != nil || len(slips) != 1 {
		t.Fatalf("got %d slips, %v", len(slips), err)
	}
	got := slips[0]
	want := " |café € 1\n2|BIG\n#|dark\n[QR ab]\n[image 8x2]\n[drawer]\n[cut]\n"
	if got.String() != want || got.Text != "café € 1\nBIG\ndark" || got.Width != 8 || !got.Cut || !got.Whole {
		t.Errorf("got %+v, want %q", got, want)
	}
}

func TestMistakes(t *testing.T) {
	tests := []struct{ name, model, job, want string }{
		{"unknown command", "epson-80", "\x1bX", "unknown command 1B 58"},
		{"control character", "epson-80", "a\r\n", "control character 0D"},
		{"page of another vendor", "bixolon-80", "\x1bt\x2d", "no such code page"},
		{"another national set", "epson-80", "\x1bR\x05", "only the set 0"},
		{"QR without data", "epson-80", "\x1d(k\x03\x001Q0", "before its data"},
		{"QR wider than the paper", "epson-58", "\x1d(k\x03\x001C\x10\x1d(k\x05\x001P0ab\x1d(k\x03\x001Q0", "wider than the paper: it was not printed"},
		{"no QR", "plain-58", "\x1d(k\x03\x001Q0", "draws no QR"},
		{"image within a line", "epson-80", "a\x1dv0\x00\x01\x00\x01\x00\x00\n", "within a line"},
		{"image too wide", "epson-58", "\x1dv0\x00\x31\x00\x01\x00" + strings.Repeat("\x00", 0x31), "wider than the paper"},
		{"huge image", "epson-80", "\x1dv0\x00\xff\xff\xff\xff", "a command of more than"},
		{"bar code too wide", "epson-58", "\x1dw\x06\x1dkI\x0a{B12345678", "wider than the paper: it was not printed"},
		{"bar code without set", "epson-58", "\x1dkI\x03abc", "begins with"},
		{"bar code set C", "epson-58", "\x1dkI\x03{Cd", "not in code set C"},
		{"line without end", "epson-80", "abc", "not fed"},
		{"half an image", "epson-80", "\x1dv0\x00\x09\x00\x01\x00\x00", "within the command"},
		{"alignment within a line", "epson-80", "a\x1ba\x01\n", "within a line"},
		{"cut within a line", "epson-80", "a\x1dV\x00\n", "within a line"},
		{"reset within a line", "epson-80", "a\x1b@", "not fed and is lost"},
		{"pulse too long", "epson-80", "\x1bp\x00\xfa\x19", "longer than its pause"},
		{"pulses too soon", "epson-80", "\x1bp\x00\x19\xfa\x1bp\x00\x19\xfa", "has not cooled"},
		{"graphics that are not kept", "epson-80", "\x1d(L\x06\x000EAA\x01\x01", "before they are stored"},
		{"graphics on a clone", "clone-58", "\x1d(L\x06\x000EAA\x01\x01", "keeps no graphics"},
		{"double bytes", "clone-58", "caf\xe9!\x81", "within the command 81"},
		{"raster mode", "epson-80", "\x1dv0\x09\x01\x00\x01\x00\x00", "unknown mode"},
		{"column beyond", "epson-58", "\x1b$\xff\xff", "beyond the paper"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := paper.Print(paper.Options{Model: named(t, tt.model)}, []byte(tt.job))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// bottom is the lowest black row of the picture, from the top of the paper.
func bottom(s paper.Slip) int {
	img := s.Image()
	for i := len(img.Pix) - 1; i >= 0; i-- {
		if img.Pix[i] < 0x80 {
			return i / img.Stride
		}
	}
	return -1
}

// columnsOf are the first and the last black column of the paper that can be
// printed on.
func columnsOf(s paper.Slip, edge int) (first, last int) {
	first, last = -1, -1
	img := s.Image()
	for i, v := range img.Pix {
		if x := i%img.Stride - edge; v < 0x80 {
			if first < 0 || x < first {
				first = x
			}
			last = max(last, x)
		}
	}
	return first, last
}

func TestWhereDotsGo(t *testing.T) {
	const edge = 40
	square := "\x1dv0\x00\x01\x00\x08\x00" + strings.Repeat("\xff", 8)
	tests := []struct {
		name, job   string
		first, last int
	}{
		{"left", square, 0, 7},
		{"centre", "\x1ba\x01" + square, 188, 195},
		{"right", "\x1ba\x02" + square, 376, 383},
		{"margin", "\x1dL\x10\x00" + square, 16, 23},
		{"width", "\x1dW\x80\x00\x1ba\x02" + square, 120, 127},
		{"double", "\x1dv0\x01\x01\x00\x08\x00" + strings.Repeat("\xff", 8), 0, 15},
		{"columns of 24", "\x1b*\x21\x02\x00" + strings.Repeat("\xff", 6) + "\n", 0, 1},
		{"columns of 8, coarse", "\x1b*\x00\x02\x00\xff\xff\n", 0, 3},
		{"absolute column", "\x1b$\x64\x00\x1b*\x21\x01\x00\xff\xff\xff\n", 100, 100},
		{"a tab", "\t\x1b*\x21\x01\x00\xff\xff\xff\n", 96, 96},
		{"print buffer", "\x1d(L\x0b\x000p0\x01\x011\x03\x00\x01\x00\xe0\x1d(L\x02\x0002", 0, 2},
		{"print buffer, long form", "\x1d8L\x0b\x00\x00\x000p0\x02\x021\x03\x00\x01\x00\xe0\x1d(L\x02\x0002", 0, 5},
		{"kept", "\x1d(L\x0c\x000C0AB\x01\x08\x00\x01\x001\xff\x1d(L\x06\x000EAB\x02\x02", 0, 15},
		{"kept in RAM", "\x1d(L\x0c\x000S0AB\x01\x08\x00\x01\x001\xff\x1d(L\x06\x000UAB\x01\x01", 0, 7},
		{"inverse", "\x1dB\x01 \n", 0, 11},
		{"inverse, font B", "\x1bM\x01\x1dB\x01 \n", 0, 8},
		{"inverse, double width", "\x1d!\x10\x1dB\x01 \n", 0, 23},
		{"underline", "\x1b-\x02  \n", 0, 23},
		{"combined style", "\x1b!\xa0 \n", 0, 23},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			slips, err := paper.Print(paper.Options{Model: named(t, "epson-58")}, []byte(tt.job))
			if err != nil || len(slips) != 1 {
				t.Fatalf("got %d slips, %v", len(slips), err)
			}
			if first, last := columnsOf(slips[0], edge); first != tt.first || last != tt.last {
				t.Errorf("got dots %d to %d, want %d to %d", first, last, tt.first, tt.last)
			}
		})
	}
}

func TestLinePitch(t *testing.T) {
	bar := "\x1b*\x21\x01\x00\xff\xff\xff\n"
	const above, head = 24, 24
	for job, want := range map[string]int{
		bar + bar:                                30 + head,
		"\x1b3\x18" + bar + bar:                  24 + head,
		"\x1b3\x00" + bar + bar:                  24 + head,
		"\x1b3\x50\x1b2" + bar + bar:             30 + head,
		bar + "\x1bJ\x0a" + bar:                  40 + head,
		bar + "\x1bd\x02" + bar:                  90 + head,
		"\x1d!\x01 \n" + "\x1d!\x00" + bar:       48 + head,
		"\x1b*\x21\x01\x00\xff\xff\xff\x1bJ\x32": head,
	} {
		slips, err := paper.Print(paper.Options{Model: named(t, "epson-58")}, []byte(job))
		if err != nil || len(slips) != 1 {
			t.Fatalf("got %d slips, %v", len(slips), err)
		}
		if got := bottom(slips[0]) + 1 - above; got != want {
			t.Errorf("%q: got ink down to row %d, want %d", job, got, want)
		}
	}
}

func TestALineTooLongIsWrapped(t *testing.T) {
	p, err := paper.New(paper.Options{Model: named(t, "epson-58")})
	if err != nil {
		t.Fatal(err)
	}
	line, err := p.Dial()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := line.Write([]byte(strings.Repeat("x", 33) + "\n")); err != nil {
		t.Fatal(err)
	}
	ended(t, p, line)
	var names []string
	for _, e := range p.Events() {
		names = append(names, e.Name)
	}
	if want := []string{"text", "wrap", "text", "LF"}; !slices.Equal(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
	if got := p.Strip().Text; got != strings.Repeat("x", 32)+"\nx" {
		t.Errorf("got %q", got)
	}
}

// TestCodesAreRead draws symbols and has them read by another program.
func TestCodesAreRead(t *testing.T) {
	url := "https://example.com/pay?order=1042&amount=12.50"
	code := "\x1d(k" + string([]byte{byte(len(url) + 3), 0}) + "1P0" + url
	for name, tt := range map[string]struct{ job, want string }{
		"QR":           {"\x1ba\x01\n\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x04\x1d(k\x03\x001E1" + code + "\x1d(k\x03\x001Q0\n", "QR-Code:" + url},
		"QR, finest":   {"\x1ba\x01\n\x1d(k\x03\x001C\x03" + code + "\x1d(k\x03\x001Q0\n", "QR-Code:" + url},
		"set B":        {"\x1ba\x01\n\x1dw\x02\x1dh\x50\x1dH\x02\x1dkI\x0c{BA7K2M-417a\n", "CODE-128:A7K2M-417a"},
		"set C":        {"\x1ba\x01\n\x1dw\x02\x1dh\x50\x1dkI\x08{C\x0c\x22\x38\x4e\x5a\x63\n", "CODE-128:123456789099"},
		"set B to C":   {"\x1ba\x01\n\x1dw\x02\x1dh\x50\x1dkI\x0b{BAB-{C\x00\x04\x11-\n", "CODE-128:AB-00041745"},
		"set A, brace": {"\x1ba\x01\n\x1dw\x02\x1dh\x50\x1dkI\x0a{AX1{B{{z~\n", "CODE-128:X1{z~"},
	} {
		t.Run(name, func(t *testing.T) {
			slips, err := paper.Print(paper.Options{Model: named(t, "epson-58"), Fonts: fonts(t)}, []byte(tt.job))
			if err != nil || len(slips) != 1 {
				t.Fatalf("got %d slips, %v", len(slips), err)
			}
			if *pictures != "" {
				show(t, "code-"+name, slips[0])
			}
			if got := scan(t, slips[0]); !slices.Equal(got, []string{tt.want}) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzPrint(f *testing.F) {
	f.Add([]byte("\x1b@text\n\x1d(k\x05\x001P0ab\x1d(k\x03\x001Q0\x1dVB\x18"))
	f.Add([]byte("\x1dv0\x00\xff\xff\x01\x00\x10\x04\x01\x10\x14\x01\x00\x01"))
	f.Add([]byte("\x1dkI\x08{C\x0c\x22\x1b*\x21\x05\x00\x1d(L\x0b\x000p0\x01\x011\x03\x00\x01\x00\xe0\x1d(L\x02\x0002\x1dW\x00\x00abc\n"))
	m, err := paper.Named("epson-58")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, job []byte) {
		slips, err := paper.Print(paper.Options{Model: m}, job)
		if err != nil && err.Error() == "" {
			t.Error("an error without words")
		}
		for _, s := range slips {
			if s.Image().Bounds().Dx() != 464 {
				t.Errorf("got a slip %d wide", s.Image().Bounds().Dx())
			}
		}
	})
}
