# Every task of the house. `make` alone lists them.
TOOL := go tool -modfile=cmd/tools/go.mod

.PHONY: help run test check dev gen bench story fuzz
help: ## list the tasks
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

run: ## serve a demo organization with a practice identity provider, and print the links to click
	go run ./cmd/rollcall demo

test: ## what CI runs: install what the tests need (Debian, as root), then check
	@.ci/setup && .ci/check

check: ## as test, without installing anything
	@.ci/check

dev: ## the demo, restarted when a template or Go file changes
	$(TOOL) templ generate -path views -watch -watch-pattern '(.+\.go$$)|(.+\.templ$$)|(.+\.css$$)' -cmd "go run rollcall/cmd/rollcall demo"

gen: ## write the Go code of the templates
	$(TOOL) templ fmt views && $(TOOL) templ generate -path views

bench: ## measure Directory Sync beside a floor, to 100,000 people (BENCH="-grow 0" for a short run; -h lists more)
	DURABLE=1 .ci/with-postgres go run ./cmd/bench $(BENCH)

story: ## show every page in every state, without a database
	go run ./cmd/storybook

fuzz: ## run each fuzz target for 20 s (FUZZTIME=1m for longer)
	@.ci/fuzz
