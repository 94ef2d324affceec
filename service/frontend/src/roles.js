// Who does a step is the lane that it lies in: giving a step to a role moves it there, and draws the lane when
// there is none yet. One step back undoes all of it.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';

const GAP = 20;

/** The lanes of the pool around the element, from above, without those that are divided further. */
export function lanesAround(element) {
  let pool = element;
  while (pool && !is(pool, 'bpmn:Participant')) pool = pool.parent;
  const found = [];
  const gather = (shape) => {
    for (const inner of shape.children.filter((child) => is(child, 'bpmn:Lane'))) {
      if (inner.children.some((child) => is(child, 'bpmn:Lane'))) gather(inner);
      else found.push(inner);
    }
  };
  if (pool) gather(pool);
  return { pool, lanes: found.sort((a, b) => a.y - b.y) };
}

/** The lane that lists the step or, in a subprocess, what the step lies in. */
export function laneOf(element) {
  const { lanes } = lanesAround(element);
  for (let inner = element; inner; inner = inner.parent) {
    const node = getBusinessObject(inner);
    const lane = lanes.find((one) => getBusinessObject(one).get('flowNodeRef').includes(node));
    if (lane) return lane;
  }
  return undefined;
}

export const roleOf = (element) => getBusinessObject(laneOf(element) ?? {})?.name ?? '';

class GivingToRole {
  constructor(modeling) {
    this.modeling = modeling;
  }

  preExecute({ element, role }) {
    const { pool, lanes } = lanesAround(element);
    let lane = lanes.find((one) => getBusinessObject(one).name === role);
    if (!lane) {
      lane = this.modeling.addLane(lanes.at(-1) ?? pool, 'bottom');
      this.modeling.updateLabel(lane, role);
    }
    const from = laneOf(element);
    if (from === lane) return;
    const { x, y } = free(element, lane);
    this.modeling.moveElements([element], { x: x - element.x, y: y - element.y }, element.parent);
  }
}
GivingToRole.$inject = ['modeling'];

/** The nearest place in the lane where nothing lies, in the step's own column first. */
function free(element, lane) {
  const middle = Math.round(lane.y + (lane.height - element.height) / 2);
  const others = lane.parent ? everythingIn(rootOf(lane)).filter((one) => (
    one !== element && !one.waypoints && one.host !== element && one.labelTarget !== element
  )) : [];
  const taken = (x, y) => others.some((one) => (
    one.x < x + element.width + GAP && one.x + one.width > x - GAP
    && one.y < y + element.height && one.y + one.height > y
  ));
  const heights = [middle];
  for (let y = lane.y + GAP; y + element.height + GAP <= lane.y + lane.height; y += GAP) heights.push(y);
  for (let aside = 0; aside < lane.width; aside += GAP) {
    for (const x of [element.x + aside, element.x - aside]) {
      if (x < lane.x + 2 * GAP || x + element.width + GAP > lane.x + lane.width) continue;
      const y = heights.find((one) => !taken(x, one));
      if (y !== undefined) return { x, y };
    }
  }
  return { x: element.x, y: middle };
}

const rootOf = (shape) => (is(shape, 'bpmn:Participant') ? shape : rootOf(shape.parent));
const everythingIn = (shape) => shape.children.flatMap((child) => (
  is(child, 'bpmn:Lane') ? everythingIn(child) : [child]
));

class Roles {
  constructor(commandStack) {
    this.commandStack = commandStack;
    commandStack.registerHandler('ordna.role', GivingToRole);
  }

  give(element, role) {
    this.commandStack.execute('ordna.role', { element, role });
  }
}
Roles.$inject = ['commandStack'];

export default { __init__: ['roles'], roles: ['type', Roles] };
