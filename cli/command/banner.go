package command

import (
	"context"

	"mirrorsh/cli"
	"mirrorsh/cli/access"
	"mirrorsh/cli/grammar"
)

// maxBannerLine bounds what is typed of a banner in one line: every character
// of the text may be escaped, and what is ignored after it may be long.
const maxBannerLine = 4 * access.MaxBanner

var bannerWord = kw("banner", "Set a text that is shown to who logs in")

func bannerKinds() grammar.Node {
	return words("kind",
		"exec", "Shown before the first prompt",
		"login", "Shown before authentication",
		"motd", "Shown on connection; this one if no other is named")
}

var bannerCommands = []cli.Command{
	{
		Modes: inGlobal, Level: levelConfigure,
		Syntax:  seq(bannerWord, opt(bannerKinds()), param("TEXT", grammar.Raw("LINE", maxBannerLine), "A delimiter, the text, and the delimiter again")),
		No:      seq(bannerWord, opt(bannerKinds())),
		Summary: "Set a text that is shown to who logs in",
		Description: "The first character is the delimiter, which must not be in the text. Where the second one is missing, more lines are " +
			"asked for. \\n begins a new line, \\t is a tab, \\\\ is a backslash. The text is cut at 1024 characters, and what follows the second " +
			"delimiter is ignored.",
		Examples: []string{`banner motd #Maintenance tonight\nat ten#`},
		Run:      cli.Text(setBanner),
	},
}

func setBanner(ctx context.Context, s *cli.Session, a grammar.Args) error {
	kind := access.MOTD
	for _, b := range []access.Banner{access.Login, access.Exec} {
		if a.Text("kind") == b.String() {
			kind = b
		}
	}
	text := ""
	if a.Form == grammar.Affirmative {
		b, done := access.NewBannerReader(a.Text("TEXT"))
		if !done {
			s.Printf("Enter the rest of the text.  End with the character '%c'.\n", b.Delimiter)
		}
		for !done {
			line, err := s.AskText(ctx)
			if err != nil {
				return err
			}
			done = b.Add(line)
		}
		text = b.Text()
	}
	s.Shell().Access().SetBanner(kind, text)
	return nil
}

func bannerLines(acc *access.Access) []cli.Line {
	var lines []cli.Line
	for _, b := range []access.Banner{access.MOTD, access.Login, access.Exec} {
		if text := acc.Banner(b); text != "" {
			lines = append(lines, cli.Ordinary("banner "+b.String()+" "+access.Delimited(text)))
		}
	}
	return lines
}

// accessSection has the passwords, the banners and the lines.
var accessSection = cli.Section{
	Name:      "access",
	PerRouter: true,
	Own: func(sh *cli.Shell) []cli.Line {
		acc := sh.Access()
		return append(append(enableLines(acc), bannerLines(acc)...), lineLines(acc)...)
	},
}
