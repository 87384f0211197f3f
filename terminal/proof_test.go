package terminal_test

import (
	"crypto/ed25519"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/receipts"
	"paydesk/receipts/proof"
	"paydesk/terminal"
	"paydesk/terminal/card"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox"
	"paydesk/terminal/settings"
	"paydesk/terminal/vault"
)

func proofOf(t *testing.T, term *terminal.Terminal, document, id string) string {
	t.Helper()
	code, err := term.ReceiptProof(background, document, id)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// proves fails unless the code of a receipt leads back to it, and says what it
// should.
func proves(t *testing.T, term *terminal.Terminal, document, act, id string, amount money.Amount) string {
	t.Helper()
	code := proofOf(t, term, document, id)
	got, err := term.Scanned(background, strings.ToLower(code)+"\n")
	if err != nil || !got.Proven || got.Document != document || got.ID != id || got.Amount != amount || got.At.IsZero() {
		t.Errorf("%s %s: %+v, %v from %q", document, id, got, err, code)
	}
	doc, err := term.Slip(background, document, id, engine.CopyCustomer)
	if err != nil || !slices.Contains(doc.Blocks, receipts.Block(receipts.QR{Text: code})) {
		t.Errorf("%s %s: no such code on the paper, %v", document, id, err)
	}
	c, err := terminal.CheckReceipt(background, term.Journal(), term.Mode(), code)
	if err != nil || c.Act != act || !c.Known || len(c.Differs) > 0 || !c.Training {
		t.Errorf("%s %s: %+v, %v", document, id, c, err)
	}
	return code
}

// left fails unless so much can still be returned by a receipt.
func left(t *testing.T, term *terminal.Terminal, code string, returned, want int64) {
	t.Helper()
	c, err := terminal.CheckReceipt(background, term.Journal(), term.Mode(), code)
	if err != nil || c.Back == nil || c.Back.Returned != usd(returned) || c.Back.Left != usd(want) {
		t.Errorf("%+v with %+v, %v; want %d returned and %d left", c.Statement, c.Back, err, returned, want)
	}
}

// TestReceiptsProveThemselves: the code of each receipt opens it, and tells what
// is left to return however often it is shown.
func TestReceiptsProveThemselves(t *testing.T) {
	term := training(t)
	sale := charge(t, term, "4111111111111111")
	code := proves(t, term, "sale", "", sale.Number, usd(2000))
	left(t, term, code, 0, 2000)

	c, err := card.New([]byte("4111111111111111"), []byte("999"), card.Expiry{Year: 2031, Month: 12}, "Ada Example")
	if err != nil {
		t.Fatal(err)
	}
	hold, err := term.Charge(background, engine.Charge{Order: term.NewOrderID(), Amount: usd(5000), Kind: order.KindAuth}, c)
	if err != nil {
		t.Fatal(err)
	}
	proves(t, term, "sale", "hold", hold.Number, usd(5000))
	f, err := term.Capture(background, hold.Number, usd(4500))
	proves(t, term, "follow", "capture", did(t, f, err).ID, usd(4500))

	gone := charge(t, term, "5555555555554444")
	voided := proofOf(t, term, "sale", gone.Number)
	f, err = term.Void(background, gone.Number, "")
	proves(t, term, "follow", "void", did(t, f, err).ID, usd(2000))
	left(t, term, voided, 0, 0)

	cash, err := term.TakeCash(background, term.NewOrderID(), usd(1250), usd(2000))
	if err != nil {
		t.Fatal(err)
	}
	inCash := proves(t, term, "cash", "", cash.ID, usd(1250))
	back, err := term.ReturnCash(background, cash.ID, usd(250), "torn")
	if err != nil {
		t.Fatal(err)
	}
	proves(t, term, "cash-back", "", back.ID, usd(250))
	left(t, term, inCash, 250, 1000)

	bill := order.Bill{ID: term.NewOrderID(), Goods: usd(3000)}
	if _, err := term.TakeCashFor(background, bill, term.NewOrderID(), usd(1000), usd(1000)); err != nil {
		t.Fatal(err)
	}
	if got := proofOf(t, term, "bill", bill.ID); got != "" {
		t.Errorf("a bill that is not paid yet has the code %s", got)
	}
	second, err := term.TakeCashFor(background, bill, term.NewOrderID(), usd(2000), usd(2000))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := term.ReturnCash(background, second.ID, usd(500), "cold"); err != nil {
		t.Fatal(err)
	}
	left(t, term, proves(t, term, "bill", "", bill.ID, usd(3000)), 500, 2500)

	if _, err := term.CloseBatch(background); err != nil {
		t.Fatal(err)
	}
	f, err = term.Return(background, sale.Number, usd(700), "torn")
	proves(t, term, "follow", "return", did(t, f, err).ID, usd(700))
	left(t, term, code, 700, 1300)
	if again := proofOf(t, term, "sale", sale.Number); again != code {
		t.Errorf("the code changed with the return:\n%s\n%s", code, again)
	}
	f, err = term.Return(background, sale.Number, usd(1300), "")
	did(t, f, err)
	left(t, term, code, 2000, 0)
	if plan, err := term.MoneyBackPlan(background, sale.Number); err != nil || plan.Left != usd(0) || plan.Act != "" {
		t.Errorf("shown again, %+v can go back, %v", plan.WayBack, err)
	}

	set(t, term, "receipts.page", "https://shop.example/check.html")
	if link := proves(t, term, "sale", "", sale.Number, usd(2000)); link != "https://shop.example/check.html#"+code {
		t.Errorf("with a page the code is %s", link)
	}
}

// TestNoProof: what might pass for a payment and is none has no code.
func TestNoProof(t *testing.T) {
	term := training(t)
	declined := charge(t, term, "4000000000009995")
	for _, none := range [][2]string{{"sale", declined.Number}, {"sale", "NOBODY"}, {"batch", "NOBODY"}, {"approval", declined.Number}, {"", ""}} {
		if got := proofOf(t, term, none[0], none[1]); got != "" {
			t.Errorf("%v has the code %s", none, got)
		}
	}
}

func TestPlainCodes(t *testing.T) {
	term := training(t)
	sale := charge(t, term, "4111111111111111")
	for _, text := range []string{"paydesk:sale:" + sale.Number, " PAYDESK:SALE:" + sale.Number + "\r\n"} {
		got, err := term.Scanned(background, text)
		if err != nil || got.Document != "sale" || got.ID != sale.Number || got.Amount != usd(2000) || got.Proven {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	declined := charge(t, term, "4000000000009995")
	bill := order.Bill{ID: term.NewOrderID(), Goods: usd(3000)}
	if _, err := term.TakeCashFor(background, bill, term.NewOrderID(), usd(1000), usd(1000)); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]terminal.Scan{
		receipts.QRPrefix + declined.Number: {Document: "sale", ID: declined.Number, Amount: usd(2000)},
		receipts.BillPrefix + bill.ID:       {Document: "bill", ID: bill.ID, Amount: usd(3000)},
	} {
		got, err := term.Scanned(background, text)
		if got.At = (time.Time{}); err != nil || got != want {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{"paydesk:sale:NOBODY": engine.ProblemNotFound, "paydesk:bill:" + sale.Number: engine.ProblemNotFound,
		"paydesk:stored:": engine.ProblemNotFound, "4006381333931": terminal.ProblemReceiptForm, "": terminal.ProblemReceiptForm} {
		_, err := term.Scanned(background, text)
		wantCode(t, err, want)
	}
}

// signer is the key of a training terminal, for what only its thief could do.
func signer(t *testing.T, term *terminal.Terminal) ed25519.PrivateKey {
	t.Helper()
	secrets, err := vault.Open(term.Dir(), vault.Training, nil)
	if err != nil {
		t.Fatal(err)
	}
	key, err := vault.InstallationKey(secrets)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// TestForgedReceipts: each way to make a receipt of one's own fails, in words
// of its own.
func TestForgedReceipts(t *testing.T) {
	term := training(t)
	sale := charge(t, term, "4111111111111111")
	code := proofOf(t, term, "sale", sale.Number)
	last := code[len(code)-1:]
	other := map[bool]string{true: "C", false: "B"}[last == "B"]
	_, err := term.Scanned(background, code[:len(code)-1]+other)
	wantCode(t, err, terminal.ProblemReceiptChanged)
	_, err = term.Scanned(background, code[:40])
	wantCode(t, err, terminal.ProblemReceiptForm)

	foreign := training(t)
	theirs := charge(t, foreign, "4111111111111111")
	_, err = term.Scanned(background, proofOf(t, foreign, "sale", theirs.Number))
	wantCode(t, err, terminal.ProblemReceiptStranger)

	s, err := proof.Parse(code)
	if err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*proof.Statement){
		terminal.ProblemReceiptUnknown: func(s *proof.Statement) { s.ID = "NOBODY" },
		terminal.ProblemReceiptDiffers: func(s *proof.Statement) { s.Amount = usd(200000) },
		terminal.ProblemReceiptMode:    func(s *proof.Statement) { s.Training = false },
	} {
		forged := s.Statement
		change(&forged)
		_, err := term.Scanned(background, proof.Sign(signer(t, term), forged))
		wantCode(t, err, want)
	}
	for name, change := range map[string]func(*proof.Statement){
		"amount": func(s *proof.Statement) { s.Amount.Minor-- }, "tender": func(s *proof.Statement) { s.Tender = "Mastercard" },
		"card": func(s *proof.Statement) { s.Last4 = "1112" }, "time": func(s *proof.Statement) { s.At = s.At.AddDate(0, 0, 1) },
		"journal": func(s *proof.Statement) { s.Previous = make([]byte, proof.PreviousLen) },
	} {
		forged := s.Statement
		change(&forged)
		c, err := terminal.CheckReceipt(background, term.Journal(), settings.Training, proof.Sign(signer(t, term), forged))
		if err != nil || !slices.Equal(c.Differs, []string{name}) {
			t.Errorf("%s: %v differs, %v", name, c.Differs, err)
		}
	}
}

// TestTrainingProvesNothingLive: a code of training is refused by a live
// terminal of the same folder, also with the mark of training taken away, as the
// two have keys of their own.
func TestTrainingProvesNothingLive(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere") // no keyring
	t.Setenv(vault.PassphraseVariable, "a passphrase of the tests")
	dir := t.TempDir()
	practice, live := open(t, dir, settings.Training), open(t, dir, settings.Live)
	signIn(t, practice)
	sale := charge(t, practice, "4111111111111111")
	code := proofOf(t, practice, "sale", sale.Number)
	_, err := live.Scanned(background, code)
	wantCode(t, err, terminal.ProblemReceiptMode)

	const mark = len("PDR") + 2 // the upper half of the second byte
	unmarked := code[:mark] + string("BCDEFGHJKLNPRSTU"[strings.IndexByte("BCDEFGHJKLNPRSTU", code[mark])&7]) + code[mark+1:]
	_, err = live.Scanned(background, unmarked)
	wantCode(t, err, terminal.ProblemReceiptStranger)
	s, err := proof.Parse(code)
	if err != nil {
		t.Fatal(err)
	}
	s.Training = false
	_, err = live.Scanned(background, proof.Sign(signer(t, practice), s.Statement))
	wantCode(t, err, terminal.ProblemReceiptStranger)
}

// A bill of which the bank has not paid a stored part says so on its receipt,
// and proves nothing: what a code says stays true when the bank has answered.
func TestNoProofOfWhatIsStored(t *testing.T) {
	box, err := sandbox.Open(sandbox.Options{Path: filepath.Join(t.TempDir(), "host.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	host := serveAt(t, "127.0.0.1:0", box.Handler())
	address := host.Listener.Addr().String()
	term := training(t)
	for key, value := range map[string]string{"host.base_url": "http://" + address, "host.device_guid": sandbox.DeviceGUID,
		"host.merchant_guid": sandbox.MerchantGUID, "offline.enabled": "true", "offline.tokens": "true"} {
		set(t, term, key, value)
	}
	await(t, term, "there", online)
	first := charge(t, term, "4111111111111111")
	bill := order.Bill{ID: term.NewOrderID(), Goods: usd(3000)}
	if _, err := term.TakeCashFor(background, bill, term.NewOrderID(), usd(700), usd(700)); err != nil {
		t.Fatal(err)
	}
	stored := storeAway(t, term, host, engine.Charge{Order: term.NewOrderID(), Amount: usd(2300), Bill: &bill, OnFile: first.Number})
	if b, err := term.Bill(background, bill.ID); err != nil || b.State != order.BillPaid {
		t.Fatalf("%s, %v", b.State, err)
	}
	if code := proofOf(t, term, order.DocumentBill, bill.ID); code != "" {
		t.Errorf("a bill that is not paid yet has the code %s", code)
	}
	serveAt(t, address, box.Handler())
	until(t, term, "the forwarding", func(s engine.Snapshot) bool { return s.Stored.Room.Unsent.Count == 0 })
	if s, err := term.Journal().Stored(background, stored.ID); err != nil || s.State != order.StoredApproved {
		t.Fatalf("%s, %v", s.State, err)
	}
	left(t, term, proves(t, term, order.DocumentBill, "", bill.ID, usd(3000)), 0, 3000)
}
