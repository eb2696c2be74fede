// While presenting with `make slides-serve`: loads the page anew when a source was
// saved, or shows what is wrong with it over the slide.
(function () {
  "use strict";
  const events = new EventSource("/events");
  events.addEventListener("reload", () => window.location.reload());
  events.addEventListener("fault", (event) => {
    const note = document.createElement("pre");
    note.textContent = event.data;
    note.style.cssText =
      "position:fixed;inset:auto 0 0 0;z-index:100;margin:0;padding:20px;" +
      "background:#ffffff;color:#d9091f;font-size:20px;white-space:pre-wrap";
    document.body.append(note);
  });
})();
