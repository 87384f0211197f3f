package money_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"paydesk/terminal/money"
)

func TestParse(t *testing.T) {
	tests := []struct {
		text     string
		currency money.Currency
		want     int64
		err      error
	}{
		{"0", money.USD, 0, nil},
		{"1500", money.USD, 150000, nil},
		{"15.5", money.USD, 1550, nil},
		{"15.50", money.USD, 1550, nil},
		{"1500.0000", money.USD, 150000, nil},
		{"-3.00", money.USD, -300, nil},
		{"007", money.USD, 700, nil},
		{"92233720368547758.07", money.USD, math.MaxInt64, nil},
		{"92233720368547758.08", money.USD, 0, money.ErrRange},
		{"150", "JPY", 150, nil},
		{"150.00", "JPY", 150, nil},
		{"150.5", "JPY", 0, money.ErrDecimals},
		{"1.234", "KWD", 1234, nil},
		{"1.2345", "KWD", 0, money.ErrDecimals},
		{"1.005", money.USD, 0, money.ErrDecimals},
		{"1.00", "", 0, money.ErrCurrency},
		{"1.00", "XXX", 0, money.ErrCurrency},
	}
	for _, bad := range []string{"", "-", ".", "1.", ".5", "--1", "+1", "1e3", "1,000", " 1", "1 ", "0x1", "1.-5", "١", "1_0", "NaN"} {
		tests = append(tests, struct {
			text     string
			currency money.Currency
			want     int64
			err      error
		}{bad, money.USD, 0, money.ErrFormat})
	}
	for _, tt := range tests {
		got, err := money.Parse(tt.text, tt.currency)
		if !errors.Is(err, tt.err) || (err == nil) != (tt.err == nil) {
			t.Errorf("Parse(%q, %s): %v, want %v", tt.text, tt.currency, err, tt.err)
		} else if got.Minor != tt.want {
			t.Errorf("Parse(%q, %s) = %d, want %d", tt.text, tt.currency, got.Minor, tt.want)
		}
	}
}

func TestText(t *testing.T) {
	tests := []struct {
		amount                   money.Amount
		decimal, display, string string
	}{
		{money.New(0, money.USD), "0.00", "$0.00", "USD 0.00"},
		{money.New(5, money.USD), "0.05", "$0.05", "USD 0.05"},
		{money.New(123450, money.USD), "1234.50", "$1,234.50", "USD 1234.50"},
		{money.New(-100000000, money.EUR), "-1000000.00", "-€1,000,000.00", "EUR -1000000.00"},
		{money.New(99999, money.USD), "999.99", "$999.99", "USD 999.99"},
		{money.New(1500, "JPY"), "1500", "¥1,500", "JPY 1500"},
		{money.New(5, "KWD"), "0.005", "KWD 0.005", "KWD 0.005"},
		{money.New(math.MinInt64, money.USD), "-92233720368547758.08", "-$92,233,720,368,547,758.08", "USD -92233720368547758.08"},
	}
	for _, tt := range tests {
		if got := tt.amount.Decimal(); got != tt.decimal {
			t.Errorf("Decimal = %q, want %q", got, tt.decimal)
		}
		if got := tt.amount.Display(); got != tt.display {
			t.Errorf("Display = %q, want %q", got, tt.display)
		}
		if got := tt.amount.String(); got != tt.string {
			t.Errorf("String = %q, want %q", got, tt.string)
		}
	}
}

func TestAddAndSub(t *testing.T) {
	usd := func(n int64) money.Amount { return money.New(n, money.USD) }
	tests := []struct {
		name     string
		a, b     money.Amount
		sum, dif int64
		sumErr   error
		difErr   error
	}{
		{"plain", usd(150), usd(50), 200, 100, nil, nil},
		{"below zero", usd(50), usd(-150), -100, 200, nil, nil},
		{"mixed", usd(1), money.New(1, money.EUR), 0, 0, money.ErrCurrency, money.ErrCurrency},
		{"no currency", money.New(1, ""), money.New(1, ""), 0, 0, money.ErrCurrency, money.ErrCurrency},
		{"too much", usd(math.MaxInt64), usd(1), 0, math.MaxInt64 - 1, money.ErrRange, nil},
		{"too little", usd(math.MinInt64), usd(1), math.MinInt64 + 1, 0, nil, money.ErrRange},
		{"least", usd(-1), usd(math.MinInt64), 0, 0, money.ErrRange, money.ErrRange},
	}
	for _, tt := range tests {
		if got, err := tt.a.Add(tt.b); !errors.Is(err, tt.sumErr) || got.Minor != tt.sum {
			t.Errorf("%s: Add = %v, %v, want %d, %v", tt.name, got, err, tt.sum, tt.sumErr)
		}
		if got, err := tt.a.Sub(tt.b); !errors.Is(err, tt.difErr) || got.Minor != tt.dif {
			t.Errorf("%s: Sub = %v, %v, want %d, %v", tt.name, got, err, tt.dif, tt.difErr)
		}
	}
}

