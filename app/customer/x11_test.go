//go:build linux || freebsd

package customer

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"io"
	"net"
	"path/filepath"
	"testing"
)

func TestXAddress(t *testing.T) {
	for name, want := range map[string]string{
		":0": "unix /tmp/.X11-unix/X0 0", ":12.1": "unix /tmp/.X11-unix/X12 12", "unix:3": "unix /tmp/.X11-unix/X3 3",
		"kiosk:1.0": "tcp kiosk:6001 1", "": "", "0": "", ":": "", ":x": "", ":99999": "", ":-1": "",
	} {
		network, address, display, err := xAddress(name)
		if got := fmt.Sprint(network, " ", address, " ", display); (err == nil && got != want) || (err != nil) != (want == "") {
			t.Errorf("%q: %q, %v, want %q", name, got, err, want)
		}
	}
}

// cookieFile makes entries of display, name and key.
func cookieFile(entries ...[3]string) (data []byte) {
	for _, e := range entries {
		data = append(data, 1, 0)
		for _, part := range []string{"host", e[0], e[1], e[2]} {
			data = append(binary.BigEndian.AppendUint16(data, uint16(len(part))), part...)
		}
	}
	return data
}

func TestCookie(t *testing.T) {
	data := cookieFile([3]string{"1", cookieName, "one"}, [3]string{"0", "OTHER-WAY", "two"}, [3]string{"0", cookieName, "three"}, [3]string{"", cookieName, "any"})
	for display, want := range map[string]string{"0": "three", "1": "one", "7": "any"} {
		if got := string(readCookie(data, display)); got != want {
			t.Errorf("display %s: %q, want %q", display, got, want)
		}
	}
	if got := readCookie(data[:len(data)-2], "7"); got != nil {
		t.Errorf("a file that was cut off gives %q", got)
	}
}

// server is the other end: it reads requests and gives the answers of two
// monitors, with an event before each.
func server(t *testing.T, c net.Conn) {
	t.Helper()
	r := bufio.NewReader(c)
	write := func(b []byte) { _, _ = c.Write(b) }
	if _, err := io.ReadFull(r, make([]byte, 12+20+4)); err != nil {
		t.Error(err)
	}
	write(greeting())
	for {
		head := make([]byte, 4)
		if _, err := io.ReadFull(r, head); err != nil {
			return
		}
		body := make([]byte, 4*little.Uint16(head[2:])-4)
		if _, err := io.ReadFull(r, body); err != nil {
			t.Error(err)
		}
		if head[0] == xConfigureWindow {
			if little.Uint32(body) == 66 {
				write(append([]byte{0, 3}, make([]byte, 30)...)) // no such window
			}
			continue
		}
		reply := make([]byte, 32)
		reply[0] = 1
		switch {
		case head[0] == xQueryExtension:
			reply[8], reply[9] = 1, 140
		case head[0] == xGetGeometry:
			little.PutUint16(reply[16:], 320)
			little.PutUint16(reply[18:], 240)
		case head[0] == xTranslate:
			little.PutUint16(reply[12:], 1290)
			little.PutUint16(reply[14:], uint16(0xFFF6)) // 10 above
		case head[0] == 140 && head[1] == randrGetMonitors:
			reply = twoMonitors()
		}
		write(append([]byte{28}, make([]byte, 31)...)) // an event
		write(reply)
	}
}

// greeting is a server's, with a vendor, two formats and one screen.
func greeting() []byte {
	b := make([]byte, 8+32+8+16+40)
	b[0] = 1
	little.PutUint16(b[6:], uint16((len(b)-8)/4))
	little.PutUint16(b[8+16:], 6)
	b[8+20], b[8+21] = 1, 2
	little.PutUint32(b[8+32+8+16:], 0x123)
	return b
}

func twoMonitors() []byte {
	b := make([]byte, 32)
	b[0] = 1
	little.PutUint32(b[12:], 2)
	for _, m := range []image.Rectangle{image.Rect(0, 0, 1280, 800), image.Rect(1280, -120, 2304, 648)} {
		one := make([]byte, 28)
		little.PutUint16(one[6:], 1)
		little.PutUint16(one[8:], uint16(int16(m.Min.X)))
		little.PutUint16(one[10:], uint16(int16(m.Min.Y)))
		little.PutUint16(one[12:], uint16(m.Dx()))
		little.PutUint16(one[14:], uint16(m.Dy()))
		b = append(b, one...)
	}
	little.PutUint32(b[4:], uint32(len(b)-32)/4)
	return b
}

func dial(t *testing.T) *xConn {
	t.Helper()
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "x"))
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		if there, err := l.Accept(); err == nil {
			server(t, there)
			_ = there.Close()
		}
	}()
	here, err := net.Dial("unix", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = here.Close(); _ = l.Close() })
	x := &xConn{w: here, r: bufio.NewReader(here)}
	if err := x.greet([]byte("key.")); err != nil || x.root != 0x123 {
		t.Fatalf("root %x, %v", x.root, err)
	}
	return x
}

func TestExchange(t *testing.T) {
	x := dial(t)
	all, err := x.monitors()
	if want := "[(0,0)-(1280,800) (1280,-120)-(2304,648)]"; fmt.Sprint(all) != want || err != nil {
		t.Errorf("monitors %v, %v", all, err)
	}
	at, err := x.where(7)
	if want := image.Rect(1290, -10, 1610, 230); at != want || err != nil {
		t.Errorf("window at %v, %v", at, err)
	}
	if err := x.move(7, image.Pt(5, -5)); err != nil {
		t.Errorf("move: %v", err)
	}
}

func TestExchangeFails(t *testing.T) {
	x := dial(t)
	if err := x.move(66, image.Pt(0, 0)); err == nil {
		t.Error("a window that is not there was moved")
	}
	for name, answer := range map[string][]byte{
		"refused": append([]byte{0, 0, 11, 0, 0, 0, 0, 0}, 0), "cut": greeting()[:40], "short": {1, 0, 11, 0, 0, 0, 1, 0, 0, 0, 0, 0}, "nothing": nil,
	} {
		x := &xConn{w: io.Discard, r: bufio.NewReader(bytes.NewReader(answer))}
		if err := x.greet(nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzX(f *testing.F) {
	f.Add(greeting()[8:])
	f.Add(twoMonitors())
	f.Add(cookieFile([3]string{"0", cookieName, "key"}))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = readRoot(b)
		_, _ = readMonitors(b)
		_ = readCookie(b, "0")
		x := &xConn{w: io.Discard, r: bufio.NewReader(bytes.NewReader(b))}
		_ = x.greet(nil)
		if all, err := readMonitors(b); err == nil && len(all) > len(b)/24 {
			t.Errorf("%d monitors out of %d bytes", len(all), len(b))
		}
	})
}
