// Package chassis has the models that the router can be: what is in their slots,
// and the numbers by which tools know them. Nothing in a chassis changes while
// the router runs.
//
// A model is one row of the table in models.go. Of ours it imports mib.
package chassis
