//go:build !race

package command

const share = 1
