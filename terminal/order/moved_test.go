package order

import (
	"slices"
	"testing"

	"paydesk/terminal/money"
)

// brief is what of a movement the tables below compare.
type brief struct {
	kind            MovementKind
	tender          Tender
	id, of, at      string // at is the order
	brand, guid     string
	batch, operator string
	amount, fee     int64
	reason          string
}

func briefs(all []Movement) (out []brief) {
	for _, m := range all {
		out = append(out, brief{m.Kind, m.Tender, m.ID, m.Of, m.Order, m.Brand, m.GUID, m.Batch, m.Operator, m.Amount.Minor, m.Fee.Minor, m.Reason})
	}
	return out
}

func TestMoved(t *testing.T) {
	usd := func(n int64) money.Amount { return money.New(n, money.USD) }
	sale := Attempt{Number: "N", Order: "O", State: Approved, Asked: usd(1000), Approved: usd(800), Brand: "Visa", GUID: "g", Batch: "b", Operator: "op"}
	in := func(s State) Attempt { a := sale; a.State = s; return a }
	with := func(change func(*Attempt)) Attempt { a := sale; change(&a); return a }
	follow := func(act Act, s FollowState, k Kind) FollowUp {
		return FollowUp{ID: "F", Act: act, State: s, Of: "N", Amount: usd(300), Target: Target{Kind: k}, Operator: "op", Brand: "Visa", GUID: "fg",
			Made: map[Act]string{Capture: "made"}[act], Batch: "fb", Reason: "why"}
	}
	code := func(p QRPayment) QR {
		if p.Amount.Currency == "" {
			p.Amount = usd(500)
		}
		p.ID = "p"
		return QR{ID: "Q", Order: "O", Provider: "paypal", Operator: "op", Payments: []QRPayment{p}}
	}
	back := func(s RefundState, fee money.Amount) Refund {
		return Refund{ID: "R", Of: "Q", Payment: "p", Order: "O", Provider: "paypal", State: s, Amount: usd(200), Fee: fee, Remote: "rg", Operator: "op", Reason: "why"}
	}
	wallet := brief{MovedSale, TenderWallet, "Q", "", "O", "paypal", "p", "", "op", 500, 0, ""}
	change := func(b brief, c func(*brief)) brief { c(&b); return b }
	card := brief{MovedSale, TenderCard, "N", "", "O", "Visa", "g", "b", "op", 800, 0, ""}
	drawer := func(document string, touched bool) Job {
		return Job{ID: "J", Kind: JobDrawer, Document: document, Subject: "op", Touched: touched, Reason: "change"}
	}
	for _, tt := range []struct {
		name          string
		before, after any
		want          []brief
	}{
		{"a sale", in(Sending), sale, []brief{card}},
		{"a sale found approved", in(Unknown), sale, []brief{card}},
		{"written again", sale, sale, nil},
		{"a sale on file", in(Sending), with(func(a *Attempt) { a.Entry = EntryOnFile }), []brief{change(card, func(b *brief) { b.tender = TenderOnFile })}},
		{"a hold", nil, with(func(a *Attempt) { a.Kind = KindAuth }), nil},
		{"approved in part", in(Sending), in(PartApproved), nil},
		{"the part kept", in(PartApproved), sale, []brief{card}},
		{"declined", in(Sending), in(Declined), nil},
		{"settled before it was reversed", in(Reversing), in(OrphanReturn), nil},
		{"and returned", in(OrphanReturn), in(Returned), nil},

		{"a capture", follow(Capture, FollowSending, KindAuth), follow(Capture, FollowDone, KindAuth),
			[]brief{{MovedSale, TenderCard, "F", "N", "", "Visa", "made", "fb", "op", 300, 0, "why"}}},
		{"a void", follow(Void, FollowUnknown, KindSale), follow(Void, FollowDone, KindSale),
			[]brief{{MovedVoid, TenderCard, "F", "N", "", "Visa", "fg", "fb", "op", 300, 0, "why"}}},
		{"a void of a hold", nil, follow(Void, FollowDone, KindAuth), nil},
		{"a return", nil, follow(Return, FollowDone, KindSale), []brief{{MovedReturn, TenderCard, "F", "N", "", "Visa", "fg", "fb", "op", 300, 0, "why"}}},
		{"a return, done before", follow(Return, FollowDone, KindSale), follow(Return, FollowDone, KindSale), nil},
		{"a return in doubt", nil, follow(Return, FollowUnknown, KindSale), nil},
		{"a return refused", nil, follow(Return, FollowRefused, KindSale), nil},
		{"a check", nil, follow(Check, FollowDone, KindSale), nil},
		{"a supplier's card", nil, follow(Issue, FollowDone, KindSale), nil},

		{"cash", nil, Cash{ID: "C", Order: "O", Amount: usd(700), Tendered: usd(1000), Operator: "op"},
			[]brief{{MovedSale, TenderCash, "C", "", "O", "", "", "", "op", 700, 0, ""}}},
		{"cash of which some was given back", Cash{ID: "C", Amount: usd(700)}, Cash{ID: "C", Amount: usd(700), Returned: usd(200)}, nil},
		{"cash given back", nil, CashBack{ID: "B", Of: "C", Order: "O", Amount: usd(200), Operator: "op", Reason: "why"},
			[]brief{{MovedReturn, TenderCash, "B", "C", "O", "", "", "", "op", 200, 0, "why"}}},

		{"a code paid", QR{ID: "Q"}, code(QRPayment{As: Adopted}), []brief{wallet}},
		{"a code paid, with its fee", nil, code(QRPayment{As: Adopted, Fee: usd(45)}), []brief{change(wallet, func(b *brief) { b.fee = 45 })}},
		{"a fee in another currency is none", nil, code(QRPayment{As: Adopted, Fee: money.New(45, money.EUR)}), []brief{wallet}},
		{"the fee later", code(QRPayment{As: Adopted}), code(QRPayment{As: Adopted, Fee: usd(45)}),
			[]brief{change(wallet, func(b *brief) { b.kind, b.amount, b.fee = MovedFee, 0, 45 })}},
		{"looked at again", code(QRPayment{As: Adopted, Fee: usd(45)}), code(QRPayment{As: Adopted, Fee: usd(45)}), nil},
		{"a stray payment", nil, code(QRPayment{As: Stray}), nil},
		{"accepted", code(QRPayment{As: Stray, Elsewhere: usd(100)}), code(QRPayment{As: Accepted, By: "boss", Elsewhere: usd(100)}),
			[]brief{change(wallet, func(b *brief) { b.operator = "boss" }),
				{MovedReturn, TenderWallet, "Q", "Q", "O", "paypal", "p", "", "boss", 100, 0, ""}}},
		{"paid back elsewhere", code(QRPayment{As: Adopted}), code(QRPayment{As: Adopted, Elsewhere: usd(120)}),
			[]brief{{MovedReturn, TenderWallet, "Q", "Q", "O", "paypal", "p", "", "op", 120, 0, ""}}},
		{"that came to nothing", code(QRPayment{As: Adopted, Elsewhere: usd(120)}), code(QRPayment{As: Adopted}),
			[]brief{change(wallet, func(b *brief) { b.of, b.amount = "Q", 120 })}},
		{"a refund held", code(QRPayment{As: Adopted}), code(QRPayment{As: Adopted, Held: usd(200)}), nil},
		{"a refund", back(RefundPending, money.Amount{}), back(RefundDone, money.Amount{}),
			[]brief{{MovedReturn, TenderWallet, "R", "Q", "O", "paypal", "rg", "", "op", 200, 0, "why"}}},
		{"a refund with its fee", nil, back(RefundDone, usd(6)), []brief{{MovedReturn, TenderWallet, "R", "Q", "O", "paypal", "rg", "", "op", 200, -6, "why"}}},
		{"a refund refused", nil, back(RefundRefused, usd(6)), nil},

		{"cash in", nil, Move{ID: "M", Shift: "S", Kind: MoveIn, Amount: usd(50), Operator: "op", Reason: "coins"},
			[]brief{{MovedIn, TenderCash, "M", "S", "", "", "", "", "op", 50, 0, "coins"}}},
		{"cash out", nil, Move{ID: "M", Shift: "S", Kind: MoveOut, Amount: usd(50), Operator: "op", Reason: "bank"},
			[]brief{{MovedOut, TenderCash, "M", "S", "", "", "", "", "op", 50, 0, "bank"}}},
		{"no sale", drawer(DocumentDrawer, false), drawer(DocumentDrawer, true), []brief{{MovedNoSale, "", "J", "", "", "", "", "", "op", 0, 0, "change"}}},
		{"no sale, told again", drawer(DocumentDrawer, true), drawer(DocumentDrawer, true), nil},
		{"the drawer for cash", nil, drawer(DocumentCash, true), nil},
		{"the drawer stayed shut", nil, drawer(DocumentDrawer, false), nil},

		{"an order", nil, Order{ID: "O", State: PaidCard, Amount: usd(500)}, nil},
		{"a bill", nil, Bill{ID: "B", State: BillPaid}, nil},
		{"a stored sale", nil, Stored{ID: "S", State: StoredApproved, Approved: usd(500)}, nil},
		{"a payout", nil, Payout{ID: "P", State: PayoutPaid, Amount: usd(500)}, nil},
	} {
		if got := briefs(Moved(tt.before, tt.after)); !slices.Equal(got, tt.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", tt.name, got, tt.want)
		}
	}
}

