// Blink: the books in Debian's Chromium.

import { browse } from "./puppet.mjs";
import { run } from "./session.mjs";

const options = {
  browser: "chrome",
  executablePath: process.env.READER_PROGRAM,
  // Its sandbox is not for root, which a container runs as; the books are our own.
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
  ],
};
const emulate = (page, scheme) =>
  page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);

await run({ name: "blink", start: (scheme) => browse(options, scheme, emulate) });
