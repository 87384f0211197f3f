package status

import (
	"strings"
	"testing"
	"time"

	"paydesk/app/look"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/staff"
)

func TestView(t *testing.T) {
	now := time.Date(2026, 5, 12, 9, 5, 0, 0, time.UTC)
	s := engine.Snapshot{
		Shop: "Shop", Operator: &staff.Operator{Name: "Maria"},
		Host:    engine.Part{Health: engine.HealthGood},
		Journal: engine.Part{Health: engine.HealthTrouble, Text: "Free some space."},
		Printer: engine.Part{Health: engine.HealthOff},
		Batch:   engine.BatchView{Sales: 3, Total: money.New(4500, money.USD)},
	}
	v := Of(s, now)
	if v.Clock != "09:05" || v.Operator != "Maria" || v.Batch != "3 sales · $45.00" || v.Shop != "Shop" {
		t.Errorf("%+v", v)
	}
	want := [3]Chip{
		{"Bank", look.Check, look.TintApproved, "Works.", false},
		{"Journal", look.Alert, look.TintDeclined, "Free some space.", false},
		{"Printer", look.Unsure, look.TintNotCharged, "Not set up.", true},
	}
	if v.Chips != want {
		t.Errorf("%+v", v.Chips)
	}
	s.OfflineSince, s.Host = now.Add(-10*time.Minute), engine.Part{Health: engine.HealthTrouble, Text: "Check the cable."}
	if got := Of(s, now).Chips[0]; got.Name != "No bank since 08:55" || got.Shape != look.Alert || !strings.Contains(got.Text, "goes on by itself") || !strings.HasSuffix(got.Text, "\nCheck the cable.") {
		t.Errorf("%+v", got)
	}
	if got := Of(s, now.Add(24*time.Hour)).Chips[0].Name; got != "No bank since 12 May 08:55" {
		t.Errorf("the next day: %q", got)
	}
	s.OfflineSince, s.Host = time.Time{}, engine.Part{Health: engine.HealthGood, Text: "Works."}
	s.Recon = engine.ReconView{Differences: 2, Findings: []engine.Finding{{Alarm: false}, {Alarm: true}}}
	if got := Of(s, now).Chips[0]; got.Shape != look.Alert || !strings.Contains(got.Text, "2 payments are not the same") {
		t.Errorf("a loud difference: %+v", got)
	}
	s.Recon = engine.ReconView{Trouble: "it was cut off", Differences: 1, Findings: []engine.Finding{{}}}
	if got := Of(s, now).Chips[0]; got.Shape != look.Check || !strings.HasSuffix(got.Text, "not complete: it was cut off.") {
		t.Errorf("a quiet one: %+v", got)
	}
	empty := Of(engine.Snapshot{Batch: engine.BatchView{Closing: true, Sales: 1}}, now)
	if empty.Batch != "Closing the batch …" || empty.Operator != "" || empty.Shop != "Paydesk" || empty.Chips[0].Shape != look.Clock {
		t.Errorf("%+v", empty)
	}
}
