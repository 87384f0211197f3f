package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"paydesk/terminal/order"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

// shape is what the objects table says of an object, apart from where its
// newest event is.
type shape struct {
	kind, id string
	// version is 0 for objects of which the last write counts.
	version       int64
	parent, batch string
	created       int64
	open          bool
}

// The kinds of objects.
const (
	kindOrder    = "order"
	kindAttempt  = "attempt"
	kindBatch    = "batch"
	kindJob      = "job"
	kindFollow   = "follow"
	kindStored   = "stored"
	kindSealKey  = "sealkey"
	kindCash     = "cash"
	kindCashBack = "cashback"
	kindBill     = "bill"
	kindQR       = "qr"
	kindRefund   = "refund"
	kindNotice   = "notice"
	kindCustomer = "customer"
	kindPayout   = "payout"
	kindShift    = "shift"
	kindMove     = "move"
	kindZ        = "z"
	kindProof    = "proof"
	kindExport   = "export"
	kindOperator = "operator"
	kindSetting  = "setting"
	// kindReconciled is the comparison with the host, of which there is one.
	kindReconciled = "reconciliation"
)

// shapeOf describes an object that the journal can keep.
func shapeOf(object any) (shape, error) {
	switch o := object.(type) {
	case order.Order:
		return shape{kind: kindOrder, id: o.ID, version: o.Version, created: o.Created.UnixMilli()}, nil
	case order.Attempt:
		s := shape{kind: kindAttempt, id: o.Number, version: o.Version, parent: o.Order,
			created: o.Created.UnixMilli(), open: !o.State.Final()}
		if o.State == order.Approved {
			s.batch = o.Batch
		}
		return s, nil
	case order.FollowUp:
		s := shape{kind: kindFollow, id: o.ID, version: o.Version, parent: o.Of,
			created: o.Created.UnixMilli(), open: !o.State.Final()}
		if o.State == order.FollowDone && (o.Act == order.Return || o.Act == order.Capture) {
			s.batch = o.Batch
		}
		return s, nil
	case order.Batch:
		s := shape{kind: kindBatch, id: o.ID, version: o.Version, created: o.Asked.UnixMilli(),
			open: o.State == order.BatchClosing || o.State == order.BatchUnknown}
		if o.State == order.BatchClosed {
			s.batch = o.GUID
		}
		return s, nil
	case order.Job:
		return shape{kind: kindJob, id: o.ID, version: o.Version, parent: o.Subject,
			open: o.State != order.JobDone && o.State != order.JobDropped}, nil
	case order.Stored:
		return shape{kind: kindStored, id: o.ID, version: o.Version, parent: o.Order,
			created: o.Created.UnixMilli(), open: !o.State.Final()}, nil
	case order.SealKey:
		return shape{kind: kindSealKey, id: o.ID, version: o.Version, created: o.Created.UnixMilli(), open: o.Destroyed.IsZero()}, nil
	case order.Cash:
		return shape{kind: kindCash, id: o.ID, version: o.Version, parent: o.Order, created: o.At.UnixMilli()}, nil
	case order.CashBack:
		return shape{kind: kindCashBack, id: o.ID, version: o.Version, parent: o.Of, created: o.At.UnixMilli()}, nil
	case order.Bill:
		return shape{kind: kindBill, id: o.ID, version: o.Version, created: o.Created.UnixMilli(), open: !o.State.Final()}, nil
	case order.QR:
		return shape{kind: kindQR, id: o.ID, version: o.Version, parent: o.Order, created: o.Created.UnixMilli(), open: !o.Settled()}, nil
	case order.Refund:
		return shape{kind: kindRefund, id: o.ID, version: o.Version, parent: o.Of, created: o.Created.UnixMilli(), open: !o.State.Final()}, nil
	case order.Notice:
		return shape{kind: kindNotice, id: o.ID, version: o.Version, parent: o.ParentID(), created: o.Created.UnixMilli(), open: !o.Final()}, nil
	case order.Customer:
		return shape{kind: kindCustomer, id: o.ID, version: o.Version, created: o.Created.UnixMilli()}, nil
	case order.Payout:
		return shape{kind: kindPayout, id: o.ID, version: o.Version, created: o.Created.UnixMilli(), open: !o.State.Final()}, nil
	case order.Shift:
		return shape{kind: kindShift, id: o.ID, version: o.Version, created: o.Opened.UnixMilli(), open: o.State != order.ShiftClosed}, nil
	case order.Move:
		return shape{kind: kindMove, id: o.ID, version: o.Version, parent: o.Shift, created: o.At.UnixMilli()}, nil
	case order.ZReport:
		return shape{kind: kindZ, id: o.ID, version: o.Version, created: o.At.UnixMilli()}, nil
	case order.Proof:
		return shape{kind: kindProof, id: o.ID, version: o.Version, parent: o.Batch, created: o.At.UnixMilli()}, nil
	case order.Export:
		return shape{kind: kindExport, id: o.ID, version: o.Version, created: o.At.UnixMilli(), open: !o.Done}, nil
	case order.Reconciliation:
		return shape{kind: kindReconciled, id: kindReconciled, version: o.Version}, nil
	case staff.Operator:
		return shape{kind: kindOperator, id: o.ID}, nil
	case settings.Change:
		return shape{kind: kindSetting, id: o.Key}, nil
	}
	return shape{}, fmt.Errorf("the journal does not know how to keep %T", object)
}

