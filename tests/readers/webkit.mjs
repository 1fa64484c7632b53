// WebKit: the books in WebKitGTK's MiniBrowser, driven by WebDriver, in an X server of our own.
//
// The driver's own pictures hang where there is no graphics card, so the screen is copied: the X
// server keeps it in a file (xwd), and the browser's window stands at its corner.

import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { run } from "./session.mjs";

/** Device pixels to a CSS px. */
const SCALE = 2;
/** CSS px: a window that holds the tablet below its bar of tools. */
const WINDOW = { width: 1040, height: 780 };
/** Milliseconds from a layout that has settled to a screen that shows it, on a busy machine. */
const PAINT = 300;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const freePort = () =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** An X server whose screen is a file; it writes the number of its display when it is ready. */
function screen(folder) {
  const size = `${WINDOW.width * SCALE}x${WINDOW.height * SCALE}x24`;
  const options = ["-displayfd", "3", "-screen", "0", size, "-nolisten", "tcp", "-fbdir", folder];
  const server = spawn(process.env.READER_SCREEN, options, {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`the X server ended with status ${code}`)));
    server.stdio[3].once("data", (data) =>
      resolve({ display: `:${String(data).trim()}`, stop: () => server.kill() }),
    );
  });
}

function driver(port, display, scheme) {
  return spawn(process.env.READER_DRIVER, [`--port=${port}`, "--host=127.0.0.1"], {
    stdio: "ignore",
    env: {
      ...process.env,
      DISPLAY: display,
      GDK_BACKEND: "x11",
      GDK_SCALE: String(SCALE),
      // What prefers-color-scheme follows.
      GTK_THEME: scheme === "dark" ? "Adwaita:dark" : "Adwaita",
      GTK_A11Y: "none",
      LIBGL_ALWAYS_SOFTWARE: "1",
      WEBKIT_DISABLE_DMABUF_RENDERER: "1",
      // It needs name spaces, which a container may not make; the books are our own.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
    },
  });
}

async function ask(port, method, target, body) {
  const response = await fetch(`http://127.0.0.1:${port}${target}`, {
    method,
    headers: { "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const { value } = await response.json();
  if (value?.error) throw new Error(`${method} ${target}: ${value.error}: ${value.message}`);
  return value;
}

/** A session of the browser, as soon as the driver listens. */
async function session(port) {
  const options = { binary: process.env.READER_PROGRAM, args: ["--automation"] };
  const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": options } };
  for (let left = 300; ; left -= 1) {
    try {
      return await ask(port, "POST", "/session", { capabilities });
    } catch (error) {
      // A refused connection is a TypeError of fetch.
      if (!left || !(error instanceof TypeError)) throw error;
      await pause(100);
    }
  }
}

async function start(scheme) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "screen-"));
  const { display, stop } = await screen(folder);
  const port = await freePort();
  const child = driver(port, display, scheme);
  const finish = () => {
    child.kill();
    stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const { sessionId, capabilities } = await session(port);
    const own = `/session/${sessionId}`;
    const execute = async (script, args) => {
      const [failed, value] = await ask(port, "POST", `${own}/execute/async`, { script, args });
      if (failed) throw new Error(failed);
      return value;
    };
    let bar = 0;
    return {
      version: `WebKitGTK ${capabilities.browserVersion}`,
      async open(address) {
        await ask(port, "POST", `${own}/timeouts`, { script: 120_000 });
        await ask(port, "POST", `${own}/window/rect`, { x: 0, y: 0, ...WINDOW });
        await ask(port, "POST", `${own}/url`, { url: address });
        bar = await execute(
          `const done = arguments[0];
           const wait = () => document.title === "ready"
             ? done([null, outerHeight - innerHeight]) : setTimeout(wait, 50);
           wait();`,
          [],
        );
      },
      call: (name, ...args) =>
        execute(
          `const [name, args, done] = arguments;
           reader[name](...args).then((value) => done([null, value]), (error) => done([String(error)]));`,
          [name, args],
        ),
      async picture(stem, width, height) {
        await pause(PAINT);
        const file = `${stem}.xwd`;
        copyFileSync(path.join(folder, "Xvfb_screen0"), file);
        const crop = [0, bar, width, bar + height].map((value) => value * SCALE);
        return { file, crop };
      },
      async end() {
        await ask(port, "DELETE", own).catch(() => {});
        finish();
      },
    };
  } catch (error) {
    finish();
    throw error;
  }
}

await run({ name: "webkit", start });
