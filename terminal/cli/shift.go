package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// shiftCodes ends the long text of each command below.
const shiftCodes = "\nExit code 0: done. 1: not done, and a sentence on standard error says what to do. 5: somebody has to approve it (--approved-by)."

// shift opens and closes shifts, and moves cash in and out of the drawer.
func (a *app) shift() *cobra.Command {
	c := &cobra.Command{Use: "shift", Short: "Open, count and close a shift; put cash in and take it out",
		Long: "A shift is the time in which one drawer is answered for. Where the shop counts its drawer (day.drawer is counted), nothing is sold without one.\n" +
			"open, count, close, in the order of a day. Amounts are decimal text, pieces such as --pieces 50x2,20x3,0.25x8." + shiftCodes}
	c.AddCommand(a.openShift(), a.countShift(), a.resumeShift(), a.closeShift(), a.handOver(),
		a.moveCash(order.MoveIn, "in AMOUNT", "Put cash into the drawer, for a reason"),
		a.moveCash(order.MoveOut, "out AMOUNT", "Take cash out of the drawer, for a reason; it needs a supervisor"),
		a.noSale("no-sale"), a.showShift(), a.listShifts())
	return c
}

// shiftFlags are those of a count.
type shiftFlags struct {
	pieces string
	json   bool
}

// count reads AMOUNT, or the pieces that make it.
func (f shiftFlags) count(args []string, unit money.Currency) (c order.Count, err error) {
	if c.Pieces, err = readPieces(f.pieces, unit); err != nil {
		return c, err
	}
	if c.Total, err = order.PiecesTotal(unit, c.Pieces); err != nil {
		return c, amountError(f.pieces, unit, money.ErrRange)
	}
	if len(args) == 0 && f.pieces == "" {
		return c, errors.New("say what was counted: write the amount, or --pieces 50x2,20x3,0.25x8")
	}
	if len(args) > 0 {
		if c.Total, err = money.Parse(args[0], unit); err != nil {
			err = amountError(args[0], unit, err)
		}
	}
	return c, err
}

// readPieces reads notes and coins such as 50x2,20x3,0.25x8.
func readPieces(text string, unit money.Currency) (pieces []order.Piece, err error) {
	if text == "" {
		return nil, nil
	}
	for _, part := range strings.Split(text, ",") {
		face, number, _ := strings.Cut(strings.TrimSpace(part), "x")
		value, err := money.Parse(face, unit)
		n, numberErr := strconv.ParseUint(number, 10, 31)
		if err != nil || numberErr != nil || value.Minor <= 0 {
			return nil, fmt.Errorf("%q is no number of notes or coins: write them as 50x2,20x3,0.25x8", part)
		}
		pieces = append(pieces, order.Piece{Face: value.Minor, Count: int(n)})
	}
	return pieces, nil
}

func (f *shiftFlags) addTo(c *cobra.Command, counts bool) *cobra.Command {
	if counts {
		c.Flags().StringVar(&f.pieces, "pieces", "", "notes and coins that were counted, such as 50x2,20x3,0.25x8")
	}
	c.Flags().BoolVar(&f.json, "json", false, "print the shift as JSON")
	c.Long = c.Short + "." + c.Long + shiftCodes
	return c
}

// acted runs an act of a shift and shows what became of it.
func (a *app) acted(f *shiftFlags, act func(context.Context, *terminal.Terminal, []string) (order.Shift, error)) func(*cobra.Command, []string) error {
	return a.asked(func(ctx context.Context, t *terminal.Terminal, args []string) error {
		var s order.Shift
		err := a.withApproval(ctx, t, func(ctx context.Context) (err error) {
			s, err = act(ctx, t, args)
			return err
		})
		if err != nil {
			return err
		}
		waitForPaper(ctx, t)
		return a.tellShift(s, nil, f.json)
	})
}

func (a *app) openShift() *cobra.Command {
	var f shiftFlags
	return f.addTo(&cobra.Command{Use: "open [FLOAT]", Short: "Open a shift with the float that was counted", Args: cobra.MaximumNArgs(1),
		RunE: a.acted(&f, func(ctx context.Context, t *terminal.Terminal, args []string) (order.Shift, error) {
			float, err := f.count(args, t.Settings().Money.Currency)
			if err != nil {
				return order.Shift{}, err
			}
			return t.OpenShift(ctx, float)
		})}, true)
}

func (a *app) countShift() *cobra.Command {
	var f shiftFlags
	return f.addTo(&cobra.Command{Use: "count [AMOUNT]", Short: "Count the drawer for the closing, before anybody knows what should be in it", Args: cobra.MaximumNArgs(1),
		Long: " Nothing is sold from then on until the shift is closed, or resumed.",
		RunE: a.acted(&f, func(ctx context.Context, t *terminal.Terminal, args []string) (order.Shift, error) {
			counted, err := f.count(args, t.Settings().Money.Currency)
			if err != nil {
				return order.Shift{}, err
			}
			return t.CountShift(ctx, counted)
		})}, true)
}

