package command

import (
	"context"
	"slices"

	"mirrorsh/cli"
	"mirrorsh/cli/aaa"
	"mirrorsh/cli/access"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/side"
)

var (
	authenticationWord = kw("authentication", "How operators show who they are")
	authorizationWord  = kw("authorization", "What operators may do")
	accountingWord     = kw("accounting", "What servers are told of operators")
	commandsWord       = kw("commands", "Commands of a privilege level")
	execWord           = kw("exec", "Sessions")
	aaaLevel           = param("LEVEL", grammar.Int(0, access.MaxLevel), "The privilege level of the commands")
)

// ofAAA decides about operators, for the router as a whole.
var ofAAA = cli.Place[*aaa.AAA]{
	Modes: inGlobal,
	Of:    func(s *cli.Session) (*aaa.AAA, error) { return s.Shell().AAA(), nil },
	At: func(sh *cli.Shell, vr *trapcore.VirtualRouter, _ side.Clearance) (*aaa.AAA, bool) {
		return sh.AAA(), vr == sh.Router.Default()
	},
}

// listName is the name of a method list.
func listName(help string) grammar.Node {
	return alt(
		kw(aaa.Default, "The list of lines that name no other").As("NAME"),
		param("NAME", grammar.Name("WORD", aaa.MaxName), help).From(methodListNames))
}

var methodListNames = cli.Namer(func(s *cli.Session) []string { return s.Shell().AAA().ListNames() })

// methodHelp says what a method does.
var methodHelp = map[aaa.Method]string{
	aaa.TACACS:          "TACACS+ servers are asked",
	aaa.RADIUS:          "RADIUS servers are asked",
	aaa.Line:            "The password of the line",
	aaa.Enable:          "The password of a privilege level",
	aaa.None:            "Nothing is asked",
	aaa.IfAuthenticated: "Whoever has logged in with a password or a key",
}

// The methods of each kind of list.
var (
	passwordMethods  = []aaa.Method{aaa.TACACS, aaa.RADIUS, aaa.Line, aaa.Enable, aaa.None}
	authorizeMethods = []aaa.Method{aaa.IfAuthenticated, aaa.TACACS, aaa.None}
)

// methodWords are the methods of a list, in the order in which they are tried.
func methodWords(methods []aaa.Method) grammar.Node {
	keys := []string{"first", "second", "third", "fourth", "fifth"}[:len(methods)]
	var rest grammar.Node
	for _, key := range slices.Backward(keys) {
		var one []grammar.Node
		for _, m := range methods {
			one = append(one, kw(m.String(), methodHelp[m]).As(key).Is(m))
		}
		if rest == nil {
			rest = alt(one...)
		} else {
			rest = seq(alt(one...), opt(rest))
		}
	}
	return rest
}

// authorizeLine is one of no more than three methods.
type authorizeLine struct {
	Name   string     `cli:"NAME"`
	First  aaa.Method `cli:"first"`
	Second aaa.Method `cli:"second"`
	Third  aaa.Method `cli:"third"`
}

func (l authorizeLine) methods() aaa.Methods { return aaa.Methods{l.First, l.Second, l.Third} }

// commandLine is that of a privilege level.
type commandLine struct {
	Level int `cli:"LEVEL"`
	authorizeLine
}

// authenticateLine has no level.
type authenticateLine struct {
	Name   string     `cli:"NAME"`
	First  aaa.Method `cli:"first"`
	Second aaa.Method `cli:"second"`
	Third  aaa.Method `cli:"third"`
	Fourth aaa.Method `cli:"fourth"`
	Fifth  aaa.Method `cli:"fifth"`
}

func (l authenticateLine) methods() aaa.Methods {
	return aaa.Methods{l.First, l.Second, l.Third, l.Fourth, l.Fifth}
}

