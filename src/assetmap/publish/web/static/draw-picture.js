/* The picture: background, what is drawn, its corners, and the cross in the middle. */

import { tiles } from "./draw-background.js";

const SVG = "http://www.w3.org/2000/svg";
const REACH = 14;

const made = (kind, told, text = "") => {
  const found = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(told)) found.setAttribute(name, value);
  found.textContent = text;
  return found;
};

const run = (pixels) => pixels.map((each, at) => `${at ? "L" : "M"}${each.map((n) => n.toFixed(1)).join(" ")}`).join("");

export class Picture {
  constructor(svg, view, outline, background, tilesAt) {
    Object.assign(this, { svg, view, outline, background, tilesAt });
    this.chosen = null;
  }

  draw() {
    const { width, height } = this.view;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.replaceChildren(
      ...this.baseMap(),
      ...this.edges(),
      ...this.names(),
      ...this.places(),
      ...this.drawn(),
      ...this.corners(),
      ...this.cross()
    );
  }

  baseMap() {
    return tiles(this.view, this.tilesAt).map(({ address, pixel, side }) =>
      made("image", { href: address, x: pixel[0], y: pixel[1], width: side + 0.5, height: side + 0.5 })
    );
  }

  edges() {
    const [x, y] = this.view.pixelOf([0, 0]);
    const moved = `translate(${x} ${y}) scale(${this.view.scale})`;
    return this.background
      .edges()
      .map(([kind, path]) => made("path", { class: `edge-${kind}`, d: path, transform: moved }));
  }

  /** Names of areas, where they do not lie on one another. */
  names() {
    const taken = [];
    const found = [];
    for (const each of this.background.labels()) {
      const places = each.rings[0] ?? [];
      if (!places.length) continue;
      const pixels = places.map((place) => this.view.pixel(place));
      const [xs, ys] = [0, 1].map((axis) => pixels.map((pixel) => pixel[axis]));
      const x = (Math.min(...xs) + Math.max(...xs)) / 2;
      const y = (Math.min(...ys) + Math.max(...ys)) / 2;
      const half = each.name.length * 4;
      const meets = taken.some(([x1, y1, half1]) => Math.abs(x - x1) < half + half1 && Math.abs(y - y1) < 20);
      if (meets || x < half || x > this.view.width - half || y < 14 || y > this.view.height - 6) continue;
      taken.push([x, y, half]);
      found.push(made("text", { x, y, "text-anchor": "middle" }, each.name));
    }
    this.taken = taken;
    return found;
  }

  places() {
    return this.background.points().flatMap(({ point, name }) => {
      const [x, y] = this.view.pixel(point);
      if (x < 0 || y < 0 || x > this.view.width || y > this.view.height) return [];
      const dot = made("circle", { class: "place-dot", cx: x, cy: y, r: 5 });
      const half = name.length * 4;
      const middle = x + 9 + half;
      const meets = this.taken.some(([x1, y1, half1]) => Math.abs(middle - x1) < half + half1 && Math.abs(y - y1) < 18);
      if (meets) return [dot];
      this.taken.push([middle, y, half]);
      return [dot, made("text", { x: x + 9, y: y + 5 }, name)];
    });
  }

  drawn() {
    const rings = this.outline.rings.map((each) => each.corners.map((place) => this.view.pixel(place)));
    const whole = rings.filter((each) => each.length >= 3).map((each) => `${run(each)}Z`).join("");
    const lines = rings.map(run).join("");
    const closing = rings.filter((each) => each.length >= 3).map((each) => run([each.at(-1), each[0]])).join("");
    return [
      made("path", { class: "drawn-ground", d: whole }),
      made("path", { class: "drawn-halo", d: lines + closing }),
      made("path", { class: "drawn-line", d: lines }),
      made("path", { class: "drawn-line drawn-closing", d: closing }),
    ];
  }

  corners() {
    return this.outline.corners.flatMap(({ place }, at) => {
      const [cx, cy] = this.view.pixel(place);
      const kind = at === this.chosen ? "drawn-corner chosen" : "drawn-corner";
      return [
        made("circle", { class: kind, cx, cy, r: 7 }),
        made("circle", { class: "drawn-target", cx, cy, r: REACH, "data-corner": at }),
      ];
    });
  }

  cross() {
    const [x, y] = [this.view.width / 2, this.view.height / 2];
    const path = `M${x - 14} ${y}h10M${x + 4} ${y}h10M${x} ${y - 14}v10M${x} ${y + 4}v10`;
    return [made("path", { class: "cross-halo", d: path }), made("path", { class: "cross", d: path })];
  }
}
