# Targets for users: run, demo. For developers: test, lint, bench, fuzz.
GO       ?= go
BIN      := bin/mirrorsh
FUZZTIME ?= 30s
# net-snmp's daemons live where an ordinary user's PATH does not look.
export PATH := $(PATH):/usr/sbin:/sbin

.PHONY: run build test lint demo bench fuzz tools manual clean

build:
	@$(GO) build -o $(BIN) ./cmd/mirrorsh

# ARGS are flags of mirrorsh, such as ARGS=--ephemeral.
run: build
	@echo 'A first look: ?  then  enable 15, show version, mirror-enable, show snmp trap.  exit leaves.'
	@./$(BIN) $(ARGS)

tools:
	@.ci/tools

test: tools lint
	$(GO) test -race -timeout 14m ./...
	$(GO) test ./cli/noninterference # in full: under -race it tries a part

lint:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -d $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

demo: tools build
	@testdata/demo.sh ./$(BIN)

# The table of what is promised; each benchmark by itself with go test -bench.
bench: tools build
	@$(GO) run ./cmd/bench -binary $(BIN)

# Every fuzzer there is, FUZZTIME each.
fuzz:
	@$(GO) list ./... | while read -r pkg; do \
	  $(GO) test -list '^Fuzz' "$$pkg" | grep '^Fuzz' | while read -r f; do \
	    echo "== $$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) "$$pkg" || exit 1; \
	  done || exit 1; \
	done

# Writes cli/MANUAL.md from the command tables.
manual:
	@UPDATE=1 $(GO) test -count=1 -run '^TestManual$$' ./cli/command

clean:
	rm -rf bin
