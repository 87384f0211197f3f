package printer

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Target says where a printer is. Parse makes one; the zero value is no printer.
type Target struct {
	kind  kind
	name  string // device, file, or host and port
	baud  int
	flow  string // "", "rtscts" or "xonxoff"
	asked bool   // status requests are sent
}

type kind int

const (
	none kind = iota
	serialLine
	device // a file that is a printer, such as /dev/usb/lp0
	file   // a file that keeps what is printed
	network
	queued  // a print queue of the system
	virtual // the printer of training
)

// String is the place as people call it, without options.
func (t Target) String() string {
	switch t.kind {
	case none:
		return "none"
	case virtual:
		return "virtual"
	}
	return t.name
}

// Parse reads the setting that says where the printer is; baud is the speed of
// a serial line that names none. The forms are:
//
//	none
//	/dev/ttyUSB0, COM3, serial:/dev/ttyUSB0?baud=9600&flow=rtscts&status=never
//	/dev/usb/lp0
//	tcp:192.168.1.20:9100
//	file:/home/shop/receipts.bin
//	queue:Office
//	virtual
//
// A device may be a pattern, such as /dev/usb/lp*: the first that is there.
// The option status=never is for printers that print status requests as text.
func Parse(setting string, baud int) (Target, error) {
	place, options, _ := strings.Cut(strings.TrimSpace(setting), "?")
	t := Target{baud: baud, asked: true}
	scheme, rest, schemed := strings.Cut(place, ":")
	switch {
	case place == "" || place == "none":
		return Target{}, nil
	case place == "virtual":
		t.kind, t.name = virtual, place
	case schemed && scheme == "queue":
		t.kind, t.name, t.asked = queued, rest, false
	case schemed && scheme == "serial":
		t.kind, t.name = serialLine, rest
	case schemed && scheme == "file":
		t.kind, t.name, t.asked = file, rest, false
	case schemed && scheme == "tcp":
		t.kind, t.name = network, rest
		if _, _, err := net.SplitHostPort(rest); err != nil {
			t.name = net.JoinHostPort(strings.Trim(rest, "[]"), "9100")
		}
	case strings.HasPrefix(place, "/dev/usb/"), strings.HasPrefix(place, "/dev/lp"):
		t.kind, t.name = device, place
	case strings.HasPrefix(place, "/"), strings.HasPrefix(place, "COM"):
		t.kind, t.name = serialLine, place
	}
	if t.name == "" || strings.HasPrefix(t.name, ":") {
		return Target{}, fmt.Errorf("%q is not a printer: write none, a device such as /dev/ttyUSB0 or COM3, tcp:host:9100, queue:NAME or file:/path", setting)
	}
	if err := t.options(options); err != nil {
		return Target{}, err
	}
	return t, nil
}

// bauds are the speeds that receipt printers can be set to.
var bauds = []int{1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200}

func (t *Target) options(text string) error {
	values, err := url.ParseQuery(text)
	if err != nil {
		return fmt.Errorf("the options %q of the printer cannot be read: write them as baud=9600&flow=rtscts", text)
	}
	for key, value := range values {
		switch {
		case key == "baud" && t.kind == serialLine:
			if t.baud, err = strconv.Atoi(value[0]); err != nil {
				return fmt.Errorf("the printer's baud %q is not a number: 9600 and 19200 are usual", value[0])
			}
		case key == "flow" && t.kind == serialLine:
			t.flow = value[0]
			if !slices.Contains([]string{"", "rtscts", "dtrdsr", "xonxoff"}, t.flow) {
				return fmt.Errorf("the printer's flow control %q is not known: use rtscts, dtrdsr, xonxoff or leave it out", value[0])
			}
		case key == "status" && value[0] == "never":
			t.asked = false
		default:
			return fmt.Errorf("a printer on %s has no option %s=%s", t.name, key, value[0])
		}
	}
	if t.kind == serialLine && !slices.Contains(bauds, t.baud) {
		return fmt.Errorf("a serial printer does not run at %d baud: use one of %v", t.baud, bauds)
	}
	return nil
}

// Virtual reports whether this is the printer that only training has.
func (t Target) Virtual() bool { return t.kind == virtual }
