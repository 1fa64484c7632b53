#!/bin/sh
# A stranger's first minutes: clone into a folder with blanks and Chinese in its name, in another
# time zone, with another hash seed and language; make epub pdf; make it again.  The artefacts must
# be those of this clone, byte for byte, and the second run must leave them alone.
# Set-up is done anew in the clone (Debian packages only where they are missing).
set -eu
cd "$(dirname "$0")/../.."
here=$(pwd)

SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
"${MAKE:-make}" epub pdf
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# Interrupted, it would go on without the clone.
trap 'exit 130' INT TERM
clone="$scratch/新 书 的 文件夹"
mkdir "$clone"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$clone"

artefacts() {
    (cd "$1/output" && find . \( -name '*.epub' -o -name '*.pdf' \) -print0 | sort -z |
        xargs -0 sha256sum)
}

written() {
    (cd "$1/output" && find . \( -name '*.epub' -o -name '*.pdf' \) -printf '%p %T@\n' | sort)
}

cd "$clone"
TZ=Asia/Shanghai PYTHONHASHSEED=7 LC_ALL=C "${MAKE:-make}" epub pdf
first=$(written "$clone")
start=$(date +%s)
"${MAKE:-make}" epub pdf
echo "told: the second run took $(($(date +%s) - start)) s by the clock"
passed=0
failed=0

judge() {
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
        echo "ok: $1"
    else
        failed=$((failed + 1))
        printf 'not ok: %s\n%s\n--- but\n%s\n' "$1" "$2" "$3"
    fi
}

judge "there are artefacts" "yes" "$([ -n "$first" ] && echo yes)"
judge "the second run writes nothing" "$first" "$(written "$clone")"
judge "both clones hold the same bytes" "$(artefacts "$here")" "$(artefacts "$clone")"

# Random documents through the composer, a quarter of an hour at most; what fails is told.
documents=${DOCUMENTS:-1000}
judge "$documents random documents are set without a fault" "yes" \
    "$(cd "$here" && timeout 900 .venv/bin/python tests/fuzz.py --count "$documents" --processes 2 >&2 &&
        echo yes)"

# Kindle's format and back, where calibre is installed: the build works without it.
if command -v ebook-convert >/dev/null; then
    judge "what calibre makes of the test books for Kindle is what was built" "yes" \
        "$(cd "$here" && timeout 900 .venv/bin/python tests/kindle.py >&2 && echo yes)"
else
    echo "not tried: AZW3, because calibre is not installed"
fi
# Every book in every reading engine; a person looks at output/readers.
judge "the e-books are right in Blink, Gecko, WebKit and MuPDF" "yes" \
    "$(cd "$here" && timeout 3600 .venv/bin/python tests/readers >&2 && echo yes)"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
