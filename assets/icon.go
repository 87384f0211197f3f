package assets

import _ "embed" // for the picture below

// Icon is the program's icon as PNG, 512 by 512 pixels, drawn in icon.svg.
//
//go:embed icon.png
var Icon []byte
