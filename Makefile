# Everything that a contributor runs. `make` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help

NODES ?= 6
ZONES ?= 3
# Labs on one machine are kept apart by a number, 0 to 9.
NUMBER ?= $(or $(INGRESSTIER_LAB_NUMBER),0)

LAB := src/lab/lab.sh --number $(NUMBER)
MVN := mvn --batch-mode -Dstyle.color=never
# A program of the test tree, on the JDK that Maven selects; the target launcher writes it.
RUN := target/run

export INGRESSTIER_LAB_NUMBER := $(NUMBER)

.PHONY: help launcher demo demo-by-hand check test lab-build lab-up lab-down bench-takeover bench-life bench-drain fmt generate

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

launcher:
	@echo "compiling"
	@$(MVN) --quiet test-compile exec:exec@launcher

demo: lab-build launcher ## a takeover and its undoing under traffic, in a lab (KEEP=1 leaves the lab up)
	@$(RUN) io.ingresstier.lab.Demo

demo-by-hand: lab-build launcher ## the same change by the manual procedure, to see what it loses
	@$(RUN) io.ingresstier.lab.DemoByHand

check: lab-build ## everything: gates, unit, api and lab tests
	$(MVN) verify -Papi,lab

test: lab-build ## gates, unit and api tests: no nodes needed
	$(MVN) verify -Papi

lab-build: ## the lab's tools and images, kept in a cache outside the tree
	@$(LAB) build

lab-up: lab-build ## a lab to play with: NODES=6 ZONES=3 NUMBER=0
	@$(LAB) up --nodes $(NODES) --zones $(ZONES) --balancer

lab-down: ## remove the lab of that NUMBER
	@$(LAB) down

bench-takeover: lab-build launcher ## how long a takeover takes and what it costs, step by step
	@$(RUN) io.ingresstier.lab.BenchTakeover

bench-life: lab-build launcher ## what a living tier loses to scaling, drains, removals and rollouts, and what others lose
	@$(RUN) io.ingresstier.lab.BenchLife

bench-drain: lab-build launcher ## twenty times in a row an unmodified drain of a member and its power cut
	@$(RUN) io.ingresstier.lab.BenchDrain

fmt: ## format the sources
	@$(MVN) --quiet toolchains:select-jdk-toolchain@jdk exec:exec@format -Dformat=apply

generate: launcher ## write crds/ and deploy/ from the sources
	@$(RUN) io.ingresstier.generate.GeneratedFiles
