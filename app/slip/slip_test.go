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
	p.Turn(1)
	p.Open(Sale("n1"))
	if v := p.View(); !v.Open || v.Copy != Customer || v.Picture == nil || v.Code != apptest.Code || v.Papers != "" || v.HasMail {
		t.Errorf("%+v", v)
	}
	p.Mail()
	p.Choose(Merchant)
	p.Scan() // the shop's copy has no code
	if v := p.View(); v.Mode != Looking || v.Code != "" {
		t.Errorf("%+v", v)
	}
	p.Print()
	if v := p.View(); v.Copy != Merchant || v.Said != "A copy is on its way to the printer." || v.Wrong || desk.Count("PrintAgain sale merchant") != 1 {
		t.Errorf("%+v", v)
	}
	desk.Change(func(s *engine.Snapshot) {
		s.Printer = engine.Part{Health: engine.HealthTrouble, Text: "Paper is out."}
	})
	p.Print()
	if v := p.View(); !strings.HasPrefix(v.Said, "Paper is out. Receipts print later") || !v.Wrong {
		t.Errorf("%+v", v)
	}
	desk.Fail = func(string) error { return &engine.Problem{Text: "No right."} }
	p.Print()
	if v := p.View(); v.Said != "No right." || v.Busy || !v.Wrong {
		t.Errorf("%+v", v)
	}
	p.Choose(Customer)
	if v := p.View(); v.Said != "No right." || v.Picture != nil || v.MayPrint {
		t.Errorf("%+v", v)
	}
	p.Close()
	if p.View().Open {
		t.Error("still open")
	}
}

func TestPapers(t *testing.T) {
	desk := apptest.NewDesk(false)
	p := New(desk, bridge.InlineRun)
	p.Open(Of(order.Attempt{Number: "n1"}, []order.FollowUp{{ID: "f1", State: order.FollowDone, Act: order.Return}, {ID: "f2", State: order.FollowRefused, Act: order.Void}})...)
	if v := p.View(); v.Papers != "Payment (1 of 2)" {
		t.Errorf("%+v", v)
	}
	p.Turn(1)
	if v := p.View(); v.Papers != "Follow-up (2 of 2)" || desk.Count("Picture follow customer") != 1 {
		t.Errorf("%+v", v)
	}
	p.Turn(1)
	if v := p.View(); v.Papers != "Payment (1 of 2)" {
		t.Errorf("%+v", v)
	}
	if got := Of(order.Attempt{Number: "n", ApprovedBy: "op"}, []order.FollowUp{{ID: "f", State: order.FollowDone, Act: order.Void, Approved: "op"}}); len(got) != 4 ||
		got[1] != (Paper{order.DocumentApproval, "n"}) || got[3] != (Paper{order.DocumentApproval, "f"}) {
		t.Errorf("approved: %v", got)
	}
	if got := OfStored(order.Stored{ID: "s", State: order.Uncollected}); len(got) != 2 || got[1] != (Paper{order.DocumentPayLater, "s"}) {
		t.Errorf("owed: %v", got)
	}
	p.Open(Paper{order.DocumentBatch, "b"})
	if v := p.View(); v.Copy != Merchant || len(v.Copies) != 1 || v.Code != "" {
		t.Errorf("%+v", v)
	}
}

// An address is looked at before anything is sent, and kept nowhere.
func TestMail(t *testing.T) {
	desk := apptest.NewDesk(false)
	for _, s := range [][2]string{{"mail.from", "shop@shop.example"}, {"mail.server", "smtp.example"}} {
		if err := desk.Set(t.Context(), s[0], s[1]); err != nil {
			t.Fatal(err)
		}
	}
	p := New(desk, bridge.InlineRun)
	p.Open(Sale("n1"))
	p.Scan()
	p.Mail()
	if p.View().Mode != Scanning {
		t.Error("the code is covered")
	}
	p.Back()
	p.Mail()
	for _, tt := range []struct{ typed, problem string }{
		{"", "Enter the address first."},
		{"ann", "That is no address: it looks like name@example.com."},
		{"ann@shop", "That is no address: it looks like name@example.com."},
		{"ann@shop.", "That is no address: it looks like name@example.com."},
		{"ann@shop.example,bob@shop.example", "That is no address: it looks like name@example.com."},
		{"<ann@shop.example>", "That is no address: it looks like name@example.com."},
		{"4111111111111111@shop.example", "A card number does not belong here: enter an e-mail address."},
		{strings.Repeat("a", 300), "No address is that long."},
		{"a b@shop.example", ""},
	} {
		p.Mail()
		for range 300 {
			p.Erase()
		}
		for _, r := range tt.typed {
			p.Rune(r)
		}
		if p.View().Problem == "" {
			p.Send()
		}
		if got := p.View().Problem; got != tt.problem {
			t.Errorf("%.20q: %q, want %q", tt.typed, got, tt.problem)
		}
	}
	if v := p.View(); v.Mode != Looking || v.Address != "" || v.Said != "The receipt is on its way to \nab\n@shop.example" || desk.Count("SendMail sale ab@shop.example") != 1 {
		t.Errorf("%+v, %v", v, desk.Calls())
	}
	p.Mail()
	p.Paste(" eve@shop.example\n")
	desk.Fail = func(string) error { return &engine.Problem{Text: "The server refuses it."} }
	p.Send()
	if v := p.View(); v.Mode != Addressee || v.Problem != "The server refuses it." || v.Address != "eve@shop.example" {
		t.Errorf("%+v", v)
	}
	p.Close()
	p.Open(Sale("n2"))
	if v := p.View(); v.Address != "" || v.Mode != Looking {
		t.Errorf("an address stays: %+v", v)
	}
}

func TestLateAnswerIsDropped(t *testing.T) {
	var held []func(context.Context) func()
	p := New(apptest.NewDesk(false), func(work func(context.Context) func()) { held = append(held, work) })
	p.Open(Sale("n1"))
	p.Choose(Merchant)
	bridge.InlineRun(held[0])
	if p.View().Picture != nil {
		t.Error("the customer copy is shown as the shop's")
	}
	bridge.InlineRun(held[1])
	if p.View().Picture == nil {
		t.Error("nothing is shown")
	}
}
