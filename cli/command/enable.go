package command

import (
	"context"
	"errors"
	"fmt"

	"mirrorsh/cli"
	"mirrorsh/cli/access"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore/side"
)

// enableDefault is the level of enable without one.
const enableDefault = 10

// maxPassword bounds a password in characters.
const maxPassword = 64

var enableCommands = []cli.Command{
	{
		Modes: inExec, Level: levelAll, Fixed: true, Asks: true, Moves: true,
		Syntax:  seq(kw("enable", "Raise the privilege level"), opt(param("level", grammar.Int(0, access.MaxLevel), "The privilege level, 10 if none is given"))),
		Summary: "Raise the privilege level",
		Description: "To a higher level it asks for the password of that level, or where it has none, for that of the nearest lower " +
			"level that has one. Without any there is nothing to ask for.",
		Run: cli.Do(toLevel{enableDefault}, enable),
	},
	{
		Modes: inExec, Level: grammar.LevelMax,
		Syntax:  seq(kw("erase", "Erase what is kept"), kw("secrets", "The passwords of the privilege levels")),
		Summary: "Erase the passwords of all privilege levels",
		Description: "On a real router somebody has to press a button of the chassis meanwhile. Here that is taken for done on the console and in scripts; " +
			"from a vty line secrets are erased only with service unattended-password-recovery. Passwords of lines stay.",
		Run: cli.Do(cli.None{}, eraseSecrets),
	},
	{
		Modes: inExec, Level: grammar.LevelMax, Shows: true,
		Syntax:  seq(showWord, kw("secret", "The passwords of the privilege levels, encrypted")),
		Summary: "Show the passwords of the privilege levels, encrypted",
		Run:     cli.Show(cli.None{}, showSecret),
	},
}

var errUnattended = errors.New("nobody is at the chassis to press its button, and service unattended-password-recovery is off")

func eraseSecrets(_ context.Context, s *cli.Session, _ cli.None) error {
	acc := s.Shell().Access()
	if s.User().From.IsValid() && !acc.Unattended() {
		return errUnattended
	}
	for level := range access.MaxLevel + 1 {
		acc.SetEnable(level, access.Password, "")
		acc.SetEnable(level, access.Secret, "")
	}
	s.Touched()
	return nil
}

var serviceWord = kw("service", "Configure services of the router")

var unattendedRecovery = cli.Switch[*access.Access]{
	Place: ofAccess, Words: seq(serviceWord, kw("unattended-password-recovery", "Erase secrets from vty lines, too")),
	Summary:     "Let secrets be erased from vty lines, where nobody is at the chassis",
	Description: "It is off by default. It is what erase secrets needs there.",
	Get:         (*access.Access).Unattended, Set: setOne((*access.Access).SetUnattended),
}.Row()

// toLevel is the privilege level that a session goes to.
type toLevel struct {
	Level int `cli:"level"`
}

func enable(ctx context.Context, s *cli.Session, to toLevel) error {
	if !s.Reaches(to.Level) {
		if err := mayRise(ctx, s, to.Level); err != nil {
			if errors.Is(err, access.ErrPasswords) {
				s.Shell().Alert(fmt.Sprintf("Failed enable to level %d on %s", to.Level, s.Where()))
			}
			return err
		}
	}
	s.SetLevel(to.Level)
	return nil
}

var errNoMethod = errors.New("no method of the list is available")

// mayRise finds out whether a session may get to a level, by a method list or by the
// password of the level.
func mayRise(ctx context.Context, s *cli.Session, level int) error {
	decides := s.Shell().AAA()
	w, governed := s.Who()
	if asks, any := decides.EnableAsks(); governed && any {
		decide := func(typed string) (bool, error) {
			out := decides.Enable(ctx, w, level, typed)
			if ctx.Err() != nil {
				return false, context.Cause(ctx)
			}
			if out.By == 0 {
				return false, errNoMethod
			}
			return out.Allowed, nil
		}
		if asks.Password {
			return askEnable(ctx, s, decide)
		}
		_, err := decide("")
		return err
	}
	p := s.Shell().Access().Enable(level)
	if p.Hash == "" {
		return nil
	}
	return askEnable(ctx, s, func(typed string) (bool, error) { return p.Matches(typed), nil })
}

// askEnable gives an operator three tries, and a script one: its next line may
// be a command.
func askEnable(ctx context.Context, s *cli.Session, right func(typed string) (bool, error)) error {
	tries := 1
	if s.Interactive() {
		tries = access.Tries
	}
	for range tries {
		typed, err := s.AskSecret(ctx, "Password: ")
		if err != nil {
			return err
		}
		if ok, err := right(typed); ok || err != nil {
			return err
		}
	}
	return access.ErrPasswords
}

