//go:build !unix

package paper

import (
	"context"
	"errors"
)

// ServeTerminal fails: there are no pseudo-terminals here.
func (p *Printer) ServeTerminal(context.Context, string, func(string)) error {
	return errors.New("this system has no pseudo-terminals: let the virtual printer listen on TCP")
}
