package prefs

import (
	"context"
	"errors"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"paydesk/app/apptest"
	"slices"
	"strings"
	"testing"

	"paydesk/app/bridge"
	"paydesk/app/form"
	"paydesk/app/keys"
	"paydesk/app/text"
	"paydesk/receipts/escpos"
	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

// Every setting has a place, a name, a line of explanation, a sentence for what
// is wrong, and a control whose values all hold.
func TestEverySettingIsThere(t *testing.T) {
	seen := map[string]int{}
	p, _ := open(t)
	for _, pg := range pages {
		if !text.Has("prefs.page."+pg.name) || !text.Has("prefs.page."+pg.name+".say") {
			t.Errorf("the page %s has no words", pg.name)
		}
		for _, s := range pg.specs {
			if s.section != "" {
				seen[s.key()]++
				continue
			}
			act, _ := p.walletItem(s.act)
			if act.Name == "" {
				act = actItem(s.act)
			}
			if act.Name == "" || act.Shape == "" || strings.HasPrefix(act.Name, "prefs.") || strings.HasPrefix(act.Say, "prefs.") {
				t.Errorf("the act %s has no words or no shape: %+v", s.act, act)
			}
		}
	}
	now := settings.Default()
	for _, key := range settings.Keys() {
		if seen[key] != 1 {
			t.Errorf("%s is there %d times", key, seen[key])
			continue
		}
		s, _ := of(key)
		if !text.Has("prefs.name."+key) || !text.Has("prefs.say."+key) || s.kind != toggle && !text.Has("prefs.wrong."+key) {
			t.Errorf("%s lacks words", key)
		}
		if value, _ := now.Get(key); (s.kind == toggle) != (value == "true" || value == "false") {
			t.Errorf("%s is %q and has the control %d", key, value, s.kind)
		}
		for _, v := range s.values {
			if key == "money.currency" && money.Currency(v).Decimals() == 0 {
				continue // the limits have to be whole amounts before
			}
			if _, err := now.Set(key, v); err != nil {
				t.Errorf("%s can't be %q: %v", key, v, err)
			}
		}
		if s.kind != toggle && len(Fields(now, key)) == 0 {
			t.Errorf("%s can't be filled in", key)
		}
		delete(seen, key)
	}
	for key := range seen {
		t.Errorf("there is no setting %s", key)
	}
	for _, name := range profiles() {
		if _, err := escpos.Named(name, 0); err != nil {
			t.Error(err)
		}
	}
}

// What the fields of a setting show is what they give back.
func TestFieldsKeepTheValue(t *testing.T) {
	now := settings.Default()
	for key, value := range map[string]string{"shop.address": "1 Pier Road | Springfield", "sales.tips": "15 | 18 | 20", "offline.brands": "Visa | Mastercard",
		"shop.receipt_header": "Open daily\n\n8 to 8" + strings.Repeat("\nmore", 9), "sales.return_limit": "50.00", "sales.tax": "8.25"} {
		var err error
		if now, err = now.Set(key, value); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range settings.Keys() {
		if s, _ := of(key); s.kind == toggle {
			continue
		}
		want, _ := now.Get(key)
		next, err := now.Set(key, Join(now, key, Fields(now, key)))
		if err != nil {
			t.Errorf("%s: %v", key, err)
			continue
		}
		if got, _ := next.Get(key); strings.TrimSuffix(got, ".00") != strings.TrimSuffix(want, ".00") {
			t.Errorf("%s: %q became %q", key, want, got)
		}
		if Shown(now, key) == "" {
			t.Errorf("%s shows nothing", key)
		}
	}
}

// desk is a terminal that keeps settings and counts what it is asked for.
type desk struct {
	now     settings.Settings
	refuse  error
	printed int
	steps   int
	mails   []string // passwords that were set, and addresses of tests
	secrets map[string]string
	checked []string
}

func (d *desk) SetWalletSecret(_ context.Context, name string, secret []byte) error {
	if d.refuse == nil {
		d.secrets[name] = string(secret)
	}
	clear(secret)
	return d.refuse
}

func (d *desk) HasWalletSecret(name string) bool { return d.secrets[name] != "" }

func (d *desk) SetXeroSecret(ctx context.Context, secret []byte) error {
	return d.SetWalletSecret(ctx, "xero", secret)
}

func (d *desk) HasXeroSecret() bool                 { return d.HasWalletSecret("xero") }
func (d *desk) CheckXero(ctx context.Context) error { return d.CheckWallet(ctx, "xero") }

func (d *desk) CheckWallet(_ context.Context, provider string) error {
	d.checked = append(d.checked, provider)
	return d.refuse
}

func (d *desk) SetMailPassword(_ context.Context, password []byte) error {
	d.mails = append(d.mails, string(password))
	return d.refuse
}

func (d *desk) TestMail(_ context.Context, to string) error {
	d.mails = append(d.mails, to)
	return d.refuse
}

func (d *desk) Settings() settings.Settings { return d.now }
func (d *desk) Set(_ context.Context, key, value string) error {
	next, err := d.now.Set(key, value)
	if err = errors.Join(d.refuse, err); err == nil {
		d.now = next
	}
	return err
}
func (d *desk) CheckPicture(path string) error  { return terminal.CheckPicture(path) }
func (d *desk) Printers() []string              { return []string{"/dev/usb/lp0"} }
func (d *desk) PrintTest(context.Context) error { d.printed++; return d.refuse }
func (d *desk) ProbeHost(_ context.Context, _, _ bool, step func(terminal.Probed)) (order.Offer, []terminal.Probed, error) {
	for range d.steps {
		step(terminal.Probed{Name: "devices", Means: "are there"})
	}
	return order.Offer{}, nil, d.refuse
}

func open(t *testing.T) (*Presenter, *desk) {
	t.Helper()
	d := &desk{now: settings.Default(), steps: 3, secrets: map[string]string{}}
	p := New(d, apptest.Plain(bridge.InlineRun), bridge.InlineRun)
	p.Begin()
	return p, d
}

// to opens a setting.
func (p *Presenter) to(t *testing.T, key string) {
	t.Helper()
	for i, pg := range pages {
		for j, s := range pg.specs {
			if s.section != "" && s.key() == key {
				p.Choose(i)
				p.Pick(j)
				return
			}
		}
	}
	t.Fatalf("no setting %s", key)
}

func (p *Presenter) types(words string) {
	for _, r := range words {
		p.Rune(r)
	}
}

func (p *Presenter) press(names ...keys.Key) {
	for _, k := range names {
		p.Key(k)
	}
}

func TestSaveAndUndo(t *testing.T) {
	p, d := open(t)
	saved := ""
	p.Saved = func(key string) { saved = key }
	p.to(t, "shop.name")
	p.types("Harbour Coffee")
	p.Key(keys.Enter)
	if d.now.Shop.Name != "Harbour Coffee" || saved != "shop.name" || p.View().Form != nil {
		t.Fatalf("%q, saved %q", d.now.Shop.Name, saved)
	}
	p.to(t, "receipts.pdf")
	if d.now.Receipts.PDF {
		t.Error("the switch does not turn")
	}
	p.to(t, "sales.tips")
	p.types("15")
	p.Key(keys.Enter)
	p.types("20")
	p.Key(keys.Enter)
	p.Key(keys.Enter) // an empty line ends it
	if !slices.Equal(d.now.Sales.Tips, []string{"15", "20"}) {
		t.Errorf("tips %v", d.now.Sales.Tips)
	}
	for range 4 {
		p.Key(keys.Undo)
	}
	if was := settings.Default(); d.now.Shop.Name != was.Shop.Name || !d.now.Receipts.PDF || len(d.now.Sales.Tips) != len(was.Sales.Tips) || p.View().Other != "" {
		t.Errorf("after undo: %+v", d.now.Shop)
	}
}

// What is wrong is said beside the field, changes nothing and loses nothing.
func TestWrong(t *testing.T) {
	for _, tt := range []struct{ key, typed, says string }{
		{"sales.minimum", "0", "above zero"},
		{"sales.tax", "101", "0 to 100"},
		{"host.device_guid", "no guid", "five groups"},
		{"host.base_url", "ftp://x", "https://"},
		{"offline.hours", "900", "168"},
		{"shop.logo", "/nowhere/logo.png", "no such file"},
		{"display.monitor", "left", "1280,0"},
	} {
		p, d := open(t)
		p.to(t, tt.key)
		p.types(tt.typed)
		p.Key(keys.Enter)
		v := p.View()
		if v.Form == nil || !strings.Contains(v.Form.Now().Problem, tt.says) {
			t.Errorf("%s: %+v", tt.key, v.Form)
		}
		if len(settings.Diff(settings.Default(), d.now)) > 0 {
			t.Errorf("%s was changed", tt.key)
		}
		p.Key(keys.Escape)
		if p.View().Form != nil {
			t.Errorf("%s: Escape stays", tt.key)
		}
	}
}

// Whoever is called away in the middle finds it as it was left.
func TestLeftInTheMiddle(t *testing.T) {
	p, d := open(t)
	p.to(t, "shop.name")
	p.types("Harbour")
	p.Hide()
	p.Begin()
	p.types(" Coffee")
	p.Key(keys.Enter)
	if d.now.Shop.Name != "Harbour Coffee" {
		t.Errorf("the name is %q", d.now.Shop.Name)
	}
}

// A mistake of another setting that a change would make is told by its name.
func TestWrongElsewhere(t *testing.T) {
	p, _ := open(t)
	p.to(t, "sales.minimum")
	p.types("999999999")
	if got := p.form.Now().Problem; !strings.HasPrefix(got, Name("sales.maximum")) {
		t.Errorf("says %q", got)
	}
	if got := Wrong("x", settings.Problem{Key: "x", Text: "write it."}); got != "Write it." {
		t.Errorf("without words of its own: %q", got)
	}
}

func TestPictureIsTaken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "logo.png")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(png.Encode(f, image.NewGray(image.Rect(0, 0, 8, 8))), f.Close()); err != nil {
		t.Fatal(err)
	}
	p, d := open(t)
	p.to(t, "shop.logo")
	p.Paste(path + "\n")
	p.Key(keys.Enter)
	if d.now.Shop.Logo != path {
		t.Errorf("logo %q, %q", d.now.Shop.Logo, p.form.Now().Problem)
	}
}

