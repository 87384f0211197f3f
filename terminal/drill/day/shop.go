package day

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"time"

	"paydesk/terminal"
	"paydesk/terminal/settings"
	"paydesk/terminal/vault"
)

// Of makes the drill one of the shop whose data are in a folder: it reads the
// settings, beside a terminal that may be running, and takes the installation's key.
// Where nothing was set up yet there is neither. Ask gets a passphrase from a person;
// it may be nil.
func (o *Options) Of(ctx context.Context, dir string, mode settings.Mode, ask func(prompt string) ([]byte, error)) error {
	j, err := terminal.OpenHistory(dir, mode)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	stored, err := j.Settings(ctx)
	if err = errors.Join(err, j.Close()); err != nil {
		return err
	}
	flat := settings.Default().Flatten()
	for key, value := range stored {
		flat[key] = value
	}
	o.Shop, _ = settings.FromMap(flat) // what cannot be read is as in a new shop
	secrets, err := vault.Open(filepath.Join(dir, string(mode)), vault.Mode(mode), ask)
	if err != nil {
		return err
	}
	key, err := vault.InstallationKey(secrets)
	o.Sign = Keyed(key)
	return err
}

// morning is when the played day begins: at eight by the clock of the shop, on the
// day of the drill.
func morning(now time.Time, s settings.Day) time.Time {
	zone, err := s.Location()
	if err != nil {
		zone = time.Local
	}
	y, m, date := now.In(zone).Date()
	return time.Date(y, m, date, 8, 0, 0, 0, zone)
}
