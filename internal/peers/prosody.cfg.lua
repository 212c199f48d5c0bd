-- A private Prosody for tests: loopback only, no TLS, no limits.
run_as_root = true
data_path = "{{.Dir}}"
pidfile = "{{.Dir}}/pid"
plugin_paths = { "/usr/lib/prosody/modules" }
log = { info = "*console" }
network_backend = "epoll"

interfaces = { "127.0.0.1" }
c2s_ports = { {{.C2SPort}} }
c2s_direct_tls_ports = { }
legacy_ssl_ports = { }
s2s_ports = { }
s2s_direct_tls_ports = { }
component_ports = { {{.ComponentPort}} }
component_interfaces = { "127.0.0.1" }
http_ports = { {{.HTTPPort}} }
http_interfaces = { "127.0.0.1" }
https_ports = { }
http_default_host = "{{.AnonymousHost}}"

c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
consider_bosh_secure = true
storage = "internal"
default_archive_policy = true

modules_enabled = { "roster"; "saslauth"; "disco"; "presence"; "message"; "iq"; "carbons"; "pep"; "blocklist";
	"vcard4"; "vcard_legacy"; "mam"; "ping"; "smacks"; "offline"; "version"; {{if .Privilege}}"privilege"; {{end}}}
modules_disabled = { "s2s"; "tls"; "admin_shell"; }

VirtualHost "{{.Host}}"
	disco_items = { { "{{.Domain}}", "Live chat" } }
{{- if .Privilege}}
	privileged_entities = {
		["{{.Domain}}"] = {
			roster = "both"; message = "outgoing"; presence = "managed_entity";
			iq = { ["vcard-temp"] = "get" };
		};
	}
{{- end}}

VirtualHost "{{.AnonymousHost}}"
	authentication = "anonymous"
	allow_anonymous_s2s = false
	modules_enabled = { "bosh" }

Component "{{.Domain}}"
	component_secret = "{{.Secret}}"
{{- if .Privilege}}
	modules_enabled = { "privilege" }
{{- end}}
