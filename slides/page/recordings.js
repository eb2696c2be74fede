// The recordings of a deck: players over data that is in the page. R plays and pauses
// the one on the slide, a click does too; leaving the slide pauses it.
var Recordings = (function () {
  "use strict";
  const players = new Map(); // element of class "recording" -> player

  function dataOf(element) {
    return document.getElementById("cast-" + element.dataset.cast).textContent;
  }

  function make(element, isPrint) {
    const player = AsciinemaPlayer.create({ data: dataOf(element) }, element, {
      fit: "both",
      preload: true,
      controls: isPrint ? false : "auto",
      theme: "reap",
      terminalFontFamily: '"Source Code Pro", monospace',
      terminalLineHeight: 1.15,
      // On paper its end tells the story; in the room it would tell too soon.
      poster: isPrint ? "npt:" + lastMoment(element) : "npt:1",
    });
    player.addEventListener("playing", () => (element.dataset.state = "playing"));
    player.addEventListener("pause", () => (element.dataset.state = "paused"));
    player.addEventListener("ended", () => (element.dataset.state = "ended"));
    // A player that has the keyboard would take the arrows from the slides.
    element.addEventListener("focusin", (event) => event.target.blur());
    players.set(element, player);
  }

  function lastMoment(element) {
    const lines = dataOf(element).trimEnd().split("\n");
    return Math.ceil(JSON.parse(lines[lines.length - 1])[0]) + 1;
  }

  function onSlide(slide) {
    const element = slide && slide.querySelector(".recording");
    return element ? players.get(element) : undefined;
  }

  function toggle() {
    const slide = Reveal.getCurrentSlide();
    const player = onSlide(slide);
    if (!player) return;
    const state = slide.querySelector(".recording").dataset.state;
    if (state === "playing") player.pause();
    else if (state === "ended") player.seek(0).then(() => player.play());
    else player.play();
  }

  /** Makes all players; they are ready when the promise is kept. */
  function create(isPrint) {
    const elements = document.querySelectorAll(".recording");
    elements.forEach((element) => make(element, isPrint));
    Reveal.on("slidechanged", (event) => {
      const left = onSlide(event.previousSlide);
      if (left) left.pause();
    });
    Reveal.addKeyBinding(
      { keyCode: 82, key: "R", description: "Play the recording" },
      toggle,
    );
    return Promise.all([...elements].map(isDrawn));
  }

  /** Kept once the player shows its first picture. */
  function isDrawn(element) {
    return new Promise((resolve) => {
      const look = () => {
        const text = element.querySelector(".ap-term-text, .ap-line");
        if (text && text.textContent.trim() !== "") resolve();
        else setTimeout(look, 20);
      };
      look();
    });
  }

  return { create, players };
})();
