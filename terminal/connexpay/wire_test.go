package connexpay

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"paydesk/terminal/order"
)

// keeping is a connection that keeps hold of what is written to it, and not a
// copy of it.
type keeping struct {
	net.Conn
	answer  io.Reader
	written []byte
	seen    string
	fail    error
}

func (k *keeping) Write(p []byte) (int, error) {
	k.written, k.seen = p, string(p)
	return len(p), k.fail
}
func (k *keeping) Read(p []byte) (int, error) { return k.answer.Read(p) }
func (k *keeping) Close() error               { return nil }

// over has a client speak over conn.
func over(t *testing.T, conn net.Conn) *Client {
	c := signedIn(newClient(t, "http://127.0.0.1"))
	c.http.Transport = wire{func(context.Context) (net.Conn, error) { return conn, nil }}
	return c
}

// TestMessageOverwritten: a request is one write, and what was written is
// overwritten, whatever comes of it.
func TestMessageOverwritten(t *testing.T) {
	approved := "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + saleJSON()
	tests := map[string]struct {
		answer string
		fail   error
		want   order.State
	}{
		"approved":                        {approved, nil, order.Approved},
		"no answer":                       {"", nil, order.Unknown},
		"not written":                     {"", errors.New("broken pipe"), order.Unknown},
		"answered before all was written": {approved, errors.New("broken pipe"), order.Approved},
		"after promises":                  {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + approved, nil, order.Approved},
		"promises without an end":         {strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 1+maxHeader/28) + approved, nil, order.Unknown},
	}
	for name, tt := range tests {
		k := &keeping{answer: strings.NewReader(tt.answer), fail: tt.fail}
		if got := state(sell(t, over(t, k))); got != tt.want {
			t.Errorf("%s: got %s, want %s", name, got, tt.want)
		}
		if !strings.Contains(k.seen, visa) {
			t.Errorf("%s: the card is not in what was written", name)
		}
		if len(bytes.Trim(k.written, "\x00")) != 0 {
			t.Errorf("%s: what was written is not overwritten", name)
		}
	}
}

// TestMessage: the request as it goes out.
func TestMessage(t *testing.T) {
	k := &keeping{answer: strings.NewReader("")}
	c := over(t, k)
	_ = c.do(context.Background(), call{method: http.MethodPost, path: "sales?a=b%20c", body: []byte(`{"a":1}`), contentType: jsonType, timeout: QueryTimeout, bearer: "T"})
	const want = "POST /api/v1/sales?a=b%20c HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nUser-Agent: Paydesk\r\n" +
		"Accept: application/json\r\nAuthorization: Bearer T\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}"
	if k.seen != want {
		t.Errorf("got\n%s\nwant\n%s", k.seen, want)
	}
	_ = c.do(context.Background(), call{method: http.MethodGet, path: "devices", timeout: QueryTimeout})
	if strings.Contains(k.seen, "Content-Length") || !strings.HasSuffix(k.seen, "\r\n\r\n") {
		t.Errorf("without a body: got\n%s", k.seen)
	}
	// What the host gave us as a token adds no line to a request.
	for _, token := range []string{"T\r\nX: y", "T\nX: y", "T\rX: y", "T\x00"} {
		k.seen = ""
		r := c.do(context.Background(), call{method: http.MethodGet, path: "devices", timeout: QueryTimeout, bearer: token})
		if r.stage != order.NotConnected || k.seen != "" {
			t.Errorf("%q: got %+v, sent %q", token, r, k.seen)
		}
	}
}

// TestAnswerFraming: an answer counts when it came whole, and what its head says
// in two ways is none.
func TestAnswerFraming(t *testing.T) {
	body := saleJSON()
	n := len(body)
	head := "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	length := func(n int) string { return fmt.Sprintf("Content-Length: %d\r\n", n) }
	chunked := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", n, body)
	for name, tt := range map[string]struct {
		answer string
		want   order.State
	}{
		"length":                    {head + length(n) + "\r\n" + body, order.Approved},
		"chunks":                    {head + "Transfer-Encoding: chunked\r\n\r\n" + chunked, order.Approved},
		"until the end":             {head + "\r\n" + body, order.Approved},
		"HTTP/1.0":                  {strings.Replace(head, "1.1", "1.0", 1) + "\r\n" + body, order.Approved},
		"another answer behind it":  {head + length(n) + "\r\n" + body + "HTTP/1.1 400 Bad Request\r\n\r\n", order.Approved},
		"longer than it came":       {head + length(n+1) + "\r\n" + body, order.Unknown},
		"shorter than it is":        {head + length(n-1) + "\r\n" + body, order.Unknown},
		"cut off":                   {head + "\r\n" + body[:n-1], order.Unknown},
		"chunks without an end":     {head + "Transfer-Encoding: chunked\r\n\r\n" + strings.TrimSuffix(chunked, "0\r\n\r\n"), order.Unknown},
		"two lengths":               {head + length(n) + length(n-1) + "\r\n" + body, order.Unknown},
		"a length that is none":     {head + "Content-Length: -1\r\n\r\n" + body, order.Unknown},
		"an encoding nobody knows":  {head + "Transfer-Encoding: gzip\r\n\r\n" + body, order.Unknown},
		"compressed without asking": {head + "Content-Encoding: gzip\r\n" + length(2) + "\r\n\x1f\x8b", order.Unknown},
		"a head without an end":     {head + "X: " + strings.Repeat("x", maxHeader) + "\r\n\r\n" + body, order.Unknown},
		"another protocol":          {"HTTP/1.1 101 Switching Protocols\r\n\r\n" + body, order.Unknown},
		"a redirect to nowhere":     {"HTTP/1.1 307 Temporary Redirect\r\nLocation: ://\r\n" + length(0) + "\r\n", order.Unknown},
		"a redirect":                {"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1/\r\n" + length(0) + "\r\n", order.Unknown},
		"no content":                {"HTTP/1.1 204 No Content\r\nContent-Type: application/json\r\n\r\n" + body, order.Unknown},
		"an idle host's farewell":   {"HTTP/1.1 408 Request Timeout\r\nContent-Type: application/json\r\n\r\n{\"message\":\"Invalid Device GUID\"}", order.Unknown},
	} {
		k := &keeping{answer: strings.NewReader(tt.answer)}
		if got := state(sell(t, over(t, k))); got != tt.want {
			t.Errorf("%s: got %s, want %s", name, got, tt.want)
		}
	}
}
