package printer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

// Sentences for people. Receipts that wait are printed by themselves as soon as
// the printer is well: no sentence asks to press anything for that.
const (
	noPrinter    = "No receipt printer is set up. Choose one in the settings, or use the PDF."
	busy         = "The receipt printer is still busy with another receipt. This one comes next."
	paperLow     = "The paper of the receipt printer is nearly used up. Have a new roll at hand."
	lookFirst    = " Part or all of the receipt may be on paper already: look before you print again."
	noDrawer     = "A cash drawer can only hang on a receipt printer that takes commands. Choose such a printer in the settings."
	drawerUnsure = "The drawer may have opened or not. Look, and open it again if it is shut."
)

var errNoDrawer = errors.New("no cash drawer can hang on this printer")

// openText explains why a device could not be opened.
func openText(t Target, err error) string {
	switch {
	case errors.Is(err, errNoVirtual):
		return "The virtual printer is for training only. Choose a printer in the settings."
	case errors.Is(err, errNoQueue):
		return "This system has no print queues. Choose another printer in the settings."
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENXIO), errors.Is(err, syscall.ENODEV):
		return fmt.Sprintf("The receipt printer on %s is not there. Check power and cable.", t)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Sprintf("This program may not use the receipt printer on %s. Add its user to the groups dialout and lp, then sign in anew.", t)
	case errors.Is(err, syscall.EBUSY):
		return fmt.Sprintf("Another program uses the receipt printer on %s. End it.", t)
	case errors.Is(err, syscall.ENOSPC):
		return diskFull(t)
	case t.kind == network && errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Sprintf("The receipt printer at %s takes no connection. Another till may be printing: if it stays, switch the printer off and on.", t)
	case t.kind == network:
		return fmt.Sprintf("The receipt printer at %s cannot be reached. Check its power and the network.", t)
	}
	return fmt.Sprintf("The receipt printer on %s cannot be opened. Check the printer in the settings.", t)
}

func diskFull(t Target) string {
	return fmt.Sprintf("The disk is full, so the receipt cannot be kept in %s. Make room.", t)
}

// lostText explains why a printer was lost on the way.
func lostText(t Target, err error) string {
	var said trouble
	switch {
	case errors.As(err, &said):
		return said.report.trouble()
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), errors.Is(err, errPaused):
		return fmt.Sprintf("The receipt printer on %s does not take data. Check power, paper and cable.", t)
	case errors.Is(err, syscall.ENOSPC):
		return diskFull(t)
	case errors.Is(err, errGarbage):
		return fmt.Sprintf("The receipt printer on %s answers with signs that make no sense. Its speed is another than that of the settings: have it searched for there.", t)
	case errors.Is(err, errMute):
		return fmt.Sprintf("The receipt printer on %s does not answer. Check power and cable, and speed and profile in the settings: a printer that cannot answer needs a plain one.", t)
	case errors.Is(err, errNoProof):
		return fmt.Sprintf("The receipt printer on %s stopped answering. Check power, paper and cable.", t)
	}
	return fmt.Sprintf("The connection to the receipt printer on %s is lost. Check power and cable.", t)
}
