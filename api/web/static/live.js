// Keeps marked parts of a page fresh while its stream speaks (data-live), or every so many seconds (data-again).
// Every page works without this file.
(() => {
  "use strict";
  const note = document.querySelector("[data-live-note]");
  let asking = false;
  let again = false;
  let first = true;

  async function refresh() {
    if (asking) { again = true; return; }
    asking = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok && !answer.redirected) {
        replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
      }
    } catch {
      // the next event tries again
    } finally {
      asking = false;
      if (again) { again = false; refresh(); }
    }
  }

  const left = () => setTimeout(refresh);

  // At a desk whoever waits on a button by keyboard sees the news all the same: the focus goes to the same button in
  // the new part. Not for a finger or a mouse on its way down, nor for a field.
  function followed(part, next) {
    const held = document.activeElement;
    if (!part.closest(".desk") || !part.contains(held) || !held.matches("a:focus-visible,button:focus-visible")) return false;
    const same = (node) => node.tagName === "A" ? node.getAttribute("href") : node.form && node.form.getAttribute("action");
    const index = [...next.querySelectorAll("a,button")].findIndex((node) => node.tagName === held.tagName && same(node) === same(held));
    if (index < 0) return false;
    part.innerHTML = next.innerHTML;
    part.querySelectorAll("a,button")[index].focus({ preventScroll: true });
    return true;
  }

  function replace(fresh) {
    for (const part of document.querySelectorAll("[data-part]")) {
      const next = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!next || part.innerHTML === next.innerHTML) continue;
      if (followed(part, next)) continue;
      if (part.contains(document.activeElement)) {
        // whoever types or is about to press keeps the part; it is fetched anew once they leave it
        part.addEventListener("focusout", left, { once: true });
      } else {
        part.innerHTML = next.innerHTML;
      }
    }
  }

  function listen(source) {
    const stream = new EventSource(source.dataset.live);
    stream.onopen = () => { if (note) note.textContent = note.dataset.liveNote; };
    stream.onerror = () => { if (note) note.textContent = note.dataset.liveLost; };
    // The first event says how things stand as the stream opens. Only where it names the very version that the
    // page was made from is there nothing to fetch: a payment may have come in between.
    const heard = (event) => {
      const known = first && event.lastEventId !== "" && event.lastEventId === source.dataset.liveSeen;
      first = false;
      if (!known) refresh();
    };
    for (const name of (source.dataset.liveEvents || "message").split(" ")) {
      stream.addEventListener(name, heard);
    }
    addEventListener("pagehide", () => stream.close());
  }

  function askAgain() {
    const part = document.querySelector("[data-again]");
    if (!part) return;
    setTimeout(async () => { await refresh(); askAgain(); }, Number(part.dataset.again) * 1000);
  }

  const source = document.querySelector("[data-live]");
  if (source && "EventSource" in window) listen(source);
  askAgain();
})();
