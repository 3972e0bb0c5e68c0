# The lab's own commands. `make` alone lists them.

SWIFT ?= swift
# Installing needs the superuser; in a container one usually is it already.
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: help demo build test reference example lint format goldens deps check-deps check-peers \
  install uninstall check-completions check-report report bench-peers

help:
	@echo "make demo     draw dilution curves from the shipped checkpoint, into out/demo"
	@echo "make deps     install the libraries that are missing (apt)"
	@echo "make build    build .build/release/dilution"
	@echo "make install  build, then install program, manual pages and completions under PREFIX"
	@echo "make uninstall  remove what 'make install' put there"
	@echo "make test     build and run all tests"
	@echo "make test-quick  build, then run all but the slow tests"
	@echo "make reference  write the libraries' documentation as pages, into out/reference"
	@echo "make example  build and run a package that uses the lab as a library"
	@echo "make check-new-task  write the skeleton of a task, run its tests, and probe its tasks"
	@echo "make check-one-liners  run the Python of Results/README.md on fresh outputs (Python)"
	@echo "make lint     check the form of the source"
	@echo "make format   put the source into that form"
	@echo "make goldens  record the help screens and figure data that the tests hold the program to"
	@echo "make check-completions  try the completions in the shells that are installed (Python)"
	@echo "make crash-test  kill the program at random moments, take its disk away, and compare"
	@echo "make fuzz     throw bad input at every reader and at whole commands, and bad words at the program"
	@echo "make test-asan  run the tests under the address sanitizer"
	@echo "make test-tsan  run the tests under the thread sanitizer"
	@echo "make check-leaks  look for memory that a probe or a sweep loses (valgrind)"
	@echo "make check-slurm  run a study on a Slurm of this machine's own (apt), and compare"
	@echo "make report   write the committed study as one page, out/report/index.html"
	@echo "make check-report  open a report in a headless Chromium and work its controls (Python)"
	@echo "make check-peers  hold checkpoints against transformers, tasks against RULER (Python)"
	@echo "make bench-peers  time the lab against PyTorch, JAX and RULER's loop (Python)"
	@echo "make kernel-benchmark  hold every kernel against what bounds it"

build: check-deps
	$(SWIFT) build -c release --product dilution

# The main job on the shipped checkpoint. The learning rate was chosen on held-out instances, which
# these are not: Models/sandbox-facts/README.md tells how.
DILUTION := .build/release/dilution
DEMO := out/demo
DEMO_LENGTHS := 160 320 640 1280 2560
comma := ,
space := $(subst ,, )

demo: deps build
	$(DILUTION) generate --task key-value --length $(subst $(space),$(comma),$(DEMO_LENGTHS)) \
	  --count 64 --seed 7 --out $(DEMO)/tasks
	$(DILUTION) probe --model Models/sandbox-facts \
	  $(foreach T,$(DEMO_LENGTHS),--tasks $(DEMO)/tasks/key-value-$(T).jsonl) \
	  --adapt qttt --steps 32 --span-length 128 --learning-rate 5e-4 --every 8 --seed 7 \
	  --out $(DEMO)/probe --force > $(DEMO)/table.txt
	$(DILUTION) plot dilution-curve $(DEMO)/probe/probe.csv --training-length 160 --bound \
	  --out $(DEMO)/dilution-curve.png --out $(DEMO)/dilution-curve.svg --out $(DEMO)/dilution-curve.csv
	$(DILUTION) plot accuracy-curve $(DEMO)/probe/probe.csv --training-length 160 \
	  --measure answer-probability --out $(DEMO)/answer-probability.png \
	  --out $(DEMO)/answer-probability.svg --out $(DEMO)/answer-probability.csv
	@cat $(DEMO)/table.txt
	@echo "The figures are $(DEMO)/dilution-curve.png and $(DEMO)/answer-probability.png."

# DESTDIR is for those who make packages. The list of what was installed stays beside it, so that
# removing it removes nothing else.
PREFIX ?= /usr/local
TREE = $(DESTDIR)$(PREFIX)
MANIFEST = $(TREE)/share/dilution/installed

