package mirror

import "mirrorsh/trapcore/internal/listed"

// offered are the names that help lists.
type offered struct {
	policies    listed.Names            // of policy lists, those of RADIUS among them
	byHand      [protocols]listed.Names // of those that commands may change
	classifiers listed.Names
}

// EachPolicyName gives out the names of the policy lists, each once: all that may need
// quotes, then those with a prefix, in their order, until visit says that it has enough;
// left is how many there would have been besides. visit must not use the machine.
func (m *Machine) EachPolicyName(prefix string, visit func(name string) (more bool)) (left int) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.offered.policies.Each(prefix, visit)
}

// EachPolicyNameOf is EachPolicyName of the lists of a protocol that were made by hand.
func (m *Machine) EachPolicyNameOf(p Protocol, prefix string, visit func(name string) (more bool)) (left int) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.offered.byHand[p].Each(prefix, visit)
}

// EachClassifierName is EachPolicyName of the classifier lists.
func (m *Machine) EachClassifierName(prefix string, visit func(name string) (more bool)) (left int) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.offered.classifiers.Each(prefix, visit)
}
