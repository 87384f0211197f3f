package sandbox

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/mail"
	"regexp"
	"strconv"
	"strings"
)

// accountRoutes are the calls about logins, users and their roles. The two of a
// forgotten password need no token.
var accountRoutes = []route{
	{"POST", "token", inBoth, true, (*Host).issueToken},
	{"POST", "accounts/register", inDocument, false, (*Host).register},
	{"POST", "accounts/changepassword", inDocument, false, (*Host).changePassword},
	{"POST", "accounts/resetpasswordrequest", inDocument, true, (*Host).requestReset},
	{"POST", "accounts/resetpassword", inDocument, true, (*Host).resetPassword},
	{"GET", "userroles/users/myself", inDocument, false, (*Host).myRoles},
	{"GET", "userroles/users/{guid}", inDocument, false, (*Host).userRoles},
	{"POST", "search/users", inDocument, false, (*Host).searchUsers},
}

// messageAnswer is an answer that is only a sentence.
type messageAnswer struct {
	Message string `json:"message"`
}

// fieldErrors collects what is wrong with the fields of a request.
type fieldErrors map[string][]string

func (e fieldErrors) add(name, why string) { e[name] = append(e[name], why) }

// require notes each field that is empty, in the words of the service's kind.
func (e fieldErrors) require(fields map[string]text) {
	for name, value := range fields {
		if strings.TrimSpace(string(value)) == "" {
			e.add(name, "The "+name+" field is required.")
		}
	}
}

func (e fieldErrors) reply() (reply, bool) {
	return reply{status: http.StatusBadRequest, body: problem{Message: "Invalid ModelState", ModelState: e}}, len(e) > 0
}

// password checks a new password and its repetition.
func (e fieldErrors) password(name string, password, again text) {
	switch {
	case password == "":
	case len(password) < 6 || len(password) > 100:
		e.add(name, "The "+name+" must be 6 to 100 characters long.")
	case again != "" && password != again:
		e.add("ConfirmPassword", "The password and confirmation password do not match.")
	}
}

type registerRequest struct {
	Username, Password, ConfirmPassword, IsoNumber, FirstName, LastName, Email, Phone text
	Address1, Address2, City, State, Zipcode                                          text
}

type registerAnswer struct {
	ID            string `json:"id"`
	UserName      string `json:"userName"`
	IsoNumber     int    `json:"isoNumber"`
	FirstName     string `json:"firstName"`
	LastName      string `json:"lastName"`
	Email         string `json:"email"`
	Phone         string `json:"phone"`
	Status        string `json:"status"`
	Address1      string `json:"address1"`
	Address2      string `json:"address2"`
	City          string `json:"city"`
	State         string `json:"state"`
	Zipcode       string `json:"zipcode"`
	AccountNumber string `json:"accountNumber"`
}

var (
	phoneForm = regexp.MustCompile(`^[2-9][0-9]{9}$`)
	zipForm   = regexp.MustCompile(`^[0-9]{5}$`)
	nameForm  = regexp.MustCompile(`^[A-Za-z0-9._@-]{1,50}$`)
)

// check finds what is wrong with the form of the fields.
func (in *registerRequest) check() (reply, bool) {
	wrong := fieldErrors{}
	wrong.require(map[string]text{
		"Username": in.Username, "Password": in.Password, "ConfirmPassword": in.ConfirmPassword, "IsoNumber": in.IsoNumber,
		"FirstName": in.FirstName, "LastName": in.LastName, "Email": in.Email, "Phone": in.Phone,
		"Address1": in.Address1, "City": in.City, "State": in.State, "Zipcode": in.Zipcode,
	})
	if in.Username != "" && (!nameForm.MatchString(string(in.Username)) || masked(string(in.Username)) != string(in.Username)) {
		wrong.add("Username", "The Username may have up to 50 letters, digits and the signs . _ @ - and must not be a card number.")
	}
	wrong.password("Password", in.Password, in.ConfirmPassword)
	if in.Email != "" && !isEmail(string(in.Email)) {
		wrong.add("Email", "The Email field is not a valid e-mail address.")
	}
	wrong.person(in.Phone, in.Zipcode)
	wrong.short(map[string]text{"FirstName": in.FirstName, "LastName": in.LastName,
		"Address1": in.Address1, "Address2": in.Address2, "City": in.City})
	if out, bad := wrong.reply(); bad {
		return out, true
	}
	return refuse(http.StatusBadRequest, "Invalid State name"), !isState(in.State)
}

