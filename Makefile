# Targets for users: run, demo. For developers: test, lint, bench, fuzz, soak.
GO       ?= go
# Tests that need programs of others have the build tag interop.
INTEROP  := -tags interop
BIN      := bin/mirrorsh
FUZZTIME ?= 30s
SOAK     ?= 10m
SOAKRATE ?= 1000
# net-snmp's daemons live where an ordinary user's PATH does not look.
export PATH := $(PATH):/usr/sbin:/sbin

.PHONY: run build test lint demo bench fuzz soak tools manual clean

build:
	@$(GO) build -o $(BIN) ./cmd/mirrorsh

# ARGS are flags of mirrorsh, such as ARGS=--ephemeral.
run: build
	@echo 'A first look: ?  then  enable 15, show version, mirror-enable, show snmp trap.  exit leaves.'
	@./$(BIN) $(ARGS)

tools:
	@.ci/tools

# All tests. go test ./... runs those that need nothing but Go.
test: tools lint
	$(GO) test $(INTEROP) -race -timeout 25m ./...
	$(GO) test ./cli/noninterference ./cmd/locks # in full: under -race, a part of the first and nothing of the second

lint:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -d $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...
	$(GO) vet $(INTEROP) ./...
	GOOS=linux GOARCH=arm64 CGO_ENABLED=0 $(GO) vet $(INTEROP) ./...
	GOOS=darwin GOARCH=arm64 CGO_ENABLED=0 $(GO) vet $(INTEROP) ./...
	$(GO) tool staticcheck ./...
	$(GO) tool staticcheck $(INTEROP) ./...

demo: build
	@testdata/demo.sh ./$(BIN)

# The table of what is promised; each benchmark by itself with go test -bench.
bench: tools build
	@$(GO) run ./cmd/bench -binary $(BIN)

# Every fuzzer there is, FUZZTIME each. An input that is merely new is not made
# small: where outputs depend on timing that would take all the time there is.
fuzz:
	@$(GO) list ./... | while read -r pkg; do \
	  $(GO) test -list '^Fuzz' "$$pkg" | grep '^Fuzz' | while read -r f; do \
	    echo "== $$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x "$$pkg" || exit 1; \
	  done || exit 1; \
	done

# Everybody at one router at once for SOAK, with SOAKRATE mirror events a second.
soak: tools
	$(GO) test $(INTEROP) ./cmd/mirrorsh -count=1 -v -timeout 0 -run '^TestSoak$$' -soak $(SOAK) -soak-rate $(SOAKRATE)

# Writes cli/MANUAL.md from the command tables.
manual:
	@UPDATE=1 $(GO) test -count=1 -run '^TestManual$$' ./cli/command

clean:
	rm -rf bin
