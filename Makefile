# Two commands for a newcomer: `make demo` and `make test`. The rest is for those who stay.
PYTHON ?= python3
BIN := .venv/bin
# a lock without addresses: pip checks every file against its hash, wherever it came from
INSTALL := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: demo test check soak format lock clean

demo: .venv/run
	$(BIN)/ordna demo

# The browser's driver keeps an event loop in its process, so its tests have one of their own.
test: .venv/test check
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not soak and not browser"
	$(BIN)/python -m pytest -m "browser and not soak"

check: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

soak: .venv/test
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "soak and not browser"
	$(BIN)/python -m pytest -m "soak and browser"

format: .venv/test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.venv/run: requirements.txt pyproject.toml
	@echo "Installerar det som behövs i .venv (första gången tar det någon minut)"
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(INSTALL) --require-hashes --no-deps -r requirements.txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	touch $@

.venv/test: .venv/run requirements-test.txt
	$(INSTALL) --require-hashes --no-deps -r requirements-test.txt
	touch $@

# Renews both locks. Needs pip-tools; the result holds hashes and no addresses.
lock:
	pip-compile --quiet --upgrade --generate-hashes --no-header --strip-extras --allow-unsafe \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-annotate \
		--extra build --output-file requirements.txt pyproject.toml
	pip-compile --quiet --upgrade --generate-hashes --no-header --strip-extras --allow-unsafe \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-annotate \
		--extra build --extra test --constraint requirements.txt \
		--output-file requirements-test.txt pyproject.toml

clean:
	rm -rf .venv var build dist
