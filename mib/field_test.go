package mib

import (
	"reflect"
	"strings"
	"testing"
	"unsafe"
)

type inner struct {
	B int32 `mib:"b"`
	C uint8 `mib:"c"`
}

func TestFields(t *testing.T) {
	type outer struct {
		A string `mib:"a,instance"`
		inner
		More struct {
			D int32 `mib:"d"`
		}
	}
	fields, err := Fields(reflect.TypeFor[outer]())
	if err != nil {
		t.Fatal(err)
	}
	v := outer{A: "1", inner: inner{2, 3}}
	v.More.D = 4
	for i, want := range []struct {
		object string
		at     unsafe.Pointer
	}{{"a", unsafe.Pointer(&v.A)}, {"b", unsafe.Pointer(&v.B)}, {"c", unsafe.Pointer(&v.C)}, {"d", unsafe.Pointer(&v.More.D)}} {
		f := fields[i]
		if f.Object != want.object || unsafe.Add(unsafe.Pointer(&v), f.Offset) != want.at || f.Instance != (i == 0) {
			t.Errorf("field %d is %s of %s at %d", i, f.Name, f.Object, f.Offset)
		}
		if at := reflect.ValueOf(&v).Elem().FieldByIndex(f.Index); at.Addr().UnsafePointer() != want.at {
			t.Errorf("%s has the index %v", f.Object, f.Index)
		}
	}
	if len(fields) != 4 {
		t.Errorf("%d fields", len(fields))
	}
}

func TestFieldsRefuses(t *testing.T) {
	for want, typ := range map[string]reflect.Type{
		"field C has no object": reflect.TypeFor[struct {
			A int32 `mib:"a"`
			C int32
		}](),
		"field D has no object": reflect.TypeFor[struct{ Within struct{ D string } }](),
		"fields B and C have the object b": reflect.TypeFor[struct {
			inner
			C int32 `mib:"b"`
		}](),
	} {
		if _, err := Fields(typ); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
