# Everything that a contributor runs. `make` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help

NODES ?= 6
ZONES ?= 3
# Labs on one machine are kept apart by a number, 0 to 15; a check takes six in a row, from this one on.
NUMBER ?= $(or $(INGRESSTIER_LAB_NUMBER),0)

LAB := src/lab/lab.sh --number $(NUMBER)
MVN := mvn --batch-mode -Dstyle.color=never
# A program of the test tree, on the JDK that Maven selects; the target launcher writes it.
RUN := target/run

export INGRESSTIER_LAB_NUMBER := $(NUMBER)

empty :=
comma := ,

# The lab's tools are built beside the unit tests; whatever needs them waits. The table tells of what ran, also where something failed.
define verify
	@rm -rf target/surefire-reports target/failsafe-reports target/audit target/operator
	@$(LAB) build & building=$$!; trap 'kill $$building' INT TERM; \
	$(MVN) verify -P$(subst $(empty) $(empty),$(comma),$(1)); failed=$$?; \
	wait $$building || failed=1; \
	[ ! -x $(RUN) ] || $(RUN) io.ingresstier.lanes.CheckTable $(1) || failed=1; \
	exit $$failed
endef

.PHONY: help launcher demo demo-by-hand check test lab-build lab-up lab-down bench-takeover bench-life bench-death bench-drain soak fmt generate

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

launcher:
	@echo "compiling"
	@$(MVN) --quiet process-test-classes

demo: lab-build launcher ## a takeover and its undoing under traffic, in a lab (KEEP=1 leaves the lab up)
	@$(RUN) io.ingresstier.lab.Demo

demo-by-hand: lab-build launcher ## the same change by the manual procedure, to see what it loses
	@$(RUN) io.ingresstier.lab.DemoByHand

check: ## everything: gates, unit, api and lab tests
	$(call verify,api lab)

test: ## gates, unit and api tests: no nodes needed
	$(call verify,api)

lab-build: ## the lab's tools and images, kept in a cache outside the tree
	@$(LAB) build

lab-up: lab-build ## a lab to play with: NODES=6 ZONES=3 NUMBER=0
	@$(LAB) up --nodes $(NODES) --zones $(ZONES) --balancer

lab-down: ## remove the lab of that NUMBER
	@$(LAB) down

bench-takeover: lab-build launcher ## how long a takeover takes and what it costs, step by step
	@$(RUN) io.ingresstier.lab.BenchTakeover

bench-life: lab-build launcher ## what a living tier loses to scaling, drains, removals and rollouts, and what others lose
	@$(RUN) io.ingresstier.lab.BenchLife; life=$$?; $(RUN) io.ingresstier.lab.BenchDeath && exit $$life

bench-death: lab-build launcher ## how soon a member whose power is cut is out of the balancer and replaced; part of bench-life
	@$(RUN) io.ingresstier.lab.BenchDeath

bench-drain: lab-build launcher ## twenty times in a row an unmodified drain of a member and its power cut
	@$(RUN) io.ingresstier.lab.BenchDrain

soak: ## five minutes in which nothing happens to a tier, and nothing may be written
	$(MVN) verify -Plab -DskipUnitTests -Dit.test=QuietIT -Dquiet.seconds=300

fmt: ## format the sources
	@$(MVN) --quiet toolchains:select-jdk-toolchain@jdk exec:exec@format -Dformat=apply

generate: launcher ## write crds/ and deploy/ from the sources
	@$(RUN) io.ingresstier.generate.GeneratedFiles