install: build
	install -d $(TREE)/bin $(TREE)/share/man/man1 $(TREE)/share/bash-completion/completions \
	  $(TREE)/share/zsh/site-functions $(TREE)/share/fish/vendor_completions.d $(dir $(MANIFEST))
	install -m 755 $(DILUTION) $(TREE)/bin/dilution
	$(DILUTION) completions bash > $(TREE)/share/bash-completion/completions/dilution
	$(DILUTION) completions zsh > $(TREE)/share/zsh/site-functions/_dilution
	$(DILUTION) completions fish > $(TREE)/share/fish/vendor_completions.d/dilution.fish
	$(DILUTION) manual --out $(TREE)/share/man/man1 > $(MANIFEST).part
	printf '%s\n' $(TREE)/bin/dilution $(TREE)/share/bash-completion/completions/dilution \
	  $(TREE)/share/zsh/site-functions/_dilution $(TREE)/share/fish/vendor_completions.d/dilution.fish \
	  >> $(MANIFEST).part
	mv $(MANIFEST).part $(MANIFEST)

uninstall:
	@test -f $(MANIFEST) || { echo "Nothing is installed under $(TREE)." >&2; exit 1; }
	while IFS= read -r file; do rm -f "$$file"; done < $(MANIFEST)
	rm -f $(MANIFEST)
	rmdir $(dir $(MANIFEST))

check-completions: build
	python3 Tests/Completions/check_completions.py $(DILUTION)

# The theory's own figures have thousands of points and are left to those who want them.
report: build
	$(DILUTION) report Results/paper Results/theory/profile --training-length 160 --out out/report

# Needs chromium and chromedriver; pictures of the page stay in out/check-report.
BROWSER := out/browser

check-report: report
	@command -v chromium >/dev/null && command -v chromedriver >/dev/null || { \
	  echo "Install a browser first: apt-get install chromium chromium-driver" >&2; exit 1; }
	test -x $(BROWSER)/bin/python || python3 -m venv $(BROWSER)
	$(BROWSER)/bin/pip install --quiet -r Tests/Report/requirements.txt
	$(BROWSER)/bin/python Tests/Report/check_report.py $(DILUTION) out/check-report

# Optimised, because the numerical tests take minutes otherwise.
test: check-deps
	$(SWIFT) test -c release --disable-xctest

# Less than half a minute once built: left to `make test` are the modules that run the built program or train
# for long, and the suites that take the most time of the others.
SLOW_MODULES := CommandLineTests ExperimentsTests TrainingTests
SLOW_SUITES := AgreementTests AttentionBackwardTests CodeBugTextTests ErrorTests GradientTests LaneProductTests \
  LaneAttentionTests LongSumsTests MatrixProductTests RunReportTests TransactionLogTextTests \
  WeightProductTests
.PHONY: test-quick
test-quick: check-deps
	$(SWIFT) test -c release --disable-xctest $(foreach name,$(SLOW_MODULES),--skip '^$(name)\.') \
	  $(foreach name,$(SLOW_SUITES),--skip '\.$(name)/')

# The libraries' documentation as pages, by the toolchain's own docc. Which libraries there are, the
# manifest tells: those of the product that other packages use.
LIBRARIES = $(SWIFT) package describe --type json \
  | sed -n '/"name" : "ScoreDilution",/,/\]/s/^ *"\([A-Za-z]*\)",\{0,1\}$$/\1/p'
REFERENCE := out/reference

reference: build
	rm -rf $(REFERENCE) && mkdir -p $(REFERENCE)/graphs
	set -e; libraries=$$($(LIBRARIES)); \
	test -n "$$libraries" || { echo "The manifest names no library product ScoreDilution." >&2; exit 1; }; \
	for library in $$libraries; do \
	  swift-symbolgraph-extract -module-name $$library -I .build/release/Modules \
	    -I Sources/COpenBLAS -I Sources/CCairo $$(pkg-config --cflags-only-I openblas cairo) \
	    -target $$(swiftc -print-target-info | sed -n 's/.*"triple" *: *"\([^"]*\)".*/\1/p' | head -1) \
	    -minimum-access-level public -skip-synthesized-members -output-dir $(REFERENCE)/graphs; \
	done
	docc convert --fallback-display-name "The Score Dilution Lab" \
	  --fallback-bundle-identifier lab.score-dilution --additional-symbol-graph-dir $(REFERENCE)/graphs \
	  --output-path $(REFERENCE)/site --transform-for-static-hosting > $(REFERENCE)/docc.log 2>&1
	@echo "Read it with: python3 -m http.server --directory $(REFERENCE)/site, at /documentation/transformermodel"

