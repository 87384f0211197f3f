package slip

import (
	"context"
	"strings"
	"testing"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/look"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

func TestLines(t *testing.T) {
	tests := []struct {
		job   order.Job
		shape look.Shape
		want  string
		asks  bool
	}{
		{order.Job{Kind: order.JobPrint, State: order.JobDone, Copy: "customer"}, look.Check, "Customer receipt: printed", false},
		{order.Job{Kind: order.JobPrint, State: order.JobSending, Copy: "merchant"}, look.Clock, "Shop receipt: printing", false},
		{order.Job{Kind: order.JobPrint, State: order.JobQueued, Copy: "merchant"}, look.Clock, "Shop receipt: waits for the printer", false},
		{order.Job{Kind: order.JobPrint, State: order.JobQueued, Tries: 1}, look.Alert, "Customer receipt: the printer does not answer; it prints when the printer is back", false},
		{order.Job{Kind: order.JobPrint, State: order.JobUnsure}, look.Alert, "Customer receipt: perhaps not whole", true},
		{order.Job{Kind: order.JobPrint, State: order.JobDropped}, look.Unsure, "Customer receipt: not printed", false},
		{order.Job{Kind: order.JobPDF, State: order.JobDone, Path: "/r/1.pdf"}, look.Check, "PDF receipt saved: 1.pdf", false},
		{order.Job{Kind: order.JobPDF, State: order.JobQueued, Trouble: "x"}, look.Alert, "PDF receipt: could not be saved; it is tried again", false},
	}
	for _, tt := range tests {
		lines, question := Lines([]order.Job{tt.job})
		if lines[0].Words != tt.want || lines[0].Shape != tt.shape || (question != nil) != tt.asks {
			t.Errorf("%+v: %+v %v", tt.job, lines[0], question)
		}
	}
}

func TestPanel(t *testing.T) {
	desk := apptest.NewDesk(false)
	p := New(desk, bridge.InlineRun)
	p.Print()
	p.Choose(Merchant)
	p.Open("n1")
	if v := p.View(); !v.Open || v.Copy != Customer || !strings.Contains(strings.Join(v.Lines, "\n"), "customer copy") {
		t.Errorf("%+v", v)
	}
	p.Choose(Merchant)
	p.Print()
	if v := p.View(); v.Copy != Merchant || v.Said != "A copy is on its way to the printer." || desk.Count("Reprint") != 1 {
		t.Errorf("%+v", v)
	}
	desk.Fail = func(string) error { return &engine.Problem{Text: "No right."} }
	p.Print()
	if v := p.View(); v.Said != "No right." || v.Busy {
		t.Errorf("%+v", v)
	}
	p.Choose(Customer)
	if v := p.View(); v.Said != "No right." || v.Lines != nil {
		t.Errorf("%+v", v)
	}
	p.Close()
	if p.View().Open {
		t.Error("still open")
	}
}

func TestLateAnswerIsDropped(t *testing.T) {
	var held []func(context.Context) func()
	p := New(apptest.NewDesk(false), func(work func(context.Context) func()) { held = append(held, work) })
	p.Open("n1")
	p.Choose(Merchant)
	bridge.InlineRun(held[0])
	if p.View().Lines != nil {
		t.Error("the customer copy is shown as the shop's")
	}
	bridge.InlineRun(held[1])
	if p.View().Lines == nil {
		t.Error("nothing is shown")
	}
}
