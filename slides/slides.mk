# The slides, built by Node into $(BUILD)/slides. npm keeps the packages they are
# built with in slides/node_modules, and fetches them when the lock file changes.

SLIDES_DEPS := slides/node_modules/.package-lock.json
$(SLIDES_DEPS): slides/package.json slides/package-lock.json slides/.npmrc
	@sh harness/deps.sh slides
	cd slides && npm ci --ignore-scripts --no-progress
	@touch $@

.PHONY: slides
slides: $(SLIDES_DEPS)
	@sh harness/deps.sh slides
	node slides/build/main.js --out $(BUILD)/slides $(ARGS)

.PHONY: slides-serve
slides-serve: $(SLIDES_DEPS)
	node slides/build/serve.js $(PORT:%=--port %)

# The decks in a real browser, and decks that must be refused.
.PHONY: slides-test
slides-test: $(SLIDES_DEPS)
	@sh harness/deps.sh slides
	$(PYTEST) harness -m slides $(ARGS) $(UNLESS_PROVED)

# The recordings in the slides: those that are older than what they show.
.PHONY: casts
casts: all
	@sh harness/deps.sh slides
	$(PYTHON) harness/casts.py --build $(BUILD) $(ARGS)
