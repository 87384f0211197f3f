package printer

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// usbClass is where Linux tells what hangs on /dev/usb/lp0 and the like.
const usbClass = "/sys/class/usbmisc"

// usbNode remembers which printer was found behind a name: after it was
// unplugged it may come back under another number.
type usbNode struct {
	class, dev string // folders; empty: those of Linux
	identity   string
}

// find returns the device file for the name of a target. A pattern stands for
// the first that is there. Another printer in the place of the remembered one is
// passed over where that one is found elsewhere.
func (u *usbNode) find(name string) string {
	if u.dev == "" {
		u.class, u.dev = usbClass, "/dev/usb"
	}
	if strings.ContainsAny(name, "*?[") {
		there, _ := filepath.Glob(name) // only a wrong pattern fails
		if slices.Sort(there); len(there) > 0 {
			name = there[0]
		}
	}
	if filepath.Dir(name) != u.dev {
		return name
	}
	now := u.of(filepath.Base(name))
	if u.identity == "" {
		u.identity = now
	}
	if now == u.identity {
		return name
	}
	others, _ := filepath.Glob(filepath.Join(u.class, "lp*"))
	for _, other := range others {
		if u.of(filepath.Base(other)) == u.identity {
			return filepath.Join(u.dev, filepath.Base(other))
		}
	}
	return name
}

// of is what a printer says of maker, model and number; empty where nothing
// does.
func (u *usbNode) of(base string) string {
	said, err := os.ReadFile(filepath.Join(u.class, base, "device", "ieee1284_id"))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(said))
}