func TestAbout(t *testing.T) {
	usd := func(n int64) money.Amount { return money.New(n, money.USD) }
	a := Attempt{Number: "N", Order: "O", State: Approved, Asked: usd(1000), Approved: usd(1000), Brand: "Visa", GUID: "g", Batch: "b", Operator: "op", Entry: EntryOnFile}
	hold, dead := a, a
	hold.Kind, dead.State = KindAuth, Returned
	late := dead
	late.State, late.GUID = Absent, "" // it came when nobody waited for it any more
	givenBack := []FollowUp{{ID: "F", Act: Return, State: FollowDone, Of: "N", Target: Target{GUID: "host's"}}}
	captured := FollowUp{ID: "C", Act: Capture, State: FollowDone, Of: "N", Amount: usd(900), Batch: "cb"}
	m := func(k MovementKind, batch string) Movement {
		return Movement{Kind: k, Tender: TenderCard, ID: "F", Of: "N", Operator: "sup", Batch: batch, Amount: usd(300)}
	}
	for _, tt := range []struct {
		name    string
		a       Attempt
		follows []FollowUp
		m       Movement
		want    []brief
	}{
		{"a return", a, nil, m(MovedReturn, "fb"), []brief{{MovedReturn, TenderOnFile, "F", "N", "O", "Visa", "", "fb", "sup", 300, 0, ""}}},
		{"a void that names no batch", a, nil, m(MovedVoid, ""), []brief{{MovedVoid, TenderOnFile, "F", "N", "O", "Visa", "", "b", "sup", 300, 0, ""}}},
		{"a void of a capture", hold, []FollowUp{captured}, m(MovedVoid, ""), []brief{{MovedVoid, TenderOnFile, "F", "N", "O", "Visa", "", "cb", "sup", 300, 0, ""}}},
		{"a void of what was never adopted", dead, nil, m(MovedVoid, ""), nil},
		{"a return of that", dead, nil, m(MovedReturn, "fb"), []brief{{MovedSale, TenderOnFile, "N", "", "O", "Visa", "g", "b", "op", 300, 0, ""},
			{MovedReturn, TenderOnFile, "F", "N", "O", "Visa", "", "fb", "sup", 300, 0, ""}}},
		{"a return of what came too late to be noted", late, givenBack, m(MovedReturn, "fb"), []brief{{MovedSale, TenderOnFile, "N", "", "O", "Visa", "host's", "b", "op", 300, 0, ""},
			{MovedReturn, TenderOnFile, "F", "N", "O", "Visa", "", "fb", "sup", 300, 0, ""}}},
	} {
		if got := briefs(About(tt.a, tt.follows, tt.m)); !slices.Equal(got, tt.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", tt.name, got, tt.want)
		}
	}
}
