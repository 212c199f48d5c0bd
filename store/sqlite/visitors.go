package sqlite

import (
	"context"
	"fmt"

	"frontdesk/roster"
)

const saveVisitor = `INSERT INTO visitors (jid, name, email, page_title, page_uri) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (jid) DO UPDATE SET name = excluded.name, email = excluded.email,
	page_title = excluded.page_title, page_uri = excluded.page_uri`

const selectVisitor = `SELECT jid, name, email, page_title, page_uri FROM visitors WHERE jid = $1`

func (c *connection) saveVisitor(v roster.Visitor) error {
	return c.run(saveVisitor, string(v.JID), v.Name, v.Email, v.Page.Title, v.Page.URI)
}

// Visitors returns what is known of these visitors, in their order; those of
// whom nothing is stored are left out.
func (s *Store) Visitors(ctx context.Context, of []roster.VisitorJID) ([]roster.Visitor, error) {
	var all []roster.Visitor
	for _, jid := range of {
		v, found, err := first(ctx, s, scanVisitor, selectVisitor, string(jid))
		if err != nil {
			return nil, fmt.Errorf("read visitor: %w", err)
		}
		if found {
			all = append(all, v)
		}
	}
	return all, nil
}

func scanVisitor(row scanner) (v roster.Visitor, err error) {
	err = row.Scan(&v.JID, &v.Name, &v.Email, &v.Page.Title, &v.Page.URI)
	return v, err
}