// telling are the first members by which the JSON of each kind differs from
// all others. A new kind gets one too.
var telling = map[string]string{
	"number": kindAttempt, "key": kindSetting, "act": kindFollow, "subject": kindJob,
	"name": kindOperator, "device": kindBatch, "amount": kindOrder,
	"why": kindReconciled, "stored_for": kindStored, "cash_for": kindCash, "created": kindSealKey,
	"bill": kindBill, "back_of": kindCashBack, "qr": kindQR, "refund": kindRefund,
	"notice": kindNotice, "customer": kindCustomer, "payout": kindPayout,
	"shift": kindShift, "move": kindMove, "z": kindZ, "proof": kindProof, "export": kindExport,
}

// kindOf tells what kind of object an event holds, which it does not say
// otherwise.
func kindOf(data []byte) (string, error) {
	// Most tell it by their first member, as they were written.
	if rest, ok := bytes.CutPrefix(data, []byte(`{"`)); ok {
		if name, _, ok := bytes.Cut(rest, []byte(`":`)); ok && telling[string(name)] != "" {
			return telling[string(name)], nil
		}
	}
	d := json.NewDecoder(bytes.NewReader(data))
	if _, err := d.Token(); err != nil { // the brace
		return "", err
	}
	for d.More() {
		member, err := d.Token()
		if err != nil {
			return "", err
		}
		if name, ok := member.(string); ok && telling[name] != "" {
			return telling[name], nil
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return "", err
		}
	}
	return "", errors.New("an object of an unknown kind")
}

// decode reads an object back by its kind.
func decode(kind string, data []byte) (any, error) {
	switch kind {
	case kindOrder:
		return decodeAs[order.Order](data)
	case kindAttempt:
		return decodeAs[order.Attempt](data)
	case kindBatch:
		return decodeAs[order.Batch](data)
	case kindJob:
		return decodeAs[order.Job](data)
	case kindFollow:
		return decodeAs[order.FollowUp](data)
	case kindStored:
		return decodeAs[order.Stored](data)
	case kindSealKey:
		return decodeAs[order.SealKey](data)
	case kindCash:
		return decodeAs[order.Cash](data)
	case kindCashBack:
		return decodeAs[order.CashBack](data)
	case kindBill:
		return decodeAs[order.Bill](data)
	case kindQR:
		return decodeAs[order.QR](data)
	case kindRefund:
		return decodeAs[order.Refund](data)
	case kindNotice:
		return decodeAs[order.Notice](data)
	case kindCustomer:
		return decodeAs[order.Customer](data)
	case kindPayout:
		return decodeAs[order.Payout](data)
	case kindShift:
		return decodeAs[order.Shift](data)
	case kindMove:
		return decodeAs[order.Move](data)
	case kindZ:
		return decodeAs[order.ZReport](data)
	case kindProof:
		return decodeAs[order.Proof](data)
	case kindExport:
		return decodeAs[order.Export](data)
	case kindReconciled:
		return decodeAs[order.Reconciliation](data)
	case kindOperator:
		return decodeAs[staff.Operator](data)
	case kindSetting:
		return decodeAs[settings.Change](data)
	}
	return nil, fmt.Errorf("unknown kind of object %q", kind)
}

func decodeAs[T any](data []byte) (any, error) {
	var object T
	err := json.Unmarshal(data, &object)
	return object, err
}
