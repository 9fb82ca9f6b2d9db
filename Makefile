# Watchkeeper. Each target first does the set-up that is missing on this machine (scripts/setup), then runs.
#
#   make demo    builds and starts the demonstration: thirteen simulated cameras, a console, six accounts
#   make test    everything that must hold; what .ci/run calls
#   make check   make test, with longer fuzzing, mutation and kill loops
#
#   make demo ARGS="--listen 0.0.0.0:8443"     arguments for `watchkeeper demo`

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

# On a build server the compiled dependencies outlive the checkout.
ifneq ($(CI),)
export CARGO_TARGET_DIR ?= $(or $(WATCHKEEPER_CACHE),$(HOME)/.cache/watchkeeper)/target
endif

ARGS ?=
# What the console is made of. The server embeds console/dist, so it is built first.
CONSOLE := $(shell find console -path '*/node_modules' -prune -o -path console/dist -prune -o -type f -print)

.PHONY: help demo test check setup console

help:
	@sed -n 's/^#   //p' Makefile

demo:
	scripts/setup demo
	$(MAKE) --no-print-directory console
	scripts/material
	cargo build --release --locked --bin watchkeeper
	exec "$${CARGO_TARGET_DIR:-target}/release/watchkeeper" demo $(ARGS)

test:
	@exec scripts/test

check:
	@exec scripts/test --long

setup:
	scripts/setup test

console: console/dist/index.html

console/dist/index.html: $(CONSOLE)
	cd console && npm run build
