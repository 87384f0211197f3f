package journal

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"paydesk/terminal/order"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

// pinHash is what must never leave.
const pinHash = "$argon2id$v=19$m=65536,t=3,p=1$c2FsdA$aGFzaA"

func exportedText(t *testing.T) string {
	t.Helper()
	j := open(t, signing(1))
	put(t, j, staff.Operator{ID: "op", Name: "Ann", Role: staff.Owner, PINHash: pinHash, Active: true})
	a := attempt("N1", t0)
	a.Message = `<"odd" & ü` + "\u2028"
	put(t, j, a, settings.Change{Key: "shop.name", New: "Corner"})
	closeBatch(t, j, "B1")
	put(t, j, attempt("N2", t0))
	var text bytes.Buffer
	rep, err := j.Export(context.Background(), &text)
	if want := verify(t, j); err != nil || rep.Events != want.Events || !bytes.Equal(rep.Head, want.Head) || rep.Withheld != 1 {
		t.Fatalf("export: %+v, %v; want %+v", rep, err, want)
	}
	return text.String()
}

func TestExportHoldsByItself(t *testing.T) {
	text := exportedText(t)
	if strings.Contains(text, "argon2") || strings.Contains(text, "pin_hash") {
		t.Error("the hash of a PIN left")
	}
	if n := strings.Count(text, "\n"); n != 9 { // a head and eight events
		t.Errorf("%d lines:\n%s", n, text)
	}
	rep, err := VerifyExport(strings.NewReader(text))
	if err != nil || rep.Events != 8 || rep.Seals != 1 || rep.Withheld != 1 || len(rep.Keys) != 1 || rep.Mode != settings.Training {
		t.Errorf("got %+v, %v", rep, err)
	}
}

func TestChangedExportIsFound(t *testing.T) {
	text := exportedText(t)
	lines := strings.SplitAfter(text, "\n")
	for name, change := range map[string]func() string{
		"an amount": func() string { return strings.Replace(text, `\"minor\":1250`, `\"minor\":1251`, 1) },
		"an actor": func() string {
			return lines[0] + lines[1] + lines[2] + strings.Replace(strings.Join(lines[3:], ""), `"actor":"op"`, `"actor":"ox"`, 1)
		},
		"a line less":       func() string { return strings.Join(append(lines[:5:5], lines[6:]...), "") },
		"the last line":     func() string { return strings.Join(lines[:8], "") },
		"the head alone":    func() string { return lines[0] },
		"no head":           func() string { return strings.Join(lines[1:], "") },
		"nothing":           func() string { return "" },
		"no JSON":           func() string { return text + "x\n" },
		"another head":      func() string { return strings.Replace(text, `"head":"`, `"head":"00`, 1) },
		"a signature":       func() string { return strings.Replace(text, `\"signature\":\"`, `\"signature\":\"00`, 1) },
		"a withheld hash":   func() string { return strings.Replace(lines[2], `"hash":"`, `"hash":"00`, 1) },
		"withheld and seen": func() string { return strings.Replace(text, `"hash":`, `"withheld":true,"object":"{}","hash":`, 1) },
	} {
		changed := change()
		if strings.HasPrefix(name, "a withheld") {
			changed = lines[0] + lines[1] + changed + strings.Join(lines[3:], "")
		}
		if changed == text {
			t.Fatalf("%s: nothing changed", name)
		}
		if rep, err := VerifyExport(strings.NewReader(changed)); err == nil {
			t.Errorf("%s: not found: %+v", name, rep)
		}
	}
}

func TestExportOfAChangedJournalFails(t *testing.T) {
	j := open(t, signing(1))
	put(t, j, attempt("N1", t0))
	forge(t, j, `UPDATE events SET actor = 'x' WHERE seq = 2`)
	if _, err := j.Export(context.Background(), new(bytes.Buffer)); err == nil {
		t.Error("not found")
	}
}

func FuzzVerifyExport(f *testing.F) {
	f.Add(`{"format":"paydesk journal export 1","nonces":[],"events":0,"head":""}` + "\n")
	f.Add(`{"format":"paydesk journal export 1","events":1,"head":"00"}` + "\n" + `{"seq":1,"kind":"journal.sealed","note":"{}","hash":"00","withheld":true}` + "\n")
	f.Add(`{"format":"paydesk journal export 1","events":1,"head":"00"}` + "\n" + `{"seq":1,"kind":"installation.created","note":"{\"key\":\"00\"}","hash":"00"}` + "\n")
	f.Fuzz(func(t *testing.T, text string) {
		rep, err := VerifyExport(strings.NewReader(text))
		if err == nil && rep.Events > int64(strings.Count(text, "\n")) {
			t.Errorf("%d events in %d lines", rep.Events, strings.Count(text, "\n"))
		}
	})
}

// FuzzDecode: whatever the file holds, reading it does not end the program,
// and what was read is what would be written again.
func FuzzDecode(f *testing.F) {
	kinds := []string{kindOrder, kindAttempt, kindBatch, kindJob, kindFollow, kindOperator, kindSetting, "unknown"}
	for i, o := range []any{order.Order{ID: "O", Version: 1, State: order.Open}, attempt("N1", t0), order.Batch{ID: "B", Version: 2, State: order.BatchClosed},
		order.Job{ID: "J", Kind: order.JobPrint, Document: "sale", Due: t0}, order.FollowUp{ID: "F", Act: order.Void, Created: t0},
		staff.Operator{ID: "op", PINHash: pinHash}, settings.Change{Key: "shop.name", New: "x"}} {
		data, err := json.Marshal(o)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(i), data)
		if got, err := kindOf(data); err != nil || got != kinds[i] {
			f.Errorf("%s is taken for %q, %v", data, got, err)
		}
	}
	f.Add(uint8(1), []byte(`{"created":"9999-12-31T23:59:59.999999999Z"}`))
	f.Add(uint8(7), []byte(`null`))
	f.Fuzz(func(t *testing.T, n uint8, data []byte) {
		_, _ = kindOf(data)
		object, err := decode(kinds[int(n)%len(kinds)], data)
		if err != nil {
			return
		}
		if _, err := shapeOf(object); err != nil {
			t.Fatalf("no shape of %T: %v", object, err)
		}
		written, err := json.Marshal(object)
		if err != nil {
			return // a time that JSON has no form for
		}
		again, err := decode(kinds[int(n)%len(kinds)], written)
		if err != nil || !reflect.DeepEqual(again, object) {
			t.Errorf("%s became %s: %v", data, written, err)
		}
	})
}
