// What the pages need beside them: reveal.js, the player, fonts, theme and palette,
// copied into the built folder's assets/.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const OURS = fileURLToPath(new URL("..", import.meta.url));
const PLAYER = "asciinema-player/dist/bundle";
const REVEAL = "reveal.js/dist";
const COPIED = [
  `${REVEAL}/reset.css`,
  `${REVEAL}/reveal.css`,
  `${REVEAL}/theme/white-contrast.css`,
  `${REVEAL}/reveal.js`,
  `${REVEAL}/plugin/highlight.js`,
  `${REVEAL}/plugin/notes.js`,
  `${PLAYER}/asciinema-player.css`,
  `${PLAYER}/asciinema-player.min.js`,
];
const OWN = [
  "theme/slides.css",
  "theme/index.css",
  "page/recordings.js",
  "page/start.js",
];
const CODE_FONT = "@fontsource/source-code-pro/files/source-code-pro-latin";

/** Fills `folder`/assets. Throws if a package is not installed. */
export function copyAssets(folder, { live = false } = {}) {
  const assets = join(folder, "assets");
  mkdirSync(assets, { recursive: true });
  const copy = (path) => copyFileSync(path, join(assets, path.split("/").at(-1)));
  COPIED.forEach((name) => copy(join(packages(), name)));
  OWN.forEach((name) => copy(join(OURS, name)));
  if (live) copy(join(OURS, "page/reload.js"));
  writeFileSync(join(assets, "fonts.css"), codeFont());
  writeFileSync(join(assets, "palette.css"), paletteCss());
}

/** The folder that npm installed the packages into. */
function packages() {
  return join(require.resolve("marked/package.json"), "../..");
}

/** The font of code and terminals, within the style sheet: browsers differ in
 * whether a page from disk may load a font from a file. */
function codeFont() {
  const faces = [400, 700].map((weight) => {
    const path = join(packages(), `${CODE_FONT}-${weight}-normal.woff2`);
    const data = readFileSync(path).toString("base64");
    return (
      `@font-face{font-family:"Source Code Pro";font-weight:${weight};` +
      `src:url(data:font/woff2;base64,${data})format("woff2")}`
    );
  });
  return `${faces.join("\n")}\n`;
}

/** The palette as variables: --light-live and so on. */
function paletteCss() {
  const palette = JSON.parse(readFileSync(join(OURS, "palette.json"), "utf8"));
  const lines = ["light", "dark"].flatMap((ground) =>
    Object.entries(palette[ground]).map(
      ([role, colour]) => `--${ground}-${role}:${colour};`,
    ),
  );
  return `:root{\n${lines.join("\n")}\n}\n`;
}
