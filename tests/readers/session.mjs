// What is done with the books in any engine.  The plan is a JSON file:
//     {"books": [path], "sizes": [[width, height]], "folder": path of the pictures}
// and the report goes to standard output as JSON (reading.py reads it).
//
// An engine is {name, start(scheme)}; start gives {version, open(address, width, height),
// call(name, ...arguments) of globalThis.reader, picture(path without extension, width, height),
// end()}.

import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { serve } from "./server.mjs";

const SCHEMES = ["light", "dark"];

/** The pages to picture: the first of each section, and those on which some kind of element
 *  (a table, a verse, a note …) is seen for the first time. */
function choose(sections) {
  const seen = new Set();
  const chosen = [];
  sections.forEach(({ pages, kinds }, index) => {
    for (let page = 0; page < pages; page += 1) {
      const fresh = (kinds[page] ?? []).filter((kind) => !seen.has(kind));
      fresh.forEach((kind) => seen.add(kind));
      if (page === 0 || fresh.length) chosen.push([index, page]);
    }
  });
  return chosen;
}

async function navigation(browser, opened, sections) {
  const followed = { contents: [], pageList: [], links: [] };
  for (const list of ["contents", "pageList"]) {
    for (const item of opened[list]) {
      followed[list].push({ ...item, ...(await browser.call("arrive", item.href)) });
    }
  }
  for (const [index, { links }] of sections.entries()) {
    for (const [number, link] of links.entries()) {
      const arrival = await browser.call("follow", index, number);
      followed.links.push({ ...link, from: index, ...arrival });
    }
  }
  return followed;
}

export async function run(engine) {
  const plan = JSON.parse(readFileSync(process.argv[2], "utf-8"));
  const { address, stop } = await serve(plan.books);
  const views = [];
  const chosen = new Map();
  let version = "";
  try {
    for (const scheme of SCHEMES) {
      const browser = await engine.start(scheme);
      version = browser.version;
      try {
        for (const [number, book] of plan.books.entries()) {
          for (const [width, height] of plan.sizes) {
            const key = `${number}-${width}x${height}`;
            await browser.open(`${address}/reader.html`, width, height);
            const opened = await browser.call("open", `/${number}.epub`, width, height);
            const { title, dark, sections: ids } = opened;
            const found = { book, title, width, height, scheme, dark, ids };
            if (scheme === "light") {
              found.sections = [];
              for (const index of opened.sections.keys()) {
                found.sections.push(await browser.call("measure", index));
              }
              chosen.set(key, choose(found.sections));
              if (width === plan.sizes[0][0]) {
                found.navigation = await navigation(browser, opened, found.sections);
              }
            }
            found.pictures = [];
            const folder = path.join(plan.folder, `${key}-${scheme}`);
            mkdirSync(folder, { recursive: true });
            for (const [index, page] of chosen.get(key)) {
              const place = await browser.call("show", index, page);
              const picture = await browser.picture(
                path.join(folder, `${index}-${page}`),
                width,
                height,
              );
              found.pictures.push({ ...place, index, ...picture });
            }
            found.failures = await browser.call("failures");
            views.push(found);
          }
        }
      } finally {
        await browser.end();
      }
    }
  } finally {
    stop();
  }
  process.stdout.write(JSON.stringify({ engine: engine.name, version, views }));
}
