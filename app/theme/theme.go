// Package theme is for the look of the window as a whole: the colours of light,
// dark and high contrast, the fonts that travel with the program, and sizes that follow the
// window so that one layout serves a small panel and a large screen.
package theme

import (
	"image/color"
	"maps"
	"sync"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"

	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/assets"
)

// The names of the themes, as the settings have them.
const (
	Light    = "light"
	Dark     = "dark"
	Contrast = "contrast"
)

// Theme is one variant. The system's own preference is ignored: the variant
// is a setting of the terminal.
type Theme struct {
	name    string
	palette Palette
	fonts   map[fyne.TextStyle]fyne.Resource
	whole   bool // its fonts have Latin letters
}

// New makes the theme of a name; an unknown one is light.
func New(name string) *Theme {
	t := &Theme{name: Light, palette: maps.Clone(states), fonts: map[fyne.TextStyle]fyne.Resource{}}
	base := light
	if other, ok := map[string]Palette{Dark: dark, Contrast: contrast}[name]; ok {
		t.name, base = name, other
	}
	maps.Copy(t.palette, base)
	language := text.Current().Language().Code
	t.whole = language != text.Hindi
	for style, file := range fontFiles(language) {
		if font := font(file); font != nil {
			t.fonts[style] = font
		}
	}
	return t
}

// fonts are those that were read, by file: the toolkit knows a font again by
// its resource, and parses it once.
var fonts sync.Map

// font is the resource of a font, nil where it cannot be read.
func font(file string) fyne.Resource {
	if known, ok := fonts.Load(file); ok {
		return known.(fyne.Resource)
	}
	data, err := assets.Fonts.ReadFile(file)
	if err != nil {
		return nil
	}
	known, _ := fonts.LoadOrStore(file, fyne.NewStaticResource(file, data))
	return known.(fyne.Resource)
}

// Source is the font that a text of the theme in use names as its own. One that
// names none has the toolkit go through the fonts of the system, for letters
// that the theme's font may lack, at every start and every change of theme,
// which takes as long as all else of a start. It is nil where letters are
// lacking: the font of Hindi has no Latin ones.
func Source(style fyne.TextStyle) fyne.Resource {
	t, ours := fyne.CurrentApp().Settings().Theme().(*Theme)
	if !ours || !t.whole {
		return nil
	}
	return t.Font(style)
}

// Extent is how large a text of the theme in use is in one line.
func Extent(words string, size float32, style fyne.TextStyle) fyne.Size {
	box, _ := fyne.CurrentApp().Driver().RenderedTextSize(words, size, style, Source(style))
	return box
}

// fontFiles are the fonts of a language. The one of Hindi has no Latin letters:
// the toolkit takes those from its own font, which is the same Noto Sans.
func fontFiles(language string) map[fyne.TextStyle]string {
	files := map[fyne.TextStyle]string{
		{}:                            assets.SansRegular,
		{Bold: true}:                  assets.SansBold,
		{Monospace: true}:             assets.MonoRegular,
		{Monospace: true, Bold: true}: assets.MonoBold,
	}
	if language == text.Hindi {
		files[fyne.TextStyle{}], files[fyne.TextStyle{Bold: true}] = assets.HindiPlain, assets.HindiBold
	}
	return files
}

// Name is the name in the settings.
func (t *Theme) Name() string { return t.name }

// Other is the name of the next variant.
func (t *Theme) Other() string {
	return map[string]string{Light: Dark, Dark: Contrast, Contrast: Light}[t.name]
}

// Color implements fyne.Theme.
func (t *Theme) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	if c, ok := t.palette[look.Colour(name)]; ok {
		return c
	}
	if name == fynetheme.ColorNameBackground {
		return t.palette[look.Ground]
	}
	variant := fynetheme.VariantLight
	if t.name == Dark {
		variant = fynetheme.VariantDark
	}
	return fynetheme.DefaultTheme().Color(name, variant)
}

// Font implements fyne.Theme.
func (t *Theme) Font(style fyne.TextStyle) fyne.Resource {
	if font, ok := t.fonts[fyne.TextStyle{Bold: style.Bold, Monospace: style.Monospace}]; ok {
		return font
	}
	return fynetheme.DefaultTheme().Font(style)
}

// Icon implements fyne.Theme.
func (t *Theme) Icon(name fyne.ThemeIconName) fyne.Resource {
	return fynetheme.DefaultTheme().Icon(name)
}

// Size implements fyne.Theme.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
	return fynetheme.DefaultTheme().Size(name)
}

// Colour is a colour of the theme in use. Call it in Refresh, not when a
// widget is made, or a change of theme is lost.
func Colour(name look.Colour) color.Color {
	return fyne.CurrentApp().Settings().Theme().Color(fyne.ThemeColorName(name), fynetheme.VariantLight)
}
