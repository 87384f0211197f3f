package pole

// dialect is what a kind of display understands (hardware reference, customer
// displays).
type dialect struct {
	// begin brings a display in any state, also one that was left in the middle
	// of a command, to an empty one that is ready: cursor off, full brightness,
	// text written over what is there.
	begin string
	// upper and lower stand before the signs of a line, end behind them.
	upper, lower, end string
	// clear empties the display.
	clear string
}

// dialects by their names in the settings.
//
// The line commands of the CD5220 set turn on a mode in which all other commands
// but these two, clear and clear line are ignored: so clear stands before
// everything else. In front of it a carriage return ends a line that was cut off.
var dialects = map[string]dialect{
	"cd5220": {
		begin: "\r\x0C\x1B\x40\x1B\x11\x1B\x5F\x00\x1B\x2A\x04\x0C",
		upper: "\x1B\x51\x41", lower: "\x1B\x51\x42", end: "\r", clear: "\x0C",
	},
	"escpos": {
		begin: "\r\x0C\x1B\x40\x1F\x01\x1F\x43\x00\x1F\x58\x04\x0C",
		upper: "\x1F\x24\x01\x01", lower: "\x1F\x24\x01\x02", clear: "\x0C",
	},
}

// lines are the bytes that write both lines.
func (d dialect) lines(text [2]string) []byte {
	return []byte(d.upper + text[0] + d.end + d.lower + text[1] + d.end)
}
