# Targets for users: run, demo, install, uninstall, dist, deb, image. For
# developers: test, package-test, lint, bench, fuzz, soak, manual, session, size.
GO       ?= go
# Tests that need programs of others have the build tag interop.
INTEROP  := -tags interop
# As BUILD: what lint has compiled serves the tests without the race detector and
# dist, and a clone elsewhere finds what this one has compiled.
PLAIN    := CGO_ENABLED=0 GOFLAGS="$$($(GO) env GOFLAGS) -trimpath"
# A fifth of the time of the compiler is its collector's: none below a bound.
QUICK    := GOGC=off GOMEMLIMIT=1GiB
BIN      := bin/mirrorsh
FUZZTIME ?= 30s
SOAK     ?= 10m
SOAKRATE ?= 1000
SOAKCHASSIS ?= 0
# net-snmp's daemons live where an ordinary user's PATH does not look.
export PATH := $(PATH):/usr/sbin:/sbin

PREFIX    ?= /usr/local
PLATFORMS ?= linux/amd64 linux/arm64 darwin/amd64 darwin/arm64
DIST      ?= dist
# The same sources make the same bytes, and the program knows which those were,
# unless git refuses to read the clone, as that of another user: it says why.
BUILDVCS  ?= $(shell [ ! -e .git ] || git rev-parse --git-dir >/dev/null && echo auto || echo false)
BUILD      = CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=$(BUILDVCS) -ldflags='-s -w'
# The program of this machine, which writes what is installed beside it.
HOST      := bin/host/mirrorsh

.PHONY: install uninstall dist deb image run build test package-test lint demo bench fuzz soak tools manual session size clean

build:
	@$(BUILD) -o $(BIN) ./cmd/mirrorsh

# Below DESTDIR and PREFIX: program, manual pages, completion, MIB modules.
# GOOS and GOARCH choose another system's program. Everybody may read it all,
# whatever the umask of who installs.
SHARE = $(DESTDIR)$(PREFIX)/share
install:
	@$(BUILD) -o $(BIN) ./cmd/mirrorsh
	@GOOS= GOARCH= $(BUILD) -o $(HOST) ./cmd/mirrorsh
	install -d $(DESTDIR)$(PREFIX)/bin $(SHARE)/man/man1 $(SHARE)/man/man5 $(SHARE)/bash-completion/completions \
	  $(SHARE)/zsh/site-functions $(SHARE)/fish/vendor_completions.d
	install -m 755 $(BIN) $(DESTDIR)$(PREFIX)/bin/mirrorsh
	umask 022; ./$(HOST) man 1 >$(SHARE)/man/man1/mirrorsh.1
	umask 022; ./$(HOST) man 5 >$(SHARE)/man/man5/mirrorsh.5
	umask 022; ./$(HOST) completion bash >$(SHARE)/bash-completion/completions/mirrorsh
	umask 022; ./$(HOST) completion zsh >$(SHARE)/zsh/site-functions/_mirrorsh
	umask 022; ./$(HOST) completion fish >$(SHARE)/fish/vendor_completions.d/mirrorsh.fish
	umask 022; ./$(HOST) mibs $(SHARE)/mirrorsh/mibs

uninstall:
	rm -rf $(SHARE)/mirrorsh
	rm -f $(DESTDIR)$(PREFIX)/bin/mirrorsh $(SHARE)/man/man1/mirrorsh.1 $(SHARE)/man/man5/mirrorsh.5 \
	  $(SHARE)/bash-completion/completions/mirrorsh $(SHARE)/zsh/site-functions/_mirrorsh $(SHARE)/fish/vendor_completions.d/mirrorsh.fish

# An archive of what is installed for each of PLATFORMS, with the licences of what
# is in the program, and their checksums.
dist:
	@rm -rf $(DIST)
	@GOOS= GOARCH= $(BUILD) -o $(HOST) ./cmd/mirrorsh
	@set -e; version=$$(./$(HOST) --version | cut -d' ' -f2); for p in $(PLATFORMS); do \
	  os=$${p%/*} arch=$${p#*/} tree=$(abspath $(DIST))/tree/mirrorsh_$${version}_$${p%/*}_$${p#*/}; \
	  GOOS=$$os GOARCH=$$arch $(MAKE) -s install BIN=bin/$$os-$$arch/mirrorsh PREFIX= DESTDIR=$$tree; \
	  mkdir -p $$tree/share/doc/mirrorsh; \
	  $(GO) -C packaging run ./notices $$tree/bin/mirrorsh >$$tree/share/doc/mirrorsh/copyright; \
	done
	@$(GO) run ./cmd/dist $(DIST)/tree $(DIST)
	@rm -rf $(DIST)/tree

