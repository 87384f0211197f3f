package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"paydesk/assets"
	"paydesk/terminal/sandbox/paper"
)

// virtualPrinter are the flags of the virtual printer.
type virtualPrinter struct {
	tcp, link, web, pictures, model, faults, flow string
	serial                                        bool
	width, baud, speed, buffer                    int
	drawerLow                                     bool
}

func (a *app) sandboxPrinter() *cobra.Command {
	var v virtualPrinter
	c := &cobra.Command{
		Use:   "printer",
		Short: "Be a receipt printer: print to pictures, and have a printer's troubles",
		Long: "Plays a receipt printer on a network port or a serial pseudo-terminal. Every slip is shown as text and,\n" +
			"with --pictures, drawn as it would look on paper. Lines that are typed happen to the printer:\n  " +
			strings.Join(paper.Acts(), ", ") + ";\nstatus shows how it is.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.runPrinter(c.Context(), v) },
	}
	f := c.Flags()
	f.StringVar(&v.tcp, "tcp", "127.0.0.1:9100", "address to listen on as a network printer")
	f.BoolVar(&v.serial, "serial", false, "be a serial printer on a pseudo-terminal instead, and print its name")
	f.StringVar(&v.link, "link", "", "with --serial: a link to keep pointing to the pseudo-terminal")
	f.IntVar(&v.width, "width", 80, "millimetres of paper: 58 (without a cutter) or 80")
	f.StringVar(&v.model, "model", "", "instead of --width: "+strings.Join(paper.Models(), ", "))
	f.StringVar(&v.pictures, "pictures", "", "folder for the slips as slip-0001.png and on")
	f.StringVar(&v.faults, "fault", "", "what happens by itself: paper-out@1200 behind byte 1200, cover-open@12l behind line 12; more with commas")
	f.StringVar(&v.web, "web", "", "address on this computer of a page that shows the paper and has buttons, such as 127.0.0.1:8788")
	f.IntVar(&v.baud, "baud", 0, "pace of a serial line; 0 is as fast as bytes come")
	f.IntVar(&v.speed, "speed", 0, "rows of dots that are printed in a second, 2400 on a fast printer; 0 takes no time")
	f.IntVar(&v.buffer, "buffer", 0, "bytes of the receive buffer; 0 is 4096")
	f.StringVar(&v.flow, "flow", "", "how the sender is told to wait: nothing more is read by default, xonxoff or none")
	f.BoolVar(&v.drawerLow, "drawer-low", false, "the drawer's switch reads low when it is open")
	return c
}

func (v virtualPrinter) options() (opt paper.Options, err error) {
	if v.model == "" {
		if v.width != 58 && v.width != 80 {
			return opt, errors.New("--width takes 58 or 80")
		}
		v.model = fmt.Sprintf("generic-%d", v.width)
	}
	if v.flow != "" && v.flow != string(paper.FlowXON) && v.flow != string(paper.FlowNone) {
		return opt, errors.New("--flow takes xonxoff or none")
	}
	opt = paper.Options{Buffer: max(0, v.buffer), Baud: max(0, v.baud), Speed: max(0, v.speed), Flow: paper.Flow(v.flow), OpenIsLow: v.drawerLow}
	if opt.Model, err = paper.Named(v.model); err != nil {
		return opt, err
	}
	if v.faults != "" {
		if opt.Faults, err = paper.ParseFaults(v.faults); err != nil {
			return opt, err
		}
	}
	if opt.Fonts.Regular, err = assets.Fonts.ReadFile(assets.MonoRegular); err != nil {
		return opt, err
	}
	opt.Fonts.Bold, err = assets.Fonts.ReadFile(assets.MonoBold)
	return opt, err
}

func (a *app) runPrinter(ctx context.Context, v virtualPrinter) (err error) {
	opt, err := v.options()
	if err != nil {
		return err
	}
	if v.pictures != "" {
		if err := os.MkdirAll(v.pictures, 0o700); err != nil {
			return fmt.Errorf("the folder for pictures cannot be made: %w", err)
		}
	}
	p, err := paper.New(opt)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if v.web != "" {
		stop, err := a.servePaper(p, v.web)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, stop()) }()
	}
	ended := make(chan struct{})
	if v.serial {
		go func() {
			defer close(ended)
			cancel(p.ServeTerminal(ctx, v.link, func(name string) { a.tellTarget("serial", name, v.link) }))
		}()
	} else {
		close(ended)
		l, err := p.Listen(v.tcp)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, l.Close()) }()
		a.tellTarget("tcp", l.Addr().String(), "")
	}
	go a.typed(p)
	err = a.showSlips(ctx, p, v.pictures)
	cancel(nil)
	<-ended
	if cause := context.Cause(ctx); err == nil && cause != nil && !errors.Is(cause, context.Canceled) {
		err = cause
	}
	return err
}

// tellTarget says what to write into the settings.
func (a *app) tellTarget(kind, name, link string) {
	if link != "" {
		name = link
	}
	fmt.Fprintf(a.env.Out, "Virtual printer: set printer.target to %s:%s\n", kind, name)
}

// servePaper shows the paper on a page for this computer alone.
func (a *app) servePaper(p *paper.Printer, address string) (stop func() error, err error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("the page cannot be served: %w", err)
	}
	if at, ok := l.Addr().(*net.TCPAddr); !ok || !at.IP.IsLoopback() {
		return nil, errors.Join(errors.New("--web takes an address of this computer alone, such as 127.0.0.1:8788"), l.Close())
	}
	server := &http.Server{Handler: p.Handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(l) }() // it ends when it is closed
	fmt.Fprintf(a.env.Out, "The paper is on http://%s/\n", l.Addr())
	return server.Close, nil
}

// typed lets happen what people type.
func (a *app) typed(p *paper.Printer) {
	lines := bufio.NewScanner(a.env.In)
	for lines.Scan() {
		switch line := strings.TrimSpace(lines.Text()); line {
		case "":
		case "status":
			fmt.Fprintf(a.env.Out, "%+v\n", p.Status())
		default:
			if err := p.Do(line); err != nil {
				fmt.Fprintln(a.env.Err, sentence(err.Error()))
			}
		}
	}
}

// showSlips prints every slip and every mistake until the context ends.
func (a *app) showSlips(ctx context.Context, p *paper.Printer, pictures string) error {
	var slips int64
	mistakes := 0
	for {
		changed := p.Changed()
		wrong := p.Mistakes() // before the slips: so a mistake is never shown before the slip that it follows
		all, count := p.Slips(), p.Status().Slips
		for _, s := range all[max(0, len(all)-int(count-slips)):] {
			slips++
			if err := a.showSlip(s, slips, pictures); err != nil {
				return err
			}
		}
		for _, m := range wrong[min(mistakes, len(wrong)):] {
			fmt.Fprintf(a.env.Out, "MISTAKE at %s\n", m)
		}
		mistakes = len(wrong)
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
}

func (a *app) showSlip(s paper.Slip, number int64, pictures string) (err error) {
	how := "whole"
	if !s.Whole {
		how = "something is missing"
	}
	fmt.Fprintf(a.env.Out, "--- slip %d, %s\n%s", number, how, s)
	if pictures == "" {
		return nil
	}
	name := filepath.Join(pictures, fmt.Sprintf("slip-%04d.png", number))
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already: empty the folder or name another with --pictures", name)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return s.PNG(f)
}
