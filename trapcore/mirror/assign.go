package mirror

import (
	"net/netip"
	"reflect"
	"slices"
	"time"

	"mirrorsh/mib"
)

// Assign sets the field of an event that has an object, and reports whether there is
// one that takes the value.
func Assign(ev Event, a mib.Assignment) bool {
	v := reflect.ValueOf(ev).Elem()
	fields := fieldsOfEvents[v.Type()]
	i := slices.IndexFunc(fields, func(f mib.Field) bool { return f.Object == a.Object.Name })
	if i < 0 {
		return false
	}
	to := v.FieldByIndex(fields[i].Index)
	switch value := a.Value.(type) {
	case int64:
		return assignNumber(to, value)
	case string:
		if to.Kind() != reflect.String {
			return false
		}
		to.SetString(value)
	case netip.Addr, time.Time:
		if to.Type() != reflect.TypeOf(value) {
			return false
		}
		to.Set(reflect.ValueOf(value))
	default:
		return false
	}
	return true
}

func assignNumber(to reflect.Value, n int64) bool {
	switch {
	case to.CanInt() && !to.OverflowInt(n):
		to.SetInt(n)
	case to.CanUint() && n >= 0 && !to.OverflowUint(uint64(n)):
		to.SetUint(uint64(n))
	default:
		return false
	}
	return true
}

// fieldsOfEvents are the fields of each event type.
var fieldsOfEvents = func() map[reflect.Type][]mib.Field {
	all := map[reflect.Type][]mib.Field{}
	for _, ev := range Events() {
		t := reflect.TypeOf(ev).Elem()
		fields, err := mib.Fields(t)
		if err != nil {
			panic(err) // which no input can bring about
		}
		all[t] = fields
	}
	return all
}()
