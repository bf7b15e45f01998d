package mib

import (
	"fmt"
	"reflect"
	"strings"
)

// Field is a field of a Go struct that holds the value of an object. Index and
// Offset are those within the whole struct.
type Field struct {
	reflect.StructField
	Object string
	// Instance tells that the value is also the instance of the columns beside it.
	Instance bool
}

// Fields returns the fields of a struct with the tag `mib:"OBJECT"` or
// `mib:"OBJECT,instance"`, and those of the structs without a tag in it. It is
// an error if another field has no tag, or two fields have the same object.
func Fields(t reflect.Type) ([]Field, error) {
	var all []Field
	if err := appendFields(&all, t, nil, 0); err != nil {
		return nil, fmt.Errorf("%s: %w", t.Name(), err)
	}
	return all, nil
}

func appendFields(all *[]Field, t reflect.Type, within []int, offset uintptr) error {
	for i := range t.NumField() {
		f := t.Field(i)
		f.Index = append(within[:len(within):len(within)], i)
		f.Offset += offset
		tag := f.Tag.Get("mib")
		if tag == "" {
			if f.Type.Kind() != reflect.Struct {
				return fmt.Errorf("field %s has no object", f.Name)
			}
			if err := appendFields(all, f.Type, f.Index, f.Offset); err != nil {
				return err
			}
			continue
		}
		object, option, _ := strings.Cut(tag, ",")
		for _, other := range *all {
			if other.Object == object {
				return fmt.Errorf("fields %s and %s have the object %s", other.Name, f.Name, object)
			}
		}
		*all = append(*all, Field{StructField: f, Object: object, Instance: option == "instance"})
	}
	return nil
}
