#!/bin/sh
# Hunts for tests that depend on luck: the whole suite again and again while both
# cores are kept busy, and once with each other kind of bad weather.
#
#   sh harness/flake_hunt.sh [RUNS]      50 if not given; pytest heeds PYTEST_ADDOPTS
#
# A line per run on stdout; of a run that fails, all that pytest said stays in
# build/flake_hunt. The weathers: one CPU only, nice 19, and programs whose every fork
# and wait comes 10 ms late (make SLOW_FORKS=1). That one goes without the tests of
# many thousands of forks, of speed, and of what spins in waitpid: they want it quick.
# Exit status: 0 no failure, 1 some, 2 wrong command line.
set -u
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
folder=build/flake_hunt
mkdir -p "$folder" || exit 1
python=$(for p in /usr/bin/python3 python3; do
	"$p" -c 'import pytest' 2>/dev/null && echo "$p" && exit
done)
[ -n "$python" ] || {
	echo "flake_hunt.sh: pytest: not installed, see harness/deps.sh" >&2
	exit 1
}

busy=""
stop_busy() {
	for one in $busy; do kill "$one" 2>/dev/null; done
	busy=""
}
start_busy() {
	for _ in $(seq "$(nproc)"); do
		(while :; do :; done) &
		busy="$busy $!"
	done
}
trap stop_busy EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

failures=0
# run NAME COMMAND [ARGUMENT...]: the suite, run by that command, words, with
# arguments for pytest.
run() {
	name=$1 command=$2
	shift 2
	log="$folder/$name.txt"
	began=$(date +%s)
	# shellcheck disable=SC2086 # the command is words
	if $command "$python" -m pytest -p no:cacheprovider -q harness "$@" >"$log" 2>&1; then
		verdict=passed
	else
		verdict=FAILED
		failures=$((failures + 1))
	fi
	echo "$name: $verdict in $(($(date +%s) - began)) s: $(tail -n 1 "$log")"
	[ "$verdict" = FAILED ] || rm -f "$log"
}

make -s all || exit 1
[ "$runs" -eq 0 ] || start_busy
number=0
while [ "$number" -lt "$runs" ]; do
	number=$((number + 1))
	run "busy-$number" ""
done
stop_busy
run one-cpu "taskset -c 0"
run nice-19 "nice -n 19"
run slow-forks "" --build build/slow_forks \
	-k "not storm and not quick_run and not spins"
[ "$failures" -eq 0 ]
