// What is wrong with the slide as it is shown now. Runs within the page, where it
// defines window.inspectSlide(): a list of sentences, empty if all is well.
(function () {
  "use strict";
  const STAGE = { width: 1280, height: 720 };
  const SMALLEST = 21; // pixels of the stage: what the back row can read
  const CONTRAST = 4.5; // WCAG 2, level AA
  const SLACK = 1.5; // pixels of the stage: rounding

  let scale = 1;
  let origin = { left: 0, top: 0 };

  /** An element's or a range's box in pixels of the stage. */
  function boxOf(one) {
    const box = one.getBoundingClientRect();
    const at = (value, from) => (value - from) / scale;
    return {
      left: at(box.left, origin.left),
      right: at(box.right, origin.left),
      top: at(box.top, origin.top),
      bottom: at(box.bottom, origin.top),
      width: box.width / scale,
      height: box.height / scale,
    };
  }

  function nameOf(element) {
    const text = element.textContent.trim().replace(/\s+/g, " ").slice(0, 40);
    return `<${element.tagName.toLowerCase()}> "${text}"`;
  }

  function isShown(element) {
    return element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  }

  function isInside(inner, outer) {
    return (
      inner.left >= outer.left - SLACK &&
      inner.top >= outer.top - SLACK &&
      inner.right <= outer.right + SLACK &&
      inner.bottom <= outer.bottom + SLACK
    );
  }

  function overlap(a, b) {
    const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    return width > 2 * SLACK && height > 2 * SLACK;
  }

  /** Pieces of text that are seen: {element, box}. A recording is none: what a
   * terminal shows is the program's. */
  function textsOf(slide) {
    const found = [];
    const walker = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      const isHidden = element.closest("aside.notes, script, style, .recording");
      if (isHidden || node.data.trim() === "" || !isShown(element)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      found.push({ element, box: boxOf(range) });
    }
    return found;
  }

  // --- Places

  function checkPlaces(slide, texts, faults) {
    const stage = { left: 0, top: 0, right: STAGE.width, bottom: STAGE.height };
    for (const { element, box } of texts)
      if (!isInside(box, stage)) faults.push(`off the slide: ${nameOf(element)}`);
    for (const one of slide.querySelectorAll(
      "img, svg, figure, pre, table, ul, p, h1, h2",
    ))
      if (
        isShown(one) &&
        !one.closest(".recording") &&
        one.getBoundingClientRect().width > 0 &&
        !isInside(boxOf(one), stage)
      )
        faults.push(`off the slide: ${nameOf(one)}`);
    for (const one of slide.querySelectorAll("pre, pre code, .body, td, h2"))
      if (
        one.scrollWidth > one.clientWidth + SLACK ||
        one.scrollHeight > one.clientHeight + SLACK
      )
        if (one.clientWidth > 0) faults.push(`overflows: ${nameOf(one)}`);
  }

  /** Blocks that follow one another must not lie upon one another. */
  function checkOverlaps(slide, faults) {
    const number = document.querySelector(".slide-number");
    for (const parent of [
      slide,
      ...slide.querySelectorAll(".body, .fragment, figure"),
    ]) {
      const blocks = [...parent.children].filter(
        (one) =>
          one.matches("h1, h2, p, ul, ol, table, figure, figcaption, pre, div, img") &&
          isShown(one),
      );
      if (parent === slide && number && isShown(number)) blocks.push(number);
      for (const [index, one] of blocks.entries())
        for (const other of blocks.slice(index + 1))
          if (overlap(boxOf(one), boxOf(other)))
            faults.push(`overlap: ${nameOf(one)} and ${nameOf(other)}`);
    }
    for (const body of slide.querySelectorAll(".body"))
      for (const one of body.children)
        if (
          getComputedStyle(one).position !== "absolute" &&
          !isInside(boxOf(one), boxOf(body))
        )
          faults.push(`overflows: ${nameOf(one)}`);
  }

  function checkDiagrams(slide, faults) {
    for (const svg of slide.querySelectorAll(".diagram svg")) {
      const texts = [...svg.querySelectorAll("text")].filter(isShown);
      for (const [index, one] of texts.entries()) {
        if (!isInside(boxOf(one), boxOf(svg)))
          faults.push(`off its diagram: ${nameOf(one)}`);
        for (const other of texts.slice(index + 1))
          if (overlap(boxOf(one), boxOf(other)))
            faults.push(`overlap: ${nameOf(one)} and ${nameOf(other)}`);
      }
    }
  }

  // --- Reading

  function checkSizes(slide, texts, faults) {
    for (const terminal of slide.querySelectorAll(".recording .ap-term-text")) {
      const size = parseFloat(getComputedStyle(terminal).fontSize);
      if (size < SMALLEST)
        faults.push(`too small, ${size.toFixed(1)} px: the recording`);
    }
    for (const { element } of texts) {
      const svg = element.closest(".diagram svg");
      const zoom = svg ? boxOf(svg).width / svg.viewBox.baseVal.width : 1;
      const size = parseFloat(getComputedStyle(element).fontSize) * zoom;
      if (size < SMALLEST)
        faults.push(`too small, ${size.toFixed(1)} px: ${nameOf(element)}`);
    }
  }

  function rgb(colour) {
    const numbers = colour.match(/[\d.]+/g).map(Number);
    return numbers.length > 3 && numbers[3] === 0 ? null : numbers.slice(0, 3);
  }

  function luminance(colour) {
    const [r, g, b] = colour.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function contrast(one, other) {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  }

  /** The colour behind a text: in a diagram that of the shape drawn last below it. */
  function groundOf(element) {
    const svg = element.closest("svg");
    if (svg) {
      const box = element.getBoundingClientRect();
      const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
      const below = [...svg.querySelectorAll("rect")].filter((rect) => {
        const area = rect.getBoundingClientRect();
        const isBefore =
          rect.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING;
        return (
          isBefore &&
          isShown(rect) &&
          area.left <= middle.x &&
          area.right >= middle.x &&
          area.top <= middle.y &&
          area.bottom >= middle.y
        );
      });
      const last = below.at(-1);
      if (last) return rgb(getComputedStyle(last).fill);
    }
    for (let one = element; one; one = one.parentElement) {
      const colour = rgb(getComputedStyle(one).backgroundColor);
      if (colour) return colour;
    }
    return [255, 255, 255];
  }

  function checkContrast(texts, faults) {
    for (const { element } of texts) {
      const style = getComputedStyle(element);
      const ink = rgb(element.closest("svg") ? style.fill : style.color);
      const ratio = contrast(ink, groundOf(element));
      if (ratio < CONTRAST)
        faults.push(`contrast ${ratio.toFixed(1)}: ${nameOf(element)}`);
    }
  }

  // --- Words for pictures, ends of links

  function checkReferences(slide, faults) {
    for (const image of slide.querySelectorAll("img")) {
      if (!image.alt.trim()) faults.push(`no alt text: ${image.getAttribute("src")}`);
      if (image.naturalWidth === 0)
        faults.push(`no picture: ${image.getAttribute("src")}`);
    }
    for (const svg of slide.querySelectorAll(".diagram svg"))
      if (!svg.getAttribute("aria-label")) faults.push("no alt text: a diagram");
    for (const link of slide.querySelectorAll("a[href]")) {
      const href = link.getAttribute("href");
      const isHere = href.startsWith("#/") && document.getElementById(href.slice(2));
      if (!isHere && !/^https:\/\/[^/]+\.[^/]+\//.test(href))
        faults.push(`leads nowhere: ${href}`);
    }
  }

  window.inspectSlide = function () {
    const slide = Reveal.getCurrentSlide();
    const stage = document.querySelector(".reveal .slides").getBoundingClientRect();
    scale = stage.width / STAGE.width;
    origin = { left: stage.left, top: stage.top };
    const faults = [];
    const texts = textsOf(slide);
    checkPlaces(slide, texts, faults);
    checkOverlaps(slide, faults);
    checkDiagrams(slide, faults);
    checkSizes(slide, texts, faults);
    checkContrast(texts, faults);
    checkReferences(slide, faults);
    return [...new Set(faults)];
  };
})();
