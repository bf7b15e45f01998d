package command

import "mirrorsh/cli/internal/result"

// What show policy-list and show secure policy-list have in common (cli/REFERENCE.md,
// policies and classifiers).

// listsNamed returns all lists, or with a name those it names. Of a name that none has,
// missing is the error.
func listsNamed[L any](name string, all func() []L, named func(string) []L, missing error) ([]L, error) {
	if name == "" {
		return all(), nil
	}
	lists := named(name)
	if len(lists) == 0 {
		return nil, missing
	}
	return lists, nil
}

// policyTable puts policy lists below their heading.
func policyTable(lists result.List) result.Value {
	return new(result.Record).
		Line("                                  Policy Table").
		Line("                                  ------ -----").
		Part("policyLists", lists)
}

// policyRecord begins the record of a policy list.
func policyRecord(protocol result.Shown, name string, references int) *result.Record {
	return new(result.Record).
		Line("{protocol} Policy {name}", protocol, name).
		Line("   Administrative state: {administrativeState}", "enable").
		Line("   Reference count:      {referenceCount}", references)
}