// Who lacks the right reads why, and the refusal stands where it belongs.
func TestReadOnly(t *testing.T) {
	p, d := open(t)
	p.Apply(engine.Snapshot{Operator: &staff.Operator{Name: "James", Role: staff.Cashier, Active: true}})
	if p.View().Note == "" {
		t.Error("nothing says why")
	}
	d.refuse = &engine.Problem{Code: engine.ProblemRight, Text: "Not allowed."}
	p.to(t, "offline.enabled")
	if rows := p.View().Right; rows[0].Problem != "Not allowed." || rows[0].Switch != form.SwitchOff {
		t.Errorf("%+v", rows[0])
	}
	p.to(t, "shop.name")
	p.types("Mine")
	p.Key(keys.Enter)
	if v := p.View(); v.Form == nil || v.Form.Now().Problem != "Not allowed." || v.Form.Now().Value() != "Mine" {
		t.Error("the refusal is not beside the field, or what was typed is lost")
	}
}

func TestActs(t *testing.T) {
	p, d := open(t)
	p.Choose(3)
	p.Pick(0)
	p.press(keys.Up, keys.Down, keys.Down, keys.Enter)
	if d.now.Printer.Target != "/dev/usb/lp0" || p.finding {
		t.Errorf("printer %q", d.now.Printer.Target)
	}
	p.Pick(3)
	if v := p.View(); d.printed != 1 || v.NoteWrong || v.Note == "" {
		t.Errorf("printed %d: %q", d.printed, v.Note)
	}
	d.refuse = &engine.Problem{Text: "No paper."}
	p.Pick(3)
	if v := p.View(); !v.NoteWrong || v.Note != "No paper." {
		t.Errorf("%q", v.Note)
	}
	d.refuse = nil
	p.Choose(4)
	p.Pick(1)
	if v := p.View(); len(v.Right) != 3 || !v.Tall {
		t.Errorf("%d steps", len(v.Right))
	}
	p.Key(keys.Escape)
	p.Key(keys.Left)
	left := false
	p.Back = func() { left = true }
	p.Key(keys.Escape)
	if !left {
		t.Error("Escape does not lead out")
	}
}

