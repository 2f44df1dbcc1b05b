// Enlarges all text as a host app does (WeChat, Android's text zoom): the text grows, boxes and gaps do not.
(times) => {
  "use strict";
  const more = times / (window.__watched.scale || 1);
  window.__watched.scale = times;
  if (more === 1) return;
  const now = [...document.querySelectorAll("body, body *")].filter((el) => !(el instanceof SVGElement)).map((el) => {
    const s = getComputedStyle(el), size = parseFloat(s.fontSize);
    return [el, size, s.lineHeight === "normal" ? null : parseFloat(s.lineHeight) / size];
  });
  for (const [el, size, lead] of now) {
    el.style.fontSize = `${size * more}px`;
    if (lead) el.style.lineHeight = String(lead);
  }
}
