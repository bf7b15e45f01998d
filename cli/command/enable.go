package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/access"
	"mirrorsh/cli/editor"
	"mirrorsh/cli/grammar"
)

// enableDefault is the level of enable without one (reference cli.md 1.2).
const enableDefault = 10

// maxPassword bounds a password in characters; the documents give no number.
const maxPassword = 64

var enablePasswordWord = kw("enable", "Set the password of a privilege level")

var enableCommands = []cli.Command{
	{
		Modes: inExec, Level: levelAll, Fixed: true, Asks: true, Moves: true,
		Syntax:  seq(kw("enable", "Raise the privilege level"), opt(param("level", grammar.Int(0, access.MaxLevel), "The privilege level, 10 if none is given"))),
		Summary: "Raise the privilege level",
		Description: "To a higher level it asks for the password of that level, or where it has none, for that of the nearest lower " +
			"level that has one. Without any there is nothing to ask for.",
		Run: cli.Text(enable),
	},
	{
		Modes: inGlobal, Level: levelConfigure,
		Syntax: seq(enablePasswordWord, alt(
			seq(kw("password", "An encrypted password, type 7"), enableLevel(), password(access.Password)),
			seq(kw("secret", "A secret, type 5, which goes before a password"), enableLevel(), password(access.Secret)))),
		No: seq(enablePasswordWord, alt(
			seq(kw("password", "Remove the password of a level"), enableLevel()),
			seq(kw("secret", "Remove the secret of a level"), enableLevel()))),
		Summary: "Set the password of a privilege level",
		Description: "It counts for the higher levels too, up to the next one that has its own. Both types are kept as salted hashes; " +
			"after 5 or 7 comes what show secret shows, not the password.",
		Examples: []string{"enable password level 10 0 t1meout1", "enable secret level 15 0 rocket"},
		Run:      cli.Text(setEnable),
	},
	{
		Modes: inExec, Level: grammar.LevelMax, Shows: true,
		Syntax:  seq(showWord, kw("secret", "The passwords of the privilege levels, encrypted")),
		Summary: "Show the passwords of the privilege levels, encrypted",
		Run:     cli.Text(showSecret),
	},
}

func enableLevel() grammar.Node {
	return opt(kw("level", "Of a privilege level"), param("LEVEL", grammar.Int(0, access.MaxLevel), "The privilege level, 10 if none is given"))
}

// password is a password in the clear, or encrypted after the number of its
// type. It is recorded under "clear" or "hash".
func password(k access.Kind) grammar.Node {
	clear := param("clear", grammar.Word("WORD", 1, maxPassword), "The password, 1 to 64 characters").Secret()
	return alt(
		clear,
		seq(kw("0", "The password follows in the clear"), clear),
		seq(kw(fmt.Sprint(k.Type()), "The encrypted password follows"),
			param("hash", grammar.FuncWhy("WORD", "not a password as show secret shows it", parseHash), "The password as show secret shows it").Secret()))
}

func parseHash(word string) (any, bool) {
	h, err := access.ParseHash(word)
	return h, err == nil
}

// typedHash is the hash that was typed, or that of the password that was.
func typedHash(a grammar.Args) (access.Hash, error) {
	if h, ok := a.Get("hash").(access.Hash); ok {
		return h, nil
	}
	return access.NewHash(a.Text("clear"))
}

func enable(ctx context.Context, s *cli.Session, a grammar.Args) error {
	level := a.Int("level", enableDefault)
	if p := s.Shell().Access().Enable(level); p.Hash != "" && level > s.Level() {
		if err := askEnable(ctx, s, p.Hash); err != nil {
			if errors.Is(err, cli.ErrPasswords) {
				s.Shell().Alert(fmt.Sprintf("Failed enable to level %d on %s", level, s.Where()))
			}
			return err
		}
	}
	s.SetLevel(level)
	return nil
}

// askEnable gives an operator three tries, and a script one: its next line may
// be a command.
func askEnable(ctx context.Context, s *cli.Session, h access.Hash) error {
	tries := 1
	if s.Interactive() {
		tries = cli.Tries
	}
	for range tries {
		typed, err := s.AskSecret(ctx, "Password: ")
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, editor.ErrEnd):
			return cli.ErrNoAnswer
		case err != nil:
			return err
		case h.Matches(typed):
			return nil
		}
	}
	return cli.ErrPasswords
}

func setEnable(_ context.Context, s *cli.Session, a grammar.Args) error {
	kind := access.Password
	if a.Has("secret") {
		kind = access.Secret
	}
	var h access.Hash
	if a.Form == grammar.Affirmative {
		var err error
		if h, err = typedHash(a); err != nil {
			return err
		}
	}
	s.Shell().Access().SetEnable(a.Int("LEVEL", enableDefault), kind, h)
	return nil
}

// showSecret has the layout of the reference (cli.md 1.4).
func showSecret(_ context.Context, s *cli.Session, _ grammar.Args) error {
	s.Print("" +
		"               Current Password Settings\n" +
		"               -------------------------\n" +
		"         encryption         encrypted\n" +
		"level       type         password/secret         mode\n" +
		"-----   ------------   --------------------   ----------\n")
	for level := range access.MaxLevel + 1 {
		p := s.Shell().Access().Enable(level)
		kind, mode := "", ""
		if p.Hash != "" {
			kind, mode = fmt.Sprintf("%d (%v)", p.Type(), p.Kind), "configured"
			if p.Inherited {
				mode = "inherited"
			}
		}
		s.Print(strings.TrimRight(fmt.Sprintf("%-5d   %-12s   %-20s   %s", level, kind, p.Hash, mode), " ") + "\n")
	}
	return nil
}

// enableLines are the passwords of the levels, in encrypted form.
func enableLines(acc *access.Access) []cli.Line {
	var lines []cli.Line
	for _, k := range []access.Kind{access.Password, access.Secret} {
		for level := range access.MaxLevel + 1 {
			if h := acc.Own(level, k); h != "" {
				lines = append(lines, cli.Ordinary(fmt.Sprintf("enable %v level %d %d %s", k, level, k.Type(), h)))
			}
		}
	}
	return lines
}