// The password goes to the secrets and is shown to nobody; a test goes to an
// address that is one.
func TestMailActs(t *testing.T) {
	p, d := open(t)
	p.Choose(8)
	p.Pick(5)
	p.types("s3cret")
	if v := p.View(); v.Form == nil || v.Form.Now().Value() != "" || v.Form.Now().Len() != 6 {
		t.Fatalf("%+v", v)
	}
	p.Key(keys.Enter)
	if v := p.View(); v.Form != nil || v.Note != "The password is kept." || len(d.mails) != 1 || d.mails[0] != "s3cret" {
		t.Errorf("%+v, %v", v, d.mails)
	}
	p.Pick(5)
	p.Rune('x')
	left := p.form.Now()
	p.Leave()
	if left.Len() != 0 || p.View().Form != nil {
		t.Error("what was typed of a password stays")
	}
	p.Pick(6)
	p.Paste("owner@shop")
	p.Key(keys.Enter)
	if v := p.View(); v.Form == nil || v.Form.Now().Problem == "" || len(d.mails) != 1 {
		t.Errorf("%+v", v)
	}
	p.Paste(".example")
	d.refuse = &engine.Problem{Text: "The server does not answer."}
	p.Key(keys.Enter)
	if v := p.View(); v.Form == nil || v.Form.Now().Problem != "The server does not answer." {
		t.Errorf("%+v", v)
	}
	d.refuse = nil
	p.Key(keys.Enter)
	if v := p.View(); v.Form != nil || v.Note != "The server took the mail to owner@shop.example." || len(d.mails) != 3 || d.mails[2] != "owner@shop.example" {
		t.Errorf("%+v, %v", v, d.mails)
	}
}