// typedPassword is a password in the clear or its hash.
type typedPassword struct {
	Clear string      `cli:"clear"`
	Hash  access.Hash `cli:"hash"`
}

// hash is the hash that was typed, or that of the password that was.
func (p typedPassword) hash() (access.Hash, error) {
	if p.Hash != "" {
		return p.Hash, nil
	}
	return access.NewHash(p.Clear)
}

var hashType = grammar.Value("WORD", "not a password as show secret shows it",
	func(word string) (access.Hash, bool) {
		h, err := access.ParseHash(word)
		return h, err == nil
	},
	func(h access.Hash) (string, bool) { return string(h), true })

// password is a password in the clear, or encrypted after the number of its type.
func password(k access.Kind) grammar.Node {
	clear := param("clear", grammar.Word("WORD", 1, maxPassword), "The password, 1 to 64 characters").Secret()
	return alt(
		clear,
		seq(kw("0", "The password follows in the clear"), clear),
		seq(kw(fmt.Sprint(k.Type()), "The encrypted password follows"), param("hash", hashType, "The password as show secret shows it").Hashed()))
}

// enableLine is the password of a privilege level.
type enableLine struct {
	Kind  access.Kind `cli:"kind"`
	Level *int        `cli:"LEVEL"`
	typedPassword
}

func (l enableLine) level() int {
	if l.Level == nil {
		return enableDefault
	}
	return *l.Level
}

var (
	enablePasswordWord = kw("enable", "Set the password of a privilege level")
	enableLevel        = opt(kw("level", "Of a privilege level"), param("LEVEL", grammar.Int(0, access.MaxLevel), "The privilege level, 10 if none is given"))
)

func enableKind(k access.Kind, help string) grammar.Node {
	return kw(k.String(), help).As("kind").Is(k)
}

var enablePasswords = &cli.Setting[*access.Access, enableLine]{
	Place: ofAccess,
	Syntax: seq(enablePasswordWord, alt(
		seq(enableKind(access.Password, "An encrypted password, type 7"), enableLevel, password(access.Password)),
		seq(enableKind(access.Secret, "A secret, type 5, which goes before a password"), enableLevel, password(access.Secret)))),
	No: seq(enablePasswordWord, alt(
		seq(enableKind(access.Password, "Remove the password of a level"), enableLevel),
		seq(enableKind(access.Secret, "Remove the secret of a level"), enableLevel))),
	Summary: "Set the password of a privilege level",
	Description: "It counts for the higher levels too, up to the next one that has its own. Both types are kept as salted hashes; " +
		"after 5 or 7 comes what show secret shows, not the password.",
	Examples: []string{"enable password level 10 0 t1meout1", "enable secret level 15 0 rocket"},
	Set: func(_ context.Context, _ *cli.Session, acc *access.Access, l enableLine) error {
		h, err := l.hash()
		if err == nil {
			acc.SetEnable(l.level(), l.Kind, h)
		}
		return err
	},
	Clear: func(_ context.Context, _ *cli.Session, acc *access.Access, l enableLine) error {
		acc.SetEnable(l.level(), l.Kind, "")
		return nil
	},
	Lines: func(acc *access.Access, _ side.Clearance) (all []enableLine) {
		for _, k := range []access.Kind{access.Password, access.Secret} {
			for level := range access.MaxLevel + 1 {
				if h := acc.Own(level, k); h != "" {
					all = append(all, enableLine{k, &level, typedPassword{Hash: h}})
				}
			}
		}
		return all
	},
}

// showSecret has the layout of the manuals (cli/REFERENCE.md, passwords).
func showSecret(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
	t := &result.Table{Gap: "   ", Columns: []result.Column{
		{Head: "\nlevel", Name: "level"},
		{Head: " encryption\n    type", Name: "type", Width: 12},
		{Head: "     encrypted\n  password/secret", Name: "password", Width: access.HashLength},
		{Head: "\n   mode", Name: "mode", Width: 10},
	}}
	for level := range access.MaxLevel + 1 {
		p := s.Shell().Access().Enable(level)
		kind, mode := result.As(nil, ""), ""
		if p.Hash != "" {
			kind, mode = result.As(p.Kind, fmt.Sprintf("%d (%v)", p.Type(), p.Kind)), "configured"
			if p.Inherited {
				mode = "inherited"
			}
		}
		t.Add(level, kind, string(p.Hash), mode)
	}
	heading := new(result.Record).
		Line("               Current Password Settings").
		Line("               -------------------------")
	return result.Group{Parts: []result.Part{{Value: heading}, {Name: "levels", Value: t}}}, nil
}
