package desk

import "frontdesk/chat"

// names makes the names of chats and messages: a generator of numbers that
// nobody could have expected, without being a secret (SplitMix64).
type names uint64

func (n *names) next() uint64 {
	*n += 0x9e3779b97f4a7c15
	z := uint64(*n)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// chat is the name of a new chat.
func (n *names) chat() chat.ID { return chat.ID(base36(n.next()) + base36(n.next()>>32)) }

// message is the id a message carries outward: unique by its number, and not
// telling how many there are by itself.
func (n *names) message(seq int64) string {
	return "m" + base36(uint64(seq)) + "-" + base36(n.next())
}

func base36(n uint64) string {
	const digits = "0123456789abcdefghijklmnopqrstuvwxyz"
	var b [13]byte
	i := len(b)
	for ok := true; ok; ok = n > 0 {
		i--
		b[i] = digits[n%36]
		n /= 36
	}
	return string(b[i:])
}
