//go:build !race

package noninterference

const (
	share = 1
	brief = false
)
