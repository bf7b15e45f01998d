package grammar

import (
	"errors"
	"fmt"
	"slices"
)

// Every privilege level is a group as well, which contains other groups
// (cli/REFERENCE.md). A view sees the commands of the groups that its own one
// reaches: itself, 0, and all that those it contains reach. Each contains the
// one below until somebody says otherwise, so that levels are steps.

// LevelAll is the level of a reader for whom groups do not count.
const LevelAll = LevelMax + 1

// levelSet is a set of levels, a bit for each.
type levelSet uint32

func levels(all ...int) (s levelSet) {
	for _, l := range all {
		s |= 1 << l
	}
	return s
}

func (s levelSet) has(level int) bool { return s&levels(level) != 0 }

// groups are what each group contains, and what it reaches by that.
type groups struct {
	members, reach [LevelMax + 1]levelSet
}

// stepwise are the groups that nobody has changed.
var stepwise = func() (g groups) {
	for level := 2; level <= LevelMax; level++ {
		g.members[level] = levels(level - 1)
	}
	g.close()
	return g
}()

// close works out reach; no group contains itself.
func (g *groups) close() {
	var visit func(level int) levelSet
	visit = func(level int) levelSet {
		all := levels(0, level)
		for member := range len(g.members) {
			if g.members[level].has(member) {
				all |= visit(member)
			}
		}
		return all
	}
	for level := range g.reach {
		g.reach[level] = visit(level)
	}
}

// add makes member a part of group. What group reaches already is refused, as
// are circles.
func (g *groups) add(group, member int) error {
	switch {
	case member == 0 || group == 0:
		return errors.New("privilege group 0 has no members and is reachable from every group")
	case g.reach[group].has(member):
		return fmt.Errorf("privilege group %d is already reachable from group %d", member, group)
	case g.reach[member].has(group):
		return fmt.Errorf("circular dependency: privilege group %d is reachable from group %d", group, member)
	}
	g.members[group] |= levels(member)
	g.close()
	return nil
}

func (g *groups) remove(group, member int) error {
	if !g.members[group].has(member) {
		return fmt.Errorf("privilege group %d is not a member of group %d", member, group)
	}
	g.members[group] &^= levels(member)
	g.close()
	return nil
}

// clear lets a group contain nothing and be contained in nothing: who is at
// another level does not reach it.
func (g *groups) clear(group int) {
	g.members[group] = 0
	for other := range g.members {
		g.members[other] &^= levels(group)
	}
	g.close()
}

// GroupAction is what a membership does to a group.
type GroupAction string

// What can be done to a group.
const (
	GroupAdd    GroupAction = "add"
	GroupRemove GroupAction = "remove"
	GroupClear  GroupAction = "clear"
)

// Membership changes a privilege group; Member is unused by GroupClear.
type Membership struct {
	Group  int
	Action GroupAction
	Member int
}

func (g *groups) apply(m Membership) error {
	switch m.Action {
	case GroupAdd:
		return g.add(m.Group, m.Member)
	case GroupRemove:
		return g.remove(m.Group, m.Member)
	default:
		g.clear(m.Group)
		return nil
	}
}

// changes are what makes g of the stepwise groups, in an order that is never
// refused.
func (g *groups) changes() []Membership {
	from := stepwise
	removed := from.missing(GroupRemove, g)
	if all := slices.Concat(removed, g.missing(GroupAdd, &from)); from.takes(all) {
		return all
	}
	// A group that is reachable in two ways got the short one first.
	var empty groups
	return slices.Concat(stepwise.missing(GroupRemove, &empty), g.missing(GroupAdd, &empty))
}

// missing are the memberships of g that other does not have; a group comes
// before those that it reaches.
func (g *groups) missing(action GroupAction, other *groups) (all []Membership) {
	var order []int
	for level := LevelMax; level > 0; level-- {
		at := slices.IndexFunc(order, func(below int) bool { return g.reach[level].has(below) })
		if at < 0 {
			at = len(order)
		}
		order = slices.Insert(order, at, level)
	}
	for _, group := range order {
		for member := LevelMax; member > 0; member-- {
			if g.members[group].has(member) && !other.members[group].has(member) {
				all = append(all, Membership{group, action, member})
			}
		}
	}
	return all
}

// takes reports whether no change is refused.
func (g groups) takes(all []Membership) bool {
	return !slices.ContainsFunc(all, func(m Membership) bool { return g.apply(m) != nil })
}

// groups of the levels; nil has those that nobody has changed.
func (l *Levels) grouped() *groups {
	if l == nil {
		return &stepwise
	}
	return &l.groups
}

// Memberships returns what was changed of the groups, so that doing it again
// gives the same ones.
func (l *Levels) Memberships() []Membership { return l.grouped().changes() }

// ChangeGroup returns l with a changed group. It is refused if the group would
// contain what it reaches already, or itself.
func (t *Tree[H]) ChangeGroup(l *Levels, m Membership) (*Levels, error) {
	g := *l.grouped()
	if err := g.apply(m); err != nil {
		return nil, err
	}
	return t.levels(l.Rules(), g), nil
}

// ResetGroup returns l with a group that contains what it did at first; refused
// as ChangeGroup.
func (t *Tree[H]) ResetGroup(l *Levels, group int) (*Levels, error) {
	g := *l.grouped()
	g.members[group] = 0
	g.close()
	for member := range stepwise.members {
		if stepwise.members[group].has(member) && !g.reach[group].has(member) {
			if err := g.add(group, member); err != nil {
				return nil, err
			}
		}
	}
	return t.levels(l.Rules(), g), nil
}

// reach are the levels whose commands the view may use.
func (v View) reach() levelSet {
	if v.Level > LevelMax {
		return ^levelSet(0)
	}
	return v.Levels.grouped().reach[v.Level]
}

// Reaches reports whether the view may use what has a level.
func (v View) Reaches(level int) bool { return v.reach().has(level) }
