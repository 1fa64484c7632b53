// What runs in the engine: a book opened by foliate-js, its sections measured, its links followed.
//
// Only public parts of foliate-js are used: the view, its renderer's getContents, size, page and
// goTo, and the handler of footnotes.  Lengths are CSS px in the frame of a section, which is one
// row of columns: the page of a place is its x divided by the renderer's size.  A section in
// vertical lines is told lying on its side: its lines run from left to right, the first on top.

import "/foliate-js/view.js";
import { FootnoteHandler } from "/foliate-js/footnotes.js";

const OPS = "http://www.idpf.org/2007/ops";
const OBJECTS = new Set(["img", "svg", "math", "video"]);
/** What a reading app sets itself: a face of the book's region, and a pitch of lines for Chinese. */
const MANNERS = `
  html { font-family: "Noto Serif CJK SC", serif; line-height: 1.6 }
  html:lang(zh-Hant) { font-family: "Noto Serif CJK TC", serif }
  html:lang(zh-Hant-HK) { font-family: "Noto Serif CJK HK", serif }
`;
const PARAGRAPHS = "p, li, dt, dd, td, th, caption, figcaption, h1, h2, h3, h4, h5, h6";
const failures = [];
let view;

addEventListener("unhandledrejection", (event) => failures.push(String(event.reason)));
// foliate-js tells what it could not load or resolve on the console, and goes on.  (Exceptions in its
// own callbacks are not the book's, which has no scripts.)
for (const name of ["error", "warn"]) {
  console[name] = (...words) => failures.push(words.map(String).join(" "));
}

const contents = () => view.renderer.getContents()[0];
const types = (element) => (element.getAttributeNS(OPS, "type") ?? "").split(/\s+/);
const frames = (count) =>
  new Promise((resolve) => {
    const step = (left) => (left ? requestAnimationFrame(() => step(left - 1)) : resolve());
    step(count);
  });

/** The section stands as it will stay: faces loaded, pictures decoded, two frames drawn. */
async function settled() {
  const { doc } = contents();
  await doc.fonts.ready;
  await Promise.all([...doc.images].map((image) => image.decode().catch(() => {})));
  await frames(2);
}

const isVertical = (doc) =>
  doc.defaultView.getComputedStyle(doc.body).writingMode === "vertical-rl";

/** What takes a box of the section to its place with the section lying on its side. */
function laid(doc) {
  if (!isVertical(doc)) return ({ left, top, right, bottom }) => ({ left, top, right, bottom });
  const edge = doc.documentElement.getBoundingClientRect().right;
  return ({ left, top, right, bottom }) => ({
    left: top,
    top: edge - right,
    right: bottom,
    bottom: edge - left,
  });
}

function flat(items, depth = 0) {
  return (items ?? []).flatMap((item) => [
    { label: item.label, href: item.href, depth },
    ...flat(item.subitems, depth + 1),
  ]);
}

/** The section of an index, with the page of a number (0 is its first) in view. */
async function show(index, page = 0) {
  await view.renderer.goTo({ index, anchor: 0 });
  await settled();
  const last = view.renderer.pages - 3;
  if (page > 0 && last > 0) {
    await view.renderer.goTo({ index, anchor: page / last });
    await frames(2);
  }
  const frame = contents().doc.defaultView.frameElement.getBoundingClientRect();
  return { page: view.renderer.page - 1, left: frame.left, top: frame.top, scale: devicePixelRatio };
}

function isInline(element, style) {
  const { display } = style(element);
  // Blink says "math" of a formula in a line.
  return /^(inline|ruby|contents|none|math)/.test(display);
}

/** What leads to what follows it: short lead-ins, what opens and closes a letter, entries of the
 *  contents that others stand under. */
const LEADS =
  ".lead-in.brief, .salutation, .close-2:has(+ .signature), .signature:has(+ .date), nav li:has(> ol) > a";

