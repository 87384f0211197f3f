//go:build !unix

package connexpay

import "net"

// quiet leaves the look at the connection to the read that waits on it.
func quiet(*net.TCPConn) bool { return true }
