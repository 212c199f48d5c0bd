ALTER TABLE chats RENAME COLUMN refused TO excluded;
