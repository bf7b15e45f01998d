// Package locks has the test that holds the locks of the module to the order
// that ARCHITECTURE.md gives.
package locks
