"""Book x Edition -> files: pages (Jinja2), EPUB (EbookLib), PDF and cover (WeasyPrint)."""
