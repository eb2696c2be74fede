# make install: programs, manual and completion below PREFIX, with DESTDIR before it.

PREFIX ?= /usr/local
# As a shell would have it: not each of them expands PREFIX=~/.local.
ifneq ($(filter ~/%,$(firstword $(PREFIX))),)
override PREFIX := $(subst ~/,$(HOME)/,$(PREFIX))
endif
DESTDIR ?=

MAN1 := $(PREFIX)/share/man/man1
MANUALS := $(wildcard src/*/*.1)
COMPLETIONS := $(PREFIX)/share/bash-completion/completions

.PHONY: install
install: all
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(MAN1)' '$(DESTDIR)$(COMPLETIONS)'
	install -m 755 $(PROGRAMS) '$(DESTDIR)$(PREFIX)/bin'
	install -m 644 $(MANUALS) '$(DESTDIR)$(MAN1)'
	install -m 644 src/reaptop/reaptop.bash-completion '$(DESTDIR)$(COMPLETIONS)/reaptop'

.PHONY: uninstall
uninstall:
	rm -f $(foreach name,$(notdir $(PROGRAMS)),'$(DESTDIR)$(PREFIX)/bin/$(name)')
	rm -f $(foreach page,$(notdir $(MANUALS)),'$(DESTDIR)$(MAN1)/$(page)')
	rm -f '$(DESTDIR)$(COMPLETIONS)/reaptop'