func TestAllocate(t *testing.T) {
	tests := []struct {
		minor   int64
		weights []int64
		want    []int64
	}{
		{100, []int64{1, 1, 1}, []int64{34, 33, 33}},
		{-100, []int64{1, 1, 1}, []int64{-34, -33, -33}},
		{5, []int64{0, 3, 7}, []int64{0, 2, 3}},
		{0, []int64{1, 2}, []int64{0, 0}},
		{1, []int64{0, 0, 5}, []int64{0, 0, 1}},
	}
	for _, tt := range tests {
		parts, err := money.New(tt.minor, money.USD).Allocate(tt.weights...)
		if err != nil {
			t.Errorf("Allocate(%d, %v): %v", tt.minor, tt.weights, err)
			continue
		}
		for i, p := range parts {
			if p.Minor != tt.want[i] || p.Currency != money.USD {
				t.Errorf("Allocate(%d, %v)[%d] = %v, want %d", tt.minor, tt.weights, i, p, tt.want[i])
			}
		}
	}
	for _, bad := range [][]int64{nil, {0}, {-1, 2}, {math.MaxInt64, 1}} {
		if _, err := money.New(100, money.USD).Allocate(bad...); !errors.Is(err, money.ErrRange) {
			t.Errorf("Allocate(%v): %v, want %v", bad, err, money.ErrRange)
		}
	}
	if _, err := money.New(math.MaxInt64, money.USD).Allocate(2, 3); !errors.Is(err, money.ErrRange) {
		t.Error("Allocate overflows without an error")
	}
}

// The parts add up to the whole, keep its sign, and no weight of zero gets any.
func TestAllocateLosesNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		weights := make([]int64, 1+random.IntN(6))
		for i := range weights {
			weights[i] = random.Int64N(1000)
		}
		weights[random.IntN(len(weights))]++
		whole := money.New(random.Int64N(2e9)-1e9, money.USD)
		parts, err := whole.Allocate(weights...)
		if err != nil {
			t.Fatalf("Allocate(%v, %v): %v", whole, weights, err)
		}
		var sum int64
		for i, p := range parts {
			sum += p.Minor
			if (weights[i] == 0 && p.Minor != 0) || (p.Minor < 0) != (whole.Minor < 0) && p.Minor != 0 {
				t.Errorf("Allocate(%v, %v)[%d] = %v", whole, weights, i, p)
			}
		}
		if sum != whole.Minor {
			t.Errorf("Allocate(%v, %v) adds up to %d", whole, weights, sum)
		}
	}
}

func TestParseCurrency(t *testing.T) {
	if got, err := money.ParseCurrency(" usd "); err != nil || got != money.USD {
		t.Errorf("ParseCurrency = %q, %v, want USD", got, err)
	}
	if _, err := money.ParseCurrency("XXX"); err == nil {
		t.Error("ParseCurrency took XXX")
	}
	if money.Currency("JPY").Decimals() != 0 || money.Currency("KWD").Decimals() != 3 || money.EUR.Symbol() != "€" {
		t.Error("the currency table is wrong")
	}
}

// FuzzParse: nothing breaks it, and what it takes reads back the same.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"0", "-0.00", "1500.0000", "92233720368547758.07", "1e9", "-", "\xff"} {
		f.Add(seed, "USD")
	}
	f.Add("12.345", "KWD")
	f.Add("12", "JPY")
	f.Fuzz(func(t *testing.T, text, code string) {
		a, err := money.Parse(text, money.Currency(code))
		if err != nil {
			return
		}
		back, err := money.Parse(a.Decimal(), a.Currency)
		if err != nil || back != a {
			t.Errorf("%q is %v and reads back as %v, %v", text, a, back, err)
		}
	})
}
