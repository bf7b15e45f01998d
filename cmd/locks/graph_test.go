//go:build !race

package locks

import (
	"cmp"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/callgraph"
	"golang.org/x/tools/go/callgraph/cha"
	"golang.org/x/tools/go/callgraph/vta"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

// module is the path of what is looked at; copied has code of others.
const (
	module = "mirrorsh"
	copied = "mirrorsh/cli/remote/sshd/internal/ssh"
)

// set is a set of locks, or of what is waited for.
type set map[string]bool

func (s set) add(other set) (grew bool) {
	for k := range other {
		grew = grew || !s[k]
		s[k] = true
	}
	return grew
}

// place is where a lock is taken, or something is waited for, under another.
type place struct{ held, then string }

// program is the module as functions that call each other. A lock is a field of
// a type, whatever the value: all mutexes of a kind count as one.
type program struct {
	functions []*ssa.Function
	calls     map[ssa.CallInstruction][]*ssa.Function
	takes     map[*ssa.Function]set // locks, with those of all that it calls
	waits     map[*ssa.Function]set // and what it waits for
	leaves    map[*ssa.Function]set // locks that are still held when it returns
	frees     map[*ssa.Function]set // locks of its caller that it gives back
	fields    set                   // every lock there is
	order     map[place]token.Position
	waited    map[place]token.Position
	prog      *ssa.Program
}

func load(t *testing.T) *program {
	t.Helper()
	initial, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax}, module+"/...")
	if err != nil {
		t.Fatal(err)
	}
	if packages.PrintErrors(initial) > 0 {
		t.Fatal("packages do not compile")
	}
	prog, _ := ssautil.Packages(initial, ssa.InstantiateGenerics)
	prog.Build()
	all := ssautil.AllFunctions(prog)
	graph := vta.CallGraph(all, cha.CallGraph(prog))
	p := &program{
		calls: map[ssa.CallInstruction][]*ssa.Function{}, takes: map[*ssa.Function]set{}, waits: map[*ssa.Function]set{},
		leaves: map[*ssa.Function]set{}, frees: map[*ssa.Function]set{}, fields: set{},
		order: map[place]token.Position{}, waited: map[place]token.Position{}, prog: prog,
	}
	for f := range all {
		if ours(f) {
			p.functions = append(p.functions, f)
			p.takes[f], p.waits[f], p.leaves[f], p.frees[f] = set{}, set{}, set{}, set{}
		}
	}
	slices.SortFunc(p.functions, func(a, b *ssa.Function) int {
		return cmp.Or(cmp.Compare(a.Pos(), b.Pos()), cmp.Compare(a.String(), b.String()))
	})
	_ = callgraph.GraphVisitEdges(graph, func(e *callgraph.Edge) error {
		if e.Site != nil {
			p.calls[e.Site] = append(p.calls[e.Site], e.Callee.Func)
		}
		return nil
	})
	for _, pkg := range initial {
		p.declared(pkg.Types)
	}
	for p.round() {
	}
	return p
}

// ours reports whether a function, or the one it was made of, is the module's.
func ours(f *ssa.Function) bool {
	if o := f.Origin(); o != nil {
		f = o
	}
	for f.Parent() != nil {
		f = f.Parent()
	}
	pkg := f.Pkg
	if pkg == nil {
		return f.Blocks != nil && f.Object() != nil && f.Object().Pkg() != nil && inModule(f.Object().Pkg().Path())
	}
	return f.Blocks != nil && inModule(pkg.Pkg.Path())
}

func inModule(path string) bool {
	return (path == module || strings.HasPrefix(path, module+"/")) && path != copied
}

// declared notes the mutexes that the types of a package have.
func (p *program) declared(pkg *types.Package) {
	if !inModule(pkg.Path()) {
		return
	}
	for _, name := range pkg.Scope().Names() {
		s, ok := pkg.Scope().Lookup(name).Type().Underlying().(*types.Struct)
		if _, isType := pkg.Scope().Lookup(name).(*types.TypeName); !ok || !isType {
			continue
		}
		for i := range s.NumFields() {
			if isMutex(s.Field(i).Type()) {
				p.fields[pkg.Name()+"."+name+"."+s.Field(i).Name()] = true
			}
		}
	}
}

func isMutex(t types.Type) bool {
	s := types.Unalias(t).String()
	return s == "sync.Mutex" || s == "sync.RWMutex"
}

// lock names the mutex at an address.
func lock(v ssa.Value) string {
	f, ok := v.(*ssa.FieldAddr)
	if !ok {
		return v.Parent().String() + ": " + v.Name()
	}
	at := f.X.Type().Underlying().(*types.Pointer).Elem()
	field := at.Underlying().(*types.Struct).Field(f.Field).Name()
	if n, ok := types.Unalias(at).(*types.Named); ok && n.Obj().Pkg() != nil {
		return n.Obj().Pkg().Name() + "." + n.Obj().Name() + "." + field
	}
	return at.String() + "." + field
}

// mutexCall returns what a call does with a lock.
func mutexCall(c *ssa.CallCommon) (method, name string) {
	f := c.StaticCallee()
	if f == nil || f.Signature.Recv() == nil || len(c.Args) == 0 {
		return "", ""
	}
	switch recv := f.Signature.Recv().Type().String(); {
	case recv == "*sync.Mutex", recv == "*sync.RWMutex":
		return f.Name(), lock(c.Args[0])
	}
	return "", ""
}

