//go:build linux || freebsd

package customer

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// System is the monitors of this computer, as the X server has them. It speaks
// the few requests that are needed itself: the toolkit offers none of them (X
// Window System Protocol, version 11; RandR extension, version 1.5).
type System struct{}

// errX is an answer of the X server that is none.
var errX = errors.New("the X server gave no usable answer")

// mostX is how long an exchange with the X server may take.
const mostX = 2 * time.Second

// The requests.
const (
	xConfigureWindow  = 12
	xGetGeometry      = 14
	xTranslate        = 40
	xQueryExtension   = 98
	randrQueryVersion = 0
	randrGetMonitors  = 42
)

// List implements Monitors.
func (System) List(ctx context.Context) (found []image.Rectangle, err error) {
	err = exchange(ctx, func(x *xConn) error {
		found, err = x.monitors()
		return err
	})
	return found, err
}

// Where implements Monitors.
func (System) Where(ctx context.Context, window uintptr) (at image.Rectangle, err error) {
	err = exchange(ctx, func(x *xConn) error {
		at, err = x.where(uint32(window))
		return err
	})
	return at, err
}

// Move implements Monitors.
func (System) Move(ctx context.Context, window uintptr, to image.Point) error {
	return exchange(ctx, func(x *xConn) error { return x.move(uint32(window), to) })
}

func (x *xConn) monitors() ([]image.Rectangle, error) {
	major, err := x.extension("RANDR")
	if err != nil {
		return nil, err
	}
	if _, err := x.ask(major, randrQueryVersion, 1, 5); err != nil {
		return nil, err
	}
	reply, err := x.ask(major, randrGetMonitors, x.root, 1)
	if err != nil {
		return nil, err
	}
	return readMonitors(reply)
}

func (x *xConn) where(window uint32) (image.Rectangle, error) {
	size, err := x.ask(xGetGeometry, 0, window)
	if err != nil {
		return image.Rectangle{}, err
	}
	corner, err := x.ask(xTranslate, 0, window, x.root, 0)
	if err != nil {
		return image.Rectangle{}, err
	}
	from := image.Pt(signed(corner[12:]), signed(corner[14:]))
	return image.Rectangle{Min: from, Max: from.Add(image.Pt(int(little.Uint16(size[16:])), int(little.Uint16(size[18:]))))}, nil
}

func (x *xConn) move(window uint32, to image.Point) error {
	const left, top = 1, 2
	if err := x.send(xConfigureWindow, 0, window, left|top, uint32(int32(to.X)), uint32(int32(to.Y))); err != nil {
		return err
	}
	// An answer to something shows that all before it was read.
	_, err := x.ask(xGetGeometry, 0, window)
	return err
}

var little = binary.LittleEndian

func signed(b []byte) int { return int(int16(little.Uint16(b))) }

// xConn is a connection to the X server.
type xConn struct {
	w    io.Writer
	r    *bufio.Reader
	root uint32
}

// exchange connects, does the work and hangs up.
func exchange(ctx context.Context, work func(*xConn) error) error {
	ctx, cancel := context.WithTimeout(ctx, mostX)
	defer cancel()
	network, address, display, err := xAddress(os.Getenv("DISPLAY"))
	if err != nil {
		return err
	}
	c, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return fmt.Errorf("reach the X server: %w", err)
	}
	defer context.AfterFunc(ctx, func() { _ = c.Close() })()
	defer func() { _ = c.Close() }()
	x := &xConn{w: c, r: bufio.NewReader(c)}
	if err := x.greet(cookie(display)); err != nil {
		return err
	}
	return work(x)
}

// xAddress reads the name of a display, such as ":0" or "host:1.0".
func xAddress(name string) (network, address, display string, err error) {
	host, number, found := strings.Cut(name, ":")
	number, _, _ = strings.Cut(number, ".")
	n, err := strconv.ParseUint(number, 10, 16)
	if !found || err != nil || n > 59_000 {
		return "", "", "", fmt.Errorf("%q names no X display", name)
	}
	if host == "" || host == "unix" {
		return "unix", "/tmp/.X11-unix/X" + number, number, nil
	}
	return "tcp", net.JoinHostPort(host, strconv.FormatUint(6000+n, 10)), number, nil
}

// cookie is the key to a display out of the user's file of them; none where
// there is no such file.
func cookie(display string) []byte {
	file := os.Getenv("XAUTHORITY")
	if home, err := os.UserHomeDir(); file == "" && err == nil {
		file = filepath.Join(home, ".Xauthority")
	}
	data, err := os.ReadFile(file) // the user's own file
	if err != nil {
		return nil
	}
	return readCookie(data, display)
}

