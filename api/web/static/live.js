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

  function replace(fresh) {
    for (const part of document.querySelectorAll("[data-part]")) {
      const next = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
      if (next && !part.contains(document.activeElement) && part.innerHTML !== next.innerHTML) {
        part.innerHTML = next.innerHTML;
      }
    }
  }

  function listen(source) {
    const stream = new EventSource(source.dataset.live);
    stream.onopen = () => { if (note) note.textContent = note.dataset.liveNote; };
    stream.onerror = () => { if (note) note.textContent = note.dataset.liveLost; };
    const heard = () => { if (first) { first = false; return; } refresh(); };
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
