# The instructor's known answers, kept as patches: see harness/answer.py --help.
.PHONY: answer
answer:
	@test -n '$(LAB)' || { echo 'usage: make answer LAB=NN [ANSWER=NAME] [OUT=DIR]' >&2; exit 2; }
	@$(PYTHON) harness/answer.py write $(OUT:%=--out '%') $(LAB) $(ANSWER)

.PHONY: answer-save
answer-save:
	@test -n '$(LAB)' -a -n '$(ANSWER)' || { \
		echo 'usage: make answer-save LAB=NN ANSWER=NAME [FROM=DIR]' >&2; exit 2; }
	@$(PYTHON) harness/answer.py save $(FROM:%=--from '%') $(LAB) $(ANSWER)

.PHONY: answers-rebase
answers-rebase:
	@$(PYTHON) harness/answer.py rebase
