/* Draw a neighbourhood on a map: by mouse, finger or keyboard. What is drawn is written
   into the form as GeoJSON; without this script the form works all the same. */

import { Background } from "./draw-background.js";
import { Outline } from "./draw-outline.js";
import { Picture } from "./draw-picture.js";
import { View } from "./draw-view.js";

const STILL = 6;
const WAIT_MS = 700;
const by = (id) => document.getElementById(id);
const section = by("drawing-tool");
const svg = by("drawing-picture");
const field = by("geojson");
const list = by("corner");
const told = section.dataset;

section.hidden = false;
const size = () => [svg.clientWidth || 640, svg.clientHeight || 400];
const outline = new Outline();
const view = new View(...size(), told.box.split(",").map(Number));
const background = new Background(told.root, told, () => refresh());
const picture = new Picture(svg, view, outline, background, told.tiles);

/* ------------------------------------------------------------------ Telling */

let waits;
const tell = (text) => {
  clearTimeout(waits);
  by("drawing-told").textContent = text;
};
const tellLater = (text) => {
  clearTimeout(waits);
  waits = setTimeout(() => tell(text()), WAIT_MS);
};
const many = (count) => `${count} ${count === 1 ? "corner" : "corners"}`;
const size_m2 = (m2) => (m2 < 1e5 ? `${Math.round(m2).toLocaleString("en-GB")} m²` : `${(m2 / 1e6).toFixed(2)} km²`);
const state = () => {
  const corners = outline.corners.length;
  if (corners === 0) return "Nothing is drawn.";
  if (outline.hasLost) return "A piece to leave out begins outside what is drawn: begin it inside.";
  if (outline.geometry === null) return `${many(corners)}: three or more make a shape.`;
  return `${many(corners)}: the shape is ${size_m2(outline.area)}.`;
};
const whereIs = (place) => background.words(place) || place.map((each) => each.toFixed(4)).reverse().join(", ");

/* ------------------------------------------------------------------ Showing */

const refresh = () => {
  picture.draw();
  const { sources } = background;
  const said = [...(told.tilesFrom ? [told.tilesFrom] : []), ...sources];
  by("drawing-sources").hidden = said.length === 0;
  by("drawing-sources").textContent = said.length ? `The map shows: ${said.join(" · ")}` : "";
};

const look = () => {
  background.look(view);
  refresh();
};

const listCorners = () => {
  const options = outline.corners.map(({ ring, corner, place }) => {
    const part = outline.rings.length > 1 ? `${outline.rings[ring].isHole ? "left out" : "part"} ${ring + 1}, ` : "";
    return new Option(`${part}corner ${corner + 1}: ${whereIs(place)}`);
  });
  list.replaceChildren(...options);
  list.selectedIndex = picture.chosen ?? -1;
};

/** After what is drawn has changed: show it, and write it into the form. */
const changed = (text = state()) => {
  const count = outline.corners.length;
  if (picture.chosen !== null && picture.chosen >= count) picture.chosen = null;
  const geometry = outline.geometry;
  field.value = geometry === null ? "" : JSON.stringify(geometry);
  listCorners();
  refresh();
  tell(text);
};

const moved = () => {
  look();
  tellLater(() => `The cross is ${whereIs(view.cross)}.`);
};

/* ------------------------------------------------------------------ Changing */

const add = (place) => {
  outline.add(place);
  picture.chosen = null;
  changed(`Corner put ${whereIs(place)}. ${state()}`);
};

const begin = (isHole) => {
  if (outline.whole.length === 0) return tell("Draw a shape first: three corners or more.");
  outline.begin(isHole);
  picture.chosen = null;
  changed(isHole ? "Now draw the piece to leave out, inside the shape." : "Now draw the other part.");
};

const chosen = (act) => () => {
  const corner = outline.corners[list.selectedIndex];
  if (!corner) return tell("Choose a corner in the list first.");
  act(corner);
};

const actions = {
  "corner-add": () => add(view.cross),
  "corner-back": () => {
    outline.takeBack();
    changed();
  },
  "part-add": () => begin(false),
  "hole-add": () => begin(true),
  "drawing-clear": () => {
    outline.clear();
    picture.chosen = null;
    changed();
  },
  "corner-show": chosen(({ place }) => {
    view.go(place);
    moved();
  }),
  "corner-move": chosen((corner) => {
    outline.move(corner, view.cross);
    changed(`Corner moved ${whereIs(view.cross)}. ${state()}`);
  }),
  "corner-after": chosen((corner) => {
    outline.insert(corner, view.cross);
    picture.chosen = list.selectedIndex + 1;
    changed(`Corner put ${whereIs(view.cross)}. ${state()}`);
  }),
  "corner-remove": chosen((corner) => {
    outline.remove(corner);
    changed();
  }),
};
for (const [id, act] of Object.entries(actions)) by(id).addEventListener("click", act);
list.addEventListener("change", () => {
  picture.chosen = list.selectedIndex;
  refresh();
});
field.addEventListener("change", () => {
  const typed = field.value.trim();
  if (typed === "") outline.clear();
  else if (!outline.read(typed)) return;
  const written = field.value;
  changed();
  field.value = written;
});

