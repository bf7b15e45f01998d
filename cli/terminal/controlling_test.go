package terminal

import "syscall"

// controlling makes standard input the controlling terminal of a new session.
func controlling() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true, Setctty: true} }
