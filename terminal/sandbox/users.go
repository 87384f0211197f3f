package sandbox

import (
	"context"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// The users of the host. A user without a hash has never changed the password
// that the host was started with. Epoch counts the changes of a password: a
// token of an earlier one is worthless. Of a reset key only its hash is kept.
const userSchema = `
CREATE TABLE IF NOT EXISTS isos (number INTEGER PRIMARY KEY, active INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS users (
	id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE COLLATE NOCASE,
	iso INTEGER NOT NULL REFERENCES isos (number), first_name TEXT NOT NULL, last_name TEXT NOT NULL,
	email TEXT NOT NULL, phone TEXT NOT NULL, status TEXT NOT NULL, address1 TEXT NOT NULL, address2 TEXT NOT NULL,
	city TEXT NOT NULL, state TEXT NOT NULL, zipcode TEXT NOT NULL, account TEXT NOT NULL, roles TEXT NOT NULL,
	salt BLOB NOT NULL, hash BLOB NOT NULL, epoch INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS reset_keys (
	hash BLOB PRIMARY KEY, user INTEGER NOT NULL UNIQUE REFERENCES users (id), expires INTEGER NOT NULL
) WITHOUT ROWID;
INSERT OR IGNORE INTO isos VALUES (1000, 1), (5000, 1), (9000, 0);`

// The statuses of a user. ConnexPay API, Search users.
const (
	userActive      = "User - Active"
	userDeactivated = "User - Deactivated"
	userPaused      = "User - Paused"
)

// user is a login of the host.
type user struct {
	id                  int64
	guid, name          string
	iso                 int
	firstName, lastName string
	email, phone        string
	status              string
	address1, address2  string
	city, state, zip    string
	account             string
	roles               []string
	salt, hash          []byte // empty: the password that the host was started with
	epoch               int64
}

// seeds are the users of a new ledger beside the owner. The first two are those
// of the document's samples.
var seeds = []user{
	{guid: "961612a5-427b-4bbc-8a11-bfc1b9149243", name: "maxwinston", iso: 1000, firstName: "Max", lastName: "Winston",
		email: "maxwinston@gmail.com", phone: "9177563046", status: userActive, address1: "151 E 33rd ST",
		address2: "Second Floor", city: "New York", state: "NY", zip: "10016", account: "17091897",
		roles: []string{roleIsoAdmin, roleIsoEmployee, roleMerchantAdmin}},
	{guid: "b584e559-1898-4314-94dc-e276b5563377", name: "adamsmith", iso: 1000, firstName: "Adam", lastName: "Smith",
		email: "adamsmith@gmail.com", phone: "9873216540", status: userActive, address1: "3025 S. Parker Rd.",
		address2: "Suite 610", city: "New York", state: "NY", zip: "10016", account: "12354021"},
	{guid: "75736572-0000-4000-8000-000000000002", name: "cashier", iso: 1000, firstName: "Carla", lastName: "Till",
		email: "cashier@example.com", phone: "2125550102", status: userActive, address1: "1 Main Street",
		city: "Dallas", state: "TX", zip: "76092", account: "17000002", roles: []string{roleMerchantEmployee}},
	{guid: "75736572-0000-4000-8000-000000000003", name: "formercashier", iso: 1000, firstName: "Fred", lastName: "Gone",
		email: "fred@example.com", phone: "2125550103", status: userDeactivated, address1: "1 Main Street",
		city: "Dallas", state: "TX", zip: "76092", account: "17000003", roles: []string{roleMerchantEmployee}},
	{guid: "75736572-0000-4000-8000-000000000004", name: "pausedcashier", iso: 1000, firstName: "Paula", lastName: "Away",
		email: "paula@example.com", phone: "2125550104", status: userPaused, address1: "1 Main Street",
		city: "Dallas", state: "TX", zip: "76092", account: "17000004", roles: []string{roleMerchantEmployee}},
}

// owner is the login that the host was started with: it may do everything.
func owner(name string) user {
	return user{guid: newGUID(), name: name, iso: 1000, firstName: "Sandbox", lastName: "Owner",
		email: "owner@example.com", phone: "2125550101", status: userActive, address1: "1 Main Street",
		city: "Dallas", state: "TX", zip: "76092", account: "17000001",
		roles: []string{roleIsoAdmin, roleIsoEmployee, roleMerchantAdmin, roleSuperUser}}
}

// furnish makes the tables of what surrounds the transactions, with the users
// that are not there yet.
func (l *Ledger) furnish(ownerName string) error {
	return l.write(context.Background(), func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, userSchema+searchSchema+recurringSchema+purchaseSchema); err != nil {
			return err
		}
		return seedUsers(ctx, tx, ownerName)
	})
}

