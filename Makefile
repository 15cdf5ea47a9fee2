# Every target is runnable as it stands: what it needs it installs into ignored folders of this tree.
# What only the system can give (node, npm, gcc) it asks for by name, and stops.

PROTOS := $(wildcard messages/*.proto)

.DEFAULT_GOAL := help

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

generate: generate-protos ## write the generated files: messages/*.pb.go

generate-protos:
	go -C .tools run ./protogen .. $(PROTOS)

.PHONY: help generate generate-protos
