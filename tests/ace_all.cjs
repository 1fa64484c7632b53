// Ace over several EPUBs in one process and one Chromium; arguments: an EPUB and the folder of its
// report, again and again.  Called by ace.py.
"use strict";

const ace = require("@daisy/ace-core");
const chromium = require("@daisy/ace-axe-runner-puppeteer");

// Ace starts and ends the browser for every book; here it lives until the last one.
const runner = { ...chromium, launch: async () => {}, close: async () => {} };

(async () => {
  const files = process.argv.slice(2);
  await chromium.launch();
  for (let i = 0; i + 1 < files.length; i += 2) {
    const options = { cwd: process.cwd(), outdir: files[i + 1], silent: true, initLogger: i === 0 };
    await ace(files[i], options, runner);
  }
  await chromium.close();
  process.exit(0);
})().catch((error) => {
  process.stderr.write(`${error.stack || error}\n`);
  process.exit(1);
});
