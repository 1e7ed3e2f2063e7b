/* Corners that are put, moved and taken away: by buttons, and in the list of them. */

import { by, changed, field, list, moved, outline, picture, refresh, telling, view } from "./draw-tool.js";

export const add = (place) => {
  outline.add(place);
  picture.chosen = null;
  changed(`Corner put ${telling.whereIs(place)}. ${telling.state}`);
};

const begin = (isHole) => {
  if (outline.whole.length === 0) return telling.tell("Draw a shape first: three corners or more.");
  outline.begin(isHole);
  picture.chosen = null;
  changed(isHole ? "Now draw the piece to leave out, inside the shape." : "Now draw the other part.");
};

const chosen = (act) => () => {
  const corner = outline.corners[list.selectedIndex];
  if (!corner) return telling.tell("Choose a corner in the list first.");
  act(corner);
};

export const actions = {
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
    changed(`Corner moved ${telling.whereIs(view.cross)}. ${telling.state}`);
  }),
  "corner-after": chosen((corner) => {
    outline.insert(corner, view.cross);
    picture.chosen = list.selectedIndex + 1;
    changed(`Corner put ${telling.whereIs(view.cross)}. ${telling.state}`);
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
