/* The map below the cross, moved by buttons, keys, and to a postcode. */

import { actions } from "./draw-changing.js";
import { by, look, moved, svg, telling, told, view } from "./draw-tool.js";

const step = (part) => Math.min(view.width, view.height) * part;
const pan = (across, down, part = 0.2) => {
  view.pan(across * step(part), down * step(part));
  moved();
};
export const zoom = (steps, at) => {
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
  if (asked === "") return telling.tell("Write a postcode first.");
  telling.tell("Looking it up.");
  try {
    const at = `${told.root}/lookup?postcode=${encodeURIComponent(asked)}`;
    const answer = await fetch(at, { credentials: "omit" });
    const found = await answer.json();
    if (!answer.ok) return telling.tell(found.detail ?? found.title);
    view.zoom = Math.max(view.zoom, 15);
    view.go([found.point.lon, found.point.lat]);
    look();
    telling.tell(`The cross is at ${found.query.postcode}.`);
  } catch {
    telling.tell("The postcode could not be looked up: try again.");
  }
};
by("drawing-go").addEventListener("click", goToPostcode);
by("drawing-postcode").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault(); // It would send the form.
  goToPostcode();
});
