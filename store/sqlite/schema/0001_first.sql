-- Instants are UTC nanoseconds since 1970, 0 means "none"; durations are
-- nanoseconds; truths are 0 and 1; addresses are canonical bare JIDs, '' means
-- "none". Seats are counted from chats, never kept in a number of their own.

CREATE TABLE queues (
	name        TEXT NOT NULL PRIMARY KEY,
	title       TEXT NOT NULL,
	strategy    TEXT NOT NULL,
	grace       BIGINT NOT NULL,
	max_waiting BIGINT NOT NULL,
	closed      INTEGER NOT NULL
);

CREATE TABLE sites (
	name          TEXT NOT NULL PRIMARY KEY,
	default_queue TEXT REFERENCES queues (name) ON DELETE SET NULL
);

CREATE TABLE agents (
	jid      TEXT NOT NULL PRIMARY KEY,
	name     TEXT NOT NULL,
	capacity BIGINT NOT NULL,
	grace    BIGINT NOT NULL
);
CREATE UNIQUE INDEX agents_name ON agents (name) WHERE name <> '';

CREATE TABLE agent_queues (
	agent    TEXT NOT NULL REFERENCES agents (jid) ON DELETE CASCADE,
	queue    TEXT NOT NULL,
	position BIGINT NOT NULL,
	PRIMARY KEY (agent, queue)
);

CREATE TABLE visitors (
	jid        TEXT NOT NULL PRIMARY KEY,
	name       TEXT NOT NULL,
	email      TEXT NOT NULL,
	page_title TEXT NOT NULL,
	page_uri   TEXT NOT NULL
);

-- Resume tokens, newest with the greatest serial; only their hashes.
CREATE TABLE tokens (
	serial  INTEGER PRIMARY KEY,
	visitor TEXT NOT NULL,
	hash    BLOB NOT NULL,
	used    INTEGER NOT NULL,
	expires BIGINT NOT NULL,
	UNIQUE (visitor, hash)
);
CREATE INDEX tokens_expires ON tokens (expires);

-- num rises with time, so that the entries of chats that are open together lie
-- together in entries_chat.
CREATE TABLE chats (
	num         INTEGER PRIMARY KEY,
	id          TEXT NOT NULL UNIQUE,
	visitor     TEXT NOT NULL,
	queue       TEXT NOT NULL,
	state       TEXT NOT NULL,
	agent       TEXT NOT NULL,
	wanted      TEXT NOT NULL,
	refused     TEXT NOT NULL, -- JSON array of agents, '' for none
	place       BIGINT NOT NULL,
	answered    INTEGER NOT NULL,
	opened      BIGINT NOT NULL,
	closed      BIGINT NOT NULL,
	reason      TEXT NOT NULL,
	grace       BIGINT NOT NULL, -- from here on: instants, one for each cause
	agent_grace BIGINT NOT NULL,
	answer      BIGINT NOT NULL,
	idle        BIGINT NOT NULL,
	idle_warn   BIGINT NOT NULL,
	invite      BIGINT NOT NULL,
	wanted_wait BIGINT NOT NULL
);
CREATE INDEX chats_open ON chats (place) WHERE state <> 'closed';
CREATE INDEX chats_closed ON chats (closed) WHERE state = 'closed';
CREATE INDEX chats_seats ON chats (agent) WHERE agent <> '' AND state <> 'queued' AND state <> 'closed';
CREATE INDEX chats_visitor ON chats (visitor, opened);

-- The transcript; author: 0 visitor, 1 agent, 2 desk; delivery: 0 pending,
-- 1 confirmed, 2 seen.
CREATE TABLE entries (
	seq          INTEGER PRIMARY KEY,
	chat         BIGINT NOT NULL REFERENCES chats (num) ON DELETE CASCADE,
	visitor      TEXT NOT NULL,
	author       INTEGER NOT NULL,
	agent        TEXT NOT NULL,
	agent_name   TEXT NOT NULL,
	id           TEXT NOT NULL,
	ref          TEXT NOT NULL,
	text         TEXT NOT NULL,
	lang         TEXT NOT NULL,
	replaces     TEXT NOT NULL,
	want_receipt INTEGER NOT NULL,
	at           BIGINT NOT NULL,
	outbox       BIGINT NOT NULL,
	delivery     INTEGER NOT NULL
);
CREATE INDEX entries_chat ON entries (chat);
CREATE INDEX entries_undelivered ON entries (outbox)
	WHERE delivery = 0 OR (delivery = 1 AND author <> 0);

CREATE TABLE contacts (
	agent   TEXT NOT NULL,
	visitor TEXT NOT NULL,
	PRIMARY KEY (agent, visitor)
);

-- The highest numbers ever used, in one row; they outlive deleted rows.
CREATE TABLE marks (
	one    INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
	seq    BIGINT NOT NULL,
	outbox BIGINT NOT NULL,
	place  BIGINT NOT NULL
);

INSERT INTO marks (one, seq, outbox, place) VALUES (1, 0, 0, 0);
INSERT INTO queues (name, title, strategy, grace, max_waiting, closed) VALUES ('support', '', '', 0, 0, 0);
INSERT INTO sites (name, default_queue) VALUES ('default', 'support');
