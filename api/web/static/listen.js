// 「听」: plays the sound in place instead of leaving the page. Without this script the link opens the sound.
// Where the server does not speak, the device may: a button with the words appears only if it has a voice.
"use strict";
(() => {
  const player = new Audio();
  let playing = null;

  const stop = () => {
    player.pause();
    if (window.speechSynthesis) { window.speechSynthesis.cancel(); }
    if (playing) { playing.removeAttribute("aria-pressed"); }
    playing = null;
  };
  const started = (control) => {
    playing = control;
    control.setAttribute("aria-pressed", "true");
  };
  const byDevice = (words) => {
    const said = new SpeechSynthesisUtterance(words);
    said.lang = "zh-CN";
    said.rate = 0.9;
    said.onend = stop;
    window.speechSynthesis.speak(said);
  };
  const canByDevice = () => "speechSynthesis" in window && "SpeechSynthesisUtterance" in window;

  document.addEventListener("click", (event) => {
    const control = event.target.closest("[data-listen]");
    if (!control) { return; }
    event.preventDefault();
    const again = playing === control;
    stop();
    if (again) { return; }
    started(control);
    const address = control.getAttribute("href");
    if (!address) { byDevice(control.dataset.listen); return; }
    player.src = address;
    player.play().catch(() => {
      if (canByDevice() && control.dataset.listen) { byDevice(control.dataset.listen); } else { stop(); location.href = address; }
    });
  });
  player.addEventListener("ended", stop);
  window.addEventListener("pagehide", stop);
  if (canByDevice()) {
    for (const control of document.querySelectorAll("button[data-listen][hidden]")) { control.hidden = false; }
    for (const words of document.querySelectorAll("[data-mute]")) { words.hidden = true; }
  }
})();
