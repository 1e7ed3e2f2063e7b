/* What is behind the drawing: boundaries and assets of this service, and a base map. */

import { holds } from "./draw-outline.js";
import { mercator, TILE } from "./draw-view.js";

const MOST = 400;
/** From how many metres a pixel on each kind is shown, for a larger one would be a blot. */
const FROM = { lad: 1_000, ward: 40, lsoa: 8, assets: 12 };
const WAIT_MS = 250;

const rings = ({ type, coordinates }) =>
  type === "Polygon" ? coordinates : type === "MultiPolygon" ? coordinates.flat() : [];

const outline = (ring) =>
  ring.map((each, at) => `${at ? "L" : "M"}${mercator(each).map((n) => n.toFixed(9)).join(" ")}`).join("") + "Z";

export class Background {
  /** `names` are the boundary sets by kind; `told` is called when there is more to show. */
  constructor(root, names, told) {
    this.root = root;
    this.names = names;
    this.told = told;
    this.shown = new Map();
    this.sources = new Set();
  }

  /** Ask, a little later, for what is to be seen. */
  look(view) {
    clearTimeout(this.waits);
    this.waits = setTimeout(() => this.ask(view), WAIT_MS);
  }

  async ask(view) {
    const asked = Object.keys(FROM).filter((kind) => kind === "assets" || this.names[kind]);
    await Promise.all(asked.map((kind) => this.askFor(kind, view)));
  }

  async askFor(kind, view) {
    const known = this.shown.get(kind);
    if (view.metresAPixel > FROM[kind]) {
      if (this.shown.delete(kind)) this.told();
      return;
    }
    const [west, south, east, north] = view.box();
    const [left, bottom, right, top] = known?.box ?? [0, 0, 0, 0];
    if (known && left <= west && bottom <= south && right >= east && top >= north) return;
    const box = view.box(0.3);
    const name = kind === "assets" ? "assets" : this.names[kind];
    const told = box.map((each) => each.toFixed(6)).join(",");
    const at = `${this.root}/collections/${encodeURIComponent(name)}/items?limit=${MOST}&bbox=${told}`;
    try {
      const answer = await fetch(at, { credentials: "omit" });
      if (!answer.ok) return;
      this.take(kind, box, await answer.json());
    } catch {
      // Without a background one can draw all the same.
    }
  }

  take(kind, box, { features, attribution }) {
    const found = features.filter((each) => each.geometry);
    const items = found.map(({ geometry, properties }) => ({
      name: properties.name ?? "",
      rings: rings(geometry),
      point: geometry.type === "Point" ? geometry.coordinates : null,
    }));
    const path = items.map((each) => each.rings.map(outline).join("")).join("");
    this.shown.set(kind, { box, items, path });
    attribution.forEach((each) => this.sources.add(each));
    this.told();
  }

  edges() {
    return Object.keys(FROM)
      .filter((kind) => kind !== "assets" && this.shown.has(kind))
      .map((kind) => [kind, this.shown.get(kind).path]);
  }

  points() {
    return (this.shown.get("assets")?.items ?? []).filter((each) => each.point);
  }

  /** Names of areas and where to write them. */
  labels() {
    const kind = ["ward", "lad"].find((each) => this.shown.has(each));
    return kind ? this.shown.get(kind).items : [];
  }

  /** In words where a place is: the nearest asset within 400 m, and the smallest area. */
  words(place) {
    const found = [];
    const near = this.nearest(place);
    if (near) found.push(`near ${near}`);
    const inside = (each) => each.rings.filter((ring) => holds(ring, place)).length % 2 === 1;
    for (const kind of ["lsoa", "ward", "lad"]) {
      const area = this.shown.get(kind)?.items.find(inside);
      if (area) return [...found, `in ${area.name}`].join(", ");
    }
    return found.join(", ");
  }

  nearest([lon, lat]) {
    const across = 111_320 * Math.cos((lat * Math.PI) / 180);
    const far = ({ point }) => Math.hypot((point[0] - lon) * across, (point[1] - lat) * 111_320);
    const sorted = this.points().map((each) => [far(each), each.name]).sort(([a], [b]) => a - b);
    return sorted.length && sorted[0][0] <= 400 ? sorted[0][1] : "";
  }
}

/** The tiles of a base map that cover a view: address, pixel and side of each. */
export const tiles = (view, address) => {
  if (!address) return [];
  const zoom = Math.max(0, Math.min(19, Math.round(view.zoom)));
  const side = (TILE * 2 ** view.zoom) / 2 ** zoom;
  const [west, north] = view.box().filter((_, at) => at === 0 || at === 3);
  const [, south, east] = view.box();
  const [left, top] = mercator([west, north]).map((each) => Math.floor(each * 2 ** zoom));
  const [right, bottom] = mercator([east, south]).map((each) => Math.floor(each * 2 ** zoom));
  const found = [];
  for (let x = left; x <= right; x += 1)
    for (let y = Math.max(top, 0); y <= Math.min(bottom, 2 ** zoom - 1); y += 1)
      found.push({
        address: address.replace("{z}", zoom).replace("{x}", x).replace("{y}", y),
        pixel: view.pixelOf([x / 2 ** zoom, y / 2 ** zoom]),
        side,
      });
  return found;
};
