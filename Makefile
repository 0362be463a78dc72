# Five words: demo test check bench docs. Each installs what it needs first.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed
PEERS := checkdmarc sslyze locust gitleaks detect-secrets

.PHONY: demo test check bench docs lock clean

demo: $(INSTALLED)  ## the example chatbot audited fragile, then mended
	$(BIN)/launchready demo

test: $(INSTALLED)  ## everything, against real servers in a network namespace of its own
	tools/install-test-servers
	tools/install-test-suites
	$(BIN)/python -m pytest -n 3

check: $(INSTALLED)  ## style, types, architecture, generated files up to date
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m tools.write_check_docs --check
	$(BIN)/python -m tools.write_readme --check
	$(BIN)/python -m tools.write_schema --check
	$(BIN)/python -m tools.write_config_docs --check

bench: $(INSTALLED) $(PEERS:%=.venv-%/installed)  ## us beside the peer in one run, as ratios
	tools/install-test-servers
	tools/install-test-suites
	$(BIN)/python -m bench

docs: $(INSTALLED)  ## write the generated files
	$(BIN)/python -m tools.write_check_docs
	$(BIN)/python -m tools.write_readme
	$(BIN)/python -m tools.write_schema
	$(BIN)/python -m tools.write_config_docs

lock:  ## pin the development dependencies again
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet pip-tools
	.venv-lock/bin/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe --no-header \
		--no-emit-index-url --no-emit-find-links --no-emit-options --output-file requirements/dev.txt \
		pyproject.toml requirements/dev.in
	for peer in $(PEERS); do \
		.venv-lock/bin/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe --no-header \
			--no-emit-index-url --no-emit-find-links --no-emit-options --output-file requirements/peer-$$peer.txt \
			requirements/peer-$$peer.in || exit; \
	done
	rm -r .venv-lock

clean:
	rm -rf .venv $(PEERS:%=.venv-%) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(INSTALLED): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes --requirement requirements/dev.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

.venv-%/installed: requirements/peer-%.txt  # peers whose dependencies contradict each other's
	$(PYTHON) -m venv .venv-$*
	.venv-$*/bin/pip install --quiet --require-hashes --requirement $<
	touch $@
