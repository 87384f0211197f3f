package printjob

import (
	"slices"

	"paydesk/receipts/escpos"
	"paydesk/terminal/device/printer"
	"paydesk/terminal/order"
)

// Traits says what profile and jobs tell of the printer. A slip of which nobody
// knows whether it came out may hang on the paper half finished.
func Traits(profile escpos.Profile, jobs []order.Job) printer.Traits {
	traits := printer.Traits{AskEvery: profile.Chunk, Reports: profile.Status == escpos.ByASB, Silent: profile.Status == escpos.NoStatus,
		Torn: slices.ContainsFunc(jobs, func(j order.Job) bool {
			return j.Kind == order.JobPrint && (j.State == order.JobUnsure || j.State == order.JobSending)
		})}
	switch profile.EndOfJob {
	case escpos.ByProcess:
		traits.Confirm = printer.ByProcess
	case escpos.NoEnd:
		traits.Confirm = printer.ByNothing
	}
	switch d := profile.Drawer; d.Pin {
	case 2, 5:
		traits.Pulse = [3]byte{0, byte(d.On / 2), byte(d.Off / 2)} // it counts in two milliseconds
		if d.Pin == 5 {
			traits.Pulse[0] = 1
		}
	default:
		traits.NoDrawer = true
	}
	return traits
}
