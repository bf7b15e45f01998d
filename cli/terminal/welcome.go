package terminal

import (
	"context"
	"errors"

	"mirrorsh/cli"
	"mirrorsh/cli/aaa"
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
	q := f.question(line)
	switch {
	case user.Line != access.Console:
		if !user.Greeted {
			text += "\n"
		}
		text += "Logged in on " + user.Line.String() + " via " + user.Via + ".\n" + cli.Copyright + "\n\n"
	case q != nil:
		if err := f.Show(ctx, text+banner(access.Login, false)); err != nil {
			return err
		}
		if err := f.login(ctx, q); err != nil {
			return err
		}
		text = ""
	}
	if err := f.session.Admit(ctx); err != nil {
		if errors.Is(err, aaa.ErrExec) {
			f.session.Shell().Alert("Login refused: " + err.Error() + ": " + f.session.Where())
			return errors.Join(f.Show(ctx, "% "+err.Error()+"\n"), err)
		}
		return err
	}
	return f.Show(ctx, text+banner(access.Exec, line.NoExecBanner))
}

// question asks for what it takes to log in on the console, and checks it.
type question struct {
	aaa.Asks
	check func(ctx context.Context, name, password string) aaa.Outcome
}

// question is what the console asks for, nil for nothing.
func (f *front) question(line access.Line) *question {
	decides := f.session.Shell().AAA()
	if asks, governed := decides.LoginAsks(line); governed {
		return &question{asks, func(ctx context.Context, name, password string) aaa.Outcome {
			w, _ := f.session.Who()
			w.User = name
			return decides.Login(ctx, w, password)
		}}
	}
	if !line.Login || line.Password == "" {
		return nil
	}
	return &question{aaa.Asks{Password: true}, func(_ context.Context, _, password string) aaa.Outcome {
		return aaa.Outcome{Allowed: line.Password.Matches(password), By: aaa.Line}
	}}
}

// login lets somebody in on the console.
func (f *front) login(ctx context.Context, q *question) error {
	for range access.Tries {
		name, password, err := f.answers(ctx, q.Asks)
		if errors.Is(err, errInterrupt) || errors.Is(err, errEnd) {
			continue
		}
		if err != nil {
			return err
		}
		if out := q.check(ctx, name, password); out.Allowed {
			f.session.Identify(name, out.Authenticated())
			return nil
		}
	}
	f.session.Shell().Alert("Failed login on console")
	if err := f.Show(ctx, "% "+access.ErrPasswords.Error()+"\n"); err != nil {
		return err
	}
	return access.ErrPasswords
}

// answers asks for a name and a password.
func (f *front) answers(ctx context.Context, asks aaa.Asks) (name, password string, err error) {
	if asks.Name {
		if name, err = f.Editor.ReadName(ctx, namePrompt); err != nil {
			return name, "", err
		}
	}
	if asks.Password {
		password, err = f.Editor.ReadSecret(ctx, "Password: ")
	}
	return name, password, err
}

// namePrompt asks for the name of who logs in (cli/REFERENCE.md, AAA).
const namePrompt = "User: "
