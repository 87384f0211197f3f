package terminal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"paydesk/assets"
	"paydesk/receipts"
	"paydesk/receipts/escpos"
	"paydesk/receipts/glyphs"
	"paydesk/receipts/pdf"
	"paydesk/receipts/tongue"
	"paydesk/terminal/device/printer"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/printjob"
	"paydesk/terminal/sandbox"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

// Settings are the settings in force.
func (t *Terminal) Settings() settings.Settings {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.settings
}

func (t *Terminal) loadSettings(ctx context.Context) error {
	stored, err := t.journal.Settings(ctx)
	if err != nil {
		return err
	}
	t.loadOffer(stored)
	flat := defaults(t.opt.Mode).Flatten()
	for key, value := range stored {
		flat[key] = value
	}
	s, problems := settings.FromMap(flat)
	for _, p := range problems {
		// A setting of another version that means nothing here. The others
		// still count.
		t.opt.Log.Warn("setting ignored", "setting", p.Key)
		delete(flat, p.Key)
	}
	if len(problems) > 0 {
		s, _ = settings.FromMap(flat)
	}
	t.settings = s
	return nil
}

// defaults are the settings of a new terminal. Training comes with the
// sandbox's device and a shop to practise in.
func defaults(mode settings.Mode) settings.Settings {
	s := settings.Default()
	if mode == settings.Training {
		s.Shop.Name = "Corner Shop"
		s.Shop.Address = []string{"12 Practice Lane", "Springfield"}
		s.Host.Username = sandbox.DefaultUsername
		s.Host.DeviceGUID = sandbox.DeviceGUID
		s.Host.DeviceName = "Training terminal"
		s.Host.MerchantGUID = sandbox.MerchantGUID
		s.Wallets.PayPal.Mode, s.Wallets.Razorpay.Mode, s.Xero.Mode = settings.WalletTest, settings.WalletTest, settings.WalletTest
	}
	return s
}

// Set changes one setting, with who did it, in the journal.
func (t *Terminal) Set(ctx context.Context, key, value string) error {
	s, err := t.Settings().Set(key, value)
	if err != nil {
		return err
	}
	return t.Apply(ctx, s)
}

// Import reads settings from TOML. Nothing is applied when anything in it is
// wrong; the problems say what and where.
func (t *Terminal) Import(ctx context.Context, data []byte) ([]settings.Change, []settings.Problem, error) {
	s, problems := settings.Import(t.Settings(), data)
	if len(problems) > 0 {
		return nil, problems, nil
	}
	changes := settings.Diff(t.Settings(), s)
	return changes, nil, t.Apply(ctx, s)
}

// Apply makes settings durable and then effective.
func (t *Terminal) Apply(ctx context.Context, s settings.Settings) error {
	if problems := t.validate(s); len(problems) > 0 {
		wrong := make([]error, len(problems))
		for i, p := range problems {
			wrong[i] = p
		}
		return errors.Join(wrong...)
	}
	if err := t.mayMove(s); err != nil {
		return err
	}
	if err := t.mayMoveWallets(s); err != nil {
		return err
	}
	if err := t.mayMoveBooks(ctx, s); err != nil {
		return err
	}
	old, actor := t.Settings(), t.actor()
	var entries []order.Entry
	changes := settings.Diff(old, s)
	if err := t.mayChange(ctx, changes); err != nil {
		return err
	}
	if err := t.mayRisk(changes); err != nil {
		return err
	}
	for _, c := range changes {
		entries = append(entries, order.Entry{Kind: "setting.changed", Subject: c.Key, Actor: actor, Object: c})
	}
	if len(entries) == 0 {
		return nil
	}
	elsewhere := old.Host.BaseURL != s.Host.BaseURL || old.Host.Username != s.Host.Username || old.Host.MerchantGUID != s.Host.MerchantGUID
	if elsewhere { // what another account offers says nothing about this one
		entries = append(entries, offerEntry(actor, ""))
	}
	if err := t.journal.Commit(ctx, entries...); err != nil {
		return err
	}
	t.mu.Lock()
	t.settings = s
	if elsewhere {
		t.offer = order.Offer{}
	}
	t.mu.Unlock()
	t.Configure(t.engineConfig())
	if old.Printer != s.Printer {
		t.loadPrinter()
	}
	if old.Mail != s.Mail {
		t.MailReady()
	}
	if old.Display.Pole != s.Display.Pole || old.Display.PoleDialect != s.Display.PoleDialect {
		t.loadPole()
	}
	if slices.ContainsFunc(changes, func(c settings.Change) bool {
		return strings.HasPrefix(c.Key, "host.") || strings.HasPrefix(c.Key, "money.")
	}) {
		if err := t.reconnect(); err != nil {
			return told("host", err)
		}
	}
	if walletChanges(changes) {
		t.rewireWallets()
		t.relisten(changes)
	}
	return nil
}

