# make install: programs, manual and completion below PREFIX, with DESTDIR before it.

PREFIX ?= /usr/local
# As a shell would have it: not each of them expands PREFIX=~/.local.
ifneq ($(filter ~/%,$(firstword $(PREFIX))),)
override PREFIX := $(subst ~/,$(HOME)/,$(PREFIX))
endif
DESTDIR ?=

MAN1 := $(PREFIX)/share/man/man1
COMPLETIONS := $(PREFIX)/share/bash-completion/completions

.PHONY: install
install: all
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(MAN1)' '$(DESTDIR)$(COMPLETIONS)'
	install -m 755 $(PROGRAMS) '$(DESTDIR)$(PREFIX)/bin'
	install -m 644 src/reaptop/reaptop.1 '$(DESTDIR)$(MAN1)'
	install -m 644 src/reaptop/reaptop.bash-completion '$(DESTDIR)$(COMPLETIONS)/reaptop'

.PHONY: uninstall
uninstall:
	rm -f $(foreach name,$(notdir $(PROGRAMS)),'$(DESTDIR)$(PREFIX)/bin/$(name)')
	rm -f '$(DESTDIR)$(MAN1)/reaptop.1' '$(DESTDIR)$(COMPLETIONS)/reaptop'
