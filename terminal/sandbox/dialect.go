package sandbox

// Dialect is the form of the API that a host speaks.
type Dialect string

// The dialects.
const (
	// DialectDocument is that of the API document.
	DialectDocument Dialect = "document"
	// DialectCurrent is that of the service's newer reference: fewer calls,
	// more fields, and rules of its own.
	DialectCurrent Dialect = "current"
)

// dialects is a set of them.
type dialects uint8

const (
	inDocument dialects = 1 << iota
	inCurrent
	inBoth = inDocument | inCurrent
)

func (d dialects) has(one Dialect) bool {
	if one == DialectCurrent {
		return d&inCurrent != 0
	}
	return d&inDocument != 0
}

func (h *Host) current() bool { return h.opt.Dialect == DialectCurrent }