// cookieName is the one way of showing the key that is spoken here.
const cookieName = "MIT-MAGIC-COOKIE-1"

// readCookie finds the key of a display: entries of a family and four texts,
// each with its length before it, in network order.
func readCookie(data []byte, display string) []byte {
	for len(data) > 2 {
		data = data[2:]
		var texts [4][]byte // address, display, name, key
		for i := range texts {
			if len(data) < 2 {
				return nil
			}
			n := int(binary.BigEndian.Uint16(data))
			if data = data[2:]; len(data) < n {
				return nil
			}
			texts[i], data = data[:n], data[n:]
		}
		if number := string(texts[1]); (number == display || number == "") && string(texts[2]) == cookieName {
			return texts[3]
		}
	}
	return nil
}

func padded(b []byte) []byte { return append(b, make([]byte, (4-len(b)%4)%4)...) }

// greet opens the connection and learns the root window.
func (x *xConn) greet(key []byte) error {
	name := []byte(cookieName)
	if key == nil {
		name = nil
	}
	hello := []byte{'l', 0, 11, 0, 0, 0}
	hello = little.AppendUint16(hello, uint16(len(name)))
	hello = little.AppendUint16(hello, uint16(len(key)))
	hello = append(append(append(hello, 0, 0), padded(name)...), padded(bytes.Clone(key))...)
	if _, err := x.w.Write(hello); err != nil {
		return err
	}
	head := make([]byte, 8)
	if _, err := io.ReadFull(x.r, head); err != nil {
		return err
	}
	rest := make([]byte, 4*int(little.Uint16(head[6:])))
	if _, err := io.ReadFull(x.r, rest); err != nil {
		return err
	}
	if head[0] != 1 {
		return fmt.Errorf("the X server refused: %w", errX)
	}
	root, err := readRoot(rest)
	x.root = root
	return err
}

// readRoot finds the first screen's root window behind vendor and formats.
func readRoot(b []byte) (uint32, error) {
	if len(b) < 32 {
		return 0, errX
	}
	vendor := int(little.Uint16(b[16:]))
	at := 32 + (vendor+3)/4*4 + 8*int(b[21])
	if len(b) < at+4 {
		return 0, errX
	}
	return little.Uint32(b[at:]), nil
}

// extension gives the number of an extension's requests.
func (x *xConn) extension(name string) (byte, error) {
	words := []uint32{uint32(len(name))}
	for word := padded([]byte(name)); len(word) > 0; word = word[4:] {
		words = append(words, little.Uint32(word))
	}
	reply, err := x.ask(xQueryExtension, 0, words...)
	if err == nil && reply[8] == 0 {
		err = fmt.Errorf("the X server has no %s: %w", name, errX)
	}
	if err != nil {
		return 0, err
	}
	return reply[9], nil
}

func (x *xConn) send(major, minor byte, words ...uint32) error {
	b := []byte{major, minor}
	b = little.AppendUint16(b, uint16(len(words)+1))
	for _, w := range words {
		b = little.AppendUint32(b, w)
	}
	_, err := x.w.Write(b)
	return err
}

// mostReply bounds what is believed of the length of a reply.
const mostReply = 1 << 16

// ask sends a request and reads its reply; events before it are left out.
func (x *xConn) ask(major, minor byte, words ...uint32) ([]byte, error) {
	if err := x.send(major, minor, words...); err != nil {
		return nil, err
	}
	for {
		reply := make([]byte, 32)
		if _, err := io.ReadFull(x.r, reply); err != nil {
			return nil, err
		}
		switch reply[0] {
		case 0:
			return nil, fmt.Errorf("error %d to request %d: %w", reply[1], major, errX)
		case 1:
			more := little.Uint32(reply[4:])
			if more > mostReply {
				return nil, errX
			}
			rest := make([]byte, 4*more)
			_, err := io.ReadFull(x.r, rest)
			return append(reply, rest...), err
		}
	}
}

// readMonitors reads the reply to RRGetMonitors.
func readMonitors(reply []byte) ([]image.Rectangle, error) {
	if len(reply) < 32 {
		return nil, errX
	}
	var found []image.Rectangle
	b := reply[32:]
	for range min(little.Uint32(reply[12:]), mostReply) {
		if len(b) < 24 {
			return nil, errX
		}
		from := image.Pt(signed(b[8:]), signed(b[10:]))
		found = append(found, image.Rectangle{Min: from, Max: from.Add(image.Pt(int(little.Uint16(b[12:])), int(little.Uint16(b[14:]))))})
		outputs := 4 * int(little.Uint16(b[6:]))
		if b = b[24:]; len(b) < outputs {
			return nil, errX
		}
		b = b[outputs:]
	}
	return found, nil
}
