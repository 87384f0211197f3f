package model

// configs are what is explored, and what must be found.
var configs = []struct {
	config
	large bool   // only with PAYDESK_MODEL=all
	want  string // the violation that must be found; "" is none
}{
	{config: config{name: "no fault"}},
	{config: config{name: "1 crash, 1 loss, 1 close", crashes: 1, losses: 1, closes: 1}},
	{config: config{name: "1 crash, 1 loss, 1 close, partial approvals", crashes: 1, losses: 1, closes: 1, parts: true}},
	{config: config{name: "stored sales", losses: 1, closes: 1, stored: true, parts: true}},
	{config: config{name: "consent at the soft horizon", consent: true}},
	{config: config{name: "endless requests, records compared, 1 attempt", crashes: 1, losses: 1, closes: 1, endless: true, compare: true, single: true}},
	{config: config{name: "endless requests, records compared", endless: true, compare: true}, large: true},
	{config: config{name: "endless requests, records not compared", endless: true}, want: "1: it ends with"},
	{config: config{name: "endless returns", losses: 1, closes: 1, endlessReturn: true}, want: "5: number 1 is paid back 2 times"},

	{config: config{name: "2 crashes, 2 losses, 1 close", crashes: 2, losses: 2, closes: 1}, large: true},
	{config: config{name: "2 crashes, 3 losses, 1 close", crashes: 2, losses: 3, closes: 1}, large: true},
	{config: config{name: "3 crashes, 3 losses, 2 closes, partial approvals", crashes: 3, losses: 3, closes: 2, parts: true}, large: true},
	{config: config{name: "stored sales, 2 crashes, 2 losses, 1 close", crashes: 2, losses: 2, closes: 1, stored: true, parts: true}, large: true},
	{config: config{name: "consent, 1 close", closes: 1, consent: true}, large: true},
	{config: config{name: "endless requests, records compared, 1 close", closes: 1, endless: true, compare: true}, large: true},
}

// mistakes are made one at a time, in the smallest configuration that they
// need.
var mistakes = []struct{ config }{
	{config{mistake: sendsFirst, crashes: 1}},
	{config{mistake: newNumber}},
	{config{mistake: newNumber, name: ", stored", stored: true}},
	{config{mistake: restartNotSent, crashes: 1}},
	{config{mistake: declinesOnDoubts}},
	{config{mistake: adoptsLate}},
	{config{mistake: trustsQuery}},
	{config{mistake: trustsReversal}},
	{config{mistake: staleQuery}},
	{config{mistake: softIsHard}},
	{config{mistake: showsFirst, crashes: 1}},
	{config{mistake: reversesFirst, crashes: 1}},
	{config{mistake: forgetsOrphan, closes: 1}},
	{config{mistake: returnsTwice, closes: 1, losses: 1}},
	{config{mistake: returnsNoCommit, closes: 1, crashes: 1}},
	{config{mistake: partIsWhole, parts: true}},
	{config{mistake: adoptsClosed}},
}
