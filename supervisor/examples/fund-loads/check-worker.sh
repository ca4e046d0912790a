#!/bin/sh
# Checks a worker in any language against a real supervisor (docs/protocol.md, section 12):
#
#   check-worker.sh COMMAND [ARGUMENT...]
#
# The command is an executable that reads its bundle from standard input and serves fund-loads/parse, as ../python-parse/worker.py
# does. Sallyport is looked for around this file. CHECK_SECONDS (10) is how long each end may take; the protocol says 2 s.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
limit=${CHECK_SECONDS:-10}
work=$(mktemp -d)
supervisor=

end() {
  [ -z "$supervisor" ] || kill -KILL "$supervisor" 2>/dev/null || :
  rm -rf "$work"
}
trap end EXIT

passed() { echo "ok    $1"; }
failed() {
  echo "fail  $1" >&2
  [ ! -s "$work/err" ] || tail -n 20 "$work/err" >&2
  exit 1
}

[ $# -gt 0 ] || { echo "usage: check-worker.sh COMMAND [ARGUMENT...]" >&2; exit 2; }
for home in "$here/../.." "$here/../../target/sallyport"; do
  [ ! -x "$home/bin/sallyport" ] || sallyport=$home/bin/sallyport
done
[ -n "${sallyport:-}" ] || { echo "build it first: mvn -DskipTests verify" >&2; exit 2; }
program=$(command -v "$1") || { echo "no executable $1" >&2; exit 2; }
program=$(CDPATH='' cd -- "$(dirname -- "$program")" && pwd -P)/$(basename -- "$program")
shift

# 1. what is no bundle is refused with 78 (section 9)
refuses() {
  name=$1
  bytes=$2
  shift 2
  code=0
  # shellcheck disable=SC2059 # the bytes are a format
  printf "$bytes" | timeout "$limit" "$program" "$@" >/dev/null 2>"$work/err" || code=$?
  [ "$code" -eq 78 ] || failed "$name: exit $code, and not 78"
  passed "$name: exit 78"
}
refuses "a bundle that ends early" 'SWPB\001' "$@"
refuses "a bundle of another version" 'SWPB\002' "$@"
refuses "a bundle that is too long" 'SWPB\001\377\377\377\377' "$@"
refuses "a bundle whose digest differs" 'SWPB\001\000\000\000\001\010\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000' "$@"

# the example's configuration with this command
quoted() { printf '"%s"' "$(printf '%s' "$1" | sed 's/[\\"]/\\&/g')"; }
command=$(quoted "$program")
for argument in "$@"; do
  command="$command, $(quoted "$argument")"
done
cat >"$work/check.yml" <<END
runtime:
  platform:
    bootstrap: {mode: process_supervisor}
    execution_ipc: {transport: tcp_local}
    process_groups:
      - name: parse
        workers: 2
        command: [$command]
        restart: {policy: temporary}
      - name: limits
        discovery_roots: [fund-loads-limits.jar]
        restart: {policy: temporary}
  scenario: {id: fund-loads}
END
XDG_RUNTIME_DIR=$work/run
export XDG_RUNTIME_DIR
mkdir -m 700 "$XDG_RUNTIME_DIR"

# 2. handshake, calls, and the ordered stop: exit 0 of run says that nobody was forced
"$sallyport" run --config "$work/check.yml" --input "$here/sample.jsonl" --output "$work/out.jsonl" >"$work/out" 2>"$work/err" \
  || failed "the sample: sallyport run ended with $?"
cmp "$work/out.jsonl" "$here/sample.expected.jsonl" || failed "the sample: its output is not the expected one"
passed "the sample has its expected output, and the workers stopped as ordered"

# 3. one worker after the other is asked to drain and stop, while the others serve
: >"$work/served"
"$sallyport" serve --config "$work/check.yml" >"$work/served" 2>"$work/err" &
supervisor=$!
until grep -q "started in" "$work/served"; do
  kill -0 "$supervisor" 2>/dev/null || failed "serve: the groups did not start"
  sleep 0.1
done
"$sallyport" restart parse --pid "$supervisor" >/dev/null 2>"$work/err" || failed "restart: ended with $?"
passed "workers were replaced one after the other"

# 4. nobody outlives a supervisor that was killed
workers=$(ps -o pid= --ppid "$supervisor")
[ -n "$workers" ] || failed "serve: it has no workers"
kill -KILL "$supervisor"
wait "$supervisor" 2>/dev/null || :
supervisor=
alive() {
  for pid in $workers; do
    case $(ps -o stat= -p "$pid") in
      '' | Z*) ;;
      *) return 0 ;;
    esac
  done
  return 1
}
turns=$((limit * 10))
while alive; do
  turns=$((turns - 1))
  [ "$turns" -gt 0 ] || failed "a worker outlived its killed supervisor by $limit s"
  sleep 0.1
done
passed "no worker outlived its killed supervisor"
