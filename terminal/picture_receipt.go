package terminal

import (
	"context"
	"image"

	"paydesk/receipts/preview"
)

// Picture is the slip of a document as the paper that the printer of the
// settings makes of it, for the screen; document, id and copy are those of
// Slip. Black and white, a pixel for each dot.
func (t *Terminal) Picture(ctx context.Context, document, id, copy string) (image.Image, error) {
	doc, err := t.Slip(ctx, document, id, copy)
	if err != nil {
		return nil, err
	}
	cfg := t.paperConfig()
	return preview.Image(doc, cfg.Profile.Columns, cfg.Profile.Dots, cfg.PaperFonts)
}
