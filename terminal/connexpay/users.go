package connexpay

import (
	"context"
	"net/http"
	"net/url"
)

// Role is what a user may do, such as "Merchant Admin".
type Role struct {
	Name Word `json:"name"`
}

// UserRoles are the roles of one user.
type UserRoles struct {
	UserName Word   `json:"userName"`
	UserGUID Word   `json:"userGuid"`
	Roles    []Role `json:"roles"`
}

// RolesOf reads the roles of a user (ConnexPay API, Get roles for a user).
func (c *Client) RolesOf(ctx context.Context, userGUID string) (UserRoles, error) {
	if !isGUID(userGUID) {
		return UserRoles{}, &Problem{"Write the guid of the user; a search for users shows it.", nil}
	}
	return c.roles(ctx, userGUID)
}

// MyRoles reads the roles of the user of the account (ConnexPay API, Get
// myself roles).
func (c *Client) MyRoles(ctx context.Context) (UserRoles, error) { return c.roles(ctx, "myself") }

func (c *Client) roles(ctx context.Context, user string) (UserRoles, error) {
	var roles UserRoles
	_, err := c.ask(ctx, http.MethodGet, "UserRoles/Users/"+url.PathEscape(user), nil, &roles, QueryTimeout)
	return roles, err
}

// UserFilter says which users are looked for (ConnexPay API, Search users).
// What is empty does not filter.
type UserFilter struct {
	AccountNumber string `json:"accountNumber,omitempty"`
	Username      string `json:"username,omitempty"`
	IsoNumber     string `json:"isoNumber,omitempty"`
	FirstName     string `json:"firstName,omitempty"`
	LastName      string `json:"lastName,omitempty"`
	Email         string `json:"email,omitempty"`
	Phone         string `json:"phone,omitempty"`
	Address1      string `json:"address1,omitempty"`
	Address2      string `json:"address2,omitempty"`
	City          string `json:"city,omitempty"`
	State         string `json:"state,omitempty"`
	Zipcode       string `json:"zipcode,omitempty"`
	// Status is "User - Active", "User - Deactivated" or "User - Paused".
	Status string `json:"status,omitempty"`
}

// UserRow is a user that was found.
type UserRow struct {
	GUID          Word   `json:"guid"`
	UserName      Word   `json:"userName"`
	IsoNumber     Word   `json:"isoNumber"`
	FirstName     Word   `json:"firstName"`
	LastName      Word   `json:"lastName"`
	Email         Word   `json:"email"`
	Phone         Word   `json:"phone"`
	Status        Word   `json:"status"`
	Address1      Word   `json:"address1"`
	Address2      Word   `json:"address2"`
	City          Word   `json:"city"`
	State         Word   `json:"state"`
	Zipcode       Word   `json:"zipcode"`
	AccountNumber Word   `json:"accountNumber"`
	Roles         []Role `json:"roles"`
}

// envelope is that of the lists that come whole.
type envelope[R any] struct {
	Count Number `json:"count"`
	Ret   []R    `json:"ret"`
}

// SearchUsers looks for users (ConnexPay API, Search users). The call has no
// pages.
func (c *Client) SearchUsers(ctx context.Context, f UserFilter) ([]UserRow, error) {
	return list[UserRow](ctx, c, http.MethodPost, "Search/Users", f)
}

// list makes a call that answers one envelope with all rows.
func list[R any](ctx context.Context, c *Client, method, path string, in any) ([]R, error) {
	var found envelope[R]
	empty, err := c.ask(ctx, method, path, in, &found, QueryTimeout)
	if err == nil && !empty && found.Ret == nil {
		err = c.stranger(errUnreadable)
	}
	return found.Ret, err
}