// person checks the phone number and zip code of a person, if they are there.
func (e fieldErrors) person(phone, zip text) {
	if phone != "" && !phoneForm.MatchString(string(phone)) {
		e.add("Phone", "The Phone must be a number of ten digits such as 4152345678.")
	}
	if zip != "" && !zipForm.MatchString(string(zip)) {
		e.add("Zipcode", "The Zipcode must have 5 digits.")
	}
}

// short bounds what is kept as it was written.
func (e fieldErrors) short(fields map[string]text) {
	for name, value := range fields {
		if len(value) > 100 {
			e.add(name, "The "+name+" must be at most 100 characters long.")
		}
	}
}

// isEmail takes plain addresses only: they go into the header of a mail.
func isEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= 254 && strings.Trim(s, "!#$%&'*+-./0123456789=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz{|}~") == "" &&
		strings.Contains(s[strings.LastIndexByte(s, '@'):], ".")
}

// states are the ISO 3166-2 codes of the United States, with their capital and
// territories, and of Canada.
const states = " AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA" +
	" RI SC SD TN TX UT VT VA WA WV WI WY DC AS GU MP PR UM VI AB BC MB NB NL NS NT NU ON PE QC SK YT "

func isState(s text) bool {
	return len(s) == 2 && strings.Contains(states, " "+strings.ToUpper(string(s))+" ")
}

// user is the login that the request asks for. Until somebody gives another
// role, which no call of the document does, a new user may sell.
func (in *registerRequest) user() (*user, error) {
	kept := func(t text) string { return masked(strings.TrimSpace(string(t))) }
	u := &user{
		guid: newGUID(), name: string(in.Username), firstName: kept(in.FirstName), lastName: kept(in.LastName),
		email: string(in.Email), phone: string(in.Phone), status: userActive, address1: kept(in.Address1),
		address2: kept(in.Address2), city: kept(in.City), state: strings.ToUpper(string(in.State)), zip: string(in.Zipcode),
		roles: []string{roleMerchantEmployee},
	}
	var err error
	if u.iso, err = strconv.Atoi(string(in.IsoNumber)); err != nil {
		return nil, rule("Iso number not found")
	}
	return u, u.seal(string(in.Password))
}

// register answers POST accounts/register.
func (h *Host) register(c *call) reply {
	var in registerRequest
	if decode(c.r.Body, &in) != nil {
		return undecode
	}
	if out, bad := in.check(); bad {
		return out
	}
	u, err := in.user()
	if err == nil {
		err = h.ledger.addUser(c.r.Context(), u)
	}
	if err != nil {
		return h.malformed(err)
	}
	id, err := hex.DecodeString(strings.ReplaceAll(u.guid, "-", ""))
	if err != nil {
		return h.broken(err)
	}
	return reply{status: http.StatusOK, body: registerAnswer{
		base64.RawURLEncoding.EncodeToString(id), u.name, u.iso, u.firstName, u.lastName, u.email, u.phone, u.status,
		u.address1, u.address2, u.city, u.state, u.zip, u.account}}
}

// malformed answers a rule about a request that is no payment: the service
// says 400 to it.
func (h *Host) malformed(err error) reply {
	var r rule
	if errors.As(err, &r) {
		return refuse(http.StatusBadRequest, string(r))
	}
	return h.broken(err)
}

