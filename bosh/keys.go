package bosh

import (
	"crypto/sha1"
	"encoding/hex"
	"strings"
)

// checkKey verifies a request's key in the order of the rids and remembers
// what the next one must hash to (XEP-0124 §15.4, §15.5). Hexadecimal digits
// in upper case count as the lower case that they should be.
func (s *session) checkKey(r *request) bool {
	if s.nextKey == "" {
		return true
	}
	key := strings.ToLower(r.key)
	sum := sha1.Sum([]byte(key))
	if hex.EncodeToString(sum[:]) != s.nextKey {
		return false
	}
	s.nextKey = key
	if r.newKey != "" {
		s.nextKey = strings.ToLower(r.newKey)
	}
	return true
}