/** What a run of glyphs is told by: "reading", "call", "heading", "lead" (LEADS), "code", "number"
 *  (of a formula), "across" (set horizontally in vertical text) or "text". */
function kindOf(element) {
  if (element.closest("rt, rp")) return "reading";
  const link = element.closest("a");
  if (link && types(link).includes("noteref")) return "call";
  if (element.closest(".formula .number")) return "number";
  if (element.closest("h1, h2, h3, h4, h5, h6, .minor-title, .entry-number")) return "heading";
  if (element.closest(LEADS)) return "lead";
  const { writingMode } = element.ownerDocument.defaultView.getComputedStyle(element);
  if (isVertical(element.ownerDocument) && writingMode === "horizontal-tb") return "across";
  return element.closest("pre") ? "code" : "text";
}

/**
 * Every glyph of the section, in the order of the text, as
 * [character, left, top, right, bottom, size of its face, run, kind, whether it shares a square].
 * A run is what may be broken into lines: text of one block without a forced break.  A picture or
 * formula is one glyph, U+FFFC.
 */
function glyphs(doc) {
  const lay = laid(doc);
  const styles = new Map();
  const style = (element) => {
    if (!styles.has(element)) styles.set(element, doc.defaultView.getComputedStyle(element));
    return styles.get(element);
  };
  const found = [];
  let run = 0;
  let block = null;
  const enter = (element) => {
    let outer = element;
    while (outer !== doc.body && isInline(outer, style)) outer = outer.parentElement;
    if (outer !== block) run += 1;
    block = outer;
  };
  const add = (character, rect, size, kind, shares = false) => {
    if (rect && rect.width > 0 && rect.height > 0) {
      const { left, top, right, bottom } = lay(rect);
      found.push([character, left, top, right, bottom, size, run, kind, shares]);
    }
  };
  const visit = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const parent = node.parentElement;
      const size = parseFloat(style(parent).fontSize);
      const kind = kindOf(parent);
      const range = doc.createRange();
      const { textCombineUpright, webkitTextCombine } = style(parent);
      if ([textCombineUpright, webkitTextCombine].some((value) => /all|horizontal/.test(value))) {
        // Several signs in one square: each gets its share of it.
        const signs = [...node.data.trim()];
        const { left, top, right, height } = parent.getBoundingClientRect();
        const share = height / signs.length;
        signs.forEach((character, place) => {
          if (!place) enter(parent);
          const box = new DOMRect(left, top + place * share, right - left, share);
          add(character, box, size, kind, signs.length > 1);
        });
        return;
      }
      let offset = 0;
      for (const character of node.data) {
        const end = offset + character.length;
        if (character.trim()) {
          range.setStart(node, offset);
          range.setEnd(node, end);
          // At a break some engines give an empty box at the end of the line before, too.
          const rect = [...range.getClientRects()].findLast((box) => box.width > 0);
          if (rect) enter(parent);
          add(character, rect, size, kind);
        }
        offset = end;
      }
    } else if (node.nodeType === Node.ELEMENT_NODE) {
      const name = node.localName;
      if (name === "br") run += 1;
      if (OBJECTS.has(name)) {
        enter(node);
        add("\uFFFC", node.getBoundingClientRect(), parseFloat(style(node).fontSize), "object");
      } else {
        for (const child of node.childNodes) visit(child);
      }
    }
  };
  visit(doc.body);
  return found;
}

/** The kinds of elements (name and classes) that begin on each page, for a choice of pictures. */
function kinds(doc, size) {
  const lay = laid(doc);
  const found = {};
  for (const element of doc.body.querySelectorAll("*")) {
    const rect = [...element.getClientRects()].find((box) => box.width > 0 && box.height > 0);
    if (!rect || element.parentElement.closest("math, svg")) continue;
    const page = Math.floor(lay(rect).left / size);
    const kind = [element.localName, ...[...element.classList].sort()].join(".");
    (found[page] ??= new Set()).add(kind);
  }
  return Object.fromEntries(Object.entries(found).map(([page, set]) => [page, [...set]]));
}

