// Where a drawing is opened: all of it where that can be read, else its beginning.
import { is } from 'bpmn-js/lib/util/ModelUtil';

const READABLE = 0.7; // of the drawing's own size
const ASIDE = 110; // pixels for the palette

export function beginning(viewer) {
  const canvas = viewer.get('canvas');
  canvas.zoom('fit-viewport', 'auto');
  if (canvas.zoom() >= READABLE) return;
  const { outer } = canvas.viewbox();
  const shapes = canvas.getRootElement().children.flatMap((shape) => [shape, ...(shape.children ?? [])]);
  const first = shapes.find((shape) => is(shape, 'bpmn:StartEvent')) ?? shapes[0];
  const [width, height] = [outer.width / READABLE, outer.height / READABLE];
  const middle = first.y + (first.height ?? 0) / 2;
  canvas.viewbox({ x: first.x - ASIDE / READABLE, y: middle - height / 4, width, height });
}
