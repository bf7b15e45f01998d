package grammar

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
)

// A Binding ties the words of a command to the fields of a struct, both ways: a
// line that was typed fills the struct, and the struct is written as the line
// that would be typed. So a command is described once.
//
// A field is bound by its tag, `cli:"KEY"`, to the keyword or parameters
// recorded under that key. A bool field is set if its keyword is typed, a slice
// collects every value of its key, and any other field takes the value. Fields
// of embedded structs are bound as well. A field of type [Form] has the form
// that was typed; it needs no tag. One tagged "-" is not bound.
//
// A Binding is never changed once it is made.
type Binding[T any] struct {
	defaults T
	once     sync.Once
	words    binding   // see bound
	room     sync.Pool // of *T, in which lines are read
}

// binding is what does not depend on the type, so that it is compiled once.
type binding struct {
	fields []boundField
	forms  [][]int // index paths of fields of type Form
	fixed  bool    // nobody can change what is read
	err    error   // of the tags
}

type boundField struct {
	key    string
	path   []int // as reflect.Value.FieldByIndex takes it
	typ    reflect.Type
	strict bool // values of the type can always be compared
}

// strict reports whether no value of a type can fail to be compared, as one with an
// interface in it may.
func strict(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			if !strict(t.Field(i).Type) {
				return false
			}
		}
		return true
	case reflect.Array:
		return strict(t.Elem())
	}
	return t.Kind() != reflect.Interface && t.Comparable()
}

// Bind makes the binding of a struct type. A field whose words are not typed
// keeps its value in defaults, and words that would say the same are not
// written. What is wrong with the tags is reported by [Binding.Check].
func Bind[T any](defaults T) *Binding[T] { return &Binding[T]{defaults: defaults} }

// bound returns what the tags say. Most commands are not typed: it is not made before.
func (b *Binding[T]) bound() *binding {
	b.once.Do(func() {
		t := reflect.TypeFor[T]()
		b.words.err, b.words.fixed = b.words.collect(t, nil), fixed(t)
	})
	return &b.words
}

func (b *binding) collect(t reflect.Type, at []int) error {
	if t.Kind() != reflect.Struct {
		return fmt.Errorf("arguments of type %v: not a struct", t)
	}
	for i := range t.NumField() {
		f, path := t.Field(i), append(slices.Clone(at), i)
		key, tagged := f.Tag.Lookup("cli")
		switch {
		case key == "-":
		case f.Type == reflect.TypeFor[Form]():
			b.forms = append(b.forms, path)
		case f.Anonymous && !tagged:
			if err := b.collect(f.Type, path); err != nil {
				return err
			}
		case !tagged || !f.IsExported():
			return fmt.Errorf("field %v.%s is bound to no word", t, f.Name)
		case b.field(key) != nil:
			return fmt.Errorf("two fields of %v are bound to %q", t, key)
		default:
			b.fields = append(b.fields, boundField{key, path, f.Type, strict(f.Type)})
		}
	}
	return nil
}

func (b *binding) field(key string) *boundField {
	for i := range b.fields {
		if b.fields[i].key == key {
			return &b.fields[i]
		}
	}
	return nil
}

// Fixed reports whether words refer to nothing that changes, so that those which are
// equal say the same.
func (b *Binding[T]) Fixed() bool { return b.bound().fixed }

// Check holds the fields and the words of the forms of a command to each other:
// every field has words of its type, and every parameter has a field.
func (b *Binding[T]) Check(forms ...Node) error { return b.bound().check(forms) }

func (b *binding) check(forms []Node) error {
	if b.err != nil {
		return b.err
	}
	c := &bindingCheck{field: b.field, used: map[string]bool{}}
	for _, n := range forms {
		if n != nil {
			n.visit(c.node)
		}
	}
	for _, f := range b.fields {
		if !c.used[f.key] {
			c.err = errors.Join(c.err, fmt.Errorf("no word is recorded under %q", f.key))
		}
	}
	return c.err
}

type bindingCheck struct {
	field func(key string) *boundField
	used  map[string]bool
	err   error
}

