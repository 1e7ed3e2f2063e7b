/* The map that is drawn on: what is drawn, what is shown of it, and what is told. */

import { Background } from "./draw-background.js";
import { Outline } from "./draw-outline.js";
import { Picture } from "./draw-picture.js";
import { Telling } from "./draw-telling.js";
import { View } from "./draw-view.js";

export const by = (id) => document.getElementById(id);

const section = by("drawing-tool");
export const svg = by("drawing-picture");
export const field = by("geojson");
export const list = by("corner");
export const told = section.dataset;

section.hidden = false;
export const size = () => [svg.clientWidth || 640, svg.clientHeight || 400];
export const outline = new Outline();
export const view = new View(...size(), told.box.split(",").map(Number));
const background = new Background(told.root, told, () => refresh());
export const picture = new Picture(svg, view, outline, background, told.tiles);
export const telling = new Telling(by("drawing-told"), outline, background);

export const refresh = () => {
  picture.draw();
  const { sources } = background;
  const said = [...(told.tilesFrom ? [told.tilesFrom] : []), ...sources];
  by("drawing-sources").hidden = said.length === 0;
  by("drawing-sources").textContent = said.length ? `The map shows: ${said.join(" · ")}` : "";
};

export const look = () => {
  background.look(view);
  refresh();
};

const listCorners = () => {
  const options = outline.corners.map(({ ring, corner, place }) => {
    const part = outline.rings.length > 1 ? `${outline.rings[ring].isHole ? "left out" : "part"} ${ring + 1}, ` : "";
    return new Option(`${part}corner ${corner + 1}: ${telling.whereIs(place)}`);
  });
  list.replaceChildren(...options);
  list.selectedIndex = picture.chosen ?? -1;
};

/** After what is drawn has changed: show it, and write it into the form. */
export const changed = (text = telling.state) => {
  const count = outline.corners.length;
  if (picture.chosen !== null && picture.chosen >= count) picture.chosen = null;
  const geometry = outline.geometry;
  field.value = geometry === null ? "" : JSON.stringify(geometry);
  listCorners();
  refresh();
  telling.tell(text);
};

export const moved = () => {
  look();
  telling.tellLater(() => `The cross is ${telling.whereIs(view.cross)}.`);
};
