package text

import (
	"testing"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/settings"
)

func TestMoney(t *testing.T) {
	tests := []struct {
		language string
		amount   money.Amount
		want     string
	}{
		{English, money.New(123450, money.USD), "$1,234.50"},
		{English, money.New(-5, money.USD), "-$0.05"},
		{Spanish, money.New(123450, money.EUR), "1.234,50\u00a0€"},
		{French, money.New(123456789, money.EUR), "1\u00a0234\u00a0567,89\u00a0€"},
		{German, money.New(-123450, "CHF"), "-1.234,50\u00a0CHF"},
		{German, money.New(1234, "JPY"), "1.234\u00a0¥"},
		{Portuguese, money.New(123450, "BRL"), "R$\u00a01.234,50"},
		{Hindi, money.New(1234567890, money.INR), "₹1,23,45,678.90"},
		{Hindi, money.New(99999, money.INR), "₹999.99"},
		{"xx", money.New(100, money.USD), "$1.00"},
	}
	for _, tt := range tests {
		if got := In(tt.language).Money(tt.amount); got != tt.want {
			t.Errorf("%s: %s is %q, want %q", tt.language, tt.amount, got, tt.want)
		}
	}
	if got, want := In(English).Money(money.New(123456789, money.USD)), money.New(123456789, money.USD).Display(); got != want {
		t.Errorf("the screen has %q, the paper %q", got, want)
	}
}

func TestDates(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 5, 0, 0, time.UTC)
	for language, want := range map[string]string{
		English: "Mon 2 Mar 2026", Spanish: "lun 2 mar 2026", French: "lun. 2 mars 2026", German: "Mo 2. März 2026",
		Portuguese: "seg. 2 mar. 2026", Hindi: "सोम 2 मार्च 2026",
	} {
		if got := In(language).Day(at); got != want {
			t.Errorf("%s: %q, want %q", language, got, want)
		}
	}
	if got := Moment(at); got != "2 Mar 09:05" {
		t.Errorf("%q", got)
	}
}

func TestCountAndNumber(t *testing.T) {
	if got := Number(-1234567); got != "-1,234,567" {
		t.Error(got)
	}
	if In(French).Count("status.sales", 0) == In(French).Count("status.sales", 2) {
		t.Error("French counts nothing as many")
	}
}

// What the settings offer can be shown.
func TestLanguagesOfTheSettings(t *testing.T) {
	for i, code := range settings.Languages {
		if i >= len(Languages) || Languages[i].Code != code {
			t.Errorf("%s is offered and has no forms", code)
		}
	}
	Use(German)
	defer Use(English)
	if Current().Language().Name != "Deutsch" {
		t.Error("not in use")
	}
}
