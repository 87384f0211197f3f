package sandbox

import (
	"net/http"
	"strings"
)

// device is a row of the document's "Get all devices".
type device struct {
	GUID                         string `json:"guid"`
	Name                         string `json:"name"`
	MerchantProcessorAccountGUID string `json:"merchantProcessorAccountGuid"`
	Status                       string `json:"status"`
	StatementDescription         string `json:"statementDescription"`
	ProcessorID                  string `json:"processorId"`
	ProcessorOperatingUserID     string `json:"processorOperatingUserId"`
	ProcessorStatusCode          string `json:"processorStatusCode"`
	TransactionType              string `json:"transactionType"`
	WasProcessed                 bool   `json:"wasProcessed"`
}

// page is the envelope of device, batch and search lists.
type page[T any] struct {
	Count int `json:"count"`
	Ret   []T `json:"ret"`
}

func pageOf[T any](rows []T) page[T] { return page[T]{len(rows), rows} }

// The merchant's two processor accounts.
const (
	firstAccount  = "6d706163-636f-4e74-8000-000000000001"
	secondAccount = "6d706163-636f-4e74-8000-000000000002"
)

var devices = []device{
	newDevice(DeviceGUID, firstAccount, "Terminal 1", "TA5232401"),
	newDevice(SecondDeviceGUID, firstAccount, "Terminal 2", "TA5232402"),
	newDevice(OtherAccountDeviceGUID, secondAccount, "Terminal 3", "TA5232403"),
}

func newDevice(guid, account, name, user string) device {
	return device{
		GUID: guid, Name: name, Status: "Device - Active",
		MerchantProcessorAccountGUID: account,
		StatementDescription:         "Paydesk Sandbox",
		ProcessorID:                  "88800000284901", ProcessorOperatingUserID: user,
		ProcessorStatusCode: "A0000", TransactionType: "Card", WasProcessed: true,
	}
}

func (h *Host) listDevices(*call) reply {
	return reply{status: http.StatusOK, body: pageOf(devices)}
}

// knownDevice returns the device's guid as the host writes it.
func knownDevice(guid text) (string, bool) {
	for _, d := range devices {
		if strings.EqualFold(string(guid), d.GUID) {
			return d.GUID, true
		}
	}
	return "", false
}

// sameAccount says whether two devices belong to one processor account.
func sameAccount(a, b string) bool { return accountOf(a) == accountOf(b) }

func accountOf(guid string) string {
	for _, d := range devices {
		if d.GUID == guid {
			return d.MerchantProcessorAccountGUID
		}
	}
	return ""
}

var invalidDevice = refuse(http.StatusBadRequest, "Invalid Device GUID")
