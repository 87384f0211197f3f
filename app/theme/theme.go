// Package theme is for the look of the window as a whole: the colours of light,
// dark and high contrast, the fonts that travel with the program, and sizes that follow the
// window so that one layout serves a small panel and a large screen.
package theme

import (
	"image/color"
	"maps"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"

	"paydesk/app/look"
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
}

// New makes the theme of a name; an unknown one is light.
func New(name string) *Theme {
	t := &Theme{name: Light, palette: maps.Clone(states), fonts: map[fyne.TextStyle]fyne.Resource{}}
	base := light
	if other, ok := map[string]Palette{Dark: dark, Contrast: contrast}[name]; ok {
		t.name, base = name, other
	}
	maps.Copy(t.palette, base)
	for style, file := range map[fyne.TextStyle]string{
		{}:                            assets.SansRegular,
		{Bold: true}:                  assets.SansBold,
		{Monospace: true}:             assets.MonoRegular,
		{Monospace: true, Bold: true}: assets.MonoBold,
	} {
		if data, err := assets.Fonts.ReadFile(file); err == nil {
			t.fonts[style] = fyne.NewStaticResource(t.name+"-"+file, data)
		}
	}
	return t
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
