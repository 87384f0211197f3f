package connexpay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestSecretBody: whatever the password, the request is JSON that holds it.
func TestSecretBody(t *testing.T) {
	for _, password := range []string{"qwerty", `a"b\c`, "tab\tnew\nline\x01", "é世界😀", strings.Repeat(`"`, 300), "</script>"} {
		body, err := secretBody(struct{ Username string }{"J"}, []secret{{"Password", []byte(password)}})
		var back map[string]string
		if err != nil || json.Unmarshal(body, &back) != nil || back["Password"] != password || back["Username"] != "J" || len(back) != 2 {
			t.Errorf("%q: got %s, %v", password, body, err)
		}
	}
	for _, bad := range []string{"", "\xff"} {
		if _, err := secretBody(struct{}{}, []secret{{"Key", []byte(bad)}}); err == nil {
			t.Errorf("%q was sent", bad)
		}
	}
}

func FuzzSecretBody(f *testing.F) {
	f.Add([]byte("qwerty"))
	f.Add([]byte("\"\\\x00é"))
	f.Fuzz(func(t *testing.T, password []byte) {
		body, err := secretBody(struct{}{}, []secret{{"Key", password}, {"NewPassword", password}})
		if sent := len(password) > 0 && utf8.Valid(password); sent != (err == nil) {
			t.Fatalf("got %v", err)
		}
		var back struct{ Key, NewPassword string }
		if err == nil && (strict(body, &back) != nil || back.Key != string(password) || back.NewPassword != string(password)) {
			t.Fatalf("got %s", body)
		}
	})
}

// TestRefusals: what the service says against a call becomes a sentence with
// something to do, and holds no password.
func TestRefusals(t *testing.T) {
	const password = "hunter2-Battery"
	tests := []struct {
		status     int
		kind, body string
		want       string
	}{
		{422, "application/json", `{"message":"Username does not exist"}`, "Check the user name"},
		{422, "application/json", `{"message":"Key expired"}`, "Ask for a new key"},
		{422, "application/json", `{"message":"Iso number not found"}`, "ISO number"},
		{403, "application/json", `{"message":"The user does not have permission to do this"}`, "whose role may"},
		{403, "application/json", `{"message":"Authorization has been denied for this request."}`, "paydesk setup"},
		{400, "application/json", `{"message":"The password ` + password + ` is too simple"}`, "The password **** is too simple. Correct that"},
		{400, "application/json", `{"message":"card ` + visa + ` and 123"}`, "card **************** and ****. Correct"},
		{404, "", "", "does not offer"},
		{404, "application/json", `{"message":"No HTTP resource was found that matches the request URI"}`, "does not offer"},
		{405, "text/html", "<html>", "does not offer"},
		{500, "application/json", `{"message":"x"}`, "trouble of its own"},
		{200, "text/html", "<html>", "answers, but not"},
		{200, "application/json", `{"message":"Success","message":"Failed"}`, "answers, but not"},
		{200, "application/json", `{"message":"Maybe"}`, "did not say"},
	}
	for _, tt := range tests {
		h := newHost(t, always(tt.status, tt.kind, tt.body))
		err := newClient(t, h.URL).ChangePassword(context.Background(), "J", []byte(password), []byte(password+"2"))
		var p *Problem
		if !errors.As(err, &p) || !strings.Contains(p.Text, tt.want) {
			t.Errorf("%d %s: got %v, want %q", tt.status, tt.body, err, tt.want)
		}
		if all := fmt.Sprintf("%v %+v %#v", err, err, p); strings.Contains(all, password) {
			t.Errorf("%d %s: the password is in %s", tt.status, tt.body, all)
		}
	}
}

// TestAccountGUIDs: what is no guid is not put into a path.
func TestAccountGUIDs(t *testing.T) {
	h := newHost(t, always(200, "application/json", `{}`))
	c := newClient(t, h.URL)
	_, err1 := c.RolesOf(context.Background(), "../devices")
	_, err2 := c.BatchTransactions(context.Background(), "")
	_, err3 := c.BatchClose(context.Background(), "")
	if err1 == nil || err2 == nil || err3 == nil || len(h.calls) != 0 {
		t.Errorf("got %v, %v, %v; %d calls", err1, err2, err3, len(h.calls))
	}
}

func TestBatchNotClosed(t *testing.T) {
	h := newHost(t, always(200, "application/json", `{"status":"FAIL","responseMessage":"Settlement InProgress"}`))
	if _, err := newClient(t, h.URL).BatchClose(context.Background(), device); err == nil || !strings.Contains(err.Error(), "Settlement InProgress") {
		t.Errorf("got %v", err)
	}
}

// TestPing: an account that lists no devices is asked for a token only.
func TestPing(t *testing.T) {
	gone := newHost(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) })
	if err := newClient(t, gone.URL).Ping(context.Background()); err != nil {
		t.Errorf("got %v", err)
	}
	if len(gone.to("token")) != 1 {
		t.Errorf("%d tokens", len(gone.to("token")))
	}
	gone.token = always(400, "application/json", `{"error":"invalid_grant"}`)
	if err := newClient(t, gone.URL).Ping(context.Background()); err == nil || !strings.Contains(err.Error(), "paydesk setup") {
		t.Errorf("got %v", err)
	}
}