/* ------------------------------------------------------------------ Moving */

const step = (part) => Math.min(view.width, view.height) * part;
const pan = (across, down, part = 0.2) => {
  view.pan(across * step(part), down * step(part));
  moved();
};
const zoom = (steps, at) => {
  view.zoomBy(steps, at);
  moved();
};
const moves = {
  "move-in": () => zoom(1),
  "move-out": () => zoom(-1),
  "move-north": () => pan(0, -1),
  "move-south": () => pan(0, 1),
  "move-west": () => pan(-1, 0),
  "move-east": () => pan(1, 0),
};
for (const [id, act] of Object.entries(moves)) by(id).addEventListener("click", act);

const ways = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const keys = {
  Enter: actions["corner-add"],
  " ": actions["corner-add"],
  Backspace: actions["corner-back"],
  Delete: actions["corner-back"],
  "+": moves["move-in"],
  "=": moves["move-in"],
  "-": moves["move-out"],
};
svg.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const way = ways[event.key];
  if (way) pan(...way, event.shiftKey ? 0.02 : 0.1);
  else if (keys[event.key]) keys[event.key]();
  else return;
  event.preventDefault();
});

const goToPostcode = async () => {
  const asked = by("drawing-postcode").value.trim();
  if (asked === "") return tell("Write a postcode first.");
  tell("Looking it up.");
  try {
    const at = `${told.root}/lookup?postcode=${encodeURIComponent(asked)}`;
    const answer = await fetch(at, { credentials: "omit" });
    const found = await answer.json();
    if (!answer.ok) return tell(found.detail ?? found.title);
    view.zoom = Math.max(view.zoom, 15);
    view.go([found.point.lon, found.point.lat]);
    look();
    tell(`The cross is at ${found.query.postcode}.`);
  } catch {
    tell("The postcode could not be looked up: try again.");
  }
};
by("drawing-go").addEventListener("click", goToPostcode);
by("drawing-postcode").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault(); // It would send the form.
  goToPostcode();
});

/* ------------------------------------------------------------------ Pointing */

const fingers = new Map();
let began = null;
const at = ({ clientX, clientY }) => {
  const box = svg.getBoundingClientRect();
  const border = svg.clientLeft;
  return [clientX - box.left - border, clientY - box.top - border];
};
const apart = ([one, other]) => Math.hypot(one[0] - other[0], one[1] - other[1]);

svg.addEventListener("pointerdown", (event) => {
  if (event.button > 0) return;
  svg.setPointerCapture(event.pointerId);
  const corner = event.target.dataset?.corner;
  fingers.set(event.pointerId, at(event));
  const isAlone = fingers.size === 1;
  began = { from: at(event), corner: isAlone && corner !== undefined ? Number(corner) : null, isTap: isAlone };
});

svg.addEventListener("pointermove", (event) => {
  if (!fingers.has(event.pointerId)) return;
  const before = [...fingers.values()];
  const last = fingers.get(event.pointerId);
  const now = at(event);
  fingers.set(event.pointerId, now);
  if (fingers.size === 2) {
    const after = [...fingers.values()];
    const middle = [0, 1].map((axis) => (after[0][axis] + after[1][axis]) / 2);
    view.zoomBy(Math.log2(Math.max(apart(after), 1) / Math.max(apart(before), 1)), middle);
    return look();
  }
  if (began.isTap && apart([began.from, now]) < STILL) return;
  began.isTap = false;
  if (began.corner !== null) {
    outline.move(outline.corners[began.corner], view.place(now));
    picture.chosen = began.corner;
    return refresh();
  }
  view.pan(last[0] - now[0], last[1] - now[1]);
  look();
});

const lift = (event, isKept) => {
  if (!fingers.delete(event.pointerId) || fingers.size > 0) return;
  if (began.corner !== null) {
    if (began.isTap) picture.chosen = began.corner;
    changed();
  } else if (began.isTap && isKept) add(view.place(at(event)));
};
svg.addEventListener("pointerup", (event) => lift(event, true));
svg.addEventListener("pointercancel", (event) => lift(event, false));
svg.addEventListener(
  "wheel",
  (event) => {
    if (document.activeElement !== svg && !event.ctrlKey) return;
    event.preventDefault();
    zoom(event.deltaY < 0 ? 0.5 : -0.5, at(event));
  },
  { passive: false }
);
new ResizeObserver(() => {
  [view.width, view.height] = size();
  look();
}).observe(svg);

/* ------------------------------------------------------------------ Beginning */

by("drawing-form").addEventListener("submit", (event) => {
  if (outline.isEmpty || outline.geometry !== null || by("postcodes").value.trim() !== "") return;
  event.preventDefault();
  tell(state());
  svg.focus();
});
if (field.value.trim() !== "" && outline.read(field.value)) {
  const all = outline.corners.map(({ place }) => place);
  const [lons, lats] = [0, 1].map((axis) => all.map((place) => place[axis]));
  view.fit([Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)]);
  const written = field.value;
  changed();
  field.value = written;
}
look();
