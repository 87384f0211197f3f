package terminal

import (
	"context"
	"errors"
	"path/filepath"

	"paydesk/terminal/engine"
	"paydesk/terminal/mail"
	"paydesk/terminal/order"
	"paydesk/terminal/printjob"
	"paydesk/terminal/sandbox/post"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
	"paydesk/terminal/vault"
)

// mailPasswordName is where the mail server's password lies among the secrets.
const mailPasswordName = "mail-password"

// MailFolder is where the mails of training are to be found, "" for a live
// terminal, whose mails go out.
func (t *Terminal) MailFolder() string {
	if !t.Training() {
		return ""
	}
	return filepath.Join(t.dir, "mail")
}

// SendMail queues the customer's copy of a document to an address that somebody
// typed.
func (t *Terminal) SendMail(ctx context.Context, document, id, to string) error {
	address, err := mail.Address(to)
	if err != nil {
		return engine.NoAddress
	}
	return t.Engine.SendMail(ctx, document, id, address)
}

// SetMailPassword keeps the password of the mail server among the secrets, and
// has the mails that waited for it tried again. It is overwritten.
func (t *Terminal) SetMailPassword(ctx context.Context, password []byte) error {
	defer clear(password)
	if err := t.MayManage(ctx, staff.ChangeSettings); err != nil {
		return err
	}
	if err := t.secrets.Set(mailPasswordName, password); err != nil {
		return told("secrets", err)
	}
	t.MailReady()
	return nil
}

// TestMail sends a mail without a receipt and waits for what the server says;
// the cause of the error has its own words.
func (t *Terminal) TestMail(ctx context.Context, to string) error {
	if err := t.MayManage(ctx, staff.ChangeSettings); err != nil {
		return err
	}
	address, err := mail.Address(to)
	if err != nil {
		return engine.NoAddress
	}
	if order.HasCard(address) {
		return engine.CardMail
	}
	server, err := t.mailServer()
	if err != nil {
		return err
	}
	shop := t.Settings().Shop.Name
	result, err := server.Send(ctx, mail.Message{ID: t.newNumber(), To: address, Name: shop, Date: t.Now(),
		Subject: "Test of the mail settings: " + shop, Text: "This is a test. Receipts go out by mail as this one does.\n"})
	if !result.Done {
		return &engine.Problem{Code: engine.ProblemMail, Text: result.Trouble, Err: err}
	}
	return nil
}

// letters are mails as the jobs see them.
type letters struct{ t *Terminal }

// Mail implements printjob.Mailer.
func (m letters) Mail(ctx context.Context, l printjob.Letter) order.JobResult {
	server, err := m.t.mailServer()
	if err != nil {
		return order.JobResult{Trouble: err.Error()}
	}
	// The cause has the customer's address and is not logged; what to do about it
	// is in the journal.
	result, _ := server.Send(ctx, mail.Message{ID: l.ID, To: l.To, Name: l.Shop, Subject: l.Subject, Text: l.Text,
		File: l.File, PDF: l.PDF, Date: l.At})
	return result
}

// mailServer is that of the settings. In training it is the sandbox's: no mail
// leaves this computer.
func (t *Terminal) mailServer() (mail.Server, error) {
	s := t.Settings().Mail
	if t.Training() {
		box, err := t.mailBox()
		if err != nil {
			return mail.Server{}, told(engine.ProblemMail, err)
		}
		return mail.Server{Host: "127.0.0.1", Port: box.Port(), Security: mail.None, From: "till@paydesk.invalid", Clock: t.opt.Clock}, nil
	}
	if s.Server == "" {
		return mail.Server{}, engine.NoMail
	}
	return mail.Server{Host: s.Server, Port: s.Port, Security: s.Security, User: s.User, From: s.From,
		Password: t.mailPassword, Clock: t.opt.Clock}, nil
}

// mailPassword is empty where none was set: the server says so then.
func (t *Terminal) mailPassword() (string, error) {
	secret, err := t.secrets.Get(mailPasswordName)
	if errors.Is(err, vault.ErrNoSecret) {
		return "", nil
	}
	return string(secret), err
}

// mailBox is the sandbox's mail server, which begins with the first mail.
func (t *Terminal) mailBox() (*post.Server, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.box != nil {
		return t.box, nil
	}
	box, err := post.Listen("127.0.0.1:0", post.Options{Dir: filepath.Join(t.dir, "mail"), Clock: t.opt.Clock})
	if err == nil {
		t.box = box
	}
	return t.box, err
}

// mails reports whether receipts can go out by mail.
func (t *Terminal) mails(s settings.Settings) bool { return t.Training() || s.Mail.Server != "" }