// wallets opens a page of the wallets' settings.
func (p *Presenter) wallets(t *testing.T, name string) {
	t.Helper()
	p.Choose(pageAt("wallets"))
	p.pick(t, Act(actPage+name))
}

func (p *Presenter) pick(t *testing.T, a Act) {
	t.Helper()
	i := slices.IndexFunc(p.specs(), func(s spec) bool { return s.act == a })
	if i < 0 {
		t.Fatalf("no act %s", a)
	}
	p.Pick(i)
}

// A secret of a wallet is kept and shown to nobody; the page tells only that it
// is there, and an empty one takes it away.
func TestWalletSecrets(t *testing.T) {
	p, d := open(t)
	p.wallets(t, "paypal")
	before := p.View().Right
	p.pick(t, "secret.paypal.password")
	p.types("s3cret")
	if v := p.View(); v.Form == nil || v.Form.Now().Value() != "" || v.Form.Now().Len() != 6 {
		t.Fatalf("%+v", v)
	}
	kept := p.form.Now()
	p.Key(keys.Enter)
	v := p.View()
	if v.Form != nil || v.Note != "Kept: API password" || d.secrets["paypal.password"] != "s3cret" || kept.Len() != 0 {
		t.Fatalf("%+v, %v", v, d.secrets)
	}
	changed := 0
	for i, row := range v.Right {
		if row != before[i] {
			changed++
		}
		if strings.Contains(row.Name+row.Say+row.Value, "s3cret") {
			t.Errorf("the secret is shown: %+v", row)
		}
	}
	if changed != 1 {
		t.Errorf("%d rows changed", changed)
	}
	p.pick(t, "secret.paypal.password")
	d.refuse = &engine.Problem{Text: "Not allowed."}
	p.types("other")
	p.Key(keys.Enter)
	if v := p.View(); v.Form == nil || v.Form.Now().Problem != "Not allowed." || v.Form.Now().Len() != 0 || d.secrets["paypal.password"] != "s3cret" {
		t.Errorf("%+v", v)
	}
	d.refuse = nil
	p.Key(keys.Enter)
	if v := p.View(); v.Note != "Removed: API password" || d.secrets["paypal.password"] != "" {
		t.Errorf("%q, %v", v.Note, d.secrets)
	}
	p.pick(t, "secret.paypal.signature")
	p.Rune('x')
	left := p.form.Now()
	p.Leave()
	if left.Len() != 0 {
		t.Error("what was typed of a secret stays")
	}
}

