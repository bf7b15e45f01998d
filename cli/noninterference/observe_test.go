package noninterference

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/trapcore/state"
)

// shows are the lines that show something, each once.
func (p *pair) shows() []string {
	if p.lines != nil {
		return p.lines
	}
	plain := rand.New(rand.NewPCG(2, 2))
	var all []string
	seen := map[string]bool{}
	for _, t := range templates(p.busy.shell.Tree()) {
		text := t.text()
		first, _, _ := strings.Cut(text, " ")
		if t.mode != cli.Exec || first != "show" && first != "dir" && first != "more" || strings.ContainsAny(text, "|>") || seen[text] {
			continue
		}
		seen[text] = true
		all = append(all, t.fill(plain, pool))
	}
	p.lines = append(all, "show configuration | exclude nothing", "more system.log", "more a.txt")
	return p.lines
}

// observe compares all that can be looked at: every show, in every virtual
// router, to a session that was never mirror-enabled and to one of another
// kind; files; the event log; a walk of the agent.
func (p *pair) observe() error {
	p.t.Helper()
	p.did("(observed)")
	p.settle()
	if err := p.emitted(); err != nil {
		return err
	}
	lines := p.shows()
	looking := []kind{kinds[0], kinds[1+p.rnd.IntN(len(kinds)-1)]}
	if brief {
		looking = looking[p.rnd.IntN(2):][:1]
	}
	for _, k := range looking {
		names := []string{"default"}
		if k.level >= 10 {
			for _, v := range p.empty.router.VirtualRouters()[1:] {
				names = append(names, v.Name())
			}
		}
		var by [2]*session
		for i, w := range p.twins() {
			by[i] = k.login(w)
		}
		p.settle()
		for _, name := range names {
			for i, w := range p.twins() {
				if vr, ok := w.router.VirtualRouter(name); ok {
					by[i].SetVirtualRouter(vr)
				}
			}
			for _, line := range lines {
				a, b := p.empty.run(by[0], line), p.busy.run(by[1], line)
				p.settle() // what is logged of it shows in the next
				if err := p.differs(fmt.Sprintf("%q in %s to a session %s", line, name, k.name), a, b); err != nil {
					return err
				}
			}
		}
		for _, s := range by {
			s.Close()
		}
	}
	p.settle()
	for _, w := range p.twins() {
		w.router.EventLog().Clear() // which would only get longer
	}
	if err := p.emitted(); err != nil {
		return err
	}
	if err := p.stored(); err != nil {
		return err
	}
	if err := p.scraped(); err != nil {
		return err
	}
	return p.walk()
}

// stored compares the files, those of the ordinary configuration included.
func (p *pair) stored() error {
	var text [2]string
	for i, w := range p.twins() {
		files, err := w.store.List(state.Files)
		if err != nil {
			p.t.Fatal(err)
		}
		for _, f := range files {
			data, err := w.store.ReadFile(state.Files + "/" + f.Name)
			text[i] += fmt.Sprintf("%+v %v\n%s\n", f, err, data)
		}
		data, err := w.store.ReadFile("startup.cnf")
		text[i] += fmt.Sprintf("startup.cnf %v\n%s\n", err, data)
	}
	return p.differs("files", normal(text[0]), normal(text[1]))
}
