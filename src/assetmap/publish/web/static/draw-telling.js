/* What the tool says in words: to those who see it, and to those who hear it. */

const WAIT_MS = 700;
const many = (count) => `${count} ${count === 1 ? "corner" : "corners"}`;
const size_m2 = (m2) => (m2 < 1e5 ? `${Math.round(m2).toLocaleString("en-GB")} m²` : `${(m2 / 1e6).toFixed(2)} km²`);

export class Telling {
  constructor(line, outline, background) {
    this.line = line;
    this.outline = outline;
    this.background = background;
  }

  tell(text) {
    clearTimeout(this.waits);
    this.line.textContent = text;
  }

  /** Once nothing else has been told for a moment: a map that is dragged tells a lot. */
  tellLater(text) {
    clearTimeout(this.waits);
    this.waits = setTimeout(() => this.tell(text()), WAIT_MS);
  }

  /** How far the drawing is. */
  get state() {
    const { outline } = this;
    const corners = outline.corners.length;
    if (corners === 0) return "Nothing is drawn.";
    if (outline.hasLost) return "A piece to leave out begins outside what is drawn: begin it inside.";
    if (outline.geometry === null) return `${many(corners)}: three or more make a shape.`;
    return `${many(corners)}: the shape is ${size_m2(outline.area)}.`;
  }

  whereIs(place) {
    return this.background.words(place) || place.map((each) => each.toFixed(4)).reverse().join(", ");
  }
}
