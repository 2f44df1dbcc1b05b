// Finds out where a finger really hits each target, by asking the browser what lies under points of it.
(needed) => {
  "use strict";
  const { path } = window.__watched;
  const round = (n) => Math.round(n * 10) / 10;
  const quiet = (el) => getComputedStyle(el).pointerEvents === "none";
  const wanted = "a[href],button,input:not([type=hidden]),select,textarea,summary,[role=button],[role=link],[role=checkbox],[role=tab],[onclick],label:has(input)";

  const inText = (el) => {
    if (getComputedStyle(el).display !== "inline") return false;
    const block = el.closest("p,li,dd,td,label,figcaption,span");
    return Boolean(block) && [...block.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  };
  const hits = (el, x, y) => {
    const found = document.elementFromPoint(x, y);
    return Boolean(found && (el === found || el.contains(found) || found.closest("label")?.control === el || (el.labels && [...el.labels].some((l) => l.contains(found)))));
  };
  const floats = (el) => {
    for (let at = el; at; at = at.parentElement) {
      const { position } = getComputedStyle(at);
      if (position === "sticky" || position === "fixed") return true;
    }
    return false;
  };

  function extent(el, x, y) {
    const reach = (dx, dy) => {
      let far = 0;
      while (far < 200 && hits(el, x + dx * (far + 1), y + dy * (far + 1))) far += 1;
      return far;
    };
    return [reach(-1, 0) + reach(1, 0) + 1, reach(0, -1) + reach(0, 1) + 1];
  }

  const targets = [];
  const seen = new Set();
  for (const el of document.querySelectorAll(wanted)) {
    const label = el.matches("input[type=checkbox],input[type=radio]") ? el.closest("label") || el.labels?.[0] : null;
    const area = label || el;
    if (seen.has(area) || quiet(area) || !area.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    seen.add(area);
    let r = area.getBoundingClientRect();
    if (r.width <= 1 || r.height <= 1 || r.right <= 0 || r.left < -9000) continue;
    if (area.matches("label") && !label) continue;
    const floating = floats(area);
    if (!floating) {
      area.scrollIntoView({ block: "center", behavior: "instant" });
      r = area.getBoundingClientRect();
    }
    const x = r.left + r.width / 2, y = r.height < innerHeight / 2 ? r.top + r.height / 2 : Math.max(r.top, 0) + innerHeight / 4;
    const half = needed / 2 - 1;
    const spots = [[0, 0], [-half, 0], [half, 0], [0, -half], [0, half]];
    const good = hits(area, x, y) ? spots.every(([dx, dy]) => hits(area, x + dx, y + dy)) : false;
    const [wide, high] = good ? [r.width, r.height] : extent(area, x, y);
    targets.push({
      path: path(el), text: (el.getAttribute("aria-label") || el.innerText || el.value || el.name || "").replace(/\s+/g, " ").trim().slice(0, 60),
      box: [round(r.left + scrollX), round(r.top + scrollY), round(r.width), round(r.height)], wide: round(wide), high: round(high),
      reached: hits(area, x, y), inline: inText(el), main: el.matches(".btn,.choice,.tile,[data-main],button[type=submit]:not(.pill)"),
      fixed: floating, disabled: el.disabled === true, kind: el.localName,
    });
  }
  scrollTo(0, 0);
  return targets;
}
