package connexpay

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"time"
)

// The paths of the kinds of transaction. Create posts to it, Get adds a guid,
// Get all reads it.
const (
	pathSales     = "sales"
	pathAuthOnlys = "AuthOnlys"
	pathCaptures  = "Captures"
	pathVoids     = "void"
	pathReturns   = "returns"
	pathVerify    = "Verify"
)

const jsonType = "application/json"

// get reads one thing by its guid. Its error is a *Problem.
func get[T any](ctx context.Context, c *Client, path, guid string) (T, error) {
	return ask[T](ctx, c, http.MethodGet, path+"/"+url.PathEscape(guid), nil, QueryTimeout)
}

// post sends a request without a card. Its error is a *Problem.
func post[T any](ctx context.Context, c *Client, path string, request any) (T, error) {
	return ask[T](ctx, c, http.MethodPost, path, request, c.cfg.SaleTimeout)
}

// ask makes a call that is answered with one thing: nothing is no answer to it.
func ask[T any](ctx context.Context, c *Client, method, path string, in any, timeout time.Duration) (answer T, err error) {
	empty, err := c.ask(ctx, method, path, in, &answer, timeout)
	if empty {
		err = c.stranger(errUnreadable)
	}
	return answer, err
}

// postCard sends a request that carries a card, and overwrites it.
func postCard[T any](ctx context.Context, c *Client, path string, request any, t Tender) (answer T, err error) {
	body, err := c.dialect().payment(request, t)
	defer clear(body)
	if err != nil {
		return answer, &Problem{"The request was not sent: " + err.Error() + ".", err}
	}
	r := c.authorized(ctx, call{method: http.MethodPost, path: path, body: body, contentType: jsonType, timeout: c.cfg.SaleTimeout, ready: true})
	return answer, c.read(r, &answer)
}

// all reads a list row by row at constant memory. Where the list breaks off
// or cannot be read, the last pair holds a *Problem: a list without one came
// whole. The exchange lasts as long as the loop, and at most 30 s.
func all[T any](ctx context.Context, c *Client, path string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		r := c.authorized(ctx, call{method: http.MethodGet, path: path, timeout: ReverseTimeout,
			stream: func(body io.Reader) error {
				return eachRow(body, func(row T) error {
					if !yield(row, nil) {
						return errEnough
					}
					return nil
				})
			}})
		switch {
		case errors.Is(r.err, errEnough) || nothing(r):
		case r.ok() && r.err != nil:
			yield(none, c.broken(errors.New(scrub(r.err.Error()))))
		default:
			if err := c.refusal(r); err != nil {
				yield(none, err)
			}
		}
	}
}

// eachRow takes the rows of a list one by one. A list that is cut ends without
// its bracket, or without the end that HTTP announced; it proves nothing.
func eachRow[T any](body io.Reader, take func(T) error) error {
	d := json.NewDecoder(body)
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return errUnreadable
	}
	for d.More() {
		var row T
		if err := d.Decode(&row); err != nil {
			return err
		}
		if err := take(row); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errUnreadable
	}
	return nil
}
