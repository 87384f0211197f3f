package terminal

import (
	"io"
	"log"

	"paydesk/terminal/redact"
)

// GuardLog sends what libraries write to Go's standard log (the window's
// toolkit and the HTTP server do) through the redactor, as the terminal's own
// log goes.
func GuardLog(to io.Writer) { log.SetOutput(redact.NewWriter(to)) }
