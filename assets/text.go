package assets

import "embed"

// Text holds the catalogues of words: under text/ a folder per language, in it
// a JSON file per part of the program.
//
//go:embed text
var Text embed.FS
