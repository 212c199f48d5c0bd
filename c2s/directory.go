package c2s

import (
	"crypto/sha256"
	"encoding/hex"

	"frontdesk/desk"
	"frontdesk/roster"
)

// directory is the queues and agents as visitors see them; it never changes
// once it is made.
type directory struct {
	queues    []desk.QueueView
	byName    map[string]*desk.QueueView
	agents    map[string]string // "queue/resource" -> display name
	members   []member
	byAddress map[string]member
}

// member is a queue or an agent with its presence.
type member struct {
	from   string
	show   roster.Show
	status string
}

func newDirectory(domain string, queues []desk.QueueView) *directory {
	d := &directory{
		queues:    queues,
		byName:    make(map[string]*desk.QueueView, len(queues)),
		agents:    make(map[string]string),
		byAddress: make(map[string]member),
	}
	for i := range queues {
		q := &queues[i]
		d.byName[q.Name] = q
		bare := q.Name + "@" + domain
		d.add(member{bare, q.Show, q.Status})
		for _, a := range q.Agents {
			resource := agentResource(a.Name)
			d.agents[q.Name+"/"+resource] = a.Name
			d.add(member{bare + "/" + resource, a.Show, ""})
		}
	}
	return d
}

func (d *directory) add(m member) {
	d.members = append(d.members, m)
	d.byAddress[m.from] = m
}

func (d *directory) has(queue string) bool { return d.byName[queue] != nil }

// agent returns the display name behind a resource; of somebody who is not
// online it is the resource itself, the desk knows what to do.
func (d *directory) agent(queue, resource string) string {
	if name, ok := d.agents[queue+"/"+resource]; ok {
		return name
	}
	return resource
}

// since returns the presences that lead from old, or from nothing when it is
// nil, to d.
func (d *directory) since(old *directory) []member {
	if old == nil {
		return d.members
	}
	var changed []member
	for _, m := range d.members {
		if before, ok := old.byAddress[m.from]; !ok || before != m {
			changed = append(changed, m)
		}
	}
	for _, m := range old.members {
		if _, ok := d.byAddress[m.from]; !ok && m.show != roster.Unavailable {
			changed = append(changed, member{from: m.from})
		}
	}
	return changed
}

// agentResource is an agent's display name as a resource (RFC 7622 §3.4). A
// name that cannot be one gets a made one.
func agentResource(name string) string {
	if resource, err := normalResource(name); err == nil && resource != "" {
		return resource
	}
	sum := sha256.Sum256([]byte(name))
	return "agent-" + hex.EncodeToString(sum[:4])
}

// shown is what a page was shown of the directory.
type shown struct {
	wanted bool       // the visitor's last presence is available
	page   uint32     // which page it was, see liveness
	last   *directory // nil: nothing
}

func titleOf(q desk.QueueView) string {
	if q.Title != "" {
		return q.Title
	}
	return q.Name
}
