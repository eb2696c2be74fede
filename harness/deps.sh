#!/bin/sh
# Installs what is missing for one or more purposes:
# sh harness/deps.sh demo|test|lint|bench|soak|figures|report|slides|labs|grade...
#
# Each need is probed by using it (compile a header, import a module), never by
# asking the package manager, so tools installed by other means count. On Debian
# and Ubuntu what is missing is installed with apt, through sudo when not root;
# elsewhere the packages are named. Nothing missing: silent, and quick.
set -u

usage="usage: deps.sh demo|test|lint|bench|soak|figures|report|slides|labs|grade..."

has_command() { command -v "$1" >/dev/null 2>&1; }
has_header() { echo "#include <$1>" | cc -E - >/dev/null 2>&1; }
has_static_libc() {
	probe=$(mktemp) || return 1
	echo 'int main(void){return 0;}' |
		cc -static -x c -o "$probe" - >/dev/null 2>&1
	found=$?
	rm -f "$probe"
	return "$found"
}
has_libdw() { pkg-config --exists libdw 2>/dev/null; }
has_fuzzer() {
	probe=$(mktemp) || return 1
	echo 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n)
		{ return d == 0 && n != 0; }' |
		clang -fsanitize=fuzzer,address -x c -o "$probe" - >/dev/null 2>&1
	found=$?
	rm -f "$probe"
	return "$found"
}
# Debian's own interpreter first: that is the one apt's modules are for.
has_module() {
	for python in /usr/bin/python3 python3; do
		"$python" -c "import $1" >/dev/null 2>&1 && return 0
	done
	return 1
}

missing=""
why=""
probed=" "
# need PACKAGE REASON PROBE...: notes the package when the probe fails. Purposes share
# packages: each is probed once.
need() {
	package=$1 reason=$2
	shift 2
	case $probed in *" $package "*) return ;; esac
	probed="$probed$package "
	"$@" && return
	missing="$missing $package"
	why="$why
  $package: $reason"
}

need_demo() {
	need gcc "a C compiler" has_command cc
	need make "builds the programs" has_command make
	need libc6-dev "C headers, and the C library to link statically" has_static_libc
	need libncurses-dev "the viewer's screen" has_header ncurses.h
}
need_labs() {
	need_demo
	need python3 "checks what is written" has_command python3
	need iproute2 "ss, which lists sockets" has_command ss
	need procps "ps, which lists processes" has_command ps
	need strace "a witness of system calls" has_command strace
	need_toml
}
need_test() {
	need_demo
	need python3 "runs the harness" has_command python3
	need python3-pytest "runs the tests" has_module pytest
	need python3-pytest-timeout "ends a test that hangs" has_module pytest_timeout
	need python3-pytest-xdist "runs tests side by side" has_module xdist
	need python3-pyte "reads the viewer's screen" has_module pyte
	need python3-hypothesis "thinks of what the harness may have to read" \
		has_module hypothesis
	need iproute2 "ss, a second witness of sockets" has_command ss
	need procps "ps, a second witness of processes" has_command ps
	need strace "a second witness of system calls, and faults to order" has_command strace
	need git "merges a solution's change into the known answers" has_command git
	need bubblewrap "the sandbox for others' programs" has_command bwrap
	need pkg-config "finds libraries" has_command pkg-config
	need libdw-dev "reads the source lines that moments names" has_libdw
	need_toml
}
# What reads the labs' files; Python has it since 3.11.
need_toml() {
	has_module tomllib ||
		need python3-tomli "reads the labs' TOML" has_module tomli
}
need_grade() {
	need gcc "a C compiler" has_command cc
	need make "builds the programs" has_command make
	need python3 "runs the checks" has_command python3
	need libc6-dev "C headers, and the C library to link statically" has_static_libc
	need bubblewrap "the sandbox that submissions run in" has_command bwrap
	need strace "a witness of system calls" has_command strace
	need procps "ps, for the labs that use it" has_command ps
	need_toml
}
need_lint() {
	need_demo
	need clang "the second compiler" has_command clang
	need clang-format "the C style" has_command clang-format
	need cppcheck "finds mistakes in C" has_command cppcheck
	need clang-tidy "finds mistakes in C" has_command clang-tidy
	need python3-flake8 "the Python style" has_module flake8
	need shellcheck "finds mistakes in shell" has_command shellcheck
}
need_bench() {
	need_test
	need socat "a server to compare with" has_command socat
	need htop "a viewer to compare with" has_command htop
}

