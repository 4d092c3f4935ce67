#!/bin/sh
# What the tests use beside Python: a browser and real mail clients. On Debian as root they are
# installed; elsewhere this says what to install and which tests are skipped without it.
set -eu

missing=""
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }

# Any Chromium does; one without windows spends a third of the processor time.
need chromium-headless-shell chromium-headless-shell
need mbsync isync
need neomutt neomutt
need swaks swaks
need sieve-connect sieve-connect
need offlineimap offlineimap3
need interimap interimap
need fetchmail fetchmail
need imapfilter imapfilter
need msmtp msmtp
need dovecot dovecot-imapd
need postfix postfix
need rspamd rspamd
need node nodejs
need npm npm

[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing for the tests:$missing"
    apt-get update -qq || true
    # No server among them is started: the tests run their own, on ports of their own.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        trap 'rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
    fi
    add() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >/dev/null; }
    for package in $missing; do
        if add "$package"; then continue; fi
        if [ "$package" = chromium-headless-shell ]; then
            if command -v chromium >/dev/null 2>&1 || add chromium; then continue; fi
        fi
        echo "$package can't be installed: its tests are skipped"
    done
else
    echo "Not installed:$missing"
    echo "Tests marked 'browser' need a Chromium, those marked 'client' need mbsync (isync),"
    echo "neomutt, swaks, sieve-connect, offlineimap3, interimap, fetchmail, imapfilter, msmtp,"
    echo "dovecot-imapd, postfix and rspamd (as peers); they are skipped without them. The checks of the"
    echo "scripts need node (20 or newer) with npm."
fi
