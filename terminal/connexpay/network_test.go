package connexpay

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
)

// nameServer makes every name of this process resolve to one IPv4 address, or
// to none. It speaks just enough of RFC 1035, over a pipe with a length in
// front of each message, as over TCP.
func nameServer(t *testing.T, address net.IP) {
	t.Helper()
	before := net.DefaultResolver
	t.Cleanup(func() { net.DefaultResolver = before })
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer server.Close()
			for {
				var length uint16
				if binary.Read(server, binary.BigEndian, &length) != nil {
					return
				}
				query := make([]byte, length)
				if _, err := io.ReadFull(server, query); err != nil {
					return
				}
				answer := resolve(query, address)
				if binary.Write(server, binary.BigEndian, uint16(len(answer))) != nil {
					return
				}
				if _, err := server.Write(answer); err != nil {
					return
				}
			}
		}()
		return client, nil
	}}
}

func resolve(query []byte, address net.IP) []byte {
	end := 12
	for query[end] != 0 {
		end += int(query[end]) + 1
	}
	kind := binary.BigEndian.Uint16(query[end+1:])
	a := append([]byte{}, query[:end+5]...)
	a[2], a[3] = 0x81, 0x80               // an answer
	copy(a[6:], []byte{0, 0, 0, 0, 0, 0}) // with no records yet
	switch {
	case address == nil:
		a[3] = 0x83 // no such name
	case kind == 1:
		a[7] = 1
		a = append(a, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4)
		a = append(a, address.To4()...)
	}
	return a
}

func TestNoSuchName(t *testing.T) {
	nameServer(t, nil)
	c := newClient(t, "https://pay.example.com", func(cfg *Config) { cfg.LoopbackOnly = false })
	wantNotSent(t, "no such name", sell(t, signedIn(c)))
	sentence(t, "no such name", newClient(t, "https://pay.example.com").Ping(context.Background()), "does not answer")
}

// TestLoopbackOnly: training leaves the machine neither by address nor by a
// name, whatever the name resolves to.
func TestLoopbackOnly(t *testing.T) {
	for _, url := range []string{"http://192.0.2.1:9", "https://192.0.2.1:9", "http://[2001:db8::1]:9", "http://0.0.0.0:9"} {
		c := signedIn(newClient(t, url))
		wantNotSent(t, url, sell(t, c))
		sentence(t, url, c.Ping(context.Background()), "Training mode")
		if _, err := c.Devices(context.Background()); !errors.Is(err, errRemote) {
			t.Errorf("%s: got %v, want the refusal to connect", url, err)
		}
	}
	h := newHost(t, always(200, "application/json", saleJSON()))
	_, port, _ := strings.Cut(strings.TrimPrefix(h.URL, "http://"), ":")
	nameServer(t, net.IPv4(192, 0, 2, 1))
	c := signedIn(newClient(t, "http://training.example.com:"+port))
	wantNotSent(t, "a name that leads out", sell(t, c))
	sentence(t, "a name that leads out", c.Ping(context.Background()), "Training mode")
	nameServer(t, net.IPv4(127, 0, 0, 1))
	if err := newClient(t, "http://training.example.com:"+port).Ping(context.Background()); errors.Is(err, errRemote) || len(h.calls) == 0 {
		t.Errorf("a name of this computer: got %v and %d calls", err, len(h.calls))
	}
}
