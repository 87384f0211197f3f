package sandbox

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"paydesk/terminal/money"
)

// instead is the answer of a fault that has one of its own.
func (f Fault) instead() rendered {
	const gateway = "<html><head><title>Bad Gateway</title></head><body><h1>The server did not answer</h1></body></html>\n"
	const portal = "<html><head><title>Welcome</title></head><body><h1>Free Wi-Fi</h1>" +
		"<form><button>Accept the terms to go online</button></form></body></html>\n"
	switch {
	case f.Page == "portal":
		return rendered{status: http.StatusOK, kind: typeHTML, body: []byte(portal)}
	case f.Page == "gateway":
		return rendered{status: http.StatusBadGateway, kind: typeHTML, body: []byte(gateway)}
	case f.Body == "html":
		return rendered{status: f.Status, kind: typeHTML, body: []byte(gateway)}
	case f.Body == "empty":
		return rendered{status: f.Status}
	}
	body, _ := encode(problem{Message: http.StatusText(f.Status)}) // a text always encodes
	return rendered{status: f.Status, kind: typeJSON, body: body}
}

// change is the answer as the fault makes it: another content, the same
// status. What is not JSON stays as it is.
func (f Fault) change(out rendered) rendered {
	if f.Kind == FaultDuplicate {
		out.body = slices.Concat(out.body, out.body)
		return out
	}
	if f.Kind == FaultRows && out.kind == typeJSON {
		return f.damage(out)
	}
	edit := map[FaultKind]func(any) (any, bool){FaultTypes: f.retype, FaultEcho: otherValue, FaultUnknown: unheardOf}[f.Kind]
	if edit == nil || out.kind != typeJSON {
		return out
	}
	v, err := parsed(out.body)
	if err != nil {
		return out
	}
	if body, err := encode(f.walk(v, "", edit)); err == nil {
		out.body = body
	}
	return out
}

// parsed is an answer with its numbers as they are written.
func parsed(body []byte) (v any, err error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	return v, dec.Decode(&v)
}

// walk applies an edit to the value of a field and to all below it, wherever
// the field's name is the fault's; without such a name to every value.
func (f Fault) walk(v any, name string, edit func(any) (any, bool)) any {
	if f.Field == "" || strings.EqualFold(f.Field, name) {
		if other, done := edit(v); done {
			return other
		}
	}
	switch v := v.(type) {
	case map[string]any:
		for key := range v {
			v[key] = f.walk(v[key], key, edit)
		}
	case []any:
		for i := range v {
			v[i] = f.walk(v[i], name, edit)
		}
	}
	return v
}

// retype gives a value another JSON type, if the fault is about its own.
func (f Fault) retype(v any) (any, bool) {
	plain := f.Of == ""
	switch v := v.(type) {
	case json.Number:
		return v.String(), plain || f.Of == "numbers"
	case bool:
		return map[bool]string{true: "true", false: "false"}[v], plain || f.Of == "booleans"
	case string:
		return map[string]any{"value": v}, plain || f.Of == "strings"
	case map[string]any:
		return []any{v}, f.Of == "objects"
	case []any:
		return map[string]any{"items": v}, f.Of == "lists"
	}
	return v, false
}

// otherValue is a value of the same type that is not the same.
func otherValue(v any) (any, bool) {
	switch v := v.(type) {
	case json.Number:
		a, err := money.Parse(v.String(), accountCurrency)
		if err != nil {
			return json.Number("1"), true
		}
		return decimal(money.New(a.Minor+100, accountCurrency)), true
	case string:
		switch v {
		case DeviceGUID:
			return SecondDeviceGUID, true
		case SecondDeviceGUID:
			return DeviceGUID, true
		}
		return v + "-other", true
	}
	return v, false
}

// unheardOf is a status text that no client knows.
func unheardOf(v any) (any, bool) {
	s, ok := v.(string)
	if !ok {
		return v, false
	}
	if head, _, ok := strings.Cut(s, " - "); ok {
		return head + " - Under Observation", true
	}
	return "UNDER OBSERVATION", true
}
