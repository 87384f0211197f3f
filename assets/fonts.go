// Package assets is for the files that travel inside the binary.
package assets

import "embed"

// Fonts holds Noto Sans and Noto Sans Mono under fonts/, which have the signs
// of every currency that the terminal takes, the script of Hindi, and their
// licence.
//
//go:embed fonts
var Fonts embed.FS

// Names of the font files in Fonts.
const (
	SansRegular = "fonts/NotoSans-Regular.ttf"
	SansBold    = "fonts/NotoSans-Bold.ttf"
	MonoRegular = "fonts/NotoSansMono-Regular.ttf"
	MonoBold    = "fonts/NotoSansMono-Bold.ttf"
	HindiPlain  = "fonts/NotoSansDevanagari-Regular.ttf"
	HindiBold   = "fonts/NotoSansDevanagari-Bold.ttf"
)
