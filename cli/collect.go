package cli

import (
	"context"

	"mirrorsh/cli/internal/result"
)

// Collect runs show commands and returns what they show, one below the other,
// without what is secure and without secrets. Those that the session may not give
// are left out.
func (s *Session) Collect(ctx context.Context, lines ...string) (result.Value, error) {
	defer s.mask()()
	defer func(level int) { s.level = level }(s.level)
	s.level = min(s.level, LevelSecrets-1)
	all := result.List{Between: "\n"}
	for _, line := range lines {
		m, err := s.shell.tree.Parse(Exec, s.View(), line)
		if err != nil || !m.Command.Shows || m.Secure {
			continue
		}
		v, err := m.Command.Run.Run(ctx, s, m.Args)
		if err != nil {
			return nil, err
		}
		r := new(result.Record).Line("------------------ {command} ------------------\n", line)
		if v != nil {
			r.Part("output", v)
		}
		all.Items = append(all.Items, r)
	}
	return all, nil
}
