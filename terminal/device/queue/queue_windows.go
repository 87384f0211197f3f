package queue

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"
)

// System is the print queues of the Windows spooler. The spooler does not
// understand PDF, and Windows has no program of its own that prints one to a
// chosen queue: it takes a PDF reader that registers the verb "printto", as
// Adobe's, Foxit's and SumatraPDF do and Edge does not.
func System() Queues { return Queues{} }

var (
	winspool     = windows.NewLazySystemDLL("winspool.drv")
	enumPrinters = winspool.NewProc("EnumPrintersW")
)

// printerInfo is PRINTER_INFO_4W.
type printerInfo struct {
	name, server *uint16
	attributes   uint32
}

// Of EnumPrinters: the queues of this computer and those connected to.
const (
	enumLocal       = 2
	enumConnections = 4
	infoLevel       = 4
)

// Names lists the queues.
func (q Queues) Names() []string {
	var need, count uint32
	// The first call tells the size; that it fails for want of room is expected.
	_, _, _ = enumPrinters.Call(enumLocal|enumConnections, 0, infoLevel, 0, 0, uintptr(unsafe.Pointer(&need)), uintptr(unsafe.Pointer(&count)))
	if need == 0 {
		return nil
	}
	room := make([]uint64, (need+7)/8) // aligned for the structures
	ok, _, _ := enumPrinters.Call(enumLocal|enumConnections, 0, infoLevel, uintptr(unsafe.Pointer(&room[0])), uintptr(need),
		uintptr(unsafe.Pointer(&need)), uintptr(unsafe.Pointer(&count)))
	if ok == 0 {
		return nil
	}
	var names []string
	for _, info := range unsafe.Slice((*printerInfo)(unsafe.Pointer(&room[0])), count) {
		names = append(names, windows.UTF16PtrToString(info.name))
	}
	slices.Sort(names)
	return names
}

// Ready implements printer.Queue: whether the spooler knows the queue. Whether
// it prints, the spooler tells nobody who does not print himself.
func (q Queues) Ready(_ context.Context, name string) error {
	if !slices.Contains(q.Names(), name) {
		return unknown(name)
	}
	return nil
}

const noReader = Trouble("No program on this computer prints PDF files to a chosen printer. Install a PDF reader, such as Adobe Acrobat Reader or SumatraPDF, and make it the standard for PDF files.")

// Print implements printer.Queue. The reader runs by itself; that it printed
// is not to be learned.
func (q Queues) Print(_ context.Context, name string, pdf []byte) error {
	if !safe(name) || strings.Contains(name, `"`) {
		return unknown(name)
	}
	file := filepath.Join(os.TempDir(), "paydesk-receipt.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		return Trouble("The receipt could not be written for the PDF reader. Make room on the disk.")
	}
	verb, path, to := windows.StringToUTF16Ptr("printto"), windows.StringToUTF16Ptr(file), windows.StringToUTF16Ptr(`"`+name+`"`)
	err := windows.ShellExecute(0, verb, path, to, nil, windows.SW_HIDE)
	switch {
	case errors.Is(err, windows.Errno(31)): // SE_ERR_NOASSOC
		return noReader
	case err != nil:
		return refused(name)
	}
	return nil
}
