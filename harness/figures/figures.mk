# The figures. What was measured is kept beside the figures' sources, so drawing
# needs no measuring. ARGS are the names of some figures.

.PHONY: figures
figures:
	@sh harness/deps.sh figures
	$(PYTHON) harness/figures/draw.py $(ARGS)

.PHONY: figures-data
figures-data: all
	@sh harness/deps.sh figures
	$(PYTHON) harness/figures/measure.py --build $(BUILD) $(ARGS)
