package snmp

import "strconv"

// ErrorStatus is the error-status of a Response (RFC 3416 section 3).
type ErrorStatus int32

const (
	NoError ErrorStatus = iota
	TooBig
	NoSuchName // NoSuchName to ReadOnlyStatus are SNMPv1's alone
	BadValue
	ReadOnlyStatus
	GenErr
	NoAccess
	WrongType
	WrongLength
	WrongEncoding
	WrongValue
	NoCreation
	InconsistentValue
	ResourceUnavailable
	CommitFailed
	UndoFailed
	AuthorizationError
	NotWritable
	InconsistentName
)

// statusTable has the name of each error-status and what becomes of it in
// SNMPv1 (RFC 3584 section 4.4).
var statusTable = [...]struct {
	name string
	v1   ErrorStatus
}{
	NoError:             {"noError", NoError},
	TooBig:              {"tooBig", TooBig},
	NoSuchName:          {"noSuchName", NoSuchName},
	BadValue:            {"badValue", BadValue},
	ReadOnlyStatus:      {"readOnly", ReadOnlyStatus},
	GenErr:              {"genErr", GenErr},
	NoAccess:            {"noAccess", NoSuchName},
	WrongType:           {"wrongType", BadValue},
	WrongLength:         {"wrongLength", BadValue},
	WrongEncoding:       {"wrongEncoding", BadValue},
	WrongValue:          {"wrongValue", BadValue},
	NoCreation:          {"noCreation", NoSuchName},
	InconsistentValue:   {"inconsistentValue", BadValue},
	ResourceUnavailable: {"resourceUnavailable", GenErr},
	CommitFailed:        {"commitFailed", GenErr},
	UndoFailed:          {"undoFailed", GenErr},
	AuthorizationError:  {"authorizationError", NoSuchName},
	NotWritable:         {"notWritable", NoSuchName},
	InconsistentName:    {"inconsistentName", NoSuchName},
}

// String returns the name of the RFC, or the number in decimal.
func (s ErrorStatus) String() string {
	if s >= 0 && int(s) < len(statusTable) {
		return statusTable[s].name
	}
	return strconv.Itoa(int(s))
}

// V1 returns what stands for the error-status in SNMPv1.
func (s ErrorStatus) V1() ErrorStatus { return statusTable[s].v1 }

// Values that stand for a variable that is not there (RFC 3416 section 3).
var (
	NoSuchObject   = Value{tag: TagNoSuchObject}
	NoSuchInstance = Value{tag: TagNoSuchInstance}
	EndOfMibView   = Value{tag: TagEndOfMibView}
)

// Exception reports whether the value is one of those three.
func (v Value) Exception() bool { return v.tag >= TagNoSuchObject && v.tag <= TagEndOfMibView }