func (a *app) resumeShift() *cobra.Command {
	var f shiftFlags
	return f.addTo(&cobra.Command{Use: "resume", Short: "Go on with a shift that was counted", Args: cobra.NoArgs,
		RunE: a.acted(&f, func(ctx context.Context, t *terminal.Terminal, _ []string) (order.Shift, error) {
			return t.ResumeShift(ctx)
		})}, false)
}

func (a *app) closeShift() *cobra.Command {
	var f shiftFlags
	var reason string
	c := f.addTo(&cobra.Command{Use: "close", Short: "Close the shift that was counted", Args: cobra.NoArgs,
		Long: " A difference needs a reason, and above the limit (day.limit) a supervisor.",
		RunE: a.acted(&f, func(ctx context.Context, t *terminal.Terminal, _ []string) (order.Shift, error) {
			return t.CloseShift(ctx, reason)
		})}, false)
	c.Flags().StringVar(&reason, "reason", "", "why the drawer is off; it is kept in the journal")
	return a.approvable(c)
}

func (a *app) handOver() *cobra.Command {
	var f shiftFlags
	return f.addTo(&cobra.Command{Use: "hand-over [AMOUNT]", Short: "Take the drawer over from who has it", Args: cobra.MaximumNArgs(1),
		Long: " Whoever takes it is the operator; AMOUNT, or --pieces, is what the two counted, if they did.",
		RunE: a.acted(&f, func(ctx context.Context, t *terminal.Terminal, args []string) (order.Shift, error) {
			if len(args) == 0 && f.pieces == "" {
				return t.HandOver(ctx, nil)
			}
			counted, err := f.count(args, t.Settings().Money.Currency)
			if err != nil {
				return order.Shift{}, err
			}
			return t.HandOver(ctx, &counted)
		})}, true)
}

func (a *app) moveCash(kind order.MoveKind, use, short string) *cobra.Command {
	var f shiftFlags
	var reason string
	c := f.addTo(&cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(1),
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, args []string) error {
			unit := t.Settings().Money.Currency
			amount, err := money.Parse(args[0], unit)
			if err != nil {
				return amountError(args[0], unit, err)
			}
			var m order.Move
			err = a.withApproval(ctx, t, func(ctx context.Context) (err error) {
				m, err = t.MoveCash(ctx, engine.CashMove{Kind: kind, Amount: amount, Reason: reason})
				return err
			})
			if err != nil {
				return err
			}
			waitForPaper(ctx, t)
			if f.json {
				return json.NewEncoder(a.env.Out).Encode(moveOf(m))
			}
			fmt.Fprintln(a.env.Out, moveLine(m))
			return nil
		})}, false)
	c.Flags().StringVar(&reason, "reason", "", "why; it is kept in the journal")
	return a.approvable(c)
}

func (a *app) showShift() *cobra.Command {
	var f shiftFlags
	return f.addTo(&cobra.Command{Use: "show [NUMBER]", Short: "Show a shift, by default the newest; works beside an open window", Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.withReader(func(j *terminal.History) error {
				s, err := j.LastShift(c.Context())
				if len(args) > 0 {
					n, _ := strconv.Atoi(args[0])
					s, err = j.Shift(c.Context(), order.ShiftID(n))
				}
				if errors.Is(err, order.ErrNotFound) {
					return errors.New("there is no such shift: paydesk shift list shows them")
				}
				if err != nil {
					return err
				}
				moves, err := j.MovesOf(c.Context(), s.ID)
				if err != nil {
					return err
				}
				return a.tellShift(s, moves, f.json)
			})
		}}, false)
}

func (a *app) listShifts() *cobra.Command {
	var f shiftFlags
	var from, to string
	c := f.addTo(&cobra.Command{Use: "list", Short: "List shifts, oldest first; works beside an open window", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			begin, end, err := period(from, to)
			if err != nil {
				return err
			}
			if end.IsZero() {
				end = time.UnixMilli(math.MaxInt64)
			}
			return a.withReader(func(j *terminal.History) error {
				all, err := j.Shifts(c.Context(), begin, end)
				if err != nil {
					return err
				}
				for _, s := range all {
					if f.json {
						if err := a.tellShift(s, nil, true); err != nil {
							return err
						}
						continue
					}
					fmt.Fprintln(a.env.Out, shiftLine(s))
				}
				if len(all) == 0 {
					fmt.Fprintln(a.env.Err, "No shift was opened then.")
				}
				return nil
			})
		}}, false)
	c.Flags().StringVar(&from, "from", "", "first day, such as 2026-11-01")
	c.Flags().StringVar(&to, "to", "", "last day")
	return c
}
