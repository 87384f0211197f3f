package app

import (
	"fmt"
	"time"

	"paydesk/app/keys"
	"paydesk/terminal/engine"
	"paydesk/terminal/staff"
)

func init() {
	scenes = append(scenes, []struct {
		name string
		play func(*window)
	}{
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
	}...)
}
