#!/usr/bin/env bash
# A demo on this machine: a private Prosody with two agents, frontdesk, a
# little shop with chat. Everything lives in .run/ and listens on loopback
# only; Ctrl-C stops it. Needs Go; installs Prosody when it is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

run=$PWD/.run
mkdir -p "$run/data/localhost/accounts" "$run/store"
chmod 700 "$run" "$run/store"

say() { printf '%s\n' "$*"; }

exec 9>"$run/lock"
flock -n 9 || { say "It is running already (in $run)." >&2; exit 1; }
rm -f "$run"/*.log

# free PORT: the first port from PORT on that nobody listens on.
free() {
  local port=$1
  while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
  echo "$port"
}

# until_true SECONDS WHAT COMMAND...: tries again until it works.
until_true() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || { say "$what did not come up; see $run/*.log" >&2; exit 1; }
    for child in "${children[@]}"; do
      kill -0 "$child" 2>/dev/null || { say "$what ended at once:" >&2; tail -n 15 "$run"/*.log >&2; exit 1; }
    done
    sleep 0.2
  done
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1"); }

children=()
stop() {
  trap - EXIT INT TERM
  for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done
  wait || true
}
trap stop EXIT
trap 'say; say "stopping"; exit 0' INT TERM

command -v go >/dev/null || { say 'Go is missing: https://go.dev/dl/' >&2; exit 1; }
if ! command -v prosody >/dev/null || ! ls -d /usr/lib/prosody/modules/mod_privilege >/dev/null 2>&1; then
  say 'Prosody is needed; this part runs as root or with sudo.'
  ci/install.sh prosody prosody-modules
fi

say 'building'
ci/build.sh "$run/frontdesk"

# Passwords stay the same from run to run, so that clients can keep them.
if [ ! -e "$run/passwords" ]; then
  (umask 077 && for name in alice bob secret; do
    echo "$name=$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')"
  done >"$run/passwords")
fi
# shellcheck disable=SC1091
. "$run/passwords"

c2s=$(free 5222) link=$(free 5347) http=$(free 5280)
fill() { sed -e "s|@run@|$run|g; s|@c2s@|$c2s|g; s|@link@|$link|g; s|@http@|$http|g; s|@secret@|$secret|g" "$1"; }
(
  umask 077
  fill ci/demo/prosody.cfg.lua >"$run/prosody.cfg.lua"
  fill ci/demo/frontdesk.toml >"$run/frontdesk.toml"
  for name in alice bob; do
    printf 'return { ["password"] = "%s" };\n' "${!name}" >"$run/data/localhost/accounts/$name.dat"
  done
)

prosody -F --config "$run/prosody.cfg.lua" >"$run/prosody.out.log" 2>&1 &
children+=($!)
until_true 20 Prosody listens "$link"

frontdesk=("$run/frontdesk" --config "$run/frontdesk.toml")
"${frontdesk[@]}" serve --demo >"$run/frontdesk.log" 2>&1 &
children+=($!)
until_true 20 frontdesk "${frontdesk[@]}" agent list

for name in alice bob; do
  "${frontdesk[@]}" agent list --json | grep -q "\"$name@localhost\"" ||
    "${frontdesk[@]}" agent add "$name@localhost" --name "${name^}" --queue support --capacity 3 >/dev/null
done

cat <<EOF

  The shop      http://127.0.0.1:$http/demo/

  Agents        alice@localhost   password $alice
                bob@localhost     password $bob
                XMPP server 127.0.0.1, port $c2s, no TLS (it is loopback only)

  A client      profanity:  /connect alice@localhost server 127.0.0.1 port $c2s tls disable
                Gajim:      add account alice@localhost; Advanced: host 127.0.0.1,
                            port $c2s, connection "plain"

  Look          ${frontdesk[*]} status

  Open the shop, write into the chat, answer from the client. Ctrl-C stops all.

EOF
wait -n || true
say 'one part ended:' >&2
tail -n 15 "$run"/*.log >&2
exit 1