// The keys that are asked for are those of the kind that the account has, and the
// way back leads to where the page was opened.
func TestWalletPages(t *testing.T) {
	p, d := open(t)
	names := func() (all string) {
		for _, row := range p.View().Right {
			all += row.Name + "|"
		}
		return all
	}
	p.wallets(t, "paypal")
	if got := names(); !strings.Contains(got, "API signature") || strings.Contains(got, "Client secret") {
		t.Errorf("nvp: %s", got)
	}
	d.now.Wallets.PayPal.API = "rest"
	if got := names(); strings.Contains(got, "API signature") || !strings.Contains(got, "Client secret") {
		t.Errorf("rest: %s", got)
	}
	p.pick(t, "page.paypal-more")
	if v := p.View(); v.Title != "Advanced" || v.LeftAt != pageAt("wallets") {
		t.Errorf("%s, at %d", v.Title, v.LeftAt)
	}
	p.Leave()
	if v := p.View(); v.Title != "PayPal" || v.Right[v.RightAt].Name != "Advanced" {
		t.Errorf("%s, row %d", v.Title, v.RightAt)
	}
	p.Leave()
	p.Leave()
	if v := p.View(); v.Inside {
		t.Errorf("still inside %s", v.Title)
	}
}

func TestWalletCheck(t *testing.T) {
	p, d := open(t)
	p.wallets(t, "razorpay")
	p.pick(t, "check.razorpay")
	if v := p.View(); v.Note != "Razorpay answered: the keys are right." || v.NoteWrong || !slices.Equal(d.checked, []string{"razorpay"}) {
		t.Errorf("%q, %v", v.Note, d.checked)
	}
	d.refuse = &engine.Problem{Text: "The keys are wrong."}
	p.pick(t, "check.razorpay")
	if v := p.View(); v.Note != "The keys are wrong." || !v.NoteWrong {
		t.Errorf("%q", v.Note)
	}
}

// The address for PayPal is that which the world reaches.
func TestNotices(t *testing.T) {
	for _, tt := range []struct {
		listen settings.Listen
		want   string
	}{
		{settings.Listen{}, "Write first where notifications come in"},
		{settings.Listen{Address: "127.0.0.1:8790"}, "http://127.0.0.1:8790/paypal/ipn, through a tunnel or proxy"},
		{settings.Listen{Address: "203.0.113.7:443", Certificate: "/c.pem", Key: "/k.pem"}, "https://203.0.113.7:443/paypal/ipn"},
		{settings.Listen{Address: "127.0.0.1:8790", PublicURL: "https://pay.example/till"}, "https://pay.example/till/paypal/ipn"},
	} {
		if got := notices(settings.Settings{Wallets: settings.Wallets{Listen: tt.listen}}); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.listen, got, tt.want)
		}
	}
}
