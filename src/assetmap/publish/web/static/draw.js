/* Draw a neighbourhood on a map: by mouse, finger or keyboard. What is drawn is written
   into the form as GeoJSON; without this script the form works all the same. */

import "./draw-changing.js";
import "./draw-moving.js";
import "./draw-pointing.js";
import { by, changed, field, look, outline, svg, telling, view } from "./draw-tool.js";

by("drawing-form").addEventListener("submit", (event) => {
  if (outline.isEmpty || outline.geometry !== null || by("postcodes").value.trim() !== "") return;
  event.preventDefault();
  telling.tell(telling.state);
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