# Packages of their own that use the lab's libraries. They are built in the lab's build folder, so that
# the lab is not compiled a second time. SwiftPM remembers there which package it built last: the lab
# again, whatever happens between.
BESIDE := --scratch-path $(CURDIR)/.build --disable-build-manifest-caching
BACK := trap '$(SWIFT) build -c release --product dilution --disable-build-manifest-caching >/dev/null' \
  EXIT; trap 'exit 130' INT TERM

.PHONY: check-new-task check-one-liners
example: build
	mkdir -p out
	$(BACK); $(SWIFT) run -c release --package-path Examples/OwnStudy $(BESIDE)

# The skeleton that 'dilution new-task' writes: its form, its tests, and its tasks under a probe.
NEW_TASK := out/new-task

check-new-task: build
	rm -rf $(NEW_TASK)
	$(DILUTION) new-task door-codes --out $(NEW_TASK)
	$(SWIFT) format lint --strict -r $(NEW_TASK)
	$(BACK); set -e; \
	  $(SWIFT) test -c release --disable-xctest --disable-testable-imports \
	    --package-path $(NEW_TASK) $(BESIDE); \
	  for format in sandbox ruler; do \
	    $(SWIFT) run -c release --package-path $(NEW_TASK) $(BESIDE) make-door-codes \
	      --length 160,640 --count 16 --seed 7 --format $$format --out $(NEW_TASK)/out/$$format; \
	  done
	$(DILUTION) probe --model Models/sandbox-facts --tasks $(NEW_TASK)/out/sandbox/door-codes-160.jsonl \
	  --tasks $(NEW_TASK)/out/sandbox/door-codes-640.jsonl --out $(NEW_TASK)/out/probe
	$(DILUTION) plot dilution-curve $(NEW_TASK)/out/probe --bound --out $(NEW_TASK)/out/curve.svg
	$(DILUTION) think --model Tests/TextSupport/qwen3-text --methods in-context \
	  --answer-tokens 4 --tasks $(NEW_TASK)/out/ruler/door-codes-160.jsonl --out $(NEW_TASK)/out/think

# The Python of Results/README.md, on outputs made on the spot. It needs PyTorch, as the peers do below,
# and shares their environment.
PEERS := out/peers

check-one-liners: build
	test -x $(PEERS)/bin/python || python3 -m venv $(PEERS)
	$(PEERS)/bin/pip install --quiet -r Tests/OneLiners/requirements.txt
	$(PEERS)/bin/python Tests/OneLiners/check_one_liners.py $(DILUTION)

lint:
	$(SWIFT) format lint --strict -r Sources Tests Examples Package.swift

format:
	$(SWIFT) format -i -r Sources Tests Examples Package.swift

goldens: check-deps
	UPDATE_GOLDENS=1 $(SWIFT) test -c release --disable-xctest --filter 'HelpGoldenTests|NotebookTests'
	git status --short Tests/CommandLineTests/Goldens

# Both ways between the lab's checkpoints and Hugging Face transformers, their tokenizers, qTTT on a checkpoint
# that transformers saved, and the files that RULER's harnesses read. Slow to set up (it installs PyTorch into
# out/peers), and no part of `make test`, which has goldens from the same source.
TRANSFORMERS ?= 5 4

check-peers: build
	test -x $(PEERS)/bin/python || python3 -m venv $(PEERS)
	$(PEERS)/bin/pip install --quiet --upgrade pip setuptools
	$(PEERS)/bin/pip install --quiet -r Tests/Peers/requirements.txt
	$(PEERS)/bin/python Tests/Peers/check_ruler.py
	set -e; for release in $(TRANSFORMERS); do \
	  $(PEERS)/bin/pip install --quiet "transformers==$$release.*"; \
	  $(PEERS)/bin/python Tests/Peers/check_transformers.py; \
	  $(PEERS)/bin/python Tests/Peers/check_tokenizers.py; \
	  $(PEERS)/bin/python Tests/Peers/check_qttt.py; \
	done

