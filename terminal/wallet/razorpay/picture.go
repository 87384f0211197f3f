package razorpay

import (
	"bytes"
	"context"
	"fmt"
	"image"
	_ "image/jpeg" // pictures of codes are JPEG or PNG
	_ "image/png"
	"net/http"
	"net/url"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"paydesk/terminal/wallet"
)

const (
	// maxHops is how often the address of a picture may lead to another.
	maxHops = 3
	// maxPixels is more than any poster of a code has.
	maxPixels = 8 << 20

	sayPicture = "The picture of Razorpay's UPI code cannot be read. Choose payment links in the settings, or ask Razorpay to enable image_content for the account."
)

// picture is the text of a code whose picture is at the address. The client
// decides which hosts may be asked, at every hop.
func (p *Provider) picture(ctx context.Context, address string) (text, refused string, s said) {
	for range maxHops + 1 {
		r := p.client.Send(ctx, http.MethodGet, address, http.Header{"Accept": {"image/png, image/jpeg"}}, nil)
		switch to := r.Header.Get("Location"); {
		case r.Err == wallet.ErrAddress:
			return "", sayPicture, s
		case r.Status/100 == 3 && r.Err == nil:
			if address = resolve(address, to); address == "" {
				return "", sayPicture, s
			}
			continue
		case r.Class() == wallet.Done:
			if text, err := decode(r.Body); err == nil {
				return text, "", said{Reply: r, ok: true}
			}
			return "", sayPicture, s
		case r.Class() == wallet.Lost, r.Class() == wallet.Later:
			return "", "", read(r, nil)
		}
		break
	}
	return "", sayPicture, s
}

// resolve is where an address leads on; "" is nowhere.
func resolve(from, to string) string {
	base, err := url.Parse(from)
	if err != nil || to == "" {
		return ""
	}
	u, err := base.Parse(to)
	if err != nil {
		return ""
	}
	return u.String()
}

// decode reads the one QR of a picture. The reader of pictures is another's
// work, and what it reads came from outside: it may not end the program.
func decode(body []byte) (text string, err error) {
	defer func() {
		if r := recover(); r != nil {
			text, err = "", fmt.Errorf("picture of a code: %v", r)
		}
	}()
	head, _, err := image.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		return "", fmt.Errorf("picture of a code: %w", err)
	}
	if head.Width <= 0 || head.Height <= 0 || head.Width > maxPixels/head.Height {
		return "", fmt.Errorf("picture of a code: %d by %d pixels", head.Width, head.Height)
	}
	img, _, err := image.Decode(bytes.NewReader(body))
	if err != nil {
		return "", fmt.Errorf("picture of a code: %w", err)
	}
	bits, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		return "", fmt.Errorf("picture of a code: %w", err)
	}
	found, err := qrcode.NewQRCodeReader().Decode(bits, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		return "", fmt.Errorf("picture of a code: %w", err)
	}
	return found.GetText(), nil
}
