package notify

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// pace bounds how many requests come, of all and of each address. Behind a proxy
// all have the address of that.
type pace struct {
	limits
	all *rate.Limiter

	mu  sync.Mutex
	own map[netip.Prefix]*rate.Limiter
}

func newPace(l limits) *pace {
	return &pace{limits: l, all: rate.NewLimiter(rate.Limit(l.perSecond), l.burst), own: map[netip.Prefix]*rate.Limiter{}}
}

// allow counts a request from an address. One address that sends too many takes
// nothing from the others.
func (p *pace) allow(remote string, now time.Time) bool {
	own := p.of(remote)
	return own.AllowN(now, 1) && p.all.AllowN(now, 1)
}

func (p *pace) of(remote string) *rate.Limiter {
	key := network(remote)
	p.mu.Lock()
	defer p.mu.Unlock()
	if l := p.own[key]; l != nil {
		return l
	}
	if len(p.own) >= p.addresses {
		clear(p.own) // somebody has many: the limit of all holds
	}
	l := rate.NewLimiter(rate.Limit(p.ownSecond), p.ownBurst)
	p.own[key] = l
	return l
}

// network is whose an address is: of IPv6 everybody has a whole network.
func network(remote string) netip.Prefix {
	ap, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Prefix{}
	}
	bits, ip := 32, ap.Addr().Unmap()
	if ip.Is6() {
		bits = 64
	}
	prefix, _ := ip.WithZone("").Prefix(bits) // the length fits
	return prefix
}

// bounded accepts so many connections at once; others wait in the system's queue.
type bounded struct {
	net.Listener
	room chan struct{}
}

// Accept implements net.Listener.
func (b *bounded) Accept() (net.Conn, error) {
	b.room <- struct{}{}
	c, err := b.Listener.Accept()
	if err != nil {
		<-b.room
		return nil, err
	}
	return &held{Conn: c, leave: sync.OnceFunc(func() { <-b.room })}, nil
}

// held gives its place back when it is closed.
type held struct {
	net.Conn
	leave func()
}

// Close implements net.Conn.
func (h *held) Close() error {
	defer h.leave()
	return h.Conn.Close()
}
