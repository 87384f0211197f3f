package connexpay

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"math"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strconv"
	"strings"

	"paydesk/terminal/card"
)

// wire makes one exchange over one connection, and ends it. It takes the place
// of http.Transport, whose pool is for what is forbidden here, a connection
// used twice and a request sent twice; without it a request is one write from
// the goroutine that waits for the answer, and no copy of it stays behind in a
// shared buffer.
type wire struct {
	connect func(context.Context) (net.Conn, error)
}

// errHead: what a request says in its head may not break the line.
var errHead = errors.New("a request cannot be written")

// RoundTrip implements http.RoundTripper. The trace of the request tells when a
// connection stands: until then nothing was sent.
func (w wire) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	if req.Body != nil {
		defer req.Body.Close()
	}
	message, err := compose(req)
	card.Forget() // it may have carried one
	defer clear(message)
	if err != nil {
		return nil, err
	}
	conn, err := w.connect(ctx)
	if err != nil {
		return nil, err
	}
	if trace := httptrace.ContextClientTrace(ctx); trace != nil {
		trace.GotConn(httptrace.GotConnInfo{Conn: conn})
	}
	// The end of the context ends the connection, and what waits on it.
	e := &exchange{Conn: conn, stop: context.AfterFunc(ctx, func() { _ = conn.Close() })}
	res, err := e.run(req, message)
	if err != nil {
		_ = e.Close()
		return nil, errors.Join(err, ctx.Err())
	}
	return res, nil
}

// compose writes head and body of a request into one piece.
func compose(req *http.Request) ([]byte, error) {
	var head bytes.Buffer
	head.WriteString(req.Method + " " + req.URL.RequestURI() + " HTTP/1.1\r\n")
	lines := 1
	line := func(name, value string) {
		head.WriteString(name + ": " + value + "\r\n")
		lines++
	}
	line("Host", req.URL.Host)
	line("Connection", "close")
	line("User-Agent", "Paydesk")
	for _, name := range slices.Sorted(maps.Keys(req.Header)) {
		line(name, strings.Join(req.Header[name], ", "))
	}
	if req.ContentLength > 0 || req.Method == http.MethodPost {
		line("Content-Length", strconv.FormatInt(req.ContentLength, 10))
	}
	text := head.Bytes()
	if bytes.Count(text, []byte("\n")) != lines || bytes.Count(text, []byte("\r")) != lines || bytes.IndexByte(text, 0) >= 0 {
		return nil, errHead
	}
	text = append(text, "\r\n"...)
	message := append(make([]byte, 0, len(text)+int(req.ContentLength)), text...)
	if req.ContentLength > 0 {
		message = message[:cap(message)]
		if _, err := io.ReadFull(req.Body, message[len(text):]); err != nil {
			return message, err
		}
	}
	return message, nil
}

// exchange is a request and its answer on their connection, and the body of
// the answer.
type exchange struct {
	net.Conn
	stop func() bool
	head io.LimitedReader // the connection, as far as it is read
	body io.Reader
}

func (e *exchange) run(req *http.Request, message []byte) (*http.Response, error) {
	// An answer may come before all was taken, and the rest be refused: what
	// was answered counts.
	_, failed := e.Conn.Write(message)
	e.head = io.LimitedReader{R: e.Conn, N: maxHeader}
	answer := bufio.NewReader(&e.head)
	for {
		res, err := http.ReadResponse(answer, req)
		if err != nil {
			return nil, errors.Join(failed, err)
		}
		if res.StatusCode/100 == 1 && res.StatusCode != http.StatusSwitchingProtocols {
			continue // a promise
		}
		e.head.N = math.MaxInt64
		e.body, res.Body = res.Body, e
		return res, nil
	}
}

// Read reads the body of the answer.
func (e *exchange) Read(p []byte) (int, error) { return e.body.Read(p) }

// Close ends the connection. Whoever has the answer does not wait for that.
func (e *exchange) Close() error {
	if e.stop() {
		go func() { _ = e.Conn.Close() }()
	}
	return nil
}
