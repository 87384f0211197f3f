package order

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/money"
)

const (
	docToken = "FfL7exC7Xe2y6624" // ConnexPay API, Create sale
	guidOf   = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
)

func TestTokenOf(t *testing.T) {
	for _, text := range []string{docToken, "nr959X7eCIXI0473", "abcdefgh12345678", guidOf, strings.ToUpper(guidOf)} {
		if got := TokenOf(text); string(got) != text || got.GUID() != (len(text) == 36) {
			t.Errorf("%s: got %q, guid %t", text, string(got), got.GUID())
		}
	}
	for _, text := range []string{"", "4111111111111111", "5555555555554444", "378282246310005", "1234567890123456", "411111111111111",
		"4222222222222abc", "abcd501800000009", "FfL7exC7Xe2y662", "FfL7exC7Xe2y66241", "CARD NOT TOKENIZED", "4111 1111 1111 1",
		"************1111", "FfL7exC7Xe2y\"624", "00000000-0000-0000-0000-000000000000", guidOf[:35] + "g", strings.ReplaceAll(guidOf, "-", "0")} {
		if got := TokenOf(text); got != "" {
			t.Errorf("%q is kept as a token", text)
		}
	}
}

// FuzzTokenOf: whatever is kept has one of the two forms, and the shorter one
// has no room for a card number.
func FuzzTokenOf(f *testing.F) {
	for _, s := range []string{docToken, guidOf, "4111111111111111", "CARD NOT TOKENIZED"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := TokenOf(text)
		if got == "" {
			return
		}
		digits := strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
		for _, run := range digits {
			if len(run) >= 12 && !got.GUID() {
				t.Errorf("%q is kept", text)
			}
		}
		if string(got) != text || len(text) != 16 && len(text) != 36 {
			t.Errorf("%q is kept as %q", text, string(got))
		}
	})
}

// TestTokenIsNotShown: however an attempt is printed or logged; the evidence is
// kept without it.
func TestTokenIsNotShown(t *testing.T) {
	a, e := Attempt{Number: "N", Token: docToken}, Evidence{Token: docToken}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "a", a, "token", a.Token, "e", e)
	note, err := json.Marshal(e)
	for _, shown := range []string{fmt.Sprintf("%v %+v %#v %s %q %x %v", a, a, a, a.Token, a.Token, a.Token, e), log.String(), string(note)} {
		if strings.Contains(shown, docToken) || strings.Contains(shown, fmt.Sprintf("%x", docToken)) || err != nil {
			t.Errorf("shown: %s, %v", shown, err)
		}
	}
	data, err := json.Marshal(a)
	var back Attempt
	if err != nil || json.Unmarshal(data, &back) != nil || back.Token != docToken {
		t.Errorf("the journal has %s, %v", data, err)
	}
}

func TestTokenIsKept(t *testing.T) {
	usd := func(minor int64) money.Amount { return money.New(minor, money.USD) }
	yes, no := true, false
	answer := func(status string, processed *bool, code string, effective int64) Evidence {
		amount, whole := usd(effective), usd(1000)
		return Evidence{Stage: Answered, HTTP: 200, Body: BodySale, Status: status, Processed: processed, Code: code, GUID: "g",
			Device: "dev", Number: "N", Amount: &whole, Effective: &amount, Token: docToken}
	}
	approval := answer("Transaction - Approved", &yes, "A0000", 1000)
	unsure := answer("Transaction - Approved", &yes, "A0001", 1000)
	o := Order{ID: "O", Version: 1, State: Open, Amount: usd(1000)}
	sent := Begin(Attempt{Number: "N", Order: "O", Asked: usd(1000), Device: "dev"}, t0)
	for _, tt := range []struct {
		name   string
		events []Event
		state  State
		want   Token
	}{
		{"approved", []Event{Replied{approval}}, Approved, docToken},
		{"approved, found", []Event{Replied{Evidence{Stage: NoAnswer}}, Probed{Finding{Hits: []Evidence{approval}}}}, Approved, docToken},
		{"in part, kept", []Event{Replied{answer("Transaction - Approved", &yes, "A0002", 500)}, Kept{}}, Approved, docToken},
		{"in part, given back", []Event{Replied{answer("Transaction - Approved", &yes, "A0002", 500)}, GivenBack{}, ReversalReplied{ReversalDone}}, Reversed, ""},
		{"declined", []Event{Replied{answer("Transaction - Declined", &no, "D2012", 0)}}, Declined, ""},
		{"unsure", []Event{Replied{unsure}}, Unknown, ""},
		{"taken back", []Event{Replied{Evidence{Stage: NoAnswer}}, WaitOver{}, ReversalReplied{ReversalDone}}, Reversed, ""},
	} {
		o, a := o, sent
		for _, ev := range tt.events {
			var err error
			if o, a, err = Step(o, a, ev, t0.Add(time.Second)); err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
		}
		if a.State != tt.state || a.Token != tt.want {
			t.Errorf("%s: %s with %d characters, want %s with %d", tt.name, a.State, len(a.Token), tt.state, len(tt.want))
		}
	}
	for _, act := range []Act{Check, Return} {
		e := approval
		e.Number, e.Target, e.Amount = "", "sale", nil
		f, err := StepFollow(BeginFollow(FollowUp{ID: "F", Act: act, Device: "dev", Target: Target{GUID: "sale"}}, t0), FollowReplied{e}, t0)
		if err != nil || f.State != FollowDone || (f.Token != "") != (act == Check) {
			t.Errorf("%s: %+v, %v", act, f, err)
		}
	}
}