// waitCalls are functions of others that may take long, by what they wait for.
var waitCalls = []struct{ prefix, what string }{
	{"(*sync.WaitGroup).Wait", "goroutine"}, {"time.Sleep", "time"},
	{"net.Listen", "socket"}, {"net.Dial", "socket"}, {"(*net.UDPConn).", "socket"}, {"(*net.TCPConn).", "socket"},
	{"(net.Conn).", "socket"}, {"(net.PacketConn).", "socket"},
	{"(*os.File).", "disk"}, {"(*os.Root).", "disk"}, {"os.Open", "disk"},
	{"(io.Writer).", "stream"}, {"(io.Reader).", "stream"},
}

// promptCalls end the names of those that do not.
var promptCalls = []string{"Deadline", ".LocalAddr", ".Close", ".Name", ".Fd", ".SyscallConn", "Buffer"}

// waitsFor says what an instruction waits for, "" for nothing.
func waitsFor(i ssa.Instruction) string {
	switch i := i.(type) {
	case *ssa.Send:
		return "channel"
	case *ssa.UnOp:
		if i.Op == token.ARROW {
			return "channel"
		}
	case *ssa.Select:
		if i.Blocking {
			return "channel"
		}
	case *ssa.Call:
		name := ""
		if i.Call.IsInvoke() {
			name = "(" + i.Call.Value.Type().String() + ")." + i.Call.Method.Name()
		} else if f := i.Call.StaticCallee(); f != nil {
			name = f.String()
		}
		if slices.ContainsFunc(promptCalls, func(end string) bool { return strings.HasSuffix(name, end) }) {
			return ""
		}
		for _, w := range waitCalls {
			if strings.HasPrefix(name, w.prefix) {
				return w.what
			}
		}
	}
	return ""
}

// round goes through all functions once more, and reports whether anything new
// was learned.
func (p *program) round() bool {
	grew := false
	for _, f := range p.functions {
		grew = p.function(f) || grew
	}
	return grew
}

// function follows the locks that are held through the blocks of a function.
func (p *program) function(f *ssa.Function) (grew bool) {
	in := map[*ssa.BasicBlock]set{f.Blocks[0]: {}}
	for work := []*ssa.BasicBlock{f.Blocks[0]}; len(work) > 0; {
		b := work[0]
		work = work[1:]
		held := maps.Clone(in[b])
		for _, i := range b.Instrs {
			grew = p.instruction(f, i, held) || grew
		}
		for _, next := range b.Succs {
			if in[next] == nil {
				in[next] = set{}
				work = append(work, next)
			}
			if in[next].add(held) {
				work = append(work, next)
			}
		}
		if len(b.Instrs) > 0 {
			if _, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
				left := maps.Clone(held)
				for l := range p.given(f) {
					delete(left, l)
				}
				grew = p.leaves[f].add(left) || grew
			}
		}
	}
	return grew
}

// given are the locks that a function gives back when it returns.
func (p *program) given(f *ssa.Function) set {
	s := set{}
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			d, ok := i.(*ssa.Defer)
			if !ok {
				continue
			}
			if m, name := mutexCall(&d.Call); m == "Unlock" || m == "RUnlock" {
				s[name] = true
			}
			switch v := d.Call.Value.(type) {
			case *ssa.MakeClosure:
				s.add(unlocked(v.Fn.(*ssa.Function)))
			case *ssa.Call: // what locks returns what unlocks
				for _, callee := range p.calls[v] {
					s.add(p.leaves[callee])
				}
			}
		}
	}
	return s
}

// unlocked are the locks that a function literal gives back.
func unlocked(f *ssa.Function) set {
	s := set{}
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if c, ok := i.(*ssa.Call); ok {
				if m, name := mutexCall(&c.Call); m == "Unlock" || m == "RUnlock" {
					s[name] = true
				}
			}
		}
	}
	return s
}

func (p *program) instruction(f *ssa.Function, i ssa.Instruction, held set) (grew bool) {
	at := p.prog.Fset.Position(i.Pos())
	if w := waitsFor(i); w != "" {
		grew = p.waits[f].add(set{w: true})
		p.note(p.waited, held, set{w: true}, at)
	}
	c, ok := i.(ssa.CallInstruction)
	if _, isGo := i.(*ssa.Go); !ok || isGo {
		return grew
	}
	_, later := i.(*ssa.Defer)
	switch method, name := mutexCall(c.Common()); method {
	case "Lock", "RLock":
		p.note(p.order, held, set{name: true}, at)
		held[name] = true
		return p.takes[f].add(set{name: true}) || grew
	case "Unlock", "RUnlock":
		if later {
			return grew
		}
		if !held[name] {
			grew = p.frees[f].add(set{name: true}) || grew
		}
		delete(held, name)
		return grew
	}
	for _, callee := range p.calls[c] {
		if p.takes[callee] == nil {
			continue
		}
		still := maps.Clone(held) // while the callee runs
		for l := range p.frees[callee] {
			delete(still, l)
		}
		p.note(p.order, still, p.takes[callee], at)
		p.note(p.waited, still, p.waits[callee], at)
		grew = p.takes[f].add(p.takes[callee]) || grew
		grew = p.waits[f].add(p.waits[callee]) || grew
		if later {
			continue
		}
		for l := range p.frees[callee] {
			delete(held, l)
		}
		held.add(p.leaves[callee])
	}
	return grew
}

func (p *program) note(to map[place]token.Position, held, then set, at token.Position) {
	for h := range held {
		for l := range then {
			if _, known := to[place{h, l}]; !known {
				to[place{h, l}] = at
			}
		}
	}
}