// addUser enters a user whose ISO is active and whose name is free.
func (l *Ledger) addUser(ctx context.Context, u *user) error {
	return l.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var known, active, taken bool
		var count int
		err := tx.QueryRowContext(ctx, `SELECT count(*) > 0, coalesce(max(active), 0),
			EXISTS (SELECT 1 FROM users WHERE name = ?), (SELECT count(*) FROM users) FROM isos WHERE number = ?`,
			u.name, u.iso).Scan(&known, &active, &taken, &count)
		switch {
		case err != nil:
			return err
		case !known:
			return rule("Iso number not found")
		case !active:
			return rule("Iso is not active.")
		case taken:
			return rule("Name " + u.name + " is already taken.")
		}
		u.account = fmt.Sprint(18_000_000 + count)
		return insertUser(ctx, tx, "", u)
	})
}

// changePassword answers POST accounts/ChangePassword: of oneself, or of
// anybody for those who look after users. The old password is needed by both.
func (h *Host) changePassword(c *call) reply {
	var in struct{ Username, OldPassword, NewPassword, ConfirmPassword text }
	if decode(c.r.Body, &in) != nil {
		return undecode
	}
	wrong := fieldErrors{}
	wrong.require(map[string]text{"Username": in.Username, "OldPassword": in.OldPassword,
		"NewPassword": in.NewPassword, "ConfirmPassword": in.ConfirmPassword})
	wrong.password("NewPassword", in.NewPassword, in.ConfirmPassword)
	if out, bad := wrong.reply(); bad {
		return out
	}
	if !strings.EqualFold(string(in.Username), c.user.name) && !c.user.may(rightPeople) {
		return notPermitted
	}
	u, err := oneUser(c.r.Context(), h.ledger.db, "name = ?", string(in.Username))
	if err != nil {
		return h.broken(err)
	}
	if u == nil || !h.opens(u, string(in.OldPassword)) {
		return badField("OldPassword", "Incorrect user name or password.")
	}
	if err = u.seal(string(in.NewPassword)); err == nil {
		err = h.ledger.write(c.r.Context(), func(ctx context.Context, tx *sql.Tx) error { return setPassword(ctx, tx, u) })
	}
	if err != nil {
		return h.broken(err)
	}
	return reply{status: http.StatusOK, body: messageAnswer{"Success"}}
}

// requestReset answers POST accounts/ResetPasswordRequest. It tells nobody
// whether the user exists: who does gets a mail.
func (h *Host) requestReset(c *call) reply {
	var in struct{ Username text }
	if decode(c.r.Body, &in) != nil {
		return undecode
	}
	wrong := fieldErrors{}
	wrong.require(map[string]text{"Username": in.Username})
	if out, bad := wrong.reply(); bad {
		return out
	}
	u, err := oneUser(c.r.Context(), h.ledger.db, "name = ?", string(in.Username))
	if err != nil {
		return h.broken(err)
	}
	if u != nil && u.status == userActive {
		key, err := h.newResetKey(c.r.Context(), u)
		if err == nil {
			err = h.send(u, key)
		}
		if err != nil {
			return h.broken(err)
		}
	}
	return reply{status: http.StatusOK, body: messageAnswer{"Success. Email sent."}}
}

// resetPassword answers POST accounts/ResetPassword.
func (h *Host) resetPassword(c *call) reply {
	var in struct{ Key, NewPassword, ConfirmPassword text }
	if decode(c.r.Body, &in) != nil {
		return undecode
	}
	wrong := fieldErrors{}
	wrong.require(map[string]text{"Key": in.Key, "NewPassword": in.NewPassword, "ConfirmPassword": in.ConfirmPassword})
	wrong.password("NewPassword", in.NewPassword, in.ConfirmPassword)
	if out, bad := wrong.reply(); bad {
		return out
	}
	if err := h.useResetKey(c.r.Context(), string(in.Key), string(in.NewPassword)); err != nil {
		return h.malformed(err)
	}
	return reply{status: http.StatusOK, body: messageAnswer{"Success. Password changed."}}
}
