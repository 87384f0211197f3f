package assets

import "embed"

// Text holds the catalogues of words, one JSON file per language under text/.
//
//go:embed text
var Text embed.FS
