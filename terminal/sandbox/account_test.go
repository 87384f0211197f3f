package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// as runs f with the token of another user.
func (b *bench) as(name, password string, f func()) {
	b.t.Helper()
	own := b.token
	b.token = b.login(name, password)
	defer func() { b.token = own }()
	if b.token == "" {
		b.t.Fatalf("%s cannot log in", name)
	}
	f()
}

// reopen ends the host and starts another on the same ledger.
func (b *bench) reopen(opt Options) {
	b.t.Helper()
	if err := b.host.Close(); err != nil {
		b.t.Fatal(err)
	}
	opt.Path, opt.Clock = b.path, b.clock
	host, err := Open(opt)
	if err != nil {
		b.t.Fatal(err)
	}
	server := httptest.NewServer(host.Handler())
	b.host, b.url = host, server.URL
	b.t.Cleanup(func() {
		if err := host.Close(); err != nil {
			b.t.Error(err)
		}
		server.Close()
	})
}

func readAll(t testing.TB, r io.Reader) string {
	t.Helper()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func readFile(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func jsonText(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// with returns a JSON object with a field changed, or removed if value is nil.
func with(t testing.TB, body, field string, value any) string {
	t.Helper()
	all := fields(t, body)
	delete(all, field)
	if value != nil {
		all[field] = value
	}
	return jsonText(t, all)
}

func TestDocumentAccountSamples(t *testing.T) {
	b := newBench(t, Options{})
	sameShape(t, "register", b.want(200, "POST", "accounts/register", sample(t, "register.request")))
	got := fields(t, b.want(200, "POST", "Search/Users", `{"username":"johndoe"}`))
	row := got["ret"].([]any)[0].(map[string]any)
	want := fields(t, sample(t, "register"))
	for _, name := range []string{"userName", "firstName", "lastName", "email", "phone", "status", "address1", "address2", "city", "state", "zipcode"} {
		if row[name] != want[name] {
			t.Errorf("%s: got %v, want %v", name, row[name], want[name])
		}
	}
	same := func(name, got string) {
		t.Helper()
		if want := jsonText(t, fields(t, sample(t, name))); jsonText(t, fields(t, got)) != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	same("change_password", b.want(200, "POST", "accounts/ChangePassword", sample(t, "change_password.request")))
	same("reset_request", b.want(200, "POST", "accounts/ResetPasswordRequest", sample(t, "reset_request.request")))
	same("reset_password", b.want(200, "POST", "accounts/ResetPassword",
		with(t, sample(t, "reset_password.request"), "Key", b.mailedKey())))
	same("search_users", b.want(200, "POST", "search/users", sample(t, "search_users.request")))
	sameShape(t, "user_roles", b.want(200, "GET", "UserRoles/Users/"+row["guid"].(string), ""))
	b.as("maxwinston", DefaultPassword, func() {
		same("my_roles", b.want(200, "GET", "UserRoles/Users/myself", ""))
	})
	b.as("johndoe", "123457", func() {})
}

// mailedKey is the key of the newest mail, and checks the mail as a mail
// program would read it.
func (b *bench) mailedKey() string {
	b.t.Helper()
	list, err := filepath.Glob(filepath.Join(filepath.Dir(b.path), "mail", "*.eml"))
	if err != nil || len(list) == 0 {
		b.t.Fatalf("no mail: %v", err)
	}
	slices.Sort(list)
	newest := list[len(list)-1]
	f, err := os.Open(newest)
	if err != nil {
		b.t.Fatal(err)
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || (runtime.GOOS != "windows" && info.Mode() != fs.FileMode(0o600)) {
		b.t.Errorf("mode of the mail: got %v, %v, want 0600", info.Mode(), err)
	}
	m, err := mail.ReadMessage(f)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := m.Header.AddressList("To"); err != nil {
		b.t.Error(err)
	}
	if _, err := m.Header.Date(); err != nil {
		b.t.Error(err)
	}
	if kind, _, err := mime.ParseMediaType(m.Header.Get("Content-Type")); err != nil || kind != "text/plain" {
		b.t.Errorf("content type: got %s, %v", kind, err)
	}
	text := readAll(b.t, m.Body)
	key := regexp.MustCompile(`(?m)^[0-9a-f]{64}\r?$`).FindString(text)
	if key == "" {
		b.t.Fatalf("no key in %s", text)
	}
	return strings.TrimSpace(key)
}

func TestRegisterRefusals(t *testing.T) {
	b := newBench(t, Options{})
	good := sample(t, "register.request")
	tests := []struct {
		field string
		value any
		want  string
	}{
		{"Username", nil, "The Username field is required."},
		{"Password", nil, "The Password field is required."},
		{"ConfirmPassword", "", "The ConfirmPassword field is required."},
		{"IsoNumber", nil, "The IsoNumber field is required."},
		{"FirstName", " ", "The FirstName field is required."},
		{"LastName", nil, "The LastName field is required."},
		{"Email", nil, "The Email field is required."},
		{"Phone", nil, "The Phone field is required."},
		{"Address1", nil, "The Address1 field is required."},
		{"City", nil, "The City field is required."},
		{"State", nil, "The State field is required."},
		{"Zipcode", nil, "The Zipcode field is required."},
		{"ConfirmPassword", "1234567", "The password and confirmation password do not match."},
		{"Password", "12345", "The Password must be 6 to 100 characters long."},
		{"Email", "john", "not a valid e-mail address"},
		{"Email", "john@gmail.com\r\nBcc: x@y.zz", "not a valid e-mail address"},
		{"Email", "John <john@gmail.com>", "not a valid e-mail address"},
		{"Phone", "917756304", "ten digits"},
		{"Phone", 1177563046, "ten digits"},
		{"Zipcode", "7609", "5 digits"},
		{"State", "XX", "Invalid State name"},
		{"State", "Texas", "Invalid State name"},
		{"IsoNumber", "4321", "Iso number not found"},
		{"IsoNumber", "first", "Iso number not found"},
		{"IsoNumber", 9000, "Iso is not active."},
		{"Username", "TRAINING", "Name TRAINING is already taken."},
		{"Username", "4111111111111111", "must not be a card number"},
		{"Username", "john doe", "letters, digits"},
		{"City", strings.Repeat("x", 101), "at most 100"},
		{"FirstName", []int{1}, "Unable to decode the Model"},
	}
	for _, tt := range tests {
		if got := b.want(400, "POST", "accounts/register", with(t, good, tt.field, tt.value)); !strings.Contains(got, tt.want) {
			t.Errorf("%s %v: got %s, want %s", tt.field, tt.value, got, tt.want)
		}
	}
	for _, ok := range []string{good, with(t, with(t, good, "Username", "second"), "Address2", nil)} {
		b.want(200, "POST", "accounts/register", ok)
	}
	b.want(400, "POST", "accounts/register", good)
}

func TestPasswordsAreNotKept(t *testing.T) {
	b := newBench(t, Options{})
	body := with(t, sample(t, "register.request"), "Password", "Pa55-w0rd-secret")
	b.want(200, "POST", "accounts/register", with(t, body, "ConfirmPassword", "Pa55-w0rd-secret"))
	b.want(200, "POST", "accounts/ResetPasswordRequest", sample(t, "reset_request.request"))
	key := b.mailedKey()
	for _, suffix := range []string{"", "-wal"} {
		text, err := os.ReadFile(b.path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "johndoe@gmail.com") && suffix != "" {
			t.Error("the user is not where the test looks")
		}
		for _, secret := range []string{"Pa55-w0rd-secret", key} {
			if strings.Contains(string(text), secret) {
				t.Errorf("the ledger%s holds %s", suffix, secret)
			}
		}
	}
}

// TestPasswordChangeEndsTokens also opens the host anew in between: a token
// outlives that, but not the change.
func TestPasswordChangeEndsTokens(t *testing.T) {
	b := newBench(t, Options{})
	b.as("cashier", DefaultPassword, func() {
		change := func(old, next string) string {
			return fmt.Sprintf(`{"Username":"Cashier","OldPassword":%q,"NewPassword":%q,"ConfirmPassword":%q}`, old, next, next)
		}
		b.want(400, "POST", "accounts/ChangePassword", change("wrong-one", "new-password"))
		b.want(400, "POST", "accounts/ChangePassword", change(DefaultPassword, "short"))
		b.want(200, "POST", "accounts/ChangePassword", change(DefaultPassword, "new-password"))
		b.want(401, "GET", "devices", "")
		if b.login("cashier", DefaultPassword) != "" {
			t.Error("the old password still opens")
		}
		b.token = b.login("cashier", "new-password")
		b.want(200, "GET", "devices", "")
		b.reopen(Options{Password: "another-start"})
		b.want(200, "GET", "devices", "")
		if b.login("cashier", "new-password") == "" || b.login("cashier", "another-start") != "" {
			t.Error("a changed password depends on how the host was started")
		}
	})
	b.want(200, "GET", "devices", "") // the token of another user
}

func TestResetKeys(t *testing.T) {
	b := newBench(t, Options{})
	reset := func(key, password string) string {
		return fmt.Sprintf(`{"Key":%q,"NewPassword":%q,"ConfirmPassword":%q}`, key, password, password)
	}
	refused := func(want, key string) {
		t.Helper()
		if got := b.want(400, "POST", "accounts/ResetPassword", reset(key, "new-password")); !strings.Contains(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	own := b.token
	b.token = "" // neither call needs one
	known := b.want(200, "POST", "accounts/ResetPasswordRequest", `{"UserName":"cashier"}`)
	first := b.mailedKey()
	unknown := b.want(200, "POST", "accounts/ResetPasswordRequest", `{"UserName":"nobody"}`)
	gone := b.want(200, "POST", "accounts/ResetPasswordRequest", `{"UserName":"formercashier"}`)
	if known != unknown || known != gone || b.mailedKey() != first {
		t.Errorf("answers tell users apart: %s, %s, %s", known, unknown, gone)
	}
	refused("Key does not exist", strings.Repeat("0", 64))
	refused("Key does not exist", "x")
	b.clock.Advance(resetLife)
	refused("Key expired", first)
	b.want(200, "POST", "accounts/ResetPasswordRequest", `{"UserName":"CASHIER"}`)
	second := b.mailedKey()
	refused("Key does not exist", first)
	b.want(400, "POST", "accounts/ResetPassword", reset(second, "short"))
	b.clock.Advance(resetLife - time.Second)
	b.want(200, "POST", "accounts/ResetPassword", reset(strings.ToUpper(second), "new-password"))
	refused("Key does not exist", second)
	b.as("cashier", "new-password", func() {})
	b.token = own
	b.want(400, "POST", "accounts/ResetPasswordRequest", `{}`)
}

func TestMailFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "post")
	b := newBench(t, Options{MailDir: dir})
	b.want(200, "POST", "accounts/ResetPasswordRequest", `{"UserName":"cashier"}`)
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 || !strings.HasSuffix(list[0].Name(), ".eml") {
		t.Errorf("folder: got %v, %v, want one mail", list, err)
	}
	host, err := Open(Options{Path: ":memory:"})
	if err != nil {
		t.Fatal(err)
	}
	defer host.Close()
	if err := host.send(&user{}, "key"); err == nil || !strings.Contains(err.Error(), "MailDir") {
		t.Errorf("mail of a ledger in memory: got %v", err)
	}
}

func TestLoginRefusals(t *testing.T) {
	b := newBench(t, Options{})
	tests := []struct{ user, password, want string }{
		{"nobody", DefaultPassword, "incorrect"},
		{"cashier", "", "incorrect"},
		{"cashier", "wrong", "incorrect"},
		{"formercashier", "wrong", "incorrect"},
		{"formercashier", DefaultPassword, "not active"},
		{"pausedcashier", DefaultPassword, "not active"},
	}
	for _, tt := range tests {
		resp, err := http.PostForm(b.url+"/api/v1/token",
			url.Values{"grant_type": {"password"}, "username": {tt.user}, "password": {tt.password}})
		if err != nil {
			t.Fatal(err)
		}
		text := readAll(t, resp.Body)
		resp.Body.Close()
		if resp.StatusCode != 400 || !strings.Contains(text, tt.want) {
			t.Errorf("%s %q: got %d %s, want %s", tt.user, tt.password, resp.StatusCode, text, tt.want)
		}
	}
}

// TestTokenIsBound changes each byte of a token in turn: none of the results
// opens anything.
func TestTokenIsBound(t *testing.T) {
	b := newBench(t, Options{})
	raw, err := base64.RawURLEncoding.DecodeString(b.token)
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw {
		raw[i] ^= 1
		r, _ := http.NewRequest("GET", b.url, nil)
		r.Header.Set("Authorization", "Bearer "+base64.RawURLEncoding.EncodeToString(raw))
		if u, err := b.host.authenticate(r); u != nil || err != nil {
			t.Fatalf("byte %d changed: got %v, %v", i, u, err)
		}
		raw[i] ^= 1
	}
}

func TestSearchUsers(t *testing.T) {
	b := newBench(t, Options{})
	tests := []struct {
		body string
		want []string
	}{
		{`{}`, []string{"training", "maxwinston", "adamsmith", "cashier", "formercashier", "pausedcashier"}},
		{`{"city":"new york"}`, []string{"maxwinston", "adamsmith"}},
		{`{"status":"User - Deactivated"}`, []string{"formercashier"}},
		{`{"Status":"User - Paused","State":"TX"}`, []string{"pausedcashier"}},
		{`{"accountNumber":17091897}`, []string{"maxwinston"}},
		{`{"username":"CASHIER"}`, []string{"cashier"}},
		{`{"isoNumber":1000,"firstName":"Adam","lastName":"smith"}`, []string{"adamsmith"}},
		{`{"email":"adamsmith@gmail.com"}`, []string{"adamsmith"}},
		{`{"phone":9873216540}`, []string{"adamsmith"}},
		{`{"address1":"3025 S. Parker Rd.","address2":"Suite 610"}`, []string{"adamsmith"}},
		{`{"zipcode":10016}`, []string{"maxwinston", "adamsmith"}},
		{`{"city":"x' OR '1'='1"}`, nil},
	}
	for _, tt := range tests {
		status := 200
		if tt.want == nil {
			status = 204
		}
		text := b.want(status, "POST", "Search/Users", tt.body)
		var got []string
		if tt.want != nil {
			for _, row := range fields(t, text)["ret"].([]any) {
				got = append(got, row.(map[string]any)["userName"].(string))
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.body, got, tt.want)
		}
	}
	if got := b.want(400, "POST", "Search/Users", `{"status":"Active"}`); !strings.Contains(got, "Invalid Status") {
		t.Errorf("unknown status: got %s", got)
	}
}
