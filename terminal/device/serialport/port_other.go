//go:build !linux

package serialport

import (
	"github.com/tarm/serial"

	"paydesk/terminal/clock"
)

func wrap(line *serial.Port, c Config, clk clock.Clock) (Port, error) {
	if c.Flow != FlowNone {
		return nil, ErrFlow
	}
	return &watched{line: line, clk: clk}, nil
}
