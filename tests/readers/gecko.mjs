// Gecko: the books in Firefox.

import { browse } from "./puppet.mjs";
import { run } from "./session.mjs";

const options = (scheme) => ({
  browser: "firefox",
  executablePath: process.env.READER_PROGRAM,
  extraPrefsFirefox: {
    "layout.css.prefers-color-scheme.content-override": scheme === "dark" ? 0 : 1,
    // No network but the loopback interface: a proxy that is not there.
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": "127.0.0.1",
  },
});

await run({ name: "gecko", start: (scheme) => browse(options(scheme), scheme) });
