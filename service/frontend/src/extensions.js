// What a model says to Ordna in extension elements: read, and the changes that a new value makes.
// A change is {element, properties}; `run` carries out several as one step that can be undone.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';

export function extension(holder, type) {
  return holder.get('extensionElements')?.get('values').find((value) => is(value, type));
}

export function property(element, name) {
  const kept = extension(getBusinessObject(element), 'spiffworkflow:Properties');
  return kept?.get('properties').find((one) => one.get('name') === name)?.get('value') ?? '';
}

/** Set a property, or take it away with an empty value; containers come and go with it. */
export function setProperty(services, element, name, value) {
  const { make } = services;
  const holder = getBusinessObject(element);
  const kept = extension(holder, 'spiffworkflow:Properties');
  const old = kept?.get('properties') ?? [];
  const there = old.find((one) => one.get('name') === name);
  if ((there?.get('value') ?? '') === value) return;
  if (there && value) return run(services, element, [[there, { value }]]);
  if (there) {
    const rest = old.filter((one) => one !== there);
    if (rest.length) return run(services, element, [[kept, { properties: rest }]]);
    return removeExtension(services, element, holder, kept);
  }
  const made = make('spiffworkflow:Property', { name, value });
  if (kept) {
    made.$parent = kept;
    return run(services, element, [[kept, { properties: [...old, made] }]]);
  }
  const properties = make('spiffworkflow:Properties', { properties: [made] });
  made.$parent = properties;
  return addExtension(services, element, holder, properties);
}

export function addExtension(services, element, holder, value) {
  const around = holder.get('extensionElements');
  if (around) {
    value.$parent = around;
    return run(services, element, [[around, { values: [...around.get('values'), value] }]]);
  }
  const made = services.make('bpmn:ExtensionElements', { values: [value] });
  made.$parent = holder;
  value.$parent = made;
  return run(services, element, [[holder, { extensionElements: made }]]);
}

export function removeExtension(services, element, holder, value) {
  const around = holder.get('extensionElements');
  const values = around.get('values').filter((one) => one !== value);
  return values.length
    ? run(services, element, [[around, { values }]])
    : run(services, element, [[holder, { extensionElements: undefined }]]);
}

/** An extension that is one text, such as the decision that is called. */
export function setText(services, element, holder, type, value) {
  const there = extension(holder, type);
  if (there && value) return run(services, element, [[there, { value }]]);
  if (there) return removeExtension(services, element, holder, there);
  if (value) return addExtension(services, element, holder, services.make(type, { value }));
}

export function run({ commandStack }, element, changes) {
  commandStack.execute('properties-panel.multi-command-executor', changes.map(([moddleElement, properties]) => ({
    cmd: 'element.updateModdleProperties',
    context: { element, moddleElement, properties },
  })));
}
