package gateway

import (
	"net/http"
	"time"
)

var restRoutes []route

var restNowhere = route{"", "paypal/", func(*Server, *call) answer {
	return restError(http.StatusNotFound, "NOT_FOUND", "The requested resource was not found", "")
}}

// token is an access token.
type token struct {
	Text  string
	Until time.Time
}

func restError(status int, name, message, issue string) answer {
	problem := object{"name": name, "message": message}
	if issue != "" {
		problem["details"] = []object{{"issue": issue}}
	}
	return jsonAnswer(status, problem)
}

func (s *Server) captureEvent(time.Time, *Payment)         {}
func (s *Server) refundEvent(time.Time, *Payment, *Refund) {}
func (s *Server) orderEvent(time.Time, string, *Code)      {}
