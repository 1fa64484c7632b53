// The reader, foliate-js and the books of a plan, on the loopback interface alone.

import { createReadStream, statSync } from "node:fs";
import http from "node:http";
import path from "node:path";

const FOLDER = import.meta.dirname;
const FOLIATE = path.join(FOLDER, "..", "node_modules", "foliate-js");
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".epub": "application/epub+zip",
};

/** The file of a path, or null: the reader's two, scripts of foliate-js, the books by number. */
function fileOf(pathname, books) {
  if (pathname === "/reader.html" || pathname === "/reader.js") return path.join(FOLDER, pathname);
  const book = /^\/(\d+)\.epub$/.exec(pathname);
  if (book) return books[Number(book[1])] ?? null;
  const script = /^\/foliate-js\/((?:[\w-]+\/)*[\w-]+\.js)$/.exec(pathname);
  return script ? path.join(FOLIATE, script[1]) : null;
}

/** Serve the books (paths); gives the address, and a function that ends it. */
export async function serve(books) {
  const server = http.createServer((request, response) => {
    const file = fileOf(new URL(request.url, "http://localhost").pathname, books);
    if (!file || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": TYPES[path.extname(file)] });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { address: `http://127.0.0.1:${server.address().port}`, stop };
}