// actor is who changes settings now.
func (t *Terminal) actor() string {
	if op := t.Snapshot().Operator; op != nil {
		return op.ID
	}
	return "command line"
}

// everybodys are the settings of whoever is at the desk: how it looks, speaks
// and sounds.
var everybodys = []string{"window.theme", "window.language", "window.sound"}

// mayChange leaves all other settings to who has the right to them.
func (t *Terminal) mayChange(ctx context.Context, changes []settings.Change) error {
	if !slices.ContainsFunc(changes, func(c settings.Change) bool { return !slices.Contains(everybodys, c.Key) }) {
		return nil
	}
	return t.MayManage(ctx, staff.ChangeSettings)
}

// told makes an error whose text is a sentence a problem for people.
func told(code string, err error) error {
	if err == nil || errors.As(err, new(*engine.Problem)) {
		return err
	}
	return &engine.Problem{Code: code, Text: sentence(err.Error()), Err: err}
}

// sentence gives a text the form of one.
func sentence(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	text = string(unicode.ToUpper(r)) + text[size:]
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}

// mayMove refuses another host or account while payments are being settled
// with the present one: asked there, they would not be found and be taken for
// never charged. It refuses another currency while a batch is open: in two of them
// that could not be added up, and so never be closed.
func (t *Terminal) mayMove(s settings.Settings) error {
	old, snapshot := t.Settings(), t.Snapshot()
	same := old.Host.BaseURL == s.Host.BaseURL && old.Host.Username == s.Host.Username &&
		old.Host.MerchantGUID == s.Host.MerchantGUID && old.Money == s.Money
	open := 0
	for _, sale := range snapshot.Live {
		if sale.State != order.Review && !sale.Stored {
			open++
		}
	}
	open += snapshot.Stored.Room.Unsent.Count
	batch := snapshot.Batch
	mixed := old.Money != s.Money && batch.Sales+batch.Returns > 0
	if same || (open == 0 && !batch.Closing && !mixed) {
		return nil
	}
	return &engine.Problem{Code: "host-busy", Text: fmt.Sprintf(
		"%d payment(s) or a batch are still being settled with the present host. Nothing was changed: change the host when they are done; paydesk settle shows them.", open)}
}

// validate checks settings for the mode. A live terminal without a host is
// allowed: it is being set up, and cannot sell.
func (t *Terminal) validate(s settings.Settings) []settings.Problem {
	problems := s.ValidateFor(t.opt.Mode)
	if t.opt.Mode == settings.Live && s.Host.BaseURL == "" {
		problems = slices.DeleteFunc(problems, func(p settings.Problem) bool { return p.Key == "host.base_url" })
	}
	if _, err := escpos.Named(s.Printer.Profile, s.Printer.Columns); err != nil {
		problems = append(problems, settings.Problem{Key: "printer.profile", Text: err.Error()})
	}
	switch target, err := printer.Parse(s.Printer.Target, s.Printer.Baud); {
	case err != nil:
		problems = append(problems, settings.Problem{Key: "printer.target", Text: err.Error()})
	case target.Virtual() && t.opt.Mode != settings.Training:
		problems = append(problems, settings.Problem{Key: "printer.target", Text: "the virtual printer is for training only: choose a printer, or none."})
	}
	if _, err := poleTarget(s.Display.Pole); err != nil {
		problems = append(problems, settings.Problem{Key: "display.pole", Text: err.Error()})
	}
	old := t.Settings()
	for _, file := range []struct{ key, old, target string }{
		{"printer.target", old.Printer.Target, s.Printer.Target}, {"display.pole", old.Display.Pole, s.Display.Pole},
	} {
		if file.target != file.old && !takesPaper(file.target) {
			problems = append(problems, settings.Problem{Key: file.key, Text: "there is something else in this file, and printing would spoil it: name a file that is not there yet."})
		}
	}
	return problems
}

// reconnect changes the client under a running engine; an embedded sandbox
// goes with its client.
func (t *Terminal) reconnect() error {
	if err := t.host.close(); err != nil {
		return err
	}
	return t.connectHost()
}