// seedUsers enters the owner and the examples, unless they are there.
func seedUsers(ctx context.Context, tx *sql.Tx, ownerName string) error {
	for _, u := range append([]user{owner(ownerName)}, seeds...) {
		if err := insertUser(ctx, tx, "OR IGNORE", &u); err != nil {
			return err
		}
	}
	return nil
}

func insertUser(ctx context.Context, tx *sql.Tx, or string, u *user) error {
	roles, err := json.Marshal(u.roles)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT `+or+` INTO users (guid, name, iso, first_name, last_name, email, phone, status,
		address1, address2, city, state, zipcode, account, roles, salt, hash, epoch)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, coalesce(?, x''), coalesce(?, x''), 0)`,
		u.guid, u.name, u.iso, u.firstName, u.lastName, u.email, u.phone, u.status,
		u.address1, u.address2, u.city, u.state, u.zip, u.account, roles, u.salt, u.hash)
	return err
}

const userQuery = `SELECT id, guid, name, iso, first_name, last_name, email, phone, status, address1, address2,
	city, state, zipcode, account, roles, salt, hash, epoch FROM users WHERE true`

// users lists the users that the rest of the query selects.
func users(ctx context.Context, q querier, rest string, args ...any) ([]*user, error) {
	return collect(ctx, q, func(r *sql.Rows) (*user, error) {
		u, roles := new(user), []byte(nil)
		err := r.Scan(&u.id, &u.guid, &u.name, &u.iso, &u.firstName, &u.lastName, &u.email, &u.phone, &u.status,
			&u.address1, &u.address2, &u.city, &u.state, &u.zip, &u.account, &roles, &u.salt, &u.hash, &u.epoch)
		if err != nil {
			return nil, err
		}
		return u, json.Unmarshal(roles, &u.roles)
	}, userQuery+rest, args...)
}

// oneUser is the user that the condition selects, or nil.
func oneUser(ctx context.Context, q querier, condition string, arg any) (*user, error) {
	list, err := users(ctx, q, " AND "+condition, arg)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

// passwordRounds is what OWASP asks of PBKDF2 with SHA-256 (2023): a tenth of a
// second for a login.
const passwordRounds = 600_000

func hashPassword(password string, salt []byte) ([]byte, error) {
	return pbkdf2.Key(sha256.New, password, salt, passwordRounds, sha256.Size)
}

// seal gives the user another password.
func (u *user) seal(password string) error {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails: it ends the program instead
	hash, err := hashPassword(password, salt)
	u.salt, u.hash = salt, hash
	return err
}

// opens reports whether the password is the user's.
func (h *Host) opens(u *user, password string) bool {
	if len(u.hash) == 0 {
		return same(password, h.opt.Password)
	}
	hash, err := hashPassword(password, u.salt)
	return err == nil && hmac.Equal(hash, u.hash)
}

// setPassword keeps the user's new password and ends the tokens of the old one.
func setPassword(ctx context.Context, tx *sql.Tx, u *user) error {
	_, err := tx.ExecContext(ctx, `UPDATE users SET salt = ?, hash = ?, epoch = epoch + 1 WHERE id = ?`, u.salt, u.hash, u.id)
	return err
}

// resetLife is how long the key of a mail opens an account.
const resetLife = time.Hour

// newResetKey makes the one key of a user that is valid from now on.
func (h *Host) newResetKey(ctx context.Context, u *user) (string, error) {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails: it ends the program instead
	key := fmt.Sprintf("%x", secret)
	hash := sha256.Sum256([]byte(key))
	err := h.ledger.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO reset_keys VALUES (?, ?, ?)`,
			hash[:], u.id, h.clock.Now().Add(resetLife).UnixNano())
		return err
	})
	return key, err
}

