package bosh

import (
	"crypto/sha1"
	"encoding/hex"
	"strings"
)

// keySequence protects the requests of a session (XEP-0124 §15).
type keySequence struct {
	next string // what the next key must hash to; "" without keys
}

// accept verifies a request's key in the order of the rids and remembers what
// the next one must hash to (XEP-0124 §15.4, §15.5). Hexadecimal digits in
// upper case count as the lower case that they should be.
func (k *keySequence) accept(r *request) bool {
	if k.next == "" {
		return true
	}
	key := strings.ToLower(r.key)
	sum := sha1.Sum([]byte(key))
	if hex.EncodeToString(sum[:]) != k.next {
		return false
	}
	k.next = key
	if r.newKey != "" {
		k.next = strings.ToLower(r.newKey)
	}
	return true
}
