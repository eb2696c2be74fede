// Starts the deck. The slide is exactly 1280 by 720, the theme keeps its own margins;
// nothing moves but what a key moves.
(function () {
  "use strict";
  const isPrint = /view=print/.test(window.location.search);
  // Pages are laid out some time after reveal.js is ready, and it tells when.
  const laidOut = new Promise((done) => {
    if (isPrint) Reveal.on("pdf-ready", done);
    else done();
  });
  Reveal.initialize({
    width: 1280,
    height: 720,
    margin: 0,
    center: false,
    hash: true,
    controls: false,
    slideNumber: "c/t",
    // Turns the speaker view's pacing on: each slide has its own time (data-timing).
    defaultTiming: 60,
    transition: "none",
    backgroundTransition: "none",
    pdfSeparateFragments: false,
    pdfMaxPagesPerSlide: 1,
    plugins: [RevealHighlight, RevealNotes],
  })
    .then(() => Promise.all([laidOut, document.fonts.ready, Recordings.create(isPrint)]))
    .then(() => {
      window.slidesReady = true; // for those who print or test it
    });
})();
