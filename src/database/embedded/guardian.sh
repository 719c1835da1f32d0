#!/bin/sh
# The guardian: stops the database server when the program that needs it dies without being able to (kill -9, a crash).
#
# It waits at the end of a pipe. The word "done" means a clean stop: nothing is left to do. The end of the pipe without
# that word means the program is gone; then, unless another program has the same server in use, the server is asked to
# stop. It is never signalled before we made sure that the process is still that very server.
#
# usage: guardian.sh DATA_DIRECTORY OWNERS_DIRECTORY OWNER_FILE
trap '' INT TERM HUP
data=$1
owners=$2
mine=$3

while read -r word; do
  if [ "$word" = done ]; then exit 0; fi
done

# Start time of process $1 in clock ticks, "dead" for none or a zombie, "-" where the system does not tell.
birth_mark() {
  if [ ! -d /proc/self ]; then
    if kill -0 "$1" 2>/dev/null; then echo -; else echo dead; fi
    return
  fi
  line=
  { read -r line <"/proc/$1/stat"; } 2>/dev/null
  # shellcheck disable=SC2086  # the fields are meant to be split
  set -- ${line##*) }
  case ${1:-Z} in
    Z | X) echo dead ;;
    *) echo "${20}" ;;
  esac
}

# Is the program named in file $1 ("pid birth-mark") alive? A file we may not read is another user's: alive.
lives() {
  [ -e "$1" ] || return 1
  [ -r "$1" ] || return 0
  pid=
  mark=
  read -r pid mark <"$1" 2>/dev/null
  [ -n "$mark" ] || return 1
  [ "$(birth_mark "$pid")" = "$mark" ]
}

owned_by_another() {
  for file in "$owners"/owner.*; do
    if lives "$file"; then return 0; fi
  done
  return 1
}

# Process id of the server of this data directory, or nothing.
server() {
  pid=
  { read -r pid <"$data/postmaster.pid"; } 2>/dev/null
  case $pid in '' | *[!0-9]*) return ;; esac
  [ "$(birth_mark "$pid")" = dead ] && return
  if [ -d /proc/self ]; then
    [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = postgres ] || return
    [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$data" ] || return
  else
    case $(ps -o command= -p "$pid" 2>/dev/null) in *postgres*"$data"*) ;; *) return ;; esac
  fi
  echo "$pid"
}

rm -f "$mine"
if owned_by_another; then exit 0; fi

# Say that we are about to stop it, and look again: whoever came in between has either been seen by us or sees this.
flag="$owners/stopping.$$"
echo "$$ $(birth_mark "$$")" >"$owners/.stopping.$$" && mv "$owners/.stopping.$$" "$flag"
trap 'rm -f "$flag"' EXIT
if owned_by_another; then exit 0; fi

pid=$(server)
if [ -z "$pid" ]; then
  # The program may have died in the moment between starting the server and the server writing its process id.
  sleep 1
  pid=$(server)
fi
[ -n "$pid" ] || exit 0

kill -INT "$pid"
tries=0
while [ "$(server)" = "$pid" ]; do
  tries=$((tries + 1))
  # After half a minute: stop at once. It recovers at the next start; no confirmed gift is lost.
  if [ "$tries" -eq 300 ]; then kill -QUIT "$pid"; fi
  if [ "$tries" -gt 400 ]; then break; fi
  sleep 0.1 2>/dev/null || sleep 1
done
