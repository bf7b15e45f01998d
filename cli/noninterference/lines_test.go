package noninterference

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
)

// template is a line of the language with a hole for each parameter.
type template struct {
	mode   grammar.Mode
	pieces []string
	holes  []*grammar.Parameter
}

// templates are the lines of every mode, from the grammar.
func templates(tree *grammar.Tree[cli.Handler]) []template {
	var all []template
	var holes []*grammar.Parameter
	for _, mode := range cli.AllModes {
		for line := range tree.Lines(mode, func(p *grammar.Parameter) string {
			holes = append(holes, p)
			return fmt.Sprintf("\x00%d\x00", len(holes)-1)
		}) {
			t := template{mode: mode}
			for i, piece := range strings.Split(line, "\x00") {
				if i%2 == 0 {
					t.pieces = append(t.pieces, piece)
					continue
				}
				n, _ := strconv.Atoi(piece)
				t.holes = append(t.holes, holes[n])
			}
			all = append(all, t)
			holes = holes[:0]
		}
	}
	return all
}

// text is the line without its parameters, for what goes by words.
func (t *template) text() string { return strings.Join(t.pieces, "...") }

func (t *template) fill(rnd *rand.Rand, words []string) string {
	var b strings.Builder
	for i, piece := range t.pieces {
		b.WriteString(piece)
		if i < len(t.holes) {
			b.WriteString(value(rnd, t.holes[i], words))
		}
	}
	return b.String()
}

// pool are words to fill holes with. The secure side of the busy router has
// most of the names too.
var pool = strings.Fields(`0 1 2 3 5 7 9 10 29 64 120 600 1500 65535 4294967295
	127.0.0.1 127.0.0.2 127.0.0.3 127.0.0.7 127.0.0.8 127.0.0.9 127.0.0.14 0.0.0.0 255.255.255.0 255.255.255.255 0.0.0.255
	joe ann bob ops plain strangers tap0 tap1 tapper everyone readers mirror mirrorAdmin everything user admin public private red blue
	insiders full spare spl_30000000 default vr1 vr2 vr3 newrouter packetMirror trap-enable secure secure-input analyzer
	1ms 1/0 1/1 2/0 2/1.5 9/0 FastEthernet1/0 ATM2/0 IPdyn3 gre:lab gre:tap error notice debug 0 1.3.6.1.2.1.1 1.3.6.1.4.1.4874.2.2.77 1.3.6.1.4.1 1.3 sysUpTime
	0a0b0c0d 0000030000000090 true false green yellow 06:12:11 12:30 2026-11-22,6:12:11.0,+1:0 a.txt b.txt c.txt script.scr startup.cnf secure.cnf log.txt disk0:a.txt
	1AAAAAABBBBBBBBBBBBB 0090.1a00.0001 2001:db8::1 2001:db8::/32
	00112233445566778899aabbccddeeff 00112233445566778899aabbccddeeff00112233
	00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff passphrase`)

// texts are for parameters that hold lines.
var texts = []string{
	"show version", "show snmp trap", "show mirror trap", "show", "mirror-enable", "snmp-server enable traps packetMirror", "snmp-server",
	"show configuration", "test mirror traps all", "test subscriber", "ip policy secure-input", "host", "mirror", "a b c",
	"joe", "#welcome#", "tap0",
}

// bounds are for parameters of which some values take long: how many traps a
// second may leave, how many there are to be.
var bounds = map[string][]string{
	"RATE": {"0", "1000000"}, "COUNT": {"1", "3"}, "SIZE": {"32", "2147483647"},
	"DELAY": {"+0s", "+1ms"}, "INTERVAL": {"1ms"}, "TIMEOUT": {"1ms"},
}

// value makes up a value for a hole.
func value(rnd *rand.Rand, p *grammar.Parameter, words []string) string {
	if p.Type.Usage() == "LINE" || p.Type.Usage() == "COMMAND" || p.Type.Usage() == "TEXT" {
		return texts[rnd.IntN(len(texts))]
	}
	candidates := words
	if b, ok := bounds[p.Key]; ok {
		candidates = b
	}
	var lowest, highest int64
	if n, _ := fmt.Sscanf(p.Type.Usage(), "<%d - %d>", &lowest, &highest); n == 2 && bounds[p.Key] == nil {
		switch rnd.IntN(5) {
		case 0:
			return strconv.FormatInt(lowest, 10)
		case 1:
			return strconv.FormatInt(highest, 10)
		}
	}
	for range 20 {
		if word := candidates[rnd.IntN(len(candidates))]; fits(p, word) {
			return grammar.Quote(word)
		}
	}
	for _, word := range candidates {
		if fits(p, word) {
			return grammar.Quote(word)
		}
	}
	if highest > 0 {
		return strconv.FormatInt(lowest, 10)
	}
	return "word"
}

func fits(p *grammar.Parameter, word string) bool {
	_, ok := p.Type.Parse(word)
	return ok
}

// TestEveryParameterHasValues: the pool has a word for every parameter there
// is, so that no command goes untried for want of one.
func TestEveryParameterHasValues(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	tree := newTwin(t, wholeSet(), plant{}).shell.Tree()
	seen := map[*grammar.Parameter]bool{}
	for _, tm := range templates(tree) {
		for _, p := range tm.holes {
			if seen[p] {
				continue
			}
			seen[p] = true
			if w := value(rnd, p, pool); p.Type.Usage() != "COMMAND" && !fits(p, strings.Trim(w, `"`)) {
				t.Errorf("%s %s in %q: %q is no value; add one to the pool", p.Key, p.Type.Usage(), tm.text(), w)
			}
		}
	}
}

