"""The quick way to read a document gives the tree of HTML, or says that it cannot."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import pytest
import tinyhtml5
import weasyprint
from hypothesis import given, settings
from hypothesis import strategies as st

from publish.render.adapter import pages_source
from publish.render.adapter.pages_source import tree

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g><rect width="9"/></g></svg>'


def page(body: str, head: str = "<title>书</title>") -> str:
    return f"<!DOCTYPE html><html lang='zh'>\n<head>{head}</head>\n<body>{body}</body>\n</html>\n"


def flat(element: Element) -> Any:
    """The tree as values that can be compared, with no text as none."""
    return (
        element.tag,
        dict(element.attrib),
        element.text or "",
        [(flat(child), child.tail or "") for child in element],
    )


def as_html(source: str) -> Any:
    return flat(tinyhtml5.parse(source, namespace_html_elements=False))


@pytest.mark.parametrize(
    "source",
    [
        page(""),
        page("\n<h1 id='a'>题&amp;<br/>目</h1> <p>文<b>重<i>点</i></b>。</p>\n后 "),
        page("<p>a</p>", '\n<meta charset="utf-8"/> <style> p > b { content: "<&gt;" }\n</style>'),
        page("<ruby>北<rt>běi</rt>京<rp>(</rp><rt>jīng</rt></ruby><hr/><img alt='' src='a'/>"),
        page("<ul>\n<li>一<ol><li><p>二</p></li></ol></li></ul><dl><dt>词</dt><dd>义</dd></dl>"),
        page(f"<div>{SVG}</div><p>{SVG}</p>", f"<style>p {{ a: url('{SVG}') }}</style>"),
        page(
            "<table><caption>表</caption> <colgroup><col/></colgroup><thead><tr><th>甲</th></tr>"
            "</thead>\n<tbody><tr><td><p>乙</p><ul><li>丙</li></ul></td></tr></tbody></table>"
        ),
        page("<p>一<br>二<img alt='b' src=\"a\" ></p>", '<meta charset="utf-8"><title>书</title>'),
        page("<h1>题</h1><p>文<br/></p>").replace("<!DOCTYPE html>", ""),
        page("<a href='x'><h2>题</h2></a><pre><code>\n一\t二 </code></pre><p>&#x20000;</p>"),
        page(
            "<section><header><h1>题</h1></header><p>文</p><aside><p>旁</p></aside></section>\n\n"
        ),
    ],
)
def test_our_documents_are_read_the_quick_way(source: str) -> None:
    root = tree(source)
    assert root is not None
    assert flat(root) == as_html(source)


@pytest.mark.parametrize(
    "source",
    [
        page("<p>a<div>b</div></p>"),
        page("<p>a<span><ul><li>b</li></ul></span></p>"),
        page("<h1>a<span><h2>b</h2></span></h1>"),
        page("<a href='x'>a<b><a href='y'>b</a></b></a>"),
        page("<ul><li>a<li>b</li></li></ul>"),
        page("<div><li>a</li></div>"),
        page("<dl><div><dt>a</dt></div></dl>"),
        page("<table><tr><td>a</td></tr></table>"),
        page("<table><tbody><tr>x<td>a</td></tr></tbody></table>"),
        page("<table><tbody><td>a</td></tbody></table>"),
        page("<table><col/></table>"),
        page("<p/>a"),
        page("<span />a"),
        page("<br>a</br>"),
        page("<pre>\na</pre>"),
        page("<p title='a\nb'>c</p>"),
        page('<p title="a\tb">c</p>'),
        page("a<!-- b -->c"),
        page("a<![CDATA[b]]>c"),
        page("<p>a&nbsp;b</p>"),
        page("<P>a</P>"),
        page("<custom>a</custom>"),
        page("<form><input/></form>"),
        page("<math><mi>x</mi></math>"),
        page("<svg><rect/></svg>"),
        page(SVG.replace("rect", "linearGradient")),
        page(SVG.replace("width", "fillColour")),
        page(SVG.replace("<g>", "<g xmlns='http://www.w3.org/2000/svg'>")),
        page(SVG.replace("<g>", "<g xmlns:x='y' x:z='w'>")),
        page("a", "<title>a</title>x"),
        page("a", "<script>1 &lt; 2</script>"),
        page("a").replace("</body>", "</body>x"),
        page("a") + "x",
        page("<p>a<table><tbody></tbody></table></p>").replace("<!DOCTYPE html>", ""),
        page("<p>a<br title='b>c'></p>"),
        page("a", "<title>a<br></title>"),
        "x" + page("a"),
        page("a").replace("<!DOCTYPE html>", "<!DOCTYPE html SYSTEM 'about:legacy-compat'>"),
        page("a\x85b"),
        "\ufeff" + page("a"),
    ],
)
def test_other_documents_are_left_to_html(source: str) -> None:
    assert tree(source) is None


WORDS = st.sampled_from(["", "", " ", "\n", "文", "a b", "&lt;", " 字\n"])
KNOWN = sorted(pages_source._KNOWN - pages_source._EMPTY)
NAMES = st.sampled_from([*KNOWN, *("p", "div", "b", "span", "em", "a") * 8, "nobr", "form"])
LEAVES = st.sampled_from(["<br/>", "<br>", "<hr/>", "<img src='a'/>", SVG, "<ul> <li>a</li></ul>"])


def element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    inside = st.lists(st.tuples(children, WORDS).map("".join), max_size=4).map("".join)
    return st.tuples(NAMES, WORDS, inside).map(lambda it: f"<{it[0]}>{it[1]}{it[2]}</{it[0]}>")


BODIES = st.recursive(st.one_of(WORDS, LEAVES), element, max_leaves=12)


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(BODIES)
def test_whatever_is_read_the_quick_way_is_as_html_reads_it(body: str) -> None:
    root = tree(page(body))
    if root is not None:
        assert flat(root) == as_html(page(body))


@pytest.mark.parametrize("body", [f"<h1>题</h1><p>{SVG}文</p>", "<p>文<p>文<!-- x -->"])
def test_the_file_is_the_same(body: str) -> None:
    fetcher = weasyprint.urls.URLFetcher()
    stock = weasyprint.HTML(string=page(body), url_fetcher=fetcher).write_pdf()
    assert pages_source.Document(page(body), url_fetcher=fetcher).write_pdf() == stock
