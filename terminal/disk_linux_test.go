package terminal_test

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
)

// smallDisk mounts a file system of so many megabytes, where the tests run as
// somebody who may.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("a small disk cannot be mounted: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill takes the room that is left, to the last byte.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Error(err)
		return
	}
	defer f.Close()
	for chunk := bytes.Repeat([]byte("x"), 1<<20); len(chunk) > 0; {
		if _, err := f.Write(chunk); err != nil {
			if !errors.Is(err, syscall.ENOSPC) {
				t.Error(err)
				return
			}
			chunk = chunk[:len(chunk)/2]
		}
	}
}

func TestDiskFull(t *testing.T) {
	dir := smallDisk(t, "32m")
	filler := filepath.Join(dir, "filler")
	var fillNow atomic.Bool
	host, address := outside(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if fillNow.Load() && strings.HasSuffix(r.URL.Path, "/sales") {
				fill(t, filler) // the number is in the journal, the outcome is not
			}
			next.ServeHTTP(w, r)
		})
	})
	term := open(t, dir, settings.Training)
	signIn(t, term)
	set(t, term, "host.base_url", address)
	first := charge(t, term, "4111111111111111")
	onPaper(t, term)
	fillNow.Store(true)
	second := charge(t, term, "4111111111111111")
	if second.State != order.Approved {
		t.Errorf("the disk filled up during the sale: %s, want APPROVED from the room that was kept", second.State)
	}
	// With that room gone, the next outcome cannot be saved. Nobody is told of
	// an approval, or of a refusal.
	third, err := tryCharge(t, term, "4111111111111111", "999")
	says(t, err, "the outcome of this payment could not be saved", "Do not charge again", "Free some space")
	if third.State != order.Sending || term.Snapshot().Journal.Health != engine.HealthTrouble {
		t.Errorf("%s, journal %+v", third.State, term.Snapshot().Journal)
	}
	_, err = tryCharge(t, term, "4111111111111111", "999")
	says(t, err, "The disk of this computer is full", "Free some space")
	fillNow.Store(false)
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if third = settled(t, term, third.Number); third.State != order.Approved {
		t.Errorf("with room again: %s, want APPROVED", third.State)
	}
	fourth := charge(t, term, "4111111111111111")
	onPaper(t, term)
	ledger, err := host.Ledger(background)
	if err != nil || len(ledger) != 4 {
		t.Fatalf("%d sales at the host, %v", len(ledger), err)
	}
	for i, sale := range []engine.Sale{first, second, third, fourth} {
		a, err := term.Journal().Attempt(background, sale.Number)
		if err != nil || a.State != order.Approved || ledger[i].SequenceNumber != sale.Number {
			t.Errorf("sale %d: %s, %v; at the host %s", i+1, a.State, err, ledger[i].SequenceNumber)
		}
	}
	if _, err := term.Journal().Verify(background); err != nil {
		t.Error(err)
	}
}