// left out of random scripts, by what they contain: what waits for the clock on
// the wall, which both routers share, and what the network would have to answer.
// TestExpect has what waits for notifications.
var leftOut = []string{"sleep", "informs", " rate ", "wait sent", "wait acknowledged", "expect trap"}

// rare are words of lines that take milliseconds, since keys and hashes are made
// or what comes back is waited for, and of those after which a session may do
// little.
var rare = []string{"password ", "enable secret", "authentication", "mirror fault ", "privilege-group"}

// scripts makes scripts for sessions that do not see the secure side.
type scripts struct {
	rnd    *rand.Rand
	all    []template
	byMode map[grammar.Mode][]int
	way    map[grammar.Mode][]string // lines of Global Configuration that lead to a mode
}

func newScripts(t testing.TB, seed uint64) *scripts {
	g := &scripts{rnd: rand.New(rand.NewPCG(seed, 7)), byMode: map[grammar.Mode][]int{}, way: map[grammar.Mode][]string{}}
	explored.Lock()
	defer explored.Unlock()
	if explored.way == nil {
		w := newTwin(t, wholeSet(), plant{})
		g.index(templates(w.shell.Tree()))
		g.explore(w)
		explored.all, explored.way = g.all, g.way
		return g
	}
	g.index(explored.all)
	g.way = explored.way
	return g
}

// explored is what all scripts share.
var explored struct {
	sync.Mutex
	all []template
	way map[grammar.Mode][]string
}

func (g *scripts) index(all []template) {
	g.all = all
	for i, t := range all {
		g.byMode[t.mode] = append(g.byMode[t.mode], i)
	}
}

// explore finds the ways into the modes by trying every line that is said to lead
// into one (TestHeadingsAreDeclared in cli/command).
func (g *scripts) explore(w *twin) {
	plain := rand.New(rand.NewPCG(1, 1))
	for _, i := range g.byMode[cli.GlobalConfig] {
		t := &g.all[i]
		text := t.text()
		if hasAny(text, leftOut) || hasAny(text, rare) || strings.HasPrefix(text, "no ") || strings.HasPrefix(text, "do ") || strings.HasPrefix(text, "run ") {
			continue
		}
		line := t.fill(plain, pool)
		m, err := w.shell.Tree().Parse(t.mode, grammar.View{Level: 15, Mirror: true}, line)
		if err != nil || m.Command.Enters == "" {
			continue
		}
		s := w.login(15, "configure terminal")
		w.run(s, line)
		if m := s.Mode(); m != cli.Exec && m != cli.GlobalConfig && len(g.way[m]) < 8 {
			g.way[m] = append(g.way[m], line)
		}
		s.Close()
	}
}

func hasAny(text string, words []string) bool {
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// line makes one line of a mode, right or nearly so.
func (g *scripts) line(mode grammar.Mode) string {
	for {
		t := &g.all[g.byMode[mode][g.rnd.IntN(len(g.byMode[mode]))]]
		text := t.text()
		if hasAny(text, leftOut) || hasAny(text, rare) && g.rnd.IntN(20) > 0 || strings.Contains(text, "|") && g.rnd.IntN(4) > 0 {
			continue
		}
		line := t.fill(g.rnd, pool)
		if g.rnd.IntN(6) == 0 {
			line = g.spoil(line)
		}
		if !takesSecureName(line) {
			return line
		}
	}
}

// spoil makes a line a little wrong, or another.
func (g *scripts) spoil(line string) string {
	words := strings.Fields(line)
	i := g.rnd.IntN(len(words))
	switch g.rnd.IntN(6) {
	case 0:
		words[i] = words[i][:1+g.rnd.IntN(len(words[i]))]
	case 1:
		words[i] = pool[g.rnd.IntN(len(pool))]
	case 2:
		words = words[:i+1]
	case 3:
		words = append(words[:i+1], pool[g.rnd.IntN(len(pool))])
	case 4:
		return line + " ?"
	case 5:
		return line[:1+g.rnd.IntN(len(line))] + "?"
	}
	return strings.Join(words, " ")
}

// script makes lines for a session in a mode: how to get where they can be
// given, and the lines.
func (g *scripts) script(mode grammar.Mode) string {
	to := cli.AllModes[g.rnd.IntN(len(cli.AllModes))]
	if g.rnd.IntN(3) > 0 {
		to = []grammar.Mode{cli.Exec, cli.GlobalConfig}[g.rnd.IntN(2)]
	}
	var b strings.Builder
	if to == cli.Exec && mode != to && g.rnd.IntN(2) == 0 {
		b.WriteString("end\n")
	}
	if to != cli.Exec && mode != to {
		if mode == cli.Exec {
			b.WriteString("configure terminal\n")
		}
		if ways := g.way[to]; len(ways) > 0 {
			b.WriteString(ways[g.rnd.IntN(len(ways))] + "\n")
		}
	}
	for range 1 + g.rnd.IntN(3) {
		b.WriteString(g.line(to) + "\n")
	}
	return b.String()
}
