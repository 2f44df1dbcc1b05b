// Enlarges all text as a host app does (WeChat, Android's text zoom): the text grows, boxes and gaps do not.
(times) => {
  "use strict";
  const sizes = [...document.querySelectorAll("body, body *")].filter((el) => !(el instanceof SVGElement))
    .map((el) => [el, parseFloat(getComputedStyle(el).fontSize), getComputedStyle(el)])
    .map(([el, size, s]) => [el, size, s.lineHeight === "normal" ? null : parseFloat(s.lineHeight) / size]);
  for (const [el, size, lead] of sizes) {
    el.style.fontSize = `${size * times}px`;
    if (lead) el.style.lineHeight = String(lead);
  }
}
