package app

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"paydesk/app/apptest"
	"paydesk/app/customer"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/menu"
	"paydesk/app/theme"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/staff"
)

var deskScenes = []scene{
	{"approve", func(w *window) { w.atHistory(); w.asks(largeReturn); w.typed("123") }},
	{"approve-wrong", func(w *window) { w.atHistory(); w.asks(largeReturn); w.typed("9999"); w.press(keys.Enter) }},
	{"approve-lockout", func(w *window) {
		w.atHistory()
		w.asks(engine.Ask{Right: staff.ParkUnknown, Subject: "K7P2Q00001000AB00", Why: engine.AskRight})
		for range 5 {
			w.typed("9999")
			w.press(keys.Enter)
		}
	}},
	{"approve-many", func(w *window) {
		for i := range 9 {
			w.desk.People = append(w.desk.People, staff.Operator{ID: fmt.Sprint(i), Name: "Christopher Alexander " + fmt.Sprint(i), Role: staff.Supervisor, Active: true})
		}
		w.atHistory()
		w.asks(largeReturn)
	}},
	{"locked", func(w *window) { w.signedIn(); w.typed("1250"); w.idle(time.Hour); w.typed("12") }},
	{"signin-lockout", func(w *window) {
		for range 5 {
			w.typed("9999")
			w.press(keys.Enter)
		}
	}},
	{"menu-full", func(w *window) {
		for i := range 9 {
			badge := map[bool]string{true: "12 open"}[i%3 == 0]
			w.menu.Add(menu.Item{Key: "menu.history", Shape: look.Clock, Badge: func(engine.Snapshot) string { return badge }, Go: func() {}})
		}
		w.signedIn()
		w.press(keys.Menu)
	}},
}

// TestShotsOfTheCustomer writes pictures of what the customer sees, beside the
// others.
func TestShotsOfTheCustomer(t *testing.T) {
	folder, only, pattern := os.Getenv("PAYDESK_SHOTS"), os.Getenv("PAYDESK_SHOTS_SIZE"), regexp.MustCompile(os.Getenv("PAYDESK_SHOTS_SCENE"))
	if folder == "" {
		t.Skip("set PAYDESK_SHOTS to a folder to have pictures written")
	}
	usd := func(minor int64) money.Amount { return money.New(minor, money.USD) }
	due := customer.Due{Goods: usd(4250), Tax: usd(351), Tip: usd(638), Total: usd(5239), TaxName: "Sales tax", Tips: []money.Rate{10_000, 15_000, 20_000}, Chosen: 15_000}
	for _, size := range []fyne.Size{sizes[0], sizes[1], sizes[3], sizes[4], {Width: 480, Height: 800}} {
		for _, variant := range []string{theme.Light, theme.Dark, theme.Contrast} {
			for _, training := range []bool{false, true} {
				for _, stage := range []customer.Stage{customer.Idle, customer.Sum, customer.Card, customer.Wait, customer.Paid, customer.Part, customer.NotPaid, customer.Checking,
					customer.Scan, customer.Confirm, customer.Lapsed} {
					name := "customer-" + string(stage)
					if !pattern.MatchString(name) || (only != "" && only != fmt.Sprintf("%.0f", size.Width)) {
						continue
					}
					test.NewTempApp(t).Settings().SetTheme(theme.New(variant))
					screen := customer.NewScreen(nil)
					w := test.NewWindow(screen.Object())
					w.SetPadded(false)
					w.Resize(size)
					screen.Show(customer.View{Training: training, Shop: "Harbour Coffee", Stage: stage, Due: due, Paid: usd(3000), Rest: usd(2239),
						Code: apptest.WalletText, Wallet: "PayPal"})
					mode := map[bool]string{false: "live", true: "training"}[training]
					shoot(t, &window{w: w}, filepath.Join(folder, fmt.Sprintf("%.0fx%.0f-%s-%s", size.Width, size.Height, variant, mode), name+".png"))
					w.Close()
				}
			}
		}
	}
}
