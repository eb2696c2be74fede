#!/bin/sh
# Explores a server, and writes what was found as a page: make moments-page.
# Usage: page.sh PYTHON BUILD MOMENTS-ARGUMENT...
python=$1 build=$2
shift 2
"$build/moments" --json "$@" >"$build/moments.json"
status=$?
# Only then there is something to show: 0 no counterexample, 1 some.
[ $status -le 1 ] || exit $status
PYTHONPATH=harness "$python" -m reaplab.documents.moments_page \
	<"$build/moments.json" >"$build/moments.html" || exit
echo "wrote $build/moments.html"
