package order_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

var shiftAt = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

func counted(minor int64, pieces ...order.Piece) order.Count {
	return order.Count{Total: money.New(minor, money.USD), Pieces: pieces, By: "ann", At: shiftAt}
}

// holds is a drawer in which so much should be.
func holds(minor int64) order.Drawer { return order.Drawer{Expected: money.New(minor, money.USD)} }

func TestCountCheck(t *testing.T) {
	for name, tt := range map[string]struct {
		count order.Count
		good  bool
	}{
		"nothing":             {counted(0), true},
		"a total alone":       {counted(12345), true},
		"pieces":              {counted(10200, order.Piece{Face: 5000, Count: 2}, order.Piece{Face: 25, Count: 8}), true},
		"a piece of none":     {counted(5000, order.Piece{Face: 5000, Count: 1}, order.Piece{Face: 100}), true},
		"below zero":          {counted(-1), false},
		"too few pieces":      {counted(10201, order.Piece{Face: 5000, Count: 2}, order.Piece{Face: 25, Count: 8}), false},
		"too many pieces":     {counted(9999, order.Piece{Face: 5000, Count: 2}), false},
		"a face of nothing":   {counted(0, order.Piece{Face: 0, Count: 1}), false},
		"a face below zero":   {counted(0, order.Piece{Face: 100, Count: 1}, order.Piece{Face: -100, Count: 1}), false},
		"less than none":      {counted(100, order.Piece{Face: 100, Count: 2}, order.Piece{Face: 100, Count: -1}), false},
		"more than there is":  {counted(0, order.Piece{Face: math.MaxInt64, Count: 2}, order.Piece{Face: 2, Count: 1}), false},
		"another currency":    {order.Count{Total: money.New(1, money.EUR)}, false},
		"no currency":         {order.Count{}, false},
		"an unknown currency": {order.Count{Total: money.New(1, "XXX")}, false},
	} {
		if err := tt.count.Check(money.USD); (err == nil) != tt.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What each act does in each state, and what it refuses.
func TestShiftStates(t *testing.T) {
	open, err := order.OpenShift(order.Shift{}, counted(10000))
	if err != nil || open.Number != 1 || open.ID != "S-000001" || open.Version != 1 || open.Holder != "ann" || open.OpenedBy != "ann" || !open.Opened.Equal(shiftAt) {
		t.Fatalf("%+v, %v", open, err)
	}
	counting, err := order.CountShift(open, counted(9500), holds(10000))
	if err != nil || counting.State != order.ShiftCounting || counting.Off != money.New(-500, money.USD) || counting.Drawer != holds(10000) || len(counting.Counts) != 1 {
		t.Fatalf("%+v, %v", counting, err)
	}
	closed, err := order.CloseShift(counting, order.ShiftClosing{By: "ann", Reason: "lost", Approved: "sue", At: shiftAt})
	if err != nil || closed.State != order.ShiftClosed || closed.Reason != "lost" || closed.Approved != "sue" || closed.ClosedBy != "ann" {
		t.Fatalf("%+v, %v", closed, err)
	}
	uncounted, err := order.OpenUncounted(closed, money.USD, "ann", shiftAt)
	if err != nil || !uncounted.Uncounted || uncounted.Number != 2 {
		t.Fatalf("%+v, %v", uncounted, err)
	}
	acts := map[string]func(order.Shift) (order.Shift, error){
		"open":   func(s order.Shift) (order.Shift, error) { return order.OpenShift(s, counted(1)) },
		"count":  func(s order.Shift) (order.Shift, error) { return order.CountShift(s, counted(1), holds(1)) },
		"resume": order.ResumeShift,
		"close": func(s order.Shift) (order.Shift, error) {
			return order.CloseShift(s, order.ShiftClosing{By: "ann", Reason: "lost", Approved: "sue"})
		},
		"hand over": func(s order.Shift) (order.Shift, error) {
			return order.HandOver(s, "bob", nil, order.Drawer{}, shiftAt)
		},
		"move": func(s order.Shift) (order.Shift, error) {
			_, err := order.MoveCash(s, order.Move{Kind: order.MoveIn, Amount: money.New(1, money.USD)}, holds(0))
			return s, err
		},
		"close uncounted": func(s order.Shift) (order.Shift, error) {
			return order.CloseUncounted(s, order.Drawer{}, "ann", shiftAt)
		},
	}
	for _, tt := range []struct {
		name  string
		shift order.Shift
		may   string
	}{
		{"no shift yet", order.Shift{}, "open"},
		{"open", open, "count, hand over, move"},
		{"counting", counting, "count, resume, close"},
		{"closed", closed, "open"},
		{"uncounted", uncounted, "move, close uncounted"},
	} {
		for name, act := range acts {
			before := tt.shift
			s, err := act(tt.shift)
			if may := slices.Contains(strings.Split(tt.may, ", "), name); may != (err == nil) || err != nil && !errors.Is(err, order.ErrNotAllowed) {
				t.Errorf("%s of a shift that is %s: %v", name, tt.name, err)
			}
			if err != nil && !reflect.DeepEqual(s, before) {
				t.Errorf("%s of a shift that is %s changed it although it failed: %+v", name, tt.name, s)
			}
		}
	}
}

// A difference needs a reason, and above the limit somebody who answers for it,
// whichever way the drawer is off.
func TestShiftDifference(t *testing.T) {
	for _, tt := range []struct {
		off      int64
		limit    money.Amount
		reason   string
		approved string
		want     error
	}{
		{0, money.New(0, money.USD), "", "", nil},
		{1, money.New(500, money.USD), "", "", order.ErrOffReason},
		{1, money.New(500, money.USD), "found", "", nil},
		{500, money.New(500, money.USD), "found", "", nil},
		{-500, money.New(500, money.USD), "lost", "", nil},
		{501, money.New(500, money.USD), "found", "", order.ErrOffLimit},
		{-501, money.New(500, money.USD), "lost", "", order.ErrOffLimit},
		{-501, money.New(500, money.USD), "", "sue", order.ErrOffReason},
		{-501, money.New(500, money.USD), "lost", "sue", nil},
		{1, money.New(0, money.USD), "found", "", order.ErrOffLimit},
		{1, money.New(500, money.EUR), "found", "", order.ErrOffLimit},
	} {
		s, err := order.OpenShift(order.Shift{}, counted(10000))
		if err == nil {
			s, err = order.CountShift(s, counted(10000+tt.off), holds(10000))
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err = order.CloseShift(s, order.ShiftClosing{By: "ann", Reason: tt.reason, Approved: tt.approved, Limit: tt.limit}); !errors.Is(err, tt.want) {
			t.Errorf("off by %d with limit %s, reason %q, approved by %q: %v, want %v", tt.off, tt.limit, tt.reason, tt.approved, err, tt.want)
		}
	}
}

func TestHandOver(t *testing.T) {
	s, err := order.OpenShift(order.Shift{}, counted(10000))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := order.HandOver(s, "ann", nil, holds(10000), shiftAt); !errors.Is(err, order.ErrNotAllowed) {
		t.Errorf("a drawer is handed to who has it: %v", err)
	}
	bad := counted(-1)
	if _, err := order.HandOver(s, "bob", &bad, holds(10000), shiftAt); !errors.Is(err, order.ErrCount) {
		t.Errorf("a bad count: %v", err)
	}
	count := counted(9900)
	s, err = order.HandOver(s, "bob", &count, holds(10000), shiftAt)
	if err == nil {
		s, err = order.HandOver(s, "cat", nil, holds(10000), shiftAt)
	}
	want := []order.Hand{{From: "ann", To: "bob", At: shiftAt, Counted: &count, Off: money.New(-100, money.USD)}, {From: "bob", To: "cat", At: shiftAt}}
	if err != nil || s.Holder != "cat" || s.State != order.ShiftOpen || !reflect.DeepEqual(s.Hands, want) {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestMoveCash(t *testing.T) {
	s, err := order.OpenShift(order.Shift{}, counted(10000))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		kind   order.MoveKind
		amount money.Amount
		want   error
	}{
		{order.MoveIn, money.New(1, money.USD), nil},
		{order.MoveOut, money.New(10000, money.USD), nil},
		{order.MoveOut, money.New(10001, money.USD), order.ErrTooMuch},
		{order.MoveIn, money.New(0, money.USD), order.ErrBadAmount},
		{order.MoveOut, money.New(-1, money.USD), order.ErrBadAmount},
		{order.MoveIn, money.New(1, money.EUR), order.ErrBadAmount},
		{"", money.New(1, money.USD), order.ErrNotAllowed},
	} {
		m, err := order.MoveCash(s, order.Move{ID: "m", Kind: tt.kind, Amount: tt.amount}, holds(10000))
		if !errors.Is(err, tt.want) || err == nil && (m.Shift != s.ID || m.Version != 1) {
			t.Errorf("%s of %s: %+v, %v, want %v", tt.kind, tt.amount, m, err, tt.want)
		}
	}
}

// Whatever is done in whatever order: numbers and versions have no gap, one shift
// at most is not closed, times do not run back, the last count is what the
// difference was taken from, and no earlier value changes.
func TestShiftsProperty(t *testing.T) {
	for seed := range uint64(500) {
		dice := rand.New(rand.NewPCG(seed, 8))
		var all []order.Shift
		var last order.Shift
		for range 40 {
			now := shiftAt.Add(time.Duration(dice.IntN(2_000_000)) * time.Second)
			c := order.Count{Total: money.New(dice.Int64N(20000), money.USD), By: "ann", At: now}
			before, shadow := last, last
			shadow.Counts, shadow.Hands = append([]order.Count(nil), last.Counts...), append([]order.Hand(nil), last.Hands...)
			var after order.Shift
			var err error
			act := dice.IntN(7)
			switch act {
			case 0:
				after, err = order.OpenShift(last, c)
			case 1:
				after, err = order.OpenUncounted(last, money.USD, "ann", now)
			case 2:
				after, err = order.CountShift(last, c, holds(10000))
			case 3:
				after, err = order.ResumeShift(last)
			case 4:
				after, err = order.CloseShift(last, order.ShiftClosing{By: "ann", Reason: "lost", Approved: "sue", At: now})
			case 5:
				after, err = order.HandOver(last, []string{"ann", "bob"}[dice.IntN(2)], &c, holds(10000), now)
			case 6:
				after, err = order.CloseUncounted(last, holds(0), "ann", now)
			}
			if len(before.Counts)+len(before.Hands) > 0 && (!reflect.DeepEqual(before.Counts, shadow.Counts) || !reflect.DeepEqual(before.Hands, shadow.Hands)) {
				t.Fatalf("seed %d: act %d changed what was there before", seed, act)
			}
			if err != nil {
				continue
			}
			if opened := act < 2; opened {
				if after.Number != len(all)+1 || after.Version != 1 || after.Opened.Before(last.Opened) || last.Number > 0 && last.State != order.ShiftClosed {
					t.Fatalf("seed %d: %+v opened behind %+v", seed, after, last)
				}
				all = append(all, after)
			} else if after.Number != last.Number || after.Version != last.Version+1 || last.State == order.ShiftClosed {
				t.Fatalf("seed %d: %+v became %+v", seed, last, after)
			}
			if after.State == order.ShiftCounting && after.Off.Minor != after.Counts[len(after.Counts)-1].Total.Minor-after.Drawer.Expected.Minor {
				t.Fatalf("seed %d: the difference is not that of the last count: %+v", seed, after)
			}
			last = after
		}
	}
}

func TestParsePieces(t *testing.T) {
	got, err := order.ParsePieces("50x2, 20x3,0.25x8,1x0", money.USD)
	if want := []order.Piece{{Face: 5000, Count: 2}, {Face: 2000, Count: 3}, {Face: 25, Count: 8}, {Face: 100}}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	for _, text := range []string{"50", "x", "50x", "x2", "0x2", "-1x2", "1x-2", "0.001x2", "1x99999999999", "1x2,", "1x2x3"} {
		if got, err := order.ParsePieces(text, money.USD); !errors.Is(err, order.ErrCount) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	if got, err := order.ParsePieces("", money.USD); err != nil || got != nil {
		t.Errorf("none: %v, %v", got, err)
	}
}

// What is read can be counted, or is more than fits.
func FuzzParsePieces(f *testing.F) {
	for _, text := range []string{"50x2,20x3,0.25x8", "1x1", "", "x", "92233720368547758.07x2147483647"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		pieces, err := order.ParsePieces(text, money.USD)
		if err != nil {
			return
		}
		total, err := order.PiecesTotal(money.USD, pieces)
		if err == nil && (order.Count{Total: total, Pieces: pieces}).Check(money.USD) != nil {
			t.Errorf("%q is read as %v, which cannot be", text, pieces)
		}
	})
}