const listDescription = "The methods are tried in their order: one that is not available, such as a server that does not answer, leaves " +
	"the decision to the next, and one that denies ends the list, as its end does. A line uses the list it names, or default; a list " +
	"that does not exist lets nobody pass. It counts with aaa new-model only."

// passwordLists completes the setting of the lists that are used at one moment.
func passwordLists(at aaa.Kind, s *cli.Setting[*aaa.AAA, authenticateLine]) *cli.Setting[*aaa.AAA, authenticateLine] {
	s.Place = ofAAA
	s.Set = func(_ context.Context, _ *cli.Session, a *aaa.AAA, l authenticateLine) error {
		return a.SetMethods(at, 0, l.Name, l.methods())
	}
	s.Clear = func(_ context.Context, _ *cli.Session, a *aaa.AAA, l authenticateLine) error {
		return a.SetMethods(at, 0, l.Name, aaa.Methods{})
	}
	s.Lines = func(a *aaa.AAA, _ side.Clearance) (all []authenticateLine) {
		for _, l := range a.Methods(at, 0) {
			all = append(all, authenticateLine{l.Name, l.Methods[0], l.Methods[1], l.Methods[2], l.Methods[3], l.Methods[4]})
		}
		return all
	}
	return s
}

var loginLists = passwordLists(aaa.Login, &cli.Setting[*aaa.AAA, authenticateLine]{
	Syntax:   seq(aaaWord, authenticationWord, kw("login", "At login"), listName("The name of the list"), methodWords(passwordMethods)),
	No:       seq(aaaWord, authenticationWord, kw("login", "At login"), listName("The name of the list")),
	Summary:  "Say how operators show at login who they are",
	Examples: []string{"aaa authentication login my_auth_list tacacs+ line enable"},
	Description: listDescription + " Where no list counts, a login takes the password of the line. With tacacs+ and radius a name is asked for, too; radius asks the servers of the default virtual router. " +
		"enable takes the password of level 10. Over SSH, authorized keys still open every line.",
})

var enableLists = passwordLists(aaa.EnableLevel, &cli.Setting[*aaa.AAA, authenticateLine]{
	Syntax: seq(aaaWord, authenticationWord, kw("enable", "At enable"), kw(aaa.Default, "The only list").As("NAME"),
		methodWords(passwordMethods)),
	No:       seq(aaaWord, authenticationWord, kw("enable", "At enable"), kw(aaa.Default, "The only list").As("NAME")),
	Summary:  "Say what it takes to get to a higher privilege level",
	Examples: []string{"aaa authentication enable default tacacs+ enable"},
	Description: listDescription + " Where there is no list, enable takes the password of the level. Servers are asked about the name given at " +
		"login, or without one about $enabN$, N being the level.",
})

var authorizeCommands = &cli.Setting[*aaa.AAA, commandLine]{
	Place:    ofAAA,
	Syntax:   seq(aaaWord, authorizationWord, commandsWord, aaaLevel, listName("The name of the list"), methodWords(authorizeMethods)),
	No:       seq(aaaWord, authorizationWord, commandsWord, aaaLevel, listName("The name of the list")),
	Summary:  "Say who decides about commands of a privilege level",
	Examples: []string{"aaa authorization commands 15 boston if-authenticated tacacs+"},
	Description: listDescription + " The level is that of the command, which privilege may have moved, not of the session. A server is told the " +
		"command in full, however it was typed, without its secrets. Commands of scripts of the host are not asked about.",
	Set: func(_ context.Context, _ *cli.Session, a *aaa.AAA, l commandLine) error {
		return a.SetMethods(aaa.AuthorizeCommands, l.Level, l.Name, l.methods())
	},
	Clear: func(_ context.Context, _ *cli.Session, a *aaa.AAA, l commandLine) error {
		return a.SetMethods(aaa.AuthorizeCommands, l.Level, l.Name, aaa.Methods{})
	},
	Lines: func(a *aaa.AAA, _ side.Clearance) (all []commandLine) {
		for level := range access.MaxLevel + 1 {
			for _, l := range a.Methods(aaa.AuthorizeCommands, level) {
				all = append(all, commandLine{level, authorizeLine{l.Name, l.Methods[0], l.Methods[1], l.Methods[2]}})
			}
		}
		return all
	},
}

