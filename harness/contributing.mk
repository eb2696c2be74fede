# What helps people who change the project: see .github/CONTRIBUTING.md.

# For clangd and other tools that ask how each C file is compiled. A trial run of make
# lists the commands, and builds nothing. .clangd names the folder.
.PHONY: compile_commands.json
compile_commands.json:
	@mkdir -p $(BUILD)
	@$(MAKE) --no-print-directory -n -B all $(call objects,$(wildcard src/lean/*.c src/moments/*.c)) >$(BUILD)/commands.txt
	@$(PYTHON) harness/compile_commands.py <$(BUILD)/commands.txt >$(BUILD)/$@
	@echo 'wrote $(BUILD)/$@'

# Only on demand: nothing else in the project installs a hook.
.PHONY: hooks
hooks:
	@sh harness/pre_commit.sh --install
