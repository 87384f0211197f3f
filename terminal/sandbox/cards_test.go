package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/clock"
)

// waitClock is a virtual clock that tells when somebody begins to wait.
type waitClock struct {
	*clock.Virtual
	waiting chan time.Duration
}

func (c waitClock) After(d time.Duration) <-chan time.Time {
	ch := c.Virtual.After(d)
	c.waiting <- d
	return ch
}

func newWaitClock() waitClock {
	return waitClock{clock.NewVirtual(documentDay), make(chan time.Duration, 1)}
}

func TestCardsAreTestNumbers(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Cards {
		if !luhn([]byte(c.Number)) || seen[c.Number] {
			t.Errorf("%s is listed twice or fails the check digit", c.Number)
		}
		seen[c.Number] = true
	}
}

// TestCardOutcomes pays with every card of the table and holds the answer and
// the ledger against the table.
func TestCardOutcomes(t *testing.T) {
	for _, card := range Cards {
		t.Run(card.Number, func(t *testing.T) {
			c := newWaitClock()
			b := newBench(t, Options{Clock: c})
			go func() {
				select {
				case d := <-c.waiting:
					c.Advance(d)
				case <-t.Context().Done():
				}
			}()
			status, body, err := b.do("POST", "sales", saleBody(card.Number, "10.01", "one"))
			got, want := observed(status, body, err), map[Outcome]string{
				Approved:        "200 Transaction - Approved A0000 10.01 true",
				Slow:            "200 Transaction - Approved A0000 10.01 true",
				PartlyApproved:  "200 Transaction - Approved A0002 5 true",
				Declined:        "200 Transaction - Declined " + card.Code + " 0 false",
				DeclinedAsError: "422 Error code " + card.Code,
				AnswerLost:      "no answer",
				NoAnswer:        "no answer",
				BadGateway:      "502 html",
				CreatedLocal:    "200 Transaction - Created - Local <nil> 0 false",
				NotReached:      "200 Transaction - Created - Error: Processor not reached <nil> 0 false",
			}[card.Outcome]
			if got != want {
				t.Errorf("answer: got %q, want %q", got, want)
			}
			charged := map[Outcome]int{Approved: 1, Slow: 1, PartlyApproved: 1, AnswerLost: 1}[card.Outcome]
			recorded := 1
			if card.Outcome == NoAnswer || card.Outcome == BadGateway {
				recorded = 0
			}
			if got, want := fmt.Sprint(b.charged(), len(b.rows())), fmt.Sprint(charged, recorded); got != want {
				t.Errorf("charged and recorded: got %s, want %s", got, want)
			}
			if says := strings.HasPrefix(card.Sentence, "Not charged") || strings.HasPrefix(card.Sentence, "Declined"); says == (charged == 1) {
				t.Errorf("the table says %q of a card that is charged %d times", card.Sentence, charged)
			}
		})
	}
}

// observed is an answer in short.
func observed(status int, body string, err error) string {
	switch {
	case err != nil:
		return "no answer"
	case strings.HasPrefix(body, "<"):
		return fmt.Sprint(status, " html")
	case status != 200:
		_, rest, _ := strings.Cut(body, "Error code ")
		code, _, _ := strings.Cut(rest, ".")
		return fmt.Sprintf("%d Error code %s", status, code)
	}
	var out struct {
		Status, ProcessorStatusCode any
		EffectiveAmount             text
		WasProcessed                bool
	}
	if err := decode(strings.NewReader(body), &out); err != nil {
		return err.Error()
	}
	return fmt.Sprint(status, " ", out.Status, " ", out.ProcessorStatusCode, " ", out.EffectiveAmount, " ", out.WasProcessed)
}

func TestOtherNumbersAreDeclined(t *testing.T) {
	tests := []struct{ name, number, expiry, cvv, code string }{
		{"valid but not in the table", "4532538795426624", "2912", "999", "D2005"},
		{"wrong check digit", "4111111111111112", "2912", "999", "D2024"},
		{"expired", "4111111111111111", "1808", "999", "D2011"},
		{"not expired in its last month", "4111111111111111", "1809", "999", "A0000"},
		{"month 13", "4111111111111111", "2913", "999", "D2028"},
		{"expiry in the reply form", "4111111111111111", "2029-12", "999", "D2028"},
		{"short security code", "4111111111111111", "2912", "99", "D2020"},
		{"no security code", "4111111111111111", "2912", "", "A0000"},
	}
	b := newBench(t, Options{})
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body := saleBody(tt.number, "5.00", fmt.Sprint("n", i))
			body = strings.Replace(strings.Replace(body, "2912", tt.expiry, 1), "7391", tt.cvv, 1)
			s := fields(t, b.want(200, "POST", "sales", body))
			if got, want := s["processorStatusCode"], tt.code; got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestTokenPaysLikeItsCard(t *testing.T) {
	b := newBench(t, Options{})
	token := func(sequence, number string) map[string]any {
		return fields(t, b.want(200, "POST", "sales", saleBody(number, "5", sequence)))
	}
	first := token("a", "4000000000009995")["card"].(map[string]any)["cardNumber"].(string)
	again := token("b", first)
	if got, want := again["processorStatusCode"], "D2012"; got != want {
		t.Errorf("sale by token: got %v, want %v", got, want)
	}
	if got := again["card"].(map[string]any)["cardNumber"]; got != first {
		t.Errorf("token of the same card: got %v, want %v", got, first)
	}
	b.want(422, "POST", "sales", saleBody("FfL7exC7Xe2y6624", "5", "c"))
}

// TestWaits looks into the ledger while a request hangs: a slow approval is
// charged before its answer, silence is not.
func TestWaits(t *testing.T) {
	for outcome, charged := range map[Outcome]int{Slow: 1, NoAnswer: 0} {
		t.Run(string(outcome), func(t *testing.T) {
			c := newWaitClock()
			b := newBench(t, Options{Clock: c, HangFor: time.Hour})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			ended := make(chan error)
			go func() {
				req, _ := http.NewRequestWithContext(ctx, "POST", b.url+"/api/v1/sales", strings.NewReader(saleBody(cardFor(outcome), "5", "a")))
				req.Header.Set("Authorization", "Bearer "+b.token)
				resp, err := http.DefaultClient.Do(req)
				if err == nil {
					resp.Body.Close()
				}
				ended <- err
			}()
			<-c.waiting
			if got := b.charged(); got != charged {
				t.Errorf("charged while waiting: got %d, want %d", got, charged)
			}
			cancel() // the client gives up; the bench closes only once the request has ended
			if err := <-ended; err == nil {
				t.Error("an answer came before its time")
			}
		})
	}
}

func cardFor(o Outcome) string {
	for _, c := range Cards {
		if c.Outcome == o {
			return c.Number
		}
	}
	return ""
}
