// Package desk owns all live state: who is here, who waits, who talks with
// whom. One goroutine steps it: edges post events, changes go to the store,
// and what follows from them is carried out after their commit, in order.
package desk
