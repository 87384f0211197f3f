package nav

import "testing"

func TestMoves(t *testing.T) {
	tests := []struct {
		from, to Place
		want     bool
	}{
		{None, SignIn, true}, {SignIn, Sale, true}, {Sale, Card, true}, {Card, Waiting, true}, {Card, Outcome, true},
		{Waiting, Outcome, true}, {Outcome, Sale, true}, {Outcome, Card, true},
		{Waiting, Sale, false}, {Waiting, SignIn, false}, {Waiting, Card, false}, {Waiting, History, false},
		{SignIn, History, false}, {SignIn, Card, false}, {Card, History, false}, {Sale, Waiting, false},
		{Outcome, Waiting, false}, {Sale, Sale, false},
		{Sale, Menu, true}, {Menu, Holds, true}, {Holds, MoneyBack, true}, {Settings, Sale, true}, {Sale, Cash, true}, {Cash, Bill, true},
		{Working, Done, true}, {Working, Sale, false}, {Working, SignIn, false}, {Waiting, Menu, false}, {Card, MoneyBack, false},
		{SignIn, Menu, false}, {Done, Working, true}, {Card, Working, true}, {Cash, Waiting, false},
		{Sale, Code, true}, {Wallet, Code, true}, {Code, Card, true}, {Cash, Code, true}, {Code, Outcome, true}, {Code, Menu, false}, {Waiting, Code, false},
	}
	for _, tt := range tests {
		if got := Allowed(tt.from, tt.to); got != tt.want {
			t.Errorf("Allowed(%s, %s) = %v, want %v", tt.from, tt.to, got, tt.want)
		}
	}
}

// Every screen can be reached, and from every screen the sale screen can be.
func TestNoDeadEnd(t *testing.T) {
	reach := func(start Place) map[Place]bool {
		seen := map[Place]bool{}
		for todo := []Place{start}; len(todo) > 0; todo = todo[1:] {
			for _, next := range Places {
				if Allowed(todo[0], next) && !seen[next] {
					seen[next] = true
					todo = append(todo, next)
				}
			}
		}
		return seen
	}
	for _, place := range Places {
		if !reach(None)[place] {
			t.Errorf("%s cannot be reached", place)
		}
		if !reach(place)[Sale] {
			t.Errorf("no way from %s to the sale", place)
		}
	}
}
