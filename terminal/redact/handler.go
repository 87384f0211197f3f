package redact

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
)

// Keys are the attributes that a log may have. Whatever is not here shows
// its key alone, so that a secret under a new key stays out by itself.
var Keys = []string{
	"action", "address", "amount", "approved", "at", "attempt", "baud", "batch", "brand", "bytes", "capability",
	"code", "columns", "component", "copy", "count", "currency", "decision", "delay", "delay_ms", "device", "dropped", "due",
	"duration", "duration_ms", "err", "error", "event", "file", "folder", "from", "guid", "height", "host",
	"http_status", "id", "job", "kind", "last4", "limit", "line", "listen", "method", "mode", "ms", "number",
	"operator", "order", "outcome", "pages", "pid", "port", "printer", "profile", "provider", "reason", "result", "retry",
	"role", "route", "sale", "scale", "screen", "seq", "sequence", "signal", "size", "stage", "state", "status", "step",
	"target", "theme", "timeout", "to", "try", "url", "version", "width", "worker",
}

const hidden = "[hidden]"

// Handler is a log handler that hides attributes it does not know and masks
// card numbers in the rest.
type Handler struct {
	inner   slog.Handler
	allowed []string
}

// New makes a Handler in front of another, with keys beyond Keys that may be
// shown too.
func New(inner slog.Handler, also ...string) *Handler {
	return &Handler{inner: inner, allowed: slices.Concat(Keys, also)}
}

// Enabled implements slog.Handler.
func (h *Handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.inner.Enabled(ctx, level)
}

// Handle implements slog.Handler.
func (h *Handler) Handle(ctx context.Context, r slog.Record) error {
	clean := slog.NewRecord(r.Time, r.Level, Text(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(h.attr(a))
		return true
	})
	return h.inner.Handle(ctx, clean)
}

// WithAttrs implements slog.Handler.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	clean := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		clean[i] = h.attr(a)
	}
	return &Handler{inner: h.inner.WithAttrs(clean), allowed: h.allowed}
}

// WithGroup implements slog.Handler.
func (h *Handler) WithGroup(name string) slog.Handler {
	return &Handler{inner: h.inner.WithGroup(Text(name)), allowed: h.allowed}
}

func (h *Handler) attr(a slog.Attr) slog.Attr {
	value := a.Value.Resolve()
	if value.Kind() == slog.KindGroup {
		var clean []slog.Attr
		for _, member := range value.Group() {
			clean = append(clean, h.attr(member))
		}
		return slog.Attr{Key: Text(a.Key), Value: slog.GroupValue(clean...)}
	}
	if !slices.Contains(h.allowed, a.Key) {
		return slog.String(Text(a.Key), hidden)
	}
	return slog.Attr{Key: a.Key, Value: clean(value)}
}

// clean keeps a value that has no card number in it, and turns any other into
// masked text. Values of unknown type become text in any case: what a handler
// would make of them cannot be known.
func clean(v slog.Value) slog.Value {
	switch v.Kind() {
	case slog.KindBool, slog.KindDuration, slog.KindTime:
		return v
	case slog.KindAny:
		if raw, ok := v.Any().([]byte); ok {
			return slog.StringValue(fmt.Sprintf("%d bytes", len(raw)))
		}
		return slog.StringValue(Text(fmt.Sprint(v.Any())))
	}
	text := v.String()
	if masked := Text(text); masked != text || v.Kind() == slog.KindString {
		return slog.StringValue(masked)
	}
	return v
}
