package xero

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// knownScopes are those of an application made since March 2026.
var knownScopes = " accounting.invoices accounting.payments accounting.banktransactions accounting.contacts accounting.settings.read accounting.settings offline_access "

// Tenant is the one organisation.
const Tenant = "00000000-0000-4000-9000-000000000001"

func refuse(why string) answer {
	return answer{status: http.StatusBadRequest, body: map[string]string{"error": why}}
}

func scopesKnown(text string) bool {
	for _, scope := range strings.Fields(text) {
		if !strings.Contains(knownScopes, " "+scope+" ") {
			return false
		}
	}
	return true
}

// allow is a person who signs in and allows everything at once.
func (s *Server) allow(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || back.Hostname() != "localhost" || q.Get("client_id") != ClientID || q.Get("code_challenge_method") != "S256" || !scopesKnown(q.Get("scope")) {
		send(w, refuse("invalid_request"))
		return
	}
	s.mu.Lock()
	s.made++
	code := "training-code-" + strconv.Itoa(s.made)
	s.asked[code] = q
	s.mu.Unlock()
	back.RawQuery = url.Values{"code": {code}, "state": {q.Get("state")}}.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

// signIn gives a token for a client's secret, for a person's code with its
// verifier, or for a refresh token, which is used up by it.
func (s *Server) signIn(r *http.Request, data []byte) answer {
	r.Body = io.NopCloser(strings.NewReader(string(data)))
	if r.Method != http.MethodPost || r.ParseForm() != nil {
		return refuse("invalid_request")
	}
	form := r.PostForm
	switch form.Get("grant_type") {
	case "client_credentials":
		if id, secret, _ := r.BasicAuth(); id != ClientID || secret != ClientSecret {
			return refuse("invalid_client")
		}
		if !scopesKnown(form.Get("scope")) {
			return refuse("invalid_scope")
		}
		return s.token(false)
	case "authorization_code":
		asked := s.asked[form.Get("code")]
		delete(s.asked, form.Get("code"))
		sum := sha256.Sum256([]byte(form.Get("code_verifier")))
		if asked == nil || asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]) || asked.Get("redirect_uri") != form.Get("redirect_uri") {
			return refuse("invalid_grant")
		}
	case "refresh_token":
		if s.refresh == "" || form.Get("refresh_token") != s.refresh {
			return refuse("invalid_grant")
		}
	default:
		return refuse("unsupported_grant_type")
	}
	if form.Get("client_id") != ClientID {
		return refuse("invalid_client")
	}
	return s.token(true)
}

func (s *Server) token(person bool) answer {
	s.made++
	token := "training-token-" + strconv.Itoa(s.made)
	s.tokens[token] = s.cfg.Clock.Now().Add(tokenLife)
	body := map[string]any{"access_token": token, "expires_in": int(tokenLife / time.Second), "token_type": "Bearer"}
	if person {
		s.refresh = "training-refresh-" + strconv.Itoa(s.made)
		body["refresh_token"] = s.refresh
	}
	return answer{status: http.StatusOK, body: body}
}
