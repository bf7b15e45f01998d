package aaa

import (
	"cmp"
	"errors"
	"maps"
	"slices"

	"mirrorsh/cli/access"
)

// Method is a way to decide. The names are those of the manuals (cli/REFERENCE.md,
// AAA).
type Method uint8

const (
	TACACS          Method = iota + 1 // servers are asked over TACACS+
	RADIUS                            // and over RADIUS
	Line                              // the password of the line
	Enable                            // the password of a privilege level
	None                              // nothing is asked
	IfAuthenticated                   // whoever has logged in by another method than none
)

var methodNames = [...]string{
	TACACS: "tacacs+", RADIUS: "radius", Line: "line", Enable: "enable", None: "none", IfAuthenticated: "if-authenticated",
}

func (m Method) String() string { return methodNames[m] }

// maxMethods is how many methods a list may have.
const maxMethods = 5

// Methods are those of a list in their order, the rest zero.
type Methods [maxMethods]Method

// All returns those that are set.
func (m Methods) All() []Method {
	n := slices.Index(m[:], 0)
	if n < 0 {
		n = len(m)
	}
	return m[:n]
}

// Default is the list of lines that name no other.
const Default = "default"

// MaxName is the most characters of the name of a list.
const MaxName = 32

// maxLists is how many lists there may be of a kind.
const maxLists = 64

var errTooManyLists = errors.New("no more than 64 method lists are allowed")

// errTwice refuses a list that says a method again.
var errTwice = errors.New("a method stands in the list twice")

// Kind is what a list of methods is for.
type Kind uint8

const (
	Login Kind = iota
	EnableLevel
	AuthorizeExec
	AuthorizeCommands
	kindCount
)

// Record is what accounting tells.
type Record uint8

const (
	NoRecord  Record = iota
	StartStop        // that something begins, and that it has ended
	StopOnly
)

func (r Record) String() string {
	return [...]string{StartStop: "start-stop", StopOnly: "stop-only"}[r]
}

// of is what a list belongs to: its kind and, for commands, their level.
type of struct {
	kind  Kind
	level int
}

// lists are what is configured.
type lists struct {
	on             bool
	ignoreConfig   bool // commands of configuration modes are not authorized
	skipNameless   bool // users without a name are not accounted for
	methods        map[of]map[string]Methods
	accountExec    map[string]Record
	accountCommand [access.MaxLevel + 1]map[string]Record
}

// named returns the list that a line uses: the one it names, which may not be
// there, else the default one; found is whether there is any such list to go by.
func named[V any](all map[string]V, name string) (list V, found bool) {
	list, ok := all[cmp.Or(name, Default)]
	return list, ok || name != ""
}

// names returns the names of lists, default first.
func names[V any](all map[string]V) []string {
	return slices.SortedFunc(maps.Keys(all), func(a, b string) int {
		if (a == Default) != (b == Default) {
			if a == Default {
				return -1
			}
			return 1
		}
		return cmp.Compare(a, b)
	})
}
