-- What Prosody needs for frontdesk: these lines go into prosody.cfg.lua.
-- mod_privilege is a community module (Debian: prosody-modules). Without it
-- everything works but the entries in the agents' contact lists.

component_ports = { 5347 }
component_interfaces = { "127.0.0.1" }

-- With mod_mam and file storage Prosody keeps at most so many archived messages
-- of one account (10,000 by default) and cuts the archive with every further
-- one, which holds up the whole server: seen at 250 messages a second. A busy
-- agent reaches that in weeks. Raise it, and let messages expire by age:
storage_archive_item_limit = 1000000
archive_expires_after = "4w"

-- On the host where your agents have their accounts:
VirtualHost "example.com"
  -- add "privilege" to the modules_enabled that you have here or globally
  modules_enabled = { "privilege" }
  disco_items = { { "chat.example.com", "Live chat" } }
  privileged_entities = {
    ["chat.example.com"] = { roster = "both"; presence = "managed_entity" };
  }

Component "chat.example.com"
  component_secret = "the same as in frontdesk.toml"
  modules_enabled = { "privilege" } -- here as well, or none is announced
  -- After a lost connection the new link replaces the old one at once:
  component_conflict_resolve = "kick_old"
