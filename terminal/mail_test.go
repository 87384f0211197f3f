package terminal_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
	"paydesk/terminal/vault"
)

// A receipt of training goes into a folder, whatever the settings say of a mail
// server, once, with its PDF; addresses are read as people type them.
func TestMailInTraining(t *testing.T) {
	term := training(t)
	if err := term.Set(background, "mail.from", "shop@shop.example"); err != nil {
		t.Fatal(err)
	}
	if err := term.Set(background, "mail.server", "smtp.shop.invalid"); err != nil {
		t.Fatal(err)
	}
	sale := charge(t, term, "4111111111111111")
	if err := term.SendMail(background, order.DocumentSale, sale.Number, " ann@BÜCHER.example "); err != nil {
		t.Fatal(err)
	}
	until(t, term, "the mail to be sent", func(s engine.Snapshot) bool {
		for _, j := range s.Jobs {
			if j.Kind == order.JobMail {
				return false
			}
		}
		return true
	})
	names, err := filepath.Glob(filepath.Join(term.MailFolder(), "*.eml"))
	if err != nil || len(names) != 1 {
		t.Fatalf("mails %v, %v", names, err)
	}
	mail, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"To: <ann@xn--bcher-kva.example>", "Subject: TRAINING - NO MONEY MOVED: Your receipt from Corner Shop",
		"\n\nTRAINING - NO MONEY MOVED\n", `filename="` + sale.Number + "-customer.pdf"} {
		if !bytes.Contains(mail, []byte(want)) {
			t.Errorf("the mail has no %q", want)
		}
	}
	if err := term.SendMail(background, order.DocumentSale, sale.Number, "ann"); err != engine.NoAddress {
		t.Errorf("got %v", err)
	}
	if err := term.TestMail(background, "4111111111111111@shop.example"); err != engine.CardMail {
		t.Errorf("a card number in the address: %v", err)
	}
}

// A live terminal without a mail server says so, and keeps no password in its
// settings.
func TestMailIsNotSetUp(t *testing.T) {
	t.Setenv(vault.PassphraseVariable, "only for this test")
	term := open(t, t.TempDir(), settings.Live)
	if err := term.TestMail(background, "ann@shop.example"); err != engine.NoMail {
		t.Errorf("got %v", err)
	}
	if err := term.SetMailPassword(background, []byte("s3cret-mail")); err != nil {
		t.Fatal(err)
	}
	for key, value := range term.Settings().Flatten() {
		if value == "s3cret-mail" {
			t.Errorf("%s has the password", key)
		}
	}
}
