package terminal

import (
	"context"
	"errors"

	"mirrorsh/cli"
	"mirrorsh/cli/access"
)

// welcome shows what an operator sees before the first prompt (cli/REFERENCE.md),
// and asks for the password of the console if it has one. The password of a vty
// has been asked for already.
func (f *front) welcome(ctx context.Context) error {
	acc, user := f.session.Shell().Access(), f.session.User()
	line, err := acc.Line(user.Line)
	if err != nil {
		return err
	}
	banner := func(b access.Banner, not bool) string {
		text := acc.Banner(b)
		if text == "" || not {
			return ""
		}
		return text + "\n"
	}
	text := ""
	if !user.Greeted {
		text = banner(access.MOTD, line.NoMOTDBanner)
	}
	switch {
	case user.Line != access.Console:
		if !user.Greeted {
			text += "\n"
		}
		text += "Logged in on " + user.Line.String() + " via " + user.Via + ".\n" + cli.Copyright + "\n\n"
	case line.Login && line.Password != "":
		if err := f.Show(ctx, text+banner(access.Login, false)); err != nil {
			return err
		}
		if err := f.login(ctx, line.Password); err != nil {
			return err
		}
		text = ""
	}
	return f.Show(ctx, text+banner(access.Exec, line.NoExecBanner))
}

// login asks for the password of the console.
func (f *front) login(ctx context.Context, password access.Hash) error {
	for range access.Tries {
		typed, err := f.Editor.ReadSecret(ctx, "Password: ")
		if errors.Is(err, errInterrupt) || errors.Is(err, errEnd) {
			continue
		}
		if err != nil {
			return err
		}
		if password.Matches(typed) {
			return nil
		}
	}
	f.session.Shell().Alert("Failed login on console")
	if err := f.Show(ctx, "% "+access.ErrPasswords.Error()+"\n"); err != nil {
		return err
	}
	return access.ErrPasswords
}