func TestOfferTakes(t *testing.T) {
	none := map[Feature]bool{FeatureTokens: false}
	for _, tt := range []struct {
		o    Offer
		t    Token
		want bool
	}{
		{Offer{}, docToken, true}, {Offer{}, guidOf, false}, {Offer{Dialect: DialectDocument}, guidOf, false},
		{Offer{Dialect: DialectCurrent}, guidOf, true}, {Offer{Dialect: DialectCurrent}, docToken, true},
		{Offer{Has: none}, docToken, false}, {Offer{Dialect: DialectCurrent, Has: none}, guidOf, false},
	} {
		if got := tt.o.Takes(tt.t); got != tt.want {
			t.Errorf("%+v takes a guid (%t): got %t", tt.o, tt.t.GUID(), got)
		}
	}
}

// TestAcceptOnFile: the switches are two, the limits are the same.
func TestAcceptOnFile(t *testing.T) {
	usd := func(minor int64) money.Amount { return money.New(minor, money.USD) }
	l := OfflineLimits{PerSale: usd(5000), Total: usd(6000), Count: 2, Age: time.Hour, Brands: []string{"Visa"}}
	for _, tt := range []struct {
		name           string
		keyed, tokens  bool
		u              Unsent
		amount         int64
		brand          string
		wantKeyed, wOn string // parts of the sentences, "" is yes
	}{
		{"neither", false, false, Unsent{}, 100, "Visa", "offline.enabled", "offline.tokens"},
		{"keyed", true, false, Unsent{}, 100, "Visa", "", "offline.tokens"},
		{"on file", false, true, Unsent{}, 100, "Visa", "offline.enabled", ""},
		{"both", true, true, Unsent{}, 100, "Visa", "", ""},
		{"too large", true, true, Unsent{}, 5001, "Visa", "at most", "at most"},
		{"in total", true, true, Unsent{1, usd(2000), t0}, 5000, "Visa", "no more than", "no more than"},
		{"count", true, true, Unsent{2, usd(200), t0}, 100, "Visa", "already stored", "already stored"},
		{"age", true, true, Unsent{1, usd(100), t0.Add(-time.Hour)}, 100, "Visa", "waits for", "waits for"},
		{"brand", true, true, Unsent{}, 100, "JCB", "JCB", "JCB"},
	} {
		l.Enabled, l.Tokens = tt.keyed, tt.tokens
		for want, err := range map[*string]error{&tt.wantKeyed: l.Accept(tt.u, usd(tt.amount), tt.brand, t0), &tt.wOn: l.AcceptOnFile(tt.u, usd(tt.amount), tt.brand, t0)} {
			if (err == nil) != (*want == "") || err != nil && !strings.Contains(err.Error(), *want) {
				t.Errorf("%s: got %v, want %q", tt.name, err, *want)
			}
		}
		if text := l.Room(Unsent{1, usd(100), t0}, t0).Text; strings.Contains(text, "no more") == (tt.keyed || tt.tokens) {
			t.Errorf("%s: %s", tt.name, text)
		}
	}
}
