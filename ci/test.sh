#!/usr/bin/env bash
# Everything: unit tests with the race detector, the static build, plays on
# real servers and in a real browser, the faults that tests must notice.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s (%ds)\n' "$1" "$SECONDS"; }

step 'what the tests need'
ci/install.sh gcc libc6-dev python3 prosody prosody-modules ejabberd \
  chromium python3-slixmpp iproute2 procps nginx caddy
# Node may come from elsewhere than Debian, which then cannot add its npm.
command -v npm >/dev/null || ci/install.sh nodejs npm

step 'vet and unit tests, race detector on'
go vet ./...
go vet -tags integration ./...
go test -race -timeout 60m ./...

step 'static binary'
ci/build.sh

step 'real servers, real browser'
notes=$(mktemp)
trap 'rm -f "$notes"' EXIT
FRONTDESK_NOTES=$notes go test -tags integration -timeout 60m -p 1 -run '^TestIntegration' ./...
cat "$notes"

step 'faults that the tests must notice'
ci/mutants.sh

step 'done'
