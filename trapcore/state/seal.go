package state

import (
	"bytes"
	"fmt"
	"hash/crc32"
)

// seal appends a checksum line to a body that ends in a line end.
func seal(body []byte) []byte {
	return fmt.Appendf(body[:len(body):len(body)], "crc32 %08x\n", crc32.ChecksumIEEE(body))
}

// unseal returns the body of sealed data, and whether it is as seal made it.
func unseal(data []byte) ([]byte, bool) {
	end := bytes.LastIndex(data, []byte("\ncrc32 ")) + 1
	body := data[:end]
	return body, end > 0 && bytes.Equal(data, seal(body))
}
