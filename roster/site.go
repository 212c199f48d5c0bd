package roster

// Site is a web site whose pages bring visitors.
type Site struct {
	Name         string
	Origins      []string // of its pages, for example "https://shop.example.com"; "*": any page
	OwnHost      bool     // pages of the very host that was asked belong to it as well
	Queues       []string // its visitors may write to; none: all
	DefaultQueue string   // for visitors who name none; "": the desk's
}

// DefaultSite is the one site of a desk that names no other. Its pages come
// from the listed origins; when there are none, from the host that was asked
// and from publicURL ("" for none).
func DefaultSite(origins []string, publicURL string) Site {
	s := Site{Name: "default", Origins: origins, OwnHost: len(origins) == 0}
	if s.OwnHost && publicURL != "" {
		s.Origins = []string{publicURL}
	}
	return s
}