func (t *Terminal) engineConfig() engine.Config {
	s := t.Settings()
	cfg := engine.Config{Shop: s.Shop.Name, Device: s.Host.DeviceGUID, Currency: s.Money.Currency,
		Printer: s.Printer.Target != "none", Drawer: s.Printer.Drawer, Mail: t.mails(s), Offer: t.Offer(), HostHint: t.host.told()}
	// Validate has refused limits that cannot be read.
	cfg.Minimum, cfg.Maximum, _ = s.Limits()
	cfg.ReturnLimit, _ = money.Parse(s.Sales.ReturnLimit, s.Money.Currency)
	cfg.Offline = offlineLimits(s)
	cfg.CountDrawer, cfg.Days, cfg.CloseAt = s.Day.Drawer == settings.DrawerCounted, t.days(s), -1
	cfg.DrawerLimit, _ = money.Parse(s.Day.Limit, s.Money.Currency)
	if at, set := settings.Clock(s.Day.CloseAt); set {
		cfg.CloseAt = at
	}
	cfg.Wallets, cfg.Patience = t.wallets.get().Offers(), time.Duration(s.Wallets.Minutes)*time.Minute
	for _, copyName := range []string{engine.CopyCustomer, engine.CopyMerchant} {
		wanted := s.Printer.Copies.Customer
		if copyName == engine.CopyMerchant {
			wanted = s.Printer.Copies.Merchant
		}
		if cfg.Printer && wanted {
			cfg.Jobs = append(cfg.Jobs, order.Job{Kind: order.JobPrint, Copy: copyName})
		}
		if s.Receipts.PDF {
			cfg.Jobs = append(cfg.Jobs, order.Job{Kind: order.JobPDF, Copy: copyName})
		}
	}
	return cfg
}

// days tells the shop's business days apart. Validate has refused what cannot be
// read.
func (t *Terminal) days(s settings.Settings) order.Days {
	zone, err := s.Day.Location()
	if err != nil {
		zone = time.Local
	}
	cutoff, _ := settings.Clock(s.Day.Cutoff)
	return order.Days{Zone: zone, Cutoff: cutoff}
}

// fonts are those of the slips: proportional for PDF, monospaced where a
// printer lacks a letter and the line is drawn, and behind both those of Hindi.
type fonts struct {
	pdf   pdf.Fonts
	paper escpos.Fonts
}

func loadFonts() (f fonts, err error) {
	var hindi glyphs.Fonts
	f.pdf.Further, f.paper.Further = &hindi, &hindi
	for _, font := range []struct {
		name string
		into *[]byte
	}{{assets.SansRegular, &f.pdf.Regular}, {assets.SansBold, &f.pdf.Bold},
		{assets.MonoRegular, &f.paper.Regular}, {assets.MonoBold, &f.paper.Bold},
		{assets.HindiPlain, &hindi.Regular}, {assets.HindiBold, &hindi.Bold}} {
		if *font.into, err = assets.Fonts.ReadFile(font.name); err != nil {
			return f, err
		}
	}
	return f, nil
}

func (t *Terminal) paperConfig() printjob.Config {
	s := t.Settings()
	// Validate has refused a paper or a profile that is not known.
	paper, _ := pdf.PaperNamed(s.Receipts.Paper)
	profile, _ := escpos.Named(s.Printer.Profile, s.Printer.Columns)
	cfg := printjob.Config{
		Shop: receipts.Shop{Name: s.Shop.Name, Lines: s.Shop.Address, Phone: s.Shop.Phone,
			Header: s.Shop.ReceiptHeader, Footer: s.Shop.ReceiptFooter},
		Language: tongue.In(cmp.Or(s.Receipts.Language, s.Window.Language)), TaxName: s.Sales.TaxName,
		DeviceName: s.Host.DeviceName, HostName: "ConnexPay", Training: t.opt.Mode == settings.Training,
		Folder: s.Receipts.PDFFolder, Paper: paper, Profile: profile,
		PDFFonts: t.fonts.pdf, PaperFonts: t.fonts.paper, Operator: t.operatorName, Wallet: order.WalletTitle, Proof: t.ReceiptProof,
		Logo: t.logo.load(s.Shop.Logo),
	}
	if cfg.Training {
		cfg.HostName = "Sandbox"
	}
	if cfg.Folder == "" {
		cfg.Folder = filepath.Join(t.dir, "receipts")
	}
	return cfg
}
