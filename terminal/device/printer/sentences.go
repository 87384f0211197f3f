package printer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

// Sentences for people.
const (
	noPrinter = "No receipt printer is set up. Choose one in the settings, or use the PDF."
	busy      = "The receipt printer is still busy with another receipt. Wait for it, then press Print again."
	paperLow  = "The paper of the receipt printer is nearly used up. Have a new roll at hand."
	lookFirst = " Part or all of the receipt may be on paper already: look before you print again."
)

// openText explains why a device could not be opened.
func openText(t Target, err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENXIO), errors.Is(err, syscall.ENODEV):
		return fmt.Sprintf("The receipt printer on %s is not there. Check power and cable, then press Print again.", t)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Sprintf("This program may not use the receipt printer on %s. Add its user to the groups dialout and lp, sign in anew, then press Print again.", t)
	case errors.Is(err, syscall.EBUSY):
		return fmt.Sprintf("Another program uses the receipt printer on %s. End it, then press Print again.", t)
	case t.kind == network:
		return fmt.Sprintf("The receipt printer at %s cannot be reached. Check its power and the network, then press Print again.", t)
	}
	return fmt.Sprintf("The receipt printer on %s cannot be opened. Check the printer in the settings, then press Print again.", t)
}

// lostText explains why a printer was lost on the way.
func lostText(t Target, err error) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fmt.Sprintf("The receipt printer on %s does not take data. Check power, paper and cable, then press Print again.", t)
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Sprintf("The disk is full, so the receipt cannot be kept in %s. Make room, then press Print again.", t)
	case errors.Is(err, errNoProof):
		return fmt.Sprintf("The receipt printer on %s stopped answering. Check power, paper and cable.", t)
	}
	return fmt.Sprintf("The connection to the receipt printer on %s is lost. Check power and cable, then press Print again.", t)
}