func (c *bindingCheck) node(n Node) {
	switch n := n.(type) {
	case *Keyword:
		f := c.field(n.key)
		if f == nil {
			return // it only leads to others
		}
		c.used[n.key] = true
		if f.typ.Kind() != reflect.Bool && !settable(f.typ, reflect.TypeOf(n.value)) {
			c.err = errors.Join(c.err, fmt.Errorf("keyword %s does not fit a field of type %v", n.Name, f.typ))
		}
	case *Parameter:
		f := c.field(n.Key)
		c.used[n.Key] = true
		if f == nil {
			c.err = errors.Join(c.err, fmt.Errorf("parameter %s has no field", n.Key))
		} else if typ := valueType(n.Type); !settable(f.typ, typ) {
			c.err = errors.Join(c.err, fmt.Errorf("parameter %s is of type %v, its field of %v", n.Key, typ, f.typ))
		}
	}
}

// settable reports whether a field takes a value: its own type or one that
// differs in name only, or a number; alone, behind a pointer or in a slice.
func settable(field, value reflect.Type) bool {
	if value == nil {
		return false
	}
	if value.AssignableTo(field) || field.Kind() == value.Kind() && value.ConvertibleTo(field) || isInt(field) && isInt(value) {
		return true
	}
	return (field.Kind() == reflect.Pointer || field.Kind() == reflect.Slice) && settable(field.Elem(), value)
}

func isInt(t reflect.Type) bool { return t.Kind() >= reflect.Int && t.Kind() <= reflect.Uintptr }

// Read returns what was typed.
func (b *Binding[T]) Read(a Args) T {
	words := b.bound()
	if len(words.fields)+len(words.forms) == 0 {
		return b.defaults
	}
	if a.kept == nil || !words.fixed {
		return b.read(a)
	}
	if a.kept.by != any(b) {
		value := b.read(a)
		a.kept.by, a.kept.value = b, &value
	}
	return *a.kept.value.(*T)
}

func (b *Binding[T]) read(a Args) T {
	room, ok := b.room.Get().(*T)
	if !ok {
		room = new(T)
	}
	*room = b.defaults
	b.bound().read(reflect.ValueOf(room).Elem(), a)
	out := *room
	*room = b.defaults // it may be a secret
	b.room.Put(room)
	return out
}

func (b *binding) read(v reflect.Value, a Args) {
	for _, path := range b.forms {
		v.FieldByIndex(path).SetUint(uint64(a.Form))
	}
	for i := range b.fields {
		f := &b.fields[i]
		n := 0
		for j := range a.list {
			if a.list[j].key == f.key {
				n++
			}
		}
		if n > 0 {
			f.read(v.FieldByIndex(f.path), a, n)
		}
	}
}

// read stores the n values that arguments have for a field. What a slice has by default
// goes with them.
func (f *boundField) read(field reflect.Value, a Args, n int) {
	elements := 0
	for j := range a.list {
		if a.list[j].key != f.key {
			continue
		}
		value := reflect.ValueOf(a.list[j].value)
		if field.Kind() != reflect.Slice || value.Kind() == reflect.Slice {
			store(field, value)
			continue
		}
		if elements == 0 {
			field.SetZero()
			field.Grow(n)
		}
		elements++
		field.SetLen(elements)
		store(field.Index(elements-1), value)
	}
}

// Form returns the form that arguments have in a field of that type.
func (b *Binding[T]) Form(args T) Form {
	if len(b.bound().forms) == 0 {
		return Affirmative
	}
	return b.words.form(reflect.ValueOf(args))
}

func (b *binding) form(args reflect.Value) Form {
	for _, path := range b.forms {
		return args.FieldByIndex(path).Interface().(Form)
	}
	return Affirmative
}

// store puts a value into a field, or an element of one.
func store(field, value reflect.Value) {
	switch kind := field.Kind(); {
	case value.Type().AssignableTo(field.Type()):
		field.Set(value)
	case kind == reflect.Bool:
		field.SetBool(true)
	case kind == reflect.Pointer:
		p := reflect.New(field.Type().Elem())
		store(p.Elem(), value)
		field.Set(p)
	case value.CanInt() && field.CanInt():
		field.SetInt(value.Int())
	case value.CanInt() && field.CanUint():
		field.SetUint(uint64(value.Int()))
	case value.CanUint() && field.CanUint():
		field.SetUint(value.Uint())
	default:
		field.Set(value.Convert(field.Type()))
	}
}
