package sandbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// mailDir is where the host's mails go: a folder beside the ledger unless
// Options says otherwise.
func (opt *Options) mailDir() string {
	if opt.MailDir != "" || opt.Path == ":memory:" {
		return opt.MailDir
	}
	return filepath.Join(filepath.Dir(opt.Path), "mail")
}

// send writes the mail with a reset key into the mail folder, for its owner's
// eyes only. The file appears whole under its name or not at all.
func (h *Host) send(u *user, key string) (err error) {
	dir := h.opt.mailDir()
	if dir == "" {
		return errors.New("a ledger in memory has no folder for mails: set Options.MailDir")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".mail-*") // mode 0600
	if err != nil {
		return err
	}
	now := h.clock.Now().UTC()
	_, err = f.WriteString(resetMail(u, key, now))
	if err = errors.Join(err, f.Close()); err == nil {
		name := fmt.Sprintf("%s-%s.eml", now.Format("20060102T150405.000"), newGUID()[:8])
		err = os.Rename(f.Name(), filepath.Join(dir, name))
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// resetMail is a plain mail, RFC 5322.
func resetMail(u *user, key string, now time.Time) string {
	return strings.Join([]string{
		"From: Sandbox host <sandbox@paydesk.invalid>",
		"To: " + u.email,
		"Subject: Your key for a new password",
		"Date: " + now.Format(time.RFC1123Z),
		"Message-ID: <" + newGUID() + "@paydesk.invalid>",
		"MIME-Version: 1.0",
		"Content-Type: text/plain; charset=utf-8",
		"Content-Transfer-Encoding: 8bit",
		"",
		"A new password was asked for the user " + u.name + ".",
		"To set one, send this key to accounts/ResetPassword within an hour. It works once.",
		"",
		key,
		"",
		"If it was not you, do nothing: the password stays as it is.",
		"",
	}, "\r\n")
}
