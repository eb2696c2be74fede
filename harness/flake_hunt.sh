#!/bin/sh
# Hunts for tests that depend on luck: the whole suite again and again, two at a time,
# so that each keeps the cores busy for the other, and once in each kind of bad
# weather.
#
#   sh harness/flake_hunt.sh [RUNS]      50 if not given; pytest heeds PYTEST_ADDOPTS
#
# What is hunted is the last commit, in clones of it: this folder can be worked in
# meanwhile. A line per run on stdout; of a run that fails, all that pytest said stays
# in build/flake_hunt. The weathers: one CPU only, nice 19, and programs whose every
# fork and wait comes 10 ms late (make SLOW_FORKS=1). That one goes without the tests
# of many thousands of forks, of speed, and of what spins in waitpid, which want it
# quick: its -k is stronger than one in PYTEST_ADDOPTS.
# Exit status: 0 no failure, 1 some, or it cannot be tried, 2 wrong command line.
set -u
{ # read to its end before it runs: it, too, may be changed meanwhile
usage="usage: flake_hunt.sh [RUNS]"
case ${1-50} in
-h | --help)
	echo "$usage"
	exit 0
	;;
*[!0-9]* | "")
	echo "flake_hunt.sh: $usage" >&2
	exit 2
	;;
esac
runs=${1-50}
cd "$(dirname "$0")/.." || exit 1
logs=$PWD/build/flake_hunt
mkdir -p "$logs" || exit 1
rm -f "$logs"/*.txt
python=$(for p in /usr/bin/python3 python3; do
	"$p" -c 'import pytest' 2>/dev/null && echo "$p" && exit
done)
[ -n "$python" ] || {
	echo "flake_hunt.sh: pytest: not installed, see harness/deps.sh" >&2
	exit 1
}
beside=$("$python" -c 'import xdist' 2>/dev/null &&
	echo --numprocesses=4 --dist=loadgroup)

place=$(mktemp -d "${TMPDIR:-/tmp}/reap-hunt-XXXXXX") || exit 1
chmod a+rx "$place" # some tests become another user, who must reach the project
lanes=""
# shellcheck disable=SC2317 # a trap calls it
clean_up() {
	trap '' INT TERM HUP # timeout(1), for one, sends two
	for one in $lanes; do kill "$one" 2>/dev/null; done
	wait
	rm -rf "$place"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# run NAME COMMAND [ARGUMENT...]: the suite, run by that command, words, with
# arguments for pytest.
run() {
	name=$1 command=$2
	shift 2
	log="$logs/$name.txt"
	began=$(date +%s)
	# shellcheck disable=SC2086 # the commands are words
	$command "$python" -m pytest -p no:cacheprovider -q harness $beside "$@" \
		>"$log" 2>&1 &
	suite=$!
	if wait $suite; then
		verdict=passed
	else
		verdict=FAILED
	fi
	suite=""
	echo "$(date +%H:%M) $name: $verdict in $(($(date +%s) - began)) s: $(tail -n 1 "$log")"
	[ "$verdict" = FAILED ] || rm -f "$log"
}

# lane NUMBER: every second run from that one on, in a clone of its own; the first lane
# takes the weathers too.
lane() {
	cd "$place/$1" || exit 1
	suite=""
	trap '[ -z "$suite" ] || kill "$suite"; wait; exit' INT TERM HUP
	for number in $(seq "$1" 2 "$runs"); do
		run "run-$number" ""
	done
	[ "$1" = 2 ] && return
	run one-cpu "taskset -c 0"
	run nice-19 "nice -n 19"
	run slow-forks "" --build build/slow_forks \
		-k "not storm and not quick_run and not spins"
}

commit=$(git log -1 --format='%h, %s') || exit 1
echo "two at a time, of commit $commit"
for number in 1 2; do
	git clone -q . "$place/$number" &&
		make -s -C "$place/$number" all bench-programs || exit 1
done
lane 2 &
second=$!
lane 1 &
lanes="$! $second"
wait "$second"
lanes=${lanes% *}
wait "$lanes"
lanes=""
[ -z "$(ls "$logs")" ]
exit
}
