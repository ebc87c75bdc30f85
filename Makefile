# make setup · make run · make test: each does all it needs on a fresh Debian 12 with git, make and python3, and no more
# than is missing. Elsewhere (Windows: README.md) the steps are the same: a virtual environment, the lock, the package.

BIN := .venv/bin
STAMPS := .venv/stamps
PRACTICE := .practice
# the practice village is nobody's: its passphrase is no secret
LEYE := LEYE_PASSPHRASE=practice $(BIN)/leye

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test lint types imports suite soak bench pictures bundle chroot lock clean

help:
	@echo "make setup   everything Leye needs, in .venv (and missing system packages by apt)"
	@echo "make run     the desktop on a practice village; without a display, leye demo"
	@echo "make test    lint, types, import contracts, all tests"
	@echo "make soak    the long runs: kill -9, a real window, the bundle    make bench   measurements"
	@echo "make bundle  a folder that runs without Python                    make chroot  setup, run and test on a bare Debian"
	@echo "make pictures  the README's pictures, from the real program"
	@echo "make lock    resolve requirements.lock anew                       make clean   away with what make made"

setup: $(STAMPS)/package

$(STAMPS)/system: system-packages.txt
	@mkdir -p $(STAMPS)
	@sh tools/system-packages.sh system-packages.txt
	@touch $@

# what a real window needs besides, and what the long runs draw one on
$(STAMPS)/window: system-packages-window.txt $(STAMPS)/system
	@sh tools/system-packages.sh system-packages-window.txt
	@touch $@

$(STAMPS)/soak: system-packages-soak.txt $(STAMPS)/window
	@sh tools/system-packages.sh system-packages-soak.txt
	@touch $@

$(STAMPS)/venv: $(STAMPS)/system
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Leye needs Python 3.11 or later." >&2; exit 1; }
	@test -x $(BIN)/pip || { echo "Making .venv"; python3 -m venv .venv; }
	@touch $@

$(STAMPS)/wheels: requirements.lock $(STAMPS)/venv
	@echo "Installing the wheels of requirements.lock into .venv (some 250 MB are fetched the first time)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(STAMPS)/package: pyproject.toml $(STAMPS)/wheels
	@PYTHONWARNINGS=ignore $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@echo "Ready: .venv/bin/leye --help"
	@touch $@

# what is generated is the same each time; made beside, then renamed, so that a broken run leaves nothing half
$(PRACTICE)/village: $(STAMPS)/package
	@echo "Making a practice village of invented people"
	@rm -rf $(PRACTICE)/making $@ && mkdir -p $(PRACTICE)
	@$(LEYE) --workspace $(PRACTICE)/making init --area 529999001L01 --name 向阳新居 --user 练习员 >/dev/null
	@$(LEYE) --workspace $(PRACTICE)/making generate --households 60 --seed 1 >/dev/null
	@mv $(PRACTICE)/making $@

run: setup
	@if [ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ]; then \
	    $(MAKE) --no-print-directory $(STAMPS)/window $(PRACTICE)/village && \
	    echo "The practice village lies in $(PRACTICE)/village; its passphrase is practice." && \
	    $(LEYE) --workspace $(PRACTICE)/village; \
	else \
	    echo "No display here: playing leye demo instead."; \
	    rm -rf $(PRACTICE)/demo && mkdir -p $(PRACTICE) && $(LEYE) demo $(PRACTICE)/demo && \
	    echo "The account books lie in $(PRACTICE)/demo/books:" && ls $(PRACTICE)/demo/books; \
	fi

test: lint types imports suite

suite: setup
	@$(BIN)/python -m pytest -q

lint: setup
	@$(BIN)/ruff check .

types: setup
	@$(BIN)/mypy

imports: setup
	@$(BIN)/lint-imports --no-logo

soak: setup $(STAMPS)/soak
	@LEYE_PROPERTIES=new $(BIN)/python -m pytest -q tests/models tests/forms tests/hostile
	@$(BIN)/python -m pytest -s tests/soak

bench: setup
	@$(BIN)/python -m tests.bench
	@$(BIN)/python -m tests.bench.sync --quick

pictures: setup
	@$(BIN)/python tools/pictures.py

bundle: setup
	@$(BIN)/pyinstaller --noconfirm --log-level WARN build.spec
	@echo "The program lies in dist/leye: $$(du -sh dist/leye | cut -f1)"

chroot:
	@sh tests/soak/chroot.sh

# uv only resolves; it is no part of what Leye needs
lock:
	@test -x build/uv/bin/uv || { python3 -m venv build/uv && build/uv/bin/pip install --quiet uv; }
	@build/uv/bin/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --extra dev \
	    pyproject.toml -o requirements.lock
	@echo "requirements.lock: $$(grep -c == requirements.lock) packages"

# .venv stays: it took the longest
clean:
	rm -rf $(PRACTICE) build dist leye.egg-info $(STAMPS)
