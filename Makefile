# One line each.  The first six build books, the others are for the house itself.  Every target
# does its own set-up first (tests/setup/setup.sh): Debian packages, .venv, Python packages.
# A second run finds it done.
MAKEFLAGS += --no-print-directory
PUBLISH = .venv/bin/publish
PYTHON = .venv/bin/python
SETUP = sh tests/setup/setup.sh

# Python 3.11 reads the path of this folder as ASCII under a bare C locale.
ifneq (,$(filter C POSIX,$(LC_ALL)))
export LC_ALL = C.UTF-8
endif

# The e-books are stamped with the time of the last commit, so that every clone makes the same bytes.
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null)
export SOURCE_DATE_EPOCH

.PHONY: epub pdf press booklet cover all check test acceptance bench clean lint

epub: .venv/building ; $(PUBLISH) build --format epub
pdf: .venv/building ; $(PUBLISH) build --format pdf
press: .venv/building ; $(PUBLISH) build --format press
booklet: .venv/building ; $(PUBLISH) build --format booklet
cover: .venv/building ; $(PUBLISH) build --format cover
all: .venv/building ; $(PUBLISH) build --format epub --format pdf --format press --format booklet --format cover

check: lint ; $(PYTHON) -m pytest -n auto -m "not slow"
test: .venv/testing lint ; $(PYTHON) -m pytest -n auto --dist loadfile
acceptance: .venv/accepting ; sh tests/setup/acceptance.sh
bench: .venv/checking ; $(PYTHON) tests/bench/run.py && $(PYTHON) tests/bench/text.py
clean: ; rm -rf output/*/ dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

lint: .venv/checking
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

.venv/building: pyproject.toml tests/setup/setup.sh ; $(SETUP) building
.venv/checking: .venv/building ; $(SETUP) checking
.venv/testing: .venv/checking tests/package-lock.json ; $(SETUP) testing
.venv/accepting: .venv/testing ; $(SETUP) accepting
