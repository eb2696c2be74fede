// Walks through a built deck in a real browser, off line: every slide and step.
import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const INSPECT = fileURLToPath(new URL("inspect.js", import.meta.url));
const PATIENCE = 30_000; // milliseconds; only a failure takes that long

/**
 * Visits `folder`/`name`.html at a size {width, height}; keeps a picture of each
 * slide in `pictures`, if given. Returns {faults, slides, states}.
 */
export async function visitDeck(browser, folder, name, size, pictures) {
  const context = await browser.newContext({ viewport: size, offline: true });
  context.setDefaultTimeout(PATIENCE);
  const faults = new Set();
  watch(context, folder, faults);
  const page = await context.newPage();
  try {
    await open(page, folder, name);
    const counts = await walk(
      page,
      faults,
      pictures && pictureName(pictures, name, size),
    );
    // It loads the deck twice more, which only a deck that may pass is worth.
    if (faults.size === 0) await checkSpeakerView(context, page, faults);
    return { faults: [...faults], ...counts };
  } catch (error) {
    return {
      faults: [...faults, String(error.message).split("\n")[0]],
      slides: 0,
      states: 0,
    };
  } finally {
    await context.close();
  }
}

/** Notes what the pages complain of, and whatever they ask from outside. */
function watch(context, folder, faults) {
  const inside = pathToFileURL(join(folder, "/")).href;
  context.on("request", (request) => {
    const url = request.url();
    const isOurs = url.startsWith(inside) || /^(data|blob|about):/.test(url);
    if (!isOurs) faults.add(`a request outside the folder: ${url}`);
  });
  context.on("requestfailed", (request) => {
    if (request.failure().errorText === "net::ERR_ABORTED") return; // we closed its page
    faults.add(`cannot be loaded: ${basename(request.url())}`);
  });
  context.on("page", (page) =>
    page.on("pageerror", (error) => faults.add(`error: ${error.message}`)),
  );
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type()))
      faults.add(`${message.type()}: ${message.text()}`);
  });
}

async function open(page, folder, name) {
  await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
  await page.waitForFunction(() => window.slidesReady === true);
  await page.addScriptTag({ path: INSPECT });
}

function pictureName(folder, name, size) {
  mkdirSync(folder, { recursive: true });
  return (number, id) =>
    join(folder, `${name}.${size.height}.${String(number).padStart(2, "0")}-${id}.png`);
}

async function walk(page, faults, pictureOf) {
  let [slides, states] = [0, 0];
  for (;;) {
    const here = await page.evaluate(stateOf);
    states += 1;
    here.faults.forEach((fault) => faults.add(`${here.id}: ${fault}`));
    if (here.isLastStep) {
      slides += 1;
      if (here.hasRecording) await checkRecording(page, here.id, faults);
      if (pictureOf) await page.screenshot({ path: pictureOf(slides, here.id) });
    }
    if (here.isEnd) return { slides, states };
    await page.evaluate(nextState);
  }
}

/** Within the page: what is shown now, and what is wrong with it. */
function stateOf() {
  const slide = Reveal.getCurrentSlide();
  const isLastStep = !Reveal.availableFragments().next;
  return {
    id: slide.id,
    faults: window.inspectSlide(),
    isLastStep,
    isEnd: isLastStep && Reveal.isLastSlide(),
    hasRecording: slide.querySelector(".recording") !== null,
  };
}

/** Within the page: one key on, and drawn. */
function nextState() {
  Reveal.next();
  return new Promise((done) =>
    requestAnimationFrame(() => requestAnimationFrame(done)),
  );
}

/** R plays it; time goes on, and its end can be reached and shows something. */
async function checkRecording(page, id, faults) {
  try {
    await page.keyboard.press("r");
    await page.waitForFunction(() => {
      const element = Reveal.getCurrentSlide().querySelector(".recording");
      const player = Recordings.players.get(element);
      return element.dataset.state === "playing" && player.getCurrentTime() > 0;
    });
    await page.evaluate(async () => {
      const element = Reveal.getCurrentSlide().querySelector(".recording");
      const player = Recordings.players.get(element);
      await player.pause();
      await player.seek("100%");
    });
    await page.waitForFunction(() => {
      const terminal = Reveal.getCurrentSlide().querySelector(".ap-term-text");
      return terminal.textContent.trim() !== "";
    });
    await page.mouse.click(
      page.viewportSize().width / 2,
      page.viewportSize().height / 2,
    );
    const isTaken = await page.evaluate(
      () => document.activeElement.closest(".recording") !== null,
    );
    if (isTaken) faults.add(`${id}: the recording takes the keyboard`);
  } catch (error) {
    faults.add(`${id}: the recording does not play: ${error.message.split("\n")[0]}`);
  }
}

/** S opens the speaker view: the notes of this slide, and both slides in it. */
async function checkSpeakerView(context, page, faults) {
  try {
    const opened = context.waitForEvent("page");
    await page.keyboard.press("s");
    const speaker = await opened;
    await speaker.waitForFunction(() => {
      const notes = document.querySelector(".speaker-controls-notes .value");
      return (
        notes &&
        /\d min/.test(notes.textContent) &&
        document.querySelectorAll("iframe").length === 2
      );
    });
    await speaker.close();
  } catch (error) {
    faults.add(`the speaker view does not open: ${error.message.split("\n")[0]}`);
  }
}
