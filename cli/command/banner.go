package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/access"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore/side"
)

// maxBannerLine bounds what is typed of a banner in one line: every character
// of the text may be escaped, and what is ignored after it may be long.
const maxBannerLine = 4 * access.MaxBanner

var bannerWord = kw("banner", "Set a text that is shown to who logs in")

var (
	bannerExec  = kw("exec", "Shown before the first prompt").As("kind").Is(access.Exec)
	bannerLogin = kw("login", "Shown before authentication").As("kind").Is(access.Login)
	bannerMOTD  = kw("motd", "Shown on connection; this one if no other is named").As("kind").Is(access.MOTD)
)

const bannerText = "A delimiter, the text, and the delimiter again"

// bannerKinds are what a banner can be; incoming is one of other routers.
var bannerKinds = []string{"exec", "incoming", "login", "motd"}

// notKind refuses a text whose first word was meant as a kind of banner: the router
// would take its first letter for the delimiter.
func notKind(text string) string {
	word := strings.Fields(text + " ")
	if len(word) > 0 && slices.ContainsFunc(bannerKinds, func(kind string) bool { return grammar.Resembles(word[0], kind) && len(word[0]) > 2 }) {
		return "neither exec, login nor motd; a text that begins so needs another delimiter"
	}
	return ""
}

// bannerLine is a banner. The text begins with its delimiter.
type bannerLine struct {
	Kind *access.Banner `cli:"kind"`
	Text string         `cli:"TEXT"`
}

func (l bannerLine) kind() access.Banner {
	if l.Kind == nil {
		return access.MOTD
	}
	return *l.Kind
}

var banners = &cli.Setting[*access.Access, bannerLine]{
	Place: ofAccess,
	Syntax: seq(bannerWord, alt(
		seq(alt(bannerExec, bannerLogin, bannerMOTD), param("TEXT", grammar.Raw("LINE", maxBannerLine), bannerText)),
		seq(opt(bannerMOTD.Alias().Implied()), param("TEXT", grammar.RawBut("LINE", maxBannerLine, notKind), bannerText).Alias()))),
	No:      seq(bannerWord, alt(bannerExec, bannerLogin, opt(bannerMOTD.Implied()))),
	Summary: "Set a text that is shown to who logs in",
	Description: "The first character is the delimiter, which must not be in the text. Where the second one is missing, more lines are " +
		"asked for. \\n begins a new line, \\t is a tab, \\\\ is a backslash. The text is cut at 1024 characters, and what follows the second " +
		"delimiter is ignored. Where no kind is named, a text whose first word is a misspelt one is refused.",
	Examples: []string{`banner motd #Maintenance tonight\nat ten#`},
	Set: func(ctx context.Context, s *cli.Session, acc *access.Access, l bannerLine) error {
		text, err := readBanner(ctx, s, l.Text)
		if err == nil {
			acc.SetBanner(l.kind(), text)
		}
		return err
	},
	Clear: func(_ context.Context, _ *cli.Session, acc *access.Access, l bannerLine) error {
		acc.SetBanner(l.kind(), "")
		return nil
	},
	Lines: func(acc *access.Access, _ side.Clearance) (all []bannerLine) {
		for _, b := range []access.Banner{access.MOTD, access.Login, access.Exec} {
			if text := acc.Banner(b); text != "" {
				all = append(all, bannerLine{&b, access.Delimited(text)})
			}
		}
		return all
	},
}

// readBanner asks for what is missing of a banner.
func readBanner(ctx context.Context, s *cli.Session, first string) (string, error) {
	b, done := access.NewBannerReader(first)
	if !done {
		s.Printf("Enter the rest of the text.  End with the character '%c'.\n", b.Delimiter)
	}
	for lines := 0; !done; lines++ {
		line, err := s.AskText(ctx)
		switch {
		case !errors.Is(err, cli.ErrNoAnswer):
		case lines == 0:
			return "", fmt.Errorf("text without its end: %c is missing", b.Delimiter)
		default:
			return "", fmt.Errorf("text without its end: %c is missing, and %s after it counted as text and did not run", b.Delimiter, plural(lines, "line"))
		}
		if err != nil {
			return "", err
		}
		done = b.Add(line)
	}
	return b.Text(), nil
}

// accessSection has the passwords, the banners and the lines.
var accessSection = cli.Section{Name: "access", Rows: []cli.Row{enablePasswords, unattendedRecovery, banners, lines}}