/** Elements (name, classes and width) that are wider than a column, outside formulas. */
function wide(doc, column) {
  const [extent, scroll] = isVertical(doc) ? ["height", "scrollHeight"] : ["width", "scrollWidth"];
  return [...doc.body.querySelectorAll("*")]
    .filter((element) => !element.parentElement.closest("math, svg"))
    .map((element) => [
      [element.localName, ...element.classList].join("."),
      Math.max(0, element[scroll], ...[...element.getClientRects()].map((box) => box[extent])),
    ])
    .filter(([, width]) => width > column + 1);
}

/** The columns of formulas that say how they are aligned: the side, and by how much what stands in
 *  their cells differs there, in sizes of the face. */
function ragged(doc) {
  const found = [];
  for (const table of doc.querySelectorAll("mtable")) {
    const columns = new Map();
    for (const row of table.children) {
      [...row.children].forEach((cell, place) => {
        const side = cell.getAttribute("columnalign");
        const boxes = [...cell.children].map((child) => child.getBoundingClientRect());
        const inked = boxes.filter((box) => box.width > 0);
        if (!inked.length || (side !== "left" && side !== "right")) return;
        const key = `${side} ${place}`;
        const edge = side === "left" ? Math.min : Math.max;
        if (!columns.has(key)) columns.set(key, []);
        columns.get(key).push(edge(...inked.map((box) => box[side])));
      });
    }
    const size = parseFloat(doc.defaultView.getComputedStyle(table).fontSize);
    for (const [key, edges] of columns) {
      found.push([key, (Math.max(...edges) - Math.min(...edges)) / size]);
    }
  }
  return found;
}

/** The links of a section to places of the book, without those of the navigation, which are
 *  followed as its entries. */
function internalLinks(index) {
  const { doc } = contents();
  const section = view.book.sections[index];
  return [...doc.querySelectorAll("a[href]")]
    .filter((element) => !element.closest("nav"))
    .map((element) => ({ element, href: section.resolveHref(element.getAttribute("href")) }))
    .filter(({ href }) => !view.book.isExternal(href));
}

/** The element of an address that was gone to: the body where it names none, or null. */
function target({ anchor }) {
  const { doc } = contents();
  const found = anchor?.(doc) ?? null;
  return typeof found === "number" ? doc.body : found;
}

/** Go to an address: whether its place is in view then, and what is read from there on. */
async function arrive(href) {
  const resolved = await view.goTo(href);
  const element = resolved && contents().index === resolved.index ? target(resolved) : null;
  if (!element) return { href, seen: false, arrived: "", why: "(there is no such place)" };
  await settled();
  const { doc, index } = contents();
  const frame = doc.defaultView.frameElement.getBoundingClientRect();
  const own = view.getBoundingClientRect();
  const [box] = element.getClientRects();
  const x = box && (isVertical(doc) ? box.right - 1 : box.left) + frame.left;
  const y = box && box.top + frame.top;
  const seen = x >= own.left && x < own.right && y >= own.top - 1 && y < own.bottom;
  const range = doc.createRange();
  range.setStartBefore(element);
  range.setEndAfter(doc.body.lastChild);
  const arrived = range.toString().replace(/\s+/g, "").slice(0, 60);
  return { href, index, page: view.renderer.page - 1, seen, arrived, why: "" };
}

/** From a note, which a call has led to, by its own link: whether that call stands in the paragraph
 *  that is come to. */
async function back(call) {
  const note = target(view.resolveNavigation(call));
  const link = note.querySelector("a[href]");
  if (!link) return { seen: false, calls: false, why: "(it has no link)" };
  const href = view.book.sections[contents().index].resolveHref(link.getAttribute("href"));
  const arrival = await arrive(href);
  const place = target(view.resolveNavigation(href));
  const calls = internalLinks(contents().index).filter((item) => item.href === call);
  const near = ({ element }) => element.closest(PARAGRAPHS)?.contains(place) ?? false;
  return { ...arrival, calls: Boolean(place) && calls.some(near) };
}

