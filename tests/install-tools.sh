#!/bin/sh
# What the tests use beside Python: a browser and real mail clients. On Debian as root they are
# installed; elsewhere this says what to install and which tests are skipped without it.
set -eu

missing=""
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }

need chromium chromium
need mbsync isync
need neomutt neomutt
need swaks swaks
need sieve-connect sieve-connect

# imapflow is a package of Node's own registry.
if [ "$(id -u)" = 0 ] && command -v npm >/dev/null 2>&1; then
    npm list -g imapflow >/dev/null 2>&1 || npm install -g --silent imapflow || true
fi

[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing for the tests:$missing"
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "Not installed:$missing"
    echo "Tests marked 'browser' need chromium, those marked 'client' need mbsync (isync),"
    echo "neomutt, swaks, sieve-connect and npm's imapflow; they are skipped without them."
fi
