package terminal

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"

	"paydesk/receipts"
	"paydesk/receipts/escpos"
	"paydesk/receipts/pdf"
	"paydesk/receipts/samples"
	"paydesk/receipts/text"
	"paydesk/receipts/tongue"
	"paydesk/terminal/engine"
	"paydesk/terminal/locale"
	"paydesk/terminal/printjob"
)

// SampleOptions say how papers are shown. Empty fields are as the settings have
// them.
type SampleOptions struct {
	Paper    string // 58mm, 80mm, a4 or letter
	Language string // as the setting receipts.language
	// Text and Printer ask for the paper as plain text, and as the bytes that the
	// printer gets, beside its PDF.
	Text, Printer bool
}

// Samples writes one of each paper that the terminal prints into a folder, which
// is made where it is missing: with this shop's head, and figures that are made
// up and marked as such. It returns the names of the files.
func (t *Terminal) Samples(folder string, o SampleOptions) (files []string, err error) {
	cfg, s := t.paperConfig(), t.Settings()
	if cfg.Paper, err = pdf.PaperNamed(cmp.Or(o.Paper, s.Receipts.Paper)); err != nil {
		return nil, &engine.Problem{Code: "paper", Text: "There is no such paper. Choose 58mm, 80mm, a4 or letter.", Err: err}
	}
	if o.Language != "" {
		if locale.Of(o.Language).Code != o.Language {
			return nil, &engine.Problem{Code: "language", Text: "There is no such language. Choose en, es, fr, de, pt or hi."}
		}
		cfg.Language = tongue.In(o.Language)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, noFolder(folder, err)
	}
	shop := cfg.Shop
	shop.Logo = cfg.Logo
	slip := receipts.Slip{Shop: shop, Tongue: cfg.Language, Device: cfg.DeviceName, Host: cfg.HostName, Operator: "Ann", At: t.Now(), Sample: true}
	for i, sample := range samples.Like(slip, s.Money.Currency).All(s.Printer.Target, cfg.Profile.Columns) {
		names, err := writeSample(filepath.Join(folder, fmt.Sprintf("%02d-%s", i+1, sample.Name)), sample.Document, cfg, o)
		if err != nil {
			return files, err
		}
		files = append(files, names...)
	}
	return files, nil
}

func noFolder(folder string, err error) error {
	return &engine.Problem{Code: "folder", Text: fmt.Sprintf("Nothing can be written to %s. Choose another folder.", folder), Err: err,
		Say: engine.Sentence{Format: "Nothing can be written to %s. Choose another folder.", Args: []any{folder}}}
}

func writeSample(path string, doc receipts.Document, cfg printjob.Config, o SampleOptions) (files []string, err error) {
	forms := []struct {
		suffix string
		wanted bool
		render func() ([]byte, error)
	}{
		{".pdf", true, func() ([]byte, error) { return pdf.Render(doc, cfg.Paper, cfg.PDFFonts) }},
		{".txt", o.Text, func() ([]byte, error) { return []byte(text.Render(doc, cfg.Profile.Columns)), nil }},
		{".bin", o.Printer, func() ([]byte, error) { return escpos.Render(doc, cfg.Profile, cfg.PaperFonts) }},
	}
	for _, form := range forms {
		if !form.wanted {
			continue
		}
		data, err := form.render()
		if err != nil {
			return files, err
		}
		if err := os.WriteFile(path+form.suffix, data, 0o644); err != nil {
			return files, noFolder(filepath.Dir(path), err)
		}
		files = append(files, path+form.suffix)
	}
	return files, nil
}