# The Debian package of ARCH.
ARCH ?= $(shell $(GO) env GOARCH)
deb:
	@packaging/deb/build $(ARCH) $(DIST)

# The container image of ARCH, for docker load, podman load and ctr images import.
image:
	@packaging/image/build $(ARCH) $(DIST)

# ARGS are flags of mirrorsh, such as ARGS=--ephemeral.
run: build
	@echo 'A first look: ?  then  enable 15, show version, mirror-enable, show snmp trap.  exit leaves.'
	@./$(BIN) $(ARGS)

tools:
	@.ci/tools

# All tests. go test ./... runs those that need nothing but Go.
test: tools lint
	$(GO) test $(INTEROP) -trimpath -toolexec='env $(QUICK)' -vet=off -race -timeout 25m ./...
	$(GO) -C packaging test $(INTEROP) -vet=off ./...
	$(PLAIN) $(GO) test -vet=off ./cli/command ./cli/noninterference ./cmd/locks # in full: under -race, a part of the first two and nothing of the last

# Package and image, installed and run. Needs root, for namespaces.
package-test: tools
	packaging/try
	packaging/try-image
	$(GO) -C packaging test -count=1 -tags root ./image

# Another processor has other declarations of the system, and no others.
SYSTEM = $$($(GO) list $(INTEROP) -f '{{.ImportPath}} {{.Imports}} {{.TestImports}} {{.XTestImports}}' ./... | grep -E '[[ ](syscall|unsafe|golang.org/x/sys/[a-z/]+)[] ]' | cut -d' ' -f1)

lint:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -d $$(git ls-files '*.go'); exit 1; }
	$(QUICK) $(PLAIN) $(GO) vet $(INTEROP) ./...
	$(QUICK) $(PLAIN) $(GO) vet ./...
	$(QUICK) $(GO) -C packaging vet -tags interop,root ./...
	$(QUICK) GOOS=linux GOARCH=arm64 $(PLAIN) $(GO) vet $(INTEROP) $(SYSTEM)
	$(QUICK) GOOS=darwin GOARCH=arm64 $(PLAIN) $(GO) vet $(INTEROP) ./...
	$(PLAIN) $(GO) tool staticcheck $(INTEROP) ./...
	$(PLAIN) $(GO) tool staticcheck ./...

demo: build
	@testdata/demo.sh ./$(BIN)

# The table of what is promised; each benchmark by itself with go test -bench.
# RUN=REGEXP is some of them, PLOT=FILE.svg a picture, such as testdata/bench.svg.
bench: tools build
	@$(GO) run ./cmd/bench -binary $(BIN) -run '$(RUN)' $(if $(PLOT),-plot $(PLOT))

# Every fuzzer there is, FUZZTIME each. An input that is merely new is not made
# small: where outputs depend on timing that would take all the time there is.
fuzz:
	@$(GO) list ./... | while read -r pkg; do \
	  $(GO) test -list '^Fuzz' "$$pkg" | grep '^Fuzz' | while read -r f; do \
	    echo "== $$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x "$$pkg" || exit 1; \
	  done || exit 1; \
	done

# Everybody at one router at once for SOAK, with SOAKRATE mirror events a second;
# SOAKCHASSIS=1 begins with the biggest chassis full, 10 with a tenth of it.
soak: tools
	$(GO) test $(INTEROP) ./cmd/mirrorsh -count=1 -v -timeout 0 -run '^TestSoak$$' -soak $(SOAK) -soak-rate $(SOAKRATE) -soak-chassis $(SOAKCHASSIS)

# Records the session that README.md shows.
session: build
	@$(GO) -C packaging run ./cast ../$(BIN) cast/session.svg

# Prints how many routers a node of a cluster has room for, measured.
size: build
	@$(GO) -C packaging run ./kubernetes/size ../$(BIN)

# Writes cli/MANUAL.md from the command tables.
manual:
	@UPDATE=1 $(GO) test -count=1 -run '^TestManual$$' ./cli/command

clean:
	rm -rf bin dist
