#!/bin/sh
# Makes the secrets that process-static-*.yml name, beside them: 32 random bytes each, in hexadecimal, mode 0600.
# Keeps those that exist.
set -eu
umask 077
directory=$(dirname "$0")/secrets
mkdir -p "$directory"
for name in runtime parse limits; do
  file=$directory/$name.secret
  if [ ! -e "$file" ]; then
    od -An -v -tx1 -N32 /dev/urandom | tr -d ' \n' > "$file"
  fi
done
