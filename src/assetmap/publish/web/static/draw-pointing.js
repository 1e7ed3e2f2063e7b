/* Drawing by mouse and finger: a tap puts a corner, a drag moves the map or a corner. */

import { add } from "./draw-changing.js";
import { zoom } from "./draw-moving.js";
import { changed, look, outline, picture, refresh, size, svg, view } from "./draw-tool.js";

const STILL = 6;
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
