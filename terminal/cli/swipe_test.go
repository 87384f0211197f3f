package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A swipe pays like a typed card, and none of its tracks is kept anywhere.
func TestSwipe(t *testing.T) {
	s := newShell(t)
	const discretionary = "98765432101234"
	out, _ := s.answers("%B4111111111111111^DOE/JANE MR^3107101"+discretionary+"?;4111111111111111=3107101"+discretionary[:9]+"?").run(0, "sale", "12.50", "--swipe")
	has(t, out, "APPROVED $12.50", "Visa **** 1111", "Swiped")
	err := filepath.WalkDir(s.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		for _, secret := range []string{"4111111111111111", discretionary[:9], "DOE/JANE"} {
			if strings.Contains(string(data), secret) {
				t.Errorf("%s holds %q", path, secret)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	_, errs := s.answers("%E?;E?").run(1, "sale", "5", "--swipe")
	has(t, errs, "swipe it again")
	_, errs = s.answers(";4111111111111111=2001101?").run(1, "sale", "5", "--swipe")
	has(t, errs, "has expired")
	_, errs = s.run(1, append([]string{"sale", "5", "--swipe"}, good...)...)
	has(t, errs, "swiped or typed, not both")
}
