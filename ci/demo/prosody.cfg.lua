-- A private Prosody for `make run`: loopback only, no federation, no TLS.
run_as_root = true
daemonize = false
pidfile = "@run@/prosody.pid"
data_path = "@run@/data"
log = { info = "@run@/prosody.log" }

interfaces = { "127.0.0.1" }
c2s_ports = { @c2s@ }
component_interfaces = { "127.0.0.1" }
component_ports = { @link@ }

c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"

modules_disabled = { "s2s" }
modules_enabled = {
  "roster"; "saslauth"; "disco"; "presence"; "message"; "iq"; "carbons"; "pep";
  "blocklist"; "vcard4"; "vcard_legacy"; "mam"; "ping"; "smacks"; "offline";
  "privilege";
}

VirtualHost "localhost"
  disco_items = { { "chat.localhost", "Live chat" } }
  privileged_entities = {
    ["chat.localhost"] = { roster = "both"; message = "outgoing"; presence = "managed_entity" };
  }

Component "chat.localhost"
  component_secret = "@secret@"
  modules_enabled = { "privilege" }
