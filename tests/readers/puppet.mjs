// Chromium and Firefox, both driven by puppeteer-core (CDP the one, WebDriver BiDi the other).

import puppeteer from "puppeteer-core";

/** Pictures have two device pixels to a CSS px, as telephones have. */
const SCALE = 2;

/** A browser for one scheme: see session.mjs. */
export async function browse(options, scheme, emulate) {
  const browser = await puppeteer.launch({ headless: true, ...options });
  const page = await browser.newPage();
  return {
    version: await browser.version(),
    async open(address, width, height) {
      await page.setViewport({ width, height, deviceScaleFactor: SCALE });
      await emulate?.(page, scheme);
      await page.goto(address);
      await page.waitForFunction(() => document.title === "ready");
    },
    call: (name, ...args) =>
      page.evaluate((name, args) => globalThis.reader[name](...args), name, args),
    async picture(stem, width, height) {
      const file = `${stem}.png`;
      await page.screenshot({ path: file, clip: { x: 0, y: 0, width, height } });
      return { file };
    },
    end: () => browser.close(),
  };
}
