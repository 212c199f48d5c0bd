package sqlite

import (
	"context"
	"fmt"

	"frontdesk/roster"
)

const (
	saveContact = `INSERT INTO contacts (agent, visitor) VALUES ($1, $2) ON CONFLICT (agent, visitor) DO NOTHING`
	dropContact = `DELETE FROM contacts WHERE agent = $1 AND visitor = $2`
)

// visitorFields are the columns of a visitor.
func visitorFields(v *roster.Visitor) []field {
	return []field{
		{"jid", (*string)(&v.JID)},
		{"name", &v.Name},
		{"email", &v.Email},
		{"page_title", &v.Page.Title},
		{"page_uri", &v.Page.URI},
	}
}

// Visitors returns what is known of these visitors, in their order; those of
// whom nothing is stored are left out.
func (s *Store) Visitors(ctx context.Context, of []roster.VisitorJID) ([]roster.Visitor, error) {
	t := s.tables.visitors
	var all []roster.Visitor
	for _, jid := range of {
		v, found, err := first(ctx, s, t.scan, "SELECT "+t.columns+" FROM visitors v WHERE v.jid = $1", string(jid))
		if err != nil {
			return nil, fmt.Errorf("read visitor: %w", err)
		}
		if found {
			all = append(all, v)
		}
	}
	return all, nil
}

// Contacts returns which visitors may be in which agent's contact list.
func (s *Store) Contacts(ctx context.Context) ([]roster.Contact, error) {
	all, err := list(ctx, s, scanContact, `SELECT agent, visitor FROM contacts ORDER BY agent, visitor`)
	if err != nil {
		return nil, fmt.Errorf("read contacts: %w", err)
	}
	return all, nil
}

func scanContact(row scanner) (c roster.Contact, err error) {
	err = row.Scan(&c.Agent, &c.Visitor)
	return c, err
}
