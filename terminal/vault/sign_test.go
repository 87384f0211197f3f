package vault

import (
	"strings"
	"testing"
)

func TestInstallationKeyStays(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir, Training, nil)
	if err != nil {
		t.Fatal(err)
	}
	key, err := InstallationKey(s)
	if err != nil {
		t.Fatal(err)
	}
	if s, err = Open(dir, Training, nil); err != nil {
		t.Fatal(err)
	}
	if again, err := InstallationKey(s); err != nil || !again.Equal(key) {
		t.Errorf("another key after a start: %v", err)
	}
	other, err := Open(t.TempDir(), Training, nil)
	if err != nil {
		t.Fatal(err)
	}
	if another, err := InstallationKey(other); err != nil || another.Equal(key) {
		t.Errorf("two terminals have one key: %v", err)
	}
	if err := s.Set(installationName, []byte("short")); err != nil {
		t.Fatal(err)
	}
	if _, err := InstallationKey(s); err == nil || !strings.Contains(err.Error(), "installation-key") {
		t.Errorf("a key that was changed: %v", err)
	}
}
