//go:build !linux && !freebsd && !windows

package customer

import (
	"context"
	"image"
)

// System knows no monitors here, so there is none for the customer.
type System struct{}

// List implements Monitors.
func (System) List(context.Context) ([]image.Rectangle, error) { return nil, nil }

// Where implements Monitors.
func (System) Where(context.Context, uintptr) (image.Rectangle, error) {
	return image.Rectangle{}, nil
}

// Move implements Monitors.
func (System) Move(context.Context, uintptr, image.Point) error { return errUnplaced }