// rowQuerier is a database or a transaction.
type rowQuerier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// ownerOfKey is the user whom a reset key opens.
func (h *Host) ownerOfKey(ctx context.Context, q rowQuerier, key string) (id int64, err error) {
	hash := sha256.Sum256([]byte(strings.ToLower(key)))
	var expires int64
	err = q.QueryRowContext(ctx, `SELECT user, expires FROM reset_keys WHERE hash = ?`, hash[:]).Scan(&id, &expires)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		err = rule("Key does not exist")
	case err == nil && h.clock.Now().UnixNano() >= expires:
		err = rule("Key expired")
	}
	return id, err
}

// useResetKey spends a key for a new password. A key works once. A key that is
// none costs the host nothing: the password is worked on between two looks.
func (h *Host) useResetKey(ctx context.Context, key, password string) error {
	if _, err := h.ownerOfKey(ctx, h.ledger.db, key); err != nil {
		return err
	}
	var sealed user
	if err := sealed.seal(password); err != nil {
		return err
	}
	return h.ledger.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var err error
		if sealed.id, err = h.ownerOfKey(ctx, tx, key); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM reset_keys WHERE user = ?`, sealed.id); err != nil {
			return err
		}
		return setPassword(ctx, tx, &sealed)
	})
}

// userRow is the document's row of Search users.
type userRow struct {
	GUID          string `json:"guid"`
	UserName      string `json:"userName"`
	IsoNumber     string `json:"isoNumber"`
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
	Roles         []role `json:"roles"`
}

// searchUsers answers POST Search/Users, in the order of their registration.
// Texts are compared in any letter case.
func (h *Host) searchUsers(c *call) reply {
	var in struct {
		AccountNumber, Username, IsoNumber, FirstName, LastName, Email, Phone text
		Address1, Address2, City, State, Zipcode, Status                      text
	}
	if decode(c.r.Body, &in) != nil {
		return undecode
	}
	switch in.Status {
	case "", userActive, userDeactivated, userPaused:
	default:
		return refuse(http.StatusBadRequest, "Invalid Status")
	}
	var where strings.Builder
	var args []any
	for column, value := range map[string]text{
		"account": in.AccountNumber, "name": in.Username, "CAST(iso AS TEXT)": in.IsoNumber, "first_name": in.FirstName,
		"last_name": in.LastName, "email": in.Email, "phone": in.Phone, "address1": in.Address1, "address2": in.Address2,
		"city": in.City, "state": in.State, "zipcode": in.Zipcode, "status": in.Status,
	} {
		if value != "" {
			where.WriteString(" AND " + column + " = ? COLLATE NOCASE")
			args = append(args, string(value))
		}
	}
	list, err := users(c.r.Context(), h.ledger.db, where.String()+` ORDER BY id LIMIT ?`, append(args, pageSize)...)
	if err != nil {
		return h.broken(err)
	}
	if len(list) == 0 {
		return reply{status: http.StatusNoContent}
	}
	rows := make([]userRow, len(list))
	for i, u := range list {
		rows[i] = userRow{u.guid, u.name, fmt.Sprint(u.iso), u.firstName, u.lastName, u.email, u.phone, u.status,
			u.address1, u.address2, u.city, u.state, u.zip, u.account, u.shownRoles()}
	}
	return reply{status: http.StatusOK, body: pageOf(rows)}
}