# BENCH takes options, such as "--quick --only c,d"; Benchmarks/README.md lists them.
bench-peers: build
	$(SWIFT) build -c release --product workload-benchmark
	test -x $(PEERS)/bin/python || python3 -m venv $(PEERS)
	$(PEERS)/bin/pip install --quiet --upgrade pip setuptools
	$(PEERS)/bin/pip install --quiet -r Benchmarks/requirements.txt
	$(PEERS)/bin/python Benchmarks/compare.py $(BENCH)

# Starts a Slurm of one machine under /tmp, on ports of its own, and stops it again.
.PHONY: check-slurm deps-slurm
check-slurm: deps-slurm build
	Tests/Slurm/check.sh $(DILUTION)

# KILLS and TRIALS say how often; Tests/Crash/README.md tells what is done.
KILLS ?= 100
TRIALS ?= 10
.PHONY: crash-test
crash-test: build
	$(SWIFT) build -c release --product crash-harness
	.build/release/crash-harness $(DILUTION) --kills $(KILLS) --trials $(TRIALS)

# INPUTS for each reader, COMMANDS for each whole command, LINES for the program; Tests/Fuzz/README.md tells what
# is done.
INPUTS ?= 100000
COMMANDS ?= 1000
LINES ?= 2000
SEED ?= 1
.PHONY: fuzz
fuzz: build
	$(SWIFT) build -c release --product fuzz-harness
	.build/release/fuzz-harness $(DILUTION) --inputs $(INPUTS) --commands $(COMMANDS) \
	  --lines $(LINES) --seed $(SEED)

# The tests under the address sanitizer, in a build folder of its own; SANITIZED takes a filter. Leaks are
# left to check-leaks: what the declarations of the command line hold to the end of the process, and the
# cache of fontconfig, look lost to the sanitizer in every run.
SANITIZED ?=
.PHONY: test-asan test-tsan check-leaks
test-asan: check-deps
	ASAN_OPTIONS=detect_leaks=0 \
	$(SWIFT) test -c release --disable-xctest --sanitize address --scratch-path .build-asan \
	  $(if $(SANITIZED),--filter '$(SANITIZED)')

# OpenBLAS has one thread, so that all sharing is the lab's own; and Swift's Mutex is shown to the sanitizer.
# The commands of the notebooks are left out: they are minutes of sweeps.
test-tsan: check-deps
	$(SWIFT) build -c release --build-tests --sanitize thread --scratch-path .build-tsan
	clang -O1 -shared -fPIC Tests/Sanitizers/visible_mutex.c -o .build-tsan/visible_mutex.so -ldl
	OPENBLAS_NUM_THREADS=1 LD_PRELOAD=$(CURDIR)/.build-tsan/visible_mutex.so \
	TSAN_OPTIONS=suppressions=$(CURDIR)/Tests/Sanitizers/thread.supp \
	$(SWIFT) test -c release --disable-xctest --skip-build --sanitize thread --scratch-path .build-tsan \
	  --skip NotebookTests $(if $(SANITIZED),--filter '$(SANITIZED)')

check-leaks: build
	Tests/Sanitizers/check_leaks.sh $(DILUTION)

deps-slurm:
	@PATH="$$PATH:/usr/sbin"; \
	if ! { command -v slurmctld && command -v slurmd && command -v munged; } >/dev/null; then \
	  set -ex; $(SUDO) apt-get update; \
	  $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
	    slurm-wlm munge; \
	fi

deps:
	@packages=""; \
	command -v pkg-config >/dev/null || packages="$$packages pkg-config"; \
	pkg-config --exists openblas 2>/dev/null || packages="$$packages libopenblas-dev"; \
	pkg-config --exists cairo 2>/dev/null || packages="$$packages libcairo2-dev"; \
	if [ -z "$$packages" ]; then echo "All libraries are installed."; exit 0; fi; \
	set -ex; \
	$(SUDO) apt-get update; \
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y $$packages

check-deps:
	@pkg-config --exists openblas cairo 2>/dev/null || { \
	  echo "OpenBLAS or Cairo is not installed: run 'make deps' first." >&2; exit 1; }

# How near each kernel is to what bounds it, on one core; KERNELS takes options, such as "--csv FILE".
.PHONY: kernel-benchmark
kernel-benchmark: check-deps
	$(SWIFT) build -c release --product kernel-benchmark
	.build/release/kernel-benchmark $(KERNELS)