/** The note that a call shows in a pop-up, as foliate-js makes it: its kind and its text. */
async function popUp(link, href) {
  const handler = new FootnoteHandler();
  // It stays, hidden, until the next book is opened: foliate-js puts off work on it.
  const box = document.createElement("div");
  box.className = "popup";
  document.body.append(box);
  let inner;
  let kind = null;
  handler.addEventListener("before-render", ({ detail }) => {
    inner = detail.view;
    box.append(inner);
  });
  handler.addEventListener("render", ({ detail }) => {
    kind = detail.type;
  });
  const event = new CustomEvent("link", { detail: { a: link, href }, cancelable: true });
  try {
    await handler.handle(view.book, event);
    for (let left = 100; left && !inner?.renderer.getContents().length; left -= 1) await frames(1);
    const doc = inner?.renderer.getContents()[0]?.doc;
    await doc?.fonts.ready;
    return { kind, text: doc?.body.textContent.replace(/\s+/g, "") ?? "" };
  } catch (error) {
    return { kind: String(error), text: "" };
  }
}

globalThis.reader = {
  /** Open a book in a view of a size; what its package and its navigation hold. */
  async open(url, width, height) {
    view?.close();
    document.body.replaceChildren();
    failures.length = 0;
    view = document.createElement("foliate-view");
    view.style.width = `${width}px`;
    view.style.height = `${height}px`;
    document.body.append(view);
    const data = await (await fetch(url)).blob();
    await view.open(new File([data], "book.epub", { type: "application/epub+zip" }));
    // Before the book's own style sheets, which may say otherwise.
    view.renderer.setStyles([MANNERS, ""]);
    const { book } = view;
    const { title } = book.metadata;
    return {
      // A title in several languages is a map.
      title: typeof title === "string" ? title : Object.values(title)[0],
      dark: matchMedia("(prefers-color-scheme: dark)").matches,
      sections: book.sections.map((section) => section.id),
      contents: flat(book.toc),
      pageList: flat(book.pageList),
    };
  },

  /** A section as it is laid out. */
  async measure(index) {
    await show(index);
    const { doc } = contents();
    const { renderer } = view;
    const box = doc.documentElement.getBoundingClientRect();
    const style = doc.defaultView.getComputedStyle(doc.documentElement);
    return {
      size: renderer.size,
      vertical: isVertical(doc),
      height: isVertical(doc) ? box.width : box.height,
      columns: renderer.columnCount,
      gap: parseFloat(style.columnGap),
      pages: renderer.pages - 2,
      glyphs: glyphs(doc),
      kinds: kinds(doc, renderer.size),
      wide: wide(doc, renderer.size / renderer.columnCount - parseFloat(style.columnGap)),
      ragged: ragged(doc),
      links: internalLinks(index).map(({ element, href }) => ({
        href,
        text: element.textContent,
        types: types(element),
      })),
    };
  },

  show,

  /** Follow an address of the navigation. */
  arrive,

  /** Follow a link of a section by a click, as a reader does; a call of a note pops up before. */
  async follow(index, number) {
    await show(index);
    const { element, href } = internalLinks(index)[number];
    const note = types(element).includes("noteref") ? await popUp(element, href) : null;
    const clicked = new Promise((resolve, reject) => {
      const listen = (event) => {
        event.preventDefault();
        resolve(event.detail.href);
      };
      view.addEventListener("link", listen, { once: true });
      setTimeout(() => reject(new Error(`a click on ${href} does nothing`)), 3000);
    });
    element.dispatchEvent(
      new element.ownerDocument.defaultView.MouseEvent("click", { bubbles: true, cancelable: true }),
    );
    const arrival = await arrive(await clicked);
    return { ...arrival, note, back: note && arrival.seen ? await back(href) : null };
  },

  /** What foliate-js could not load or resolve meanwhile. */
  failures: async () => failures,
};
document.title = "ready";
