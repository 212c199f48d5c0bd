# Every target is a script in ci/; this file only names them.
SHELL := /bin/bash
.DEFAULT_GOAL := help

.PHONY: help run test unit lint fmt fuzz vuln bench bench-peers bench-offline docs build clean

help: ## say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 13

run: ## a demo shop with live chat, Prosody included (as root or with sudo)
	@ci/run-demo.sh

test: ## everything, on real servers and a real browser; installs what is missing
	@ci/test.sh

unit: ## the tests that need nothing but Go
	@ci/unit.sh

lint: ## formatting, linters, tidy go.mod
	@ci/lint.sh

fmt: ## format in place
	@ci/fmt.sh

fuzz: ## every fuzz target for FUZZTIME (default 30s)
	@ci/fuzz.sh

vuln: ## known holes in what we use; needs the network
	@ci/vuln.sh

bench: ## benchmarks of every package, written to .cache/bench.txt
	@ci/bench.sh

bench-peers: ## visitors' transports beside Prosody and ejabberd, into docs/benchmarks.md
	@ci/bench-peers.sh

bench-offline: ## how soon the agent sees that a visitor has gone, into docs/benchmarks.md
	@ci/bench-offline.sh

docs: ## rewrite the generated parts of docs/
	@go generate ./docs

build: ## one static binary, ./frontdesk
	@ci/build.sh

clean: ## remove what builds and runs left
	@rm -rf frontdesk .run .cache
