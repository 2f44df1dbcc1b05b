// Shows a resident's slips where there is no network: a lift, a basement. Keeps only the offline page and the
// current slips of who is signed in, and forgets them when they sign out or somebody else signs in.
"use strict";
const SHELF = "lc-slips";
const FILES = "lc-files";
const OWNER = "/kept/owner";
const OFFLINE = "/offline";
const PLAIN = "/offline?plain=true";
const RENEW = 600000;
const PATIENCE = 5000;
const SLIP = /^(?:\/api\/v1)?(\/bookings\/[0-9a-f-]{36}\/slip)$/;
let turn = Promise.resolve();
let generation = 0;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const { owner, now } = event.data || {};
  if (!owner) return;
  turn = turn.then(() => owner === "none" ? nobody() : keepFor(owner, now)).catch(() => {});
  event.waitUntil(turn.then(() => event.ports[0] && event.ports[0].postMessage("done")));
});

async function forget() {
  generation += 1;
  await caches.delete(SHELF);
}

// Nobody is signed in: keep the page that says there is no network, and nothing of anybody.
async function nobody() {
  const kept = await keptFor();
  if (kept.owner && kept.owner !== "none") await forget();
  if (kept.owner !== "none" || Date.now() - kept.at > RENEW) await fill("none");
}

async function keepFor(owner, now) {
  const kept = await keptFor();
  if (kept.owner !== owner) await forget();
  if (kept.owner !== owner || now || Date.now() - kept.at > RENEW) await fill(owner);
}

async function keptFor() {
  const answer = await (await caches.open(SHELF)).match(OWNER);
  return answer ? answer.json() : { owner: "", at: 0 };
}

async function fill(owner) {
  const mine = generation;
  const page = await get(OFFLINE);
  const html = await page.clone().text();
  if (owner !== ownerOf(html)) return;
  const wanted = [...new Set([...html.matchAll(/href="(\/bookings\/[0-9a-f-]{36}\/slip)"/g)].map((each) => each[1]))];
  const plain = await get(PLAIN);
  const slips = await Promise.all(wanted.map(async (path) => [path, await get(path)]));
  const files = [...new Set([...html.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((each) => each[1]))];
  const store = await caches.open(FILES);
  await Promise.all(files.map(async (path) => { if (!await store.match(path)) await store.put(path, await get(path)); }));
  await store.put(PLAIN, plain);
  for (const old of await store.keys()) {
    const { pathname, search } = new URL(old.url);
    if (![PLAIN, ...files].includes(pathname + search)) await store.delete(old);
  }
  if (mine !== generation) return;
  await caches.delete(SHELF);
  const shelf = await caches.open(SHELF);
  for (const [path, answer] of [[OFFLINE, page], ...slips]) await shelf.put(path, answer);
  await shelf.put(OWNER, new Response(JSON.stringify({ owner, at: Date.now() })));
  if (mine !== generation) await caches.delete(SHELF);
}

const ownerOf = (html) => (/<html[^>]* data-owner="([^"]*)"/.exec(html) || [])[1];

async function get(path) {
  const answer = await fetch(path, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (!answer.ok || answer.redirected) throw new Error(path);
  return answer;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (url.pathname.startsWith("/staff") || (request.method !== "GET" && request.mode !== "navigate")) return;
  if (request.method !== "GET") {
    const leaving = /^\/sign-(?:in|out)$/.test(url.pathname) ? forget() : null;
    event.respondWith(Promise.resolve(leaving).then(() => fetch(request)).catch(offline));
    return;
  }
  if (url.pathname.startsWith("/static/")) {
    event.respondWith(caches.match(request, { cacheName: FILES }).then((kept) => kept || fetch(request)));
  } else if (request.mode === "navigate") {
    event.respondWith(fromNetworkOrShelf(request, url.pathname));
  }
});

async function fromNetworkOrShelf(request, path) {
  const slip = SLIP.exec(path);
  const kept = slip && await caches.match(slip[1], { cacheName: SHELF });
  const answers = [fetch(request)];
  if (kept) answers.push(new Promise((_, lost) => setTimeout(lost, PATIENCE)));
  try {
    return await Promise.race(answers);
  } catch {
    return kept || offline();
  }
}

async function offline() {
  return await caches.match(OFFLINE, { cacheName: SHELF }) || await caches.match(PLAIN, { cacheName: FILES }) || Response.error();
}
