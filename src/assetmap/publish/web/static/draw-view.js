/* Where the map looks: from longitude and latitude to pixels and back (Web Mercator). */

const WIDEST = 4, NEAREST = 19;
export const TILE = 256;

export const mercator = ([lon, lat]) => {
  const sine = Math.sin((Math.max(-85, Math.min(85, lat)) * Math.PI) / 180);
  return [(lon + 180) / 360, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
};

export const degrees = ([x, y]) => [
  x * 360 - 180,
  (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI,
];

export class View {
  constructor(width, height, box) {
    this.width = width;
    this.height = height;
    this.zoom = 12;
    this.middle = [0.5, 0.5];
    this.fit(box);
  }

  /** Pixels of the whole world, from west to east. */
  get scale() {
    return TILE * 2 ** this.zoom;
  }

  /** Show a box (west, south, east, north in degrees) with room around it. */
  fit([west, south, east, north]) {
    const [left, top] = mercator([west, north]);
    const [right, bottom] = mercator([east, south]);
    const across = Math.max(right - left, 1e-7) * 1.3;
    const down = Math.max(bottom - top, 1e-7) * 1.3;
    const scale = Math.min(this.width / across, this.height / down);
    this.zoom = this.within(Math.log2(scale / TILE), 17);
    this.middle = [(left + right) / 2, (top + bottom) / 2];
  }

  within(zoom, nearest = NEAREST) {
    return Math.max(WIDEST, Math.min(nearest, zoom));
  }

  /** The pixel of a place in degrees. */
  pixel(place) {
    return this.pixelOf(mercator(place));
  }

  pixelOf([x, y]) {
    return [
      (x - this.middle[0]) * this.scale + this.width / 2,
      (y - this.middle[1]) * this.scale + this.height / 2,
    ];
  }

  /** The place, in degrees, of a pixel. */
  place([across, down]) {
    return degrees([
      this.middle[0] + (across - this.width / 2) / this.scale,
      this.middle[1] + (down - this.height / 2) / this.scale,
    ]);
  }

  get cross() {
    return degrees(this.middle);
  }

  go(place) {
    this.middle = mercator(place);
  }

  pan(across, down) {
    const [x, y] = this.middle;
    const inside = (each) => Math.max(0, Math.min(1, each));
    this.middle = [inside(x + across / this.scale), inside(y + down / this.scale)];
  }

  /** Zoom, and keep the place at a pixel where it is. */
  zoomBy(steps, [across, down] = [this.width / 2, this.height / 2]) {
    const before = this.scale;
    this.zoom = this.within(this.zoom + steps);
    const kept = 1 / before - 1 / this.scale;
    const right = (across - this.width / 2) * kept;
    const below = (down - this.height / 2) * kept;
    this.middle = [this.middle[0] + right, this.middle[1] + below];
  }

  /** West, south, east, north in degrees, with some room on every side. */
  box(room = 0) {
    const [west, north] = this.place([-room * this.width, -room * this.height]);
    const [east, south] = this.place([this.width * (1 + room), this.height * (1 + room)]);
    return [west, south, east, north];
  }

  /** How many metres a pixel is across, in the middle. */
  get metresAPixel() {
    const lat = (degrees(this.middle)[1] * Math.PI) / 180;
    return (40_075_016.7 * Math.cos(lat)) / this.scale;
  }
}
