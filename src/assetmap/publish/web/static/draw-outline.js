/* What is being drawn: rings of corners in degrees, some of them left out of others. */

const RADIUS_M = 6_371_008.8;
const DECIMALS = 6;

const turned = (ring, isHole) => {
  const signed = ring.reduce((sum, [x, y], at) => {
    const [nextX, nextY] = ring[(at + 1) % ring.length];
    return sum + (x * nextY - nextX * y);
  }, 0);
  return signed > 0 === isHole ? [...ring].reverse() : ring;
};

/** Whether a place lies in a ring. */
export const holds = (ring, [x, y]) => {
  let inside = false;
  ring.forEach(([x1, y1], at) => {
    const [x2, y2] = ring[(at + ring.length - 1) % ring.length];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  });
  return inside;
};

const area = (ring) => {
  const lat = (ring[0][1] * Math.PI) / 180;
  const metres = (Math.PI / 180) * RADIUS_M;
  const twice = ring.reduce((sum, [x, y], at) => {
    const [nextX, nextY] = ring[(at + 1) % ring.length];
    return sum + (x - ring[0][0]) * (nextY - ring[0][1]) - (nextX - ring[0][0]) * (y - ring[0][1]);
  }, 0);
  return (Math.abs(twice) / 2) * metres ** 2 * Math.cos(lat);
};

const rounded = ([x, y]) => [Number(x.toFixed(DECIMALS)), Number(y.toFixed(DECIMALS))];
const closed = (ring) => [...ring, ring[0]].map(rounded);
const opened = (ring) => ring.slice(0, -1).map(([x, y]) => [x, y]);

export class Outline {
  constructor() {
    this.rings = [{ corners: [], isHole: false }];
    this.at = 0;
  }

  get ring() {
    return this.rings[this.at];
  }

  get isEmpty() {
    return this.rings.every((each) => each.corners.length === 0);
  }

  /** Each corner with where it stands: its ring and its place in it. */
  get corners() {
    return this.rings.flatMap((each, ring) =>
      each.corners.map((place, corner) => ({ ring, corner, place }))
    );
  }

  add(place) {
    this.ring.corners.push(place);
  }

  takeBack() {
    while (this.ring.corners.length === 0 && this.rings.length > 1) this.drop(this.at);
    const taken = this.ring.corners.pop();
    if (this.ring.corners.length === 0 && this.rings.length > 1) this.drop(this.at);
    return taken;
  }

  drop(ring) {
    this.rings.splice(ring, 1);
    this.at = this.rings.length - 1;
  }

  begin(isHole) {
    this.rings = this.rings.filter((each) => each.corners.length > 0);
    this.rings.push({ corners: [], isHole });
    this.at = this.rings.length - 1;
  }

  move({ ring, corner }, place) {
    this.rings[ring].corners[corner] = place;
  }

  insert({ ring, corner }, place) {
    this.rings[ring].corners.splice(corner + 1, 0, place);
    this.at = ring;
  }

  remove({ ring, corner }) {
    this.rings[ring].corners.splice(corner, 1);
    if (this.rings[ring].corners.length === 0 && this.rings.length > 1) this.drop(ring);
  }

  clear() {
    this.rings = [{ corners: [], isHole: false }];
    this.at = 0;
  }

  /** Square metres: parts, less what is left out. */
  get area() {
    return this.whole.reduce((sum, each) => sum + (each.isHole ? -1 : 1) * area(each.corners), 0);
  }

  get whole() {
    return this.rings.filter((each) => each.corners.length >= 3);
  }

  /** The ground as GeoJSON; null while there is none. */
  get geometry() {
    const parts = this.whole
      .filter((each) => !each.isHole)
      .map((each) => [turned(each.corners, false)]);
    for (const each of this.whole.filter((one) => one.isHole)) {
      const around = parts.find(([outer]) => holds(outer, each.corners[0]));
      if (around) around.push(turned(each.corners, true));
    }
    const coordinates = parts.map((rings) => rings.map(closed));
    if (coordinates.length === 0) return null;
    if (coordinates.length > 1) return { type: "MultiPolygon", coordinates };
    return { type: "Polygon", coordinates: coordinates[0] };
  }

  /** Whether a piece to leave out lies in no part. */
  get hasLost() {
    const holes = this.whole.filter((each) => each.isHole).length;
    const geometry = this.geometry;
    if (geometry === null) return holes > 0;
    const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    return parts.reduce((sum, rings) => sum + rings.length - 1, 0) < holes;
  }

  /** Take over a polygon in GeoJSON; false, and nothing changed, if it is none. */
  read(text) {
    try {
      const sent = JSON.parse(text);
      const found = sent.type === "Feature" ? sent.geometry : sent;
      const parts = { Polygon: [found.coordinates], MultiPolygon: found.coordinates }[found.type];
      const rings = parts.flatMap((each) =>
        each.map((ring, at) => ({ corners: opened(ring), isHole: at > 0 }))
      );
      const numbers = rings.flatMap((each) => each.corners.flat());
      if (rings.length === 0 || !numbers.every(Number.isFinite)) return false;
      this.rings = rings;
      this.at = rings.length - 1;
      return true;
    } catch {
      return false;
    }
  }
}
