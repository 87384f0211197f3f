package cli

import (
	"encoding/json"
	"fmt"
	"strings"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// shiftForm is a shift as scripts see it: amounts are decimal text. Drawer and off
// are told once it was counted for its closing.
type shiftForm struct {
	ID        string      `json:"id"`
	Number    int         `json:"number"`
	State     string      `json:"state"`
	Uncounted bool        `json:"uncounted,omitempty"`
	Currency  string      `json:"currency"`
	Float     countForm   `json:"float"`
	Holder    string      `json:"holder"`
	Hands     []handForm  `json:"hands,omitempty"`
	Counts    []countForm `json:"counts,omitempty"`
	Drawer    *drawerForm `json:"drawer,omitempty"`
	Off       string      `json:"off,omitempty"`
	Reason    string      `json:"reason,omitempty"`
	Approved  string      `json:"approved_by,omitempty"`
	Closed    string      `json:"closed,omitempty"`
	ClosedBy  string      `json:"closed_by,omitempty"`
	Moves     []moveForm  `json:"moves,omitempty"`
}

type countForm struct {
	Total  string      `json:"total"`
	By     string      `json:"by"`
	At     string      `json:"at"`
	Pieces []pieceForm `json:"pieces,omitempty"`
}

type pieceForm struct {
	Face  string `json:"face"`
	Count int    `json:"count"`
}

type handForm struct {
	From    string     `json:"from"`
	To      string     `json:"to"`
	At      string     `json:"at"`
	Counted *countForm `json:"counted,omitempty"`
	Off     string     `json:"off,omitempty"`
}

type drawerForm struct {
	Float    string `json:"float"`
	Sales    string `json:"sales"`
	Back     string `json:"back"`
	In       string `json:"in"`
	Out      string `json:"out"`
	NoSales  int    `json:"no_sales"`
	Expected string `json:"expected"`
}

type moveForm struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
	Reason   string `json:"reason"`
	Operator string `json:"operator"`
	Approved string `json:"approved_by,omitempty"`
	At       string `json:"at"`
}

func countOf(c order.Count) countForm {
	f := countForm{Total: c.Total.Decimal(), By: c.By, At: c.At.Format(stampForm)}
	for _, p := range c.Pieces {
		f.Pieces = append(f.Pieces, pieceForm{money.New(p.Face, c.Total.Currency).Decimal(), p.Count})
	}
	return f
}

func moveOf(m order.Move) moveForm {
	return moveForm{m.ID, strings.ToLower(string(m.Kind)), m.Amount.Decimal(), string(m.Amount.Currency), m.Reason, m.Operator, m.Approved, m.At.Format(stampForm)}
}

func formOf(s order.Shift, moves []order.Move) shiftForm {
	f := shiftForm{ID: s.ID, Number: s.Number, State: strings.ToLower(string(s.State)), Uncounted: s.Uncounted, Currency: string(s.Float.Total.Currency),
		Float: countOf(s.Float), Holder: s.Holder, Reason: s.Reason, Approved: s.Approved, ClosedBy: s.ClosedBy}
	for _, h := range s.Hands {
		form := handForm{From: h.From, To: h.To, At: h.At.Format(stampForm)}
		if h.Counted != nil {
			c := countOf(*h.Counted)
			form.Counted, form.Off = &c, h.Off.Decimal()
		}
		f.Hands = append(f.Hands, form)
	}
	for _, c := range s.Counts {
		f.Counts = append(f.Counts, countOf(c))
	}
	if s.State != order.ShiftOpen {
		d := s.Drawer
		f.Drawer = &drawerForm{d.Float.Decimal(), d.Sales.Decimal(), d.Back.Decimal(), d.In.Decimal(), d.Out.Decimal(), d.NoSales, d.Expected.Decimal()}
		if !s.Uncounted {
			f.Off = s.Off.Decimal()
		}
	}
	if !s.Closed.IsZero() {
		f.Closed = s.Closed.Format(stampForm)
	}
	for _, m := range moves {
		f.Moves = append(f.Moves, moveOf(m))
	}
	return f
}

// tellShift prints a shift with the cash that was moved.
func (a *app) tellShift(s order.Shift, moves []order.Move, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(a.env.Out)
		enc.SetEscapeHTML(false)
		return enc.Encode(formOf(s, moves))
	}
	fmt.Fprintln(a.env.Out, shiftLine(s))
	for _, h := range s.Hands {
		fmt.Fprintf(a.env.Out, "  %s  %s took over from %s", h.At.Format(stampForm), h.To, h.From)
		if h.Counted != nil {
			fmt.Fprintf(a.env.Out, ", counted %s, off by %s", h.Counted.Total.Display(), h.Off.Display())
		}
		fmt.Fprintln(a.env.Out)
	}
	for _, m := range moves {
		fmt.Fprintln(a.env.Out, "  "+moveLine(m))
	}
	if s.State == order.ShiftOpen {
		return nil
	}
	d := s.Drawer
	fmt.Fprintf(a.env.Out, "  float %s, sales %s, given back %s, put in %s, taken out %s: expected %s\n",
		d.Float.Display(), d.Sales.Display(), d.Back.Display(), d.In.Display(), d.Out.Display(), d.Expected.Display())
	for _, c := range s.Counts {
		fmt.Fprintf(a.env.Out, "  counted %s by %s at %s\n", c.Total.Display(), c.By, c.At.Format(stampForm))
	}
	return nil
}

// shiftLine is a shift in a line.
func shiftLine(s order.Shift) string {
	line := fmt.Sprintf("Shift %d  %s  %s by %s, held by %s, float %s", s.Number, s.State, s.Opened.Format(stampForm), s.OpenedBy, s.Holder, s.Float.Total.Display())
	switch {
	case s.Uncounted:
		line += ", not counted"
	case s.State != order.ShiftOpen && s.Off.IsZero():
		line += ", nothing is missing"
	case s.State != order.ShiftOpen:
		line += ", off by " + s.Off.Display()
	}
	if s.Reason != "" {
		line += ": " + s.Reason
	}
	if s.Approved != "" {
		line += ", approved by " + s.Approved
	}
	return line
}

func moveLine(m order.Move) string {
	way := "put in"
	if m.Kind == order.MoveOut {
		way = "taken out"
	}
	line := fmt.Sprintf("%s  %s %s by %s: %s", m.At.Format(stampForm), m.Amount.Display(), way, m.Operator, m.Reason)
	if m.Approved != "" {
		line += ", approved by " + m.Approved
	}
	return line
}