need_soak() {
	need_test
	need clang "the compiler that has libFuzzer" has_command clang
	need valgrind "a second witness of memory errors" has_command valgrind
	need libclang-rt-dev "libFuzzer and the sanitizers of clang" has_fuzzer
	# None but root can use it for the newcomer's walk.
	[ "$(id -u)" -ne 0 ] ||
		need debootstrap "makes a bare Debian to try the README on" has_command debootstrap
}

need_figures() {
	need_demo
	need python3-matplotlib "draws the figures" has_module matplotlib
}
need_report() {
	need_demo
	need chromium "opens the report, as a test" has_chromium
}
# The name that Debian gives it, and two others.
has_chromium() {
	[ -n "${CHROMIUM-}" ] || has_command chromium ||
		has_command chromium-browser || has_command google-chrome
}
# The slides' tools want Node.js 18. An older one counts as missing, but if apt has
# nothing newer (Ubuntu 22.04) only another source of Node.js helps, and says so.
has_node() { node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null; }
need_slides() {
	need_demo
	need nodejs "builds the slides (18 or newer)" has_node
	need npm "fetches what the slides are built with" has_command npm
	need chromium "prints and tests the slides" has_chromium
	need asciinema "records the slides' terminals" has_command asciinema
	need python3-pytest "tests the slides" has_module pytest
	need python3-pyte "reads the screens to be recorded" has_module pyte
}

for purpose in "${@:-}"; do
	case $purpose in
	demo | labs | test | lint | bench | soak | figures | report | slides | grade)
		"need_$purpose"
		;;
	-h | --help)
		echo "$usage"
		exit 0
		;;
	*)
		echo "deps.sh: $usage" >&2
		exit 2
		;;
	esac
done
[ -n "$missing" ] || exit 0

if ! has_command apt-get; then
	cat >&2 <<EOF
deps.sh: missing, and this system has no apt to install them with:$why
On Fedora:  dnf install gcc make glibc-static ncurses-devel python3-pytest python3-pytest-timeout python3-pyte python3-hypothesis iproute procps-ng strace bubblewrap pkgconf elfutils-devel
On Arch:    pacman -S gcc make ncurses python-pytest python-pytest-timeout python-pyte python-hypothesis iproute2 procps-ng strace bubblewrap pkgconf libelf
On openSUSE: zypper install gcc make glibc-devel-static ncurses-devel python3-pytest python3-pytest-timeout python3-pyte python3-hypothesis iproute2 procps strace bubblewrap pkgconf libdw-devel
EOF
	exit 1
fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then
	if ! has_command sudo; then
		echo "deps.sh: missing:$why" >&2
		echo "deps.sh: as root, run: apt-get install -y$missing" >&2
		exit 1
	fi
	as_root="sudo"
fi

echo "Missing, to be installed with ${as_root:+$as_root }apt-get:$why"
# shellcheck disable=SC2086 # the list is words, and so is "sudo" or nothing
install() {
	$as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -q --no-install-recommends $missing
}
# A package list may be absent or out of date: refresh it only then.
if ! install >/dev/null 2>&1; then
	echo "Not there yet: ${as_root:+$as_root }apt-get update, then once more."
	$as_root apt-get update -q >/dev/null
	install || {
		echo "deps.sh: apt-get could not install:$missing" >&2
		exit 1
	}
fi
case $missing in
*" nodejs"*)
	has_node || {
		echo "deps.sh: nodejs: older than 18: install a newer Node.js by other means" >&2
		exit 1
	}
	;;
esac
