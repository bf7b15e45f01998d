package access

// Tries is how many wrong passwords a login or an enable takes.
const Tries = 3

// ErrPasswords refuses who has used up the tries, in the words that login scripts
// wait for.
var ErrPasswords error = passwordsError{}

type passwordsError struct{}

func (passwordsError) Error() string { return "Bad passwords" }

// Kind tells the two ways to set the password of a level.
type Kind uint8

const (
	Password Kind = iota // type 7
	Secret               // type 5; counts where a level has both
	kinds
)

// Type is the number of the kind in commands and in show secret (cli/REFERENCE.md,
// passwords).
func (k Kind) Type() int { return [...]int{Password: 7, Secret: 5}[k] }

func (k Kind) String() string { return [...]string{Password: "password", Secret: "secret"}[k] }

// credentials are what a level has been given.
type credentials [kinds]Hash

func (c *credentials) best() (Kind, Hash) {
	if c[Secret] != "" {
		return Secret, c[Secret]
	}
	return Password, c[Password]
}

// SetEnable sets the password of a level, 0 to 15; "" removes it.
func (a *Access) SetEnable(level int, k Kind, h Hash) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.levels[level][k] = h
}

// SetUnattended says whether the passwords of levels may be erased with nobody at
// the chassis.
func (a *Access) SetUnattended(on bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.unattended = on
}

// Unattended returns what SetUnattended has set; it is off at first.
func (a *Access) Unattended() bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.unattended
}

// LevelPassword is the password that counts at a level.
type LevelPassword struct {
	Kind
	Hash           // "" if nothing is asked for
	Inherited bool // it is that of a lower level
}

// Enable returns the password that a level asks for: its own, or that of the
// nearest lower level that has one (cli/REFERENCE.md, passwords).
func (a *Access) Enable(level int) LevelPassword {
	a.mu.RLock()
	defer a.mu.RUnlock()
	for n := level; n >= 0; n-- {
		if k, h := a.levels[n].best(); h != "" {
			return LevelPassword{k, h, n != level}
		}
	}
	return LevelPassword{}
}

// Own returns the password of that kind that a level itself was given.
func (a *Access) Own(level int, k Kind) Hash {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.levels[level][k]
}