var authorizeExec = &cli.Setting[*aaa.AAA, authorizeLine]{
	Place:       ofAAA,
	Syntax:      seq(aaaWord, authorizationWord, execWord, listName("The name of the list"), methodWords(authorizeMethods)),
	No:          seq(aaaWord, authorizationWord, execWord, listName("The name of the list")),
	Summary:     "Say who decides about sessions",
	Description: listDescription + " A server may say at which privilege level the session begins.",
	Set: func(_ context.Context, _ *cli.Session, a *aaa.AAA, l authorizeLine) error {
		return a.SetMethods(aaa.AuthorizeExec, 0, l.Name, l.methods())
	},
	Clear: func(_ context.Context, _ *cli.Session, a *aaa.AAA, l authorizeLine) error {
		return a.SetMethods(aaa.AuthorizeExec, 0, l.Name, aaa.Methods{})
	},
	Lines: func(a *aaa.AAA, _ side.Clearance) (all []authorizeLine) {
		for _, l := range a.Methods(aaa.AuthorizeExec, 0) {
			all = append(all, authorizeLine{l.Name, l.Methods[0], l.Methods[1], l.Methods[2]})
		}
		return all
	},
}

// recordWords say what is told.
func recordWords() grammar.Node {
	return seq(alt(
		kw("start-stop", "When something begins and when it has ended").As("record").Is(aaa.StartStop),
		kw("stop-only", "When something has ended").As("record").Is(aaa.StopOnly)),
		kw("tacacs+", "TACACS+ servers are told"))
}

// accountLine says what servers are told of sessions.
type accountLine struct {
	Name   string     `cli:"NAME"`
	Record aaa.Record `cli:"record"`
}

// accountCommandLine says what they are told of commands.
type accountCommandLine struct {
	Level int `cli:"LEVEL"`
	accountLine
}

const accountDescription = "A line uses the list it names, or default. It counts with aaa new-model only. Nobody waits for a server: " +
	"what none has taken is counted as lost."

var accountCommands = &cli.Setting[*aaa.AAA, accountCommandLine]{
	Place:    ofAAA,
	Syntax:   seq(aaaWord, accountingWord, commandsWord, aaaLevel, listName("The name of the list"), recordWords()),
	No:       seq(aaaWord, accountingWord, commandsWord, aaaLevel, listName("The name of the list")),
	Summary:  "Tell servers which commands of a privilege level have run",
	Examples: []string{"aaa accounting commands 15 default stop-only tacacs+"},
	Description: accountDescription + " There is one record a command, when it has run; what was refused is not told. Secrets are left out, and " +
		"what the log leaves out.",
	Set: func(_ context.Context, _ *cli.Session, a *aaa.AAA, l accountCommandLine) error {
		return a.SetAccounting(true, l.Level, l.Name, l.Record)
	},
	Clear: func(_ context.Context, _ *cli.Session, a *aaa.AAA, l accountCommandLine) error {
		return a.SetAccounting(true, l.Level, l.Name, aaa.NoRecord)
	},
	Lines: func(a *aaa.AAA, _ side.Clearance) (all []accountCommandLine) {
		for level := range access.MaxLevel + 1 {
			for _, l := range a.Accounting(true, level) {
				all = append(all, accountCommandLine{level, accountLine{l.Name, l.Record}})
			}
		}
		return all
	},
}

