// Package app is for people: the window of the terminal. It builds the
// screens, moves between them and shows what the desk publishes. Everything
// that may wait happens off the window's goroutine.
package app

import (
	"context"
	"os"
	"strconv"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"

	"paydesk/app/bridge"
	"paydesk/app/customer"
	"paydesk/app/look"
	"paydesk/app/sound"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/terminal/clock"
	"paydesk/terminal/settings"
)

// Identity of the program, as FyneApp.toml has it.
const (
	ID   = "org.paydesk.terminal"
	Name = "Paydesk"
)

// Options are what the program decides about its window. The zero value is
// good.
type Options struct {
	// Version is shown in the window's metadata, such as "1.0.0".
	Version string
	// PINHint is shown on the sign-in screen, for training.
	PINHint string
	// Fullscreen asks for it, whatever the settings say.
	Fullscreen bool
	// Theme, if not empty, is used in place of the setting.
	Theme string
	// Size of the window in units; zero is 1280 by 800.
	Size fyne.Size
	// Clock is the real one if nil.
	Clock clock.Clock
	// Reopen has the program start in the other mode after the window; nil where
	// it can't.
	Reopen func(ctx context.Context, mode settings.Mode) error
	// OnReady is called on the window's goroutine when the first frame has
	// been drawn.
	OnReady func()
}

// Run shows the window until it is closed, and returns the program's exit
// code. It must be called on the main goroutine, once. The caller closes the
// desk afterwards: a payment that is under way then is settled at the next
// start.
func Run(desk Desk, o Options) int {
	now := desk.Settings()
	environment(now)
	fyneapp.SetMetadata(fyne.AppMetadata{
		ID: ID, Name: Name, Version: o.Version, Migrations: map[string]bool{"fyneDo": true},
	})
	if o.Clock == nil {
		o.Clock = clock.Real{}
	}
	if o.Size.IsZero() {
		o.Size = fyne.NewSize(1280, 800)
	}
	if o.Theme == "" {
		o.Theme = now.Window.Theme
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	text.Use(now.Window.Language)
	a := fyneapp.NewWithID(ID)
	a.Settings().SetTheme(theme.New(o.Theme))

	s := newShell(desk, bridge.Runner(ctx, fyne.Do), o.Clock, o.PINHint)
	s.setup.Reopen = o.Reopen
	s.setTheme = func(t *theme.Theme) { a.Settings().SetTheme(t) }
	player := sound.New()
	s.sound = func(k look.Kind) { player.Play(ctx, k) }
	s.useTheme(o.Theme)
	w := a.NewWindow(text.Get("app.title", s.snapshot.Shop))
	open(w, s, o.Size, o.Fullscreen || now.Window.Fullscreen)
	s.quit = a.Quit
	s.after = bridge.Timer(ctx, o.Clock, fyne.Do)
	s.face.till, s.face.Open = customer.Native(w), customer.Opener(a, Name, w, s.root)
	s.start()

	a.Lifecycle().SetOnStarted(func() {
		w.Canvas().Focus(s.root)
		s.keepFace()
		go everySecond(ctx, o.Clock, func() { fyne.Do(s.tick) })
		if o.OnReady != nil {
			// The function that is queued second runs after the first frame.
			go fyne.Do(func() { go fyne.Do(o.OnReady) })
		}
	})
	b := bridge.New(fyne.Do, s.apply)
	stop := desk.Watch(b.Push)
	defer stop()
	w.ShowAndRun()
	return 0
}

// open gives the window its content. Closing it asks the shell.
func open(w fyne.Window, s *shell, size fyne.Size, full bool) {
	w.SetPadded(false)
	w.SetMaster()
	w.SetContent(s.root)
	w.Resize(size)
	w.CenterOnScreen()
	w.SetFullScreen(full)
	w.SetCloseIntercept(s.askQuit)
	w.Canvas().Focus(s.root)
}

// environment sets the scale, which the toolkit reads when it starts. What a
// monitor reports as its size is wrong too often to be used.
func environment(now settings.Settings) {
	scale := float64(now.Window.Scale) / 100
	if scale <= 0 {
		scale = 1
	}
	for key, value := range map[string]string{
		"FYNE_SCALE": strconv.FormatFloat(scale, 'f', 2, 64), "FYNE_DISABLE_DPI_DETECTION": "true",
	} {
		if os.Getenv(key) == "" {
			_ = os.Setenv(key, value)
		}
	}
}
