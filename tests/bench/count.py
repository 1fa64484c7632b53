"""Pages and characters of a finished file, as JSON; a process of its own, outside the timing."""

import json
import sys
from pathlib import Path

from publish.check.epub_extract import epub_text
from publish.check.extract import pdf_text
from publish.text.threads import compact


def main() -> None:
    path = Path(sys.argv[1])
    pages = epub_text(path) if path.suffix == ".epub" else pdf_text(path)
    text = sum(len(compact(item.text)) for page in pages for item in page.fragments)
    number = 0 if path.suffix == ".epub" else len(pages)
    print(json.dumps({"pages": number, "characters": text, "bytes": path.stat().st_size}))


if __name__ == "__main__":
    main()
