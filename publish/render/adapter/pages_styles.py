"""Styles computed once for all pages that the same rules match, and only if they are asked for."""

from __future__ import annotations

from typing import Any

from weasyprint.css import ComputedStyle, declaration_precedence

# --- pages -------------------------------------------------------------------------------------


def set_page_type_computed_styles(page_type: Any, html: Any, style_for: Any) -> None:
    """Styles of a page and its margin boxes: one computation for all pages the same rules match.

    The first page is computed by itself, because lengths relative to the page (vw, vh) are told
    only after it.
    """
    key = _matching_rules(page_type, style_for)
    known = style_for.__dict__.setdefault("publish_page_styles", {})
    computed = style_for.get_computed_styles()
    if page_type.index and key in known:
        for pseudo, style in known[key]:
            computed[page_type, pseudo] = style
        return
    cascaded = style_for.get_cascaded_styles()
    # Only page styles are here by now (StyleFor clears the rest), and only those of earlier pages.
    cascaded.clear()
    style_for.add_page_declarations(page_type)
    root, base_url = html.etree_element, html.base_url
    style_for.set_computed_styles(page_type, root=root, parent=root, base_url=base_url)
    pseudos = [pseudo for _, pseudo in cascaded if pseudo]
    for pseudo in pseudos:
        style_for.set_computed_styles(
            page_type, pseudo_type=pseudo, root=root, parent=page_type, base_url=base_url
        )
    if page_type.index:
        known[key] = [(pseudo, computed[page_type, pseudo]) for pseudo in (None, *pseudos)]


def _matching_rules(page_type: Any, style_for: Any) -> tuple[Any, ...]:
    """What a page style depends on: the @page rules that match, and the size of the first page."""
    sizes = style_for.initial_page_sizes
    known = style_for.__dict__.setdefault("publish_page_rules", {})
    if "by number" not in known:
        known["by number"] = any(
            selector[2].index is not None
            for sheet, _, _ in style_for._sheets
            for _, selectors, _ in sheet.page_rules
            for selector in selectors
        )
    # Unless there is an :nth(), a page is not asked for more than this.
    side, blank, name, index, _ = page_type
    kind = page_type if known["by number"] else (side, blank, name, index == 0)
    if kind not in known:
        matches = style_for._page_type_match
        known[kind] = tuple(
            (id(declarations), number)
            for sheet, _, _ in style_for._sheets
            for _, selectors, declarations in sheet.page_rules
            for number, selector in enumerate(selectors)
            if matches(selector[2], page_type)
        )
    return known[kind], sizes["box"], sizes["area"]


# --- pseudo-elements ---------------------------------------------------------------------------


class Styles(dict[Any, Any]):
    """Computed styles, those of pseudo-elements as soon as somebody asks.

    The engine's own style sheet has six pseudo-elements for every element (::marker, ::note-call
    and the like), nearly all of which no box is ever made for.
    """

    def __init__(self, style_for: Any, html: Any, target_collector: Any) -> None:
        super().__init__()
        self._style_for = style_for
        self._html = html
        self._targets = target_collector
        self._rules: dict[Any, list[tuple[Any, ...]]] = {}
        self._without_anchor: set[int] = set()

    def later(self, element: Any, rules: list[tuple[Any, ...]]) -> None:
        """Keep what matches the pseudo-elements of an element.

        Anchors are collected from styles as soon as the document is read, so those of the rare
        pseudo-elements that have one are computed then.
        """
        if not rules:
            return
        self._rules[element] = rules
        for *_, pseudo, declarations in rules:
            if id(declarations) in self._without_anchor:
                continue
            if all(name != "anchor" for name, _, _ in declarations):
                # The sheets hold it as long as this is held, so the number stays its own.
                self._without_anchor.add(id(declarations))
                continue
            anchor = self.get((element, pseudo))["anchor"]
            if anchor and self._targets:
                self._targets.collect_anchor(anchor)

    def get(self, key: Any, default: Any = None) -> Any:
        """The style of (element, pseudo-element); ``default`` if no rule matches it."""
        found = super().get(key)
        if found is None and key[0] in self._rules:
            found = self._computed(*key)
            if found is not None:
                self[key] = found
        return default if found is None else found

    def _computed(self, element: Any, pseudo: str | None) -> Any:
        rules = [rule for rule in self._rules[element] if rule[-2] == pseudo]
        if not rules:
            return None
        cascaded: dict[str, tuple[Any, Any]] = {}
        for origin, layer_order, specificity, _, declarations in rules:
            for name, values, importance in declarations:
                weight = (declaration_precedence(origin, importance), layer_order, specificity)
                old = cascaded.get(name, (None, None))[1]
                if old is None or old <= weight:
                    cascaded[name] = values, weight
        style_for, html = self._style_for, self._html
        return ComputedStyle(
            self[element, None],
            cascaded,
            pseudo,
            self[html.etree_element, None],
            html.base_url,
            style_for.font_config,
            style_for.initial_page_sizes,
        )


_SET_DEFAULT = "style = cascaded_styles.setdefault((etree_element, pseudo_type), {})\n"
_KEEP = "computed_cache[key] = computed_styles[etree_element, None]\n"

#: Exchanged in StyleFor.__init__: what matches pseudo-elements is kept for later.
STYLES = (
    (
        "self._computed_styles = computed_styles = {}\n",
        "self._computed_styles = computed_styles = Styles(self, html, target_collector)\n",
    ),
    ("        selectors_keys = []\n", "        selectors_keys = []\n        later = []\n"),
    (
        f"                {_SET_DEFAULT}",
        "                if pseudo_type:\n"
        "                    later.append(\n"
        "                        (origin, layer_order, specificity, pseudo_type, declarations))\n"
        "                    continue\n"
        f"                {_SET_DEFAULT}",
    ),
    (_KEEP, f"{_KEEP}        computed_styles.later(etree_element, later)\n"),
)