var accountExec = &cli.Setting[*aaa.AAA, accountLine]{
	Place:       ofAAA,
	Syntax:      seq(aaaWord, accountingWord, execWord, listName("The name of the list"), recordWords()),
	No:          seq(aaaWord, accountingWord, execWord, listName("The name of the list")),
	Summary:     "Tell servers when sessions begin and end",
	Examples:    []string{"aaa accounting exec default start-stop tacacs+"},
	Description: accountDescription,
	Set: func(_ context.Context, _ *cli.Session, a *aaa.AAA, l accountLine) error {
		return a.SetAccounting(false, 0, l.Name, l.Record)
	},
	Clear: func(_ context.Context, _ *cli.Session, a *aaa.AAA, l accountLine) error {
		return a.SetAccounting(false, 0, l.Name, aaa.NoRecord)
	},
	Lines: func(a *aaa.AAA, _ side.Clearance) (all []accountLine) {
		for _, l := range a.Accounting(false, 0) {
			all = append(all, accountLine{l.Name, l.Record})
		}
		return all
	},
}

// ofSecureAAA is accounting of what only the secure side may know.
var ofSecureAAA = cli.SecureIn(ofShell, func(sh *cli.Shell) *trapcore.Router { return sh.Router })

// secureRecord says what servers of the secure side are told.
type secureRecord struct {
	Record aaa.Record `cli:"record"`
}

var secureAccountWords = seq(aaaWord, accountingWord, commandsWord,
	kw("secure", "Those that are in no ordinary record"), kw(aaa.Default, "The only list"))

var accountSecure = &cli.Setting[cli.Secured[*cli.Shell], secureRecord]{
	Place:   ofSecureAAA,
	Syntax:  seq(secureAccountWords, recordWords()),
	No:      secureAccountWords,
	Summary: "Tell servers of their own which secure commands have run",
	Description: "They are the servers of tacacs-server secure. Told is what the ordinary log and ordinary accounting leave out, " +
		"mirror-enable too, at whatever level.",
	Set: func(_ context.Context, _ *cli.Session, x cli.Secured[*cli.Shell], l secureRecord) error {
		x.At.AAA().Secure(x.Secure).SetRecord(l.Record)
		return nil
	},
	Clear: func(_ context.Context, _ *cli.Session, x cli.Secured[*cli.Shell], _ secureRecord) error {
		x.At.AAA().Secure(x.Secure).SetRecord(aaa.NoRecord)
		return nil
	},
	Lines: func(x cli.Secured[*cli.Shell], _ side.Clearance) []secureRecord {
		return ifAny(secureRecord{x.At.AAA().Secure(x.Secure).Record()})
	},
}

var aaaSection = cli.Section{Name: "aaa", Rows: []cli.Row{
	cli.Switch[*aaa.AAA]{
		Place: ofAAA, Words: seq(aaaWord, kw("new-model", "Let method lists decide")),
		Summary:     "Let method lists decide about operators",
		Description: "Without it all method lists are there and count for nothing.",
		Get:         (*aaa.AAA).On, Set: setOne((*aaa.AAA).SetOn),
	}.Row(),
	loginLists, enableLists, authorizeCommands, authorizeExec,
	cli.Switch[*aaa.AAA]{
		Place: ofAAA, Words: seq(aaaWord, authorizationWord, kw("config-commands", "Commands of configuration modes")), Default: true,
		Summary:     "Authorize commands of configuration modes, too",
		Description: "They are by default.",
		Get:         (*aaa.AAA).ConfigCommands, Set: setOne((*aaa.AAA).SetConfigCommands),
	}.Row(),
	accountCommands, accountExec,
	cli.Switch[*aaa.AAA]{
		Place: ofAAA, Words: seq(aaaWord, accountingWord, kw("suppress", "What is left out"), kw("null-username", "Operators who gave no name")),
		Summary: "Leave operators without a name out of accounting",
		Get:     (*aaa.AAA).SuppressNameless, Set: setOne((*aaa.AAA).SetSuppressNameless),
	}.Row(),
	accountSecure,
	tacacsServers, tacacsKey, tacacsTimeout, tacacsSource, secureTACACSServers,
}}
