"""The Markdown parser: CommonMark, and what a book needs beside it."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from publish.read import attributes, front, inline, plain, raw

#: Levels of nesting that a book can mean; deeper is an error, not a stack overflow.
MAX_NESTING = 60


def _parser() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING, "html": True, "store_labels": True})
    md.enable(["table", "strikethrough"])
    inline.install(md)
    raw.install(md)
    front.install(md)
    plain.install(md)
    attributes.install(md)
    footnote_plugin(md)
    md.inline.ruler.disable(["footnote_inline", "footnote_ref"])
    md.core.ruler.disable("footnote_tail")
    deflist_plugin(md)
    dollarmath_plugin(md, allow_space=False, allow_digits=False, allow_labels=True)
    container_plugin(md, "group", validate=lambda *_: True)
    # What a URL may be is decided where it is used, with a diagnostic; nothing vanishes here.
    md.validateLink = lambda url: True  # type: ignore[method-assign]
    md.normalizeLink = lambda url: url  # type: ignore[method-assign]
    # Line ends are line feeds, and a zero byte is mended, not hidden.
    md.core.ruler.disable("normalize")
    return md


@cache
def parser(of_text: bool = False) -> MarkdownIt:
    """The parser of Markdown, or that of text files, where an indent is no code; made once."""
    md = _parser()
    if of_text:
        md.block.ruler.disable("code")
    return md
