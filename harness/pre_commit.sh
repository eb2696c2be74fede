#!/bin/sh
# Checks the style of the files that are about to be committed, as they are staged:
# C with clang-format, Python with flake8, shell with shellcheck. `make hooks` installs
# it; `git commit --no-verify` skips it. A tool that is missing is named and skipped.
set -u

usage="usage: pre_commit.sh [--install]"
hook_text='#!/bin/sh
# Installed by make hooks.
[ ! -f harness/pre_commit.sh ] || exec sh harness/pre_commit.sh'

# Writes the hook. It replaces nobody else's.
install_hook() {
	hook=$(git rev-parse --git-path hooks)/pre-commit || return 1
	if [ -e "$hook" ] && ! grep -q 'Installed by make hooks' "$hook"; then
		echo "pre_commit.sh: $hook: another hook is there; add to it:" \
			"sh harness/pre_commit.sh" >&2
		return 1
	fi
	mkdir -p "$(dirname "$hook")" && echo "$hook_text" >"$hook" &&
		chmod +x "$hook" && echo "installed $hook"
}

has_flake8() { "$1" -c 'import flake8' 2>/dev/null; }

# Says once that a tool is missing.
missing() {
	case " $said " in
	*" $1 "*) ;;
	*)
		echo "pre-commit: $1: not installed, so skipped" >&2
		said="$said $1"
		;;
	esac
}

is_shell() { # PATH: by its name, or by its first line
	case $1 in
	*.sh | *.bash-completion) return 0 ;;
	*.*) return 1 ;;
	esac
	git show ":$1" | head -n 1 | grep -aq '^#!.*sh$'
}

check_c() {
	command -v clang-format >/dev/null || { missing clang-format; return 0; }
	git show ":$1" |
		clang-format --dry-run --Werror --assume-filename="$1"
}

check_python() {
	[ -n "$python" ] || { missing flake8; return 0; }
	git show ":$1" |
		"$python" -m flake8 --max-line-length 88 --stdin-display-name="$1" -
}

check_shell() {
	command -v shellcheck >/dev/null || { missing shellcheck; return 0; }
	git show ":$1" | shellcheck - || {
		echo "pre-commit: '-' above is $1" >&2
		return 1
	}
}

check() {
	case $1 in
	*.c | *.h) check_c "$1" ;;
	*.py) check_python "$1" ;;
	*) if is_shell "$1"; then check_shell "$1"; fi ;;
	esac
}

case ${1-} in
"") ;;
--install)
	install_hook
	exit
	;;
*)
	echo "pre_commit.sh: $usage" >&2
	exit 2
	;;
esac

said=""
python=""
for one in /usr/bin/python3 python3; do
	if [ -z "$python" ] && has_flake8 "$one"; then python=$one; fi
done

# What a deletion leaves has no style.
list=$(git -c core.quotePath=false diff --cached --name-only --diff-filter=ACMR) || exit 1
bad=0
while IFS= read -r path; do
	[ -z "$path" ] || check "$path" || bad=1
done <<EOF_LIST
$list
EOF_LIST
[ "$bad" -eq 0 ] || echo "pre-commit: not committed; --no-verify skips this check" >&2
exit "$bad"
