package sandbox

import (
	"errors"
	"path/filepath"
	"strings"
	"time"

	"paydesk/terminal/sandbox/post"
)

// mailDir is where the host's mails go: a folder beside the ledger unless
// Options says otherwise.
func (opt *Options) mailDir() string {
	if opt.MailDir != "" || opt.Path == ":memory:" {
		return opt.MailDir
	}
	return filepath.Join(filepath.Dir(opt.Path), "mail")
}

// send writes the mail with a reset key into the mail folder.
func (h *Host) send(u *user, key string) error {
	dir := h.opt.mailDir()
	if dir == "" {
		return errors.New("a ledger in memory has no folder for mails: set Options.MailDir")
	}
	now := h.clock.Now()
	return post.Keep(dir, []byte(resetMail(u, key, now.UTC())), now)
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
