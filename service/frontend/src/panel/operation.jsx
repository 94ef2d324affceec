// What a service task asks Ordna to do: the operation, what it is given, and where its answers go.
import { getBusinessObject } from 'bpmn-js/lib/util/ModelUtil';
import { addExtension, extension, removeExtension, run } from '../extensions.js';
import { choices, select, text } from './fields.jsx';
import { SaidEntry } from './said.jsx';

export function operation(element, { operations }) {
  const node = getBusinessObject(element);
  const asked = extension(node, 'spiffworkflow:ServiceTaskOperator');
  const known = operations.find((one) => one.name === asked?.get('id'));
  const entries = [select(element, {
    id: 'operation',
    label: 'Åtgärd',
    get: () => asked?.get('id') ?? '',
    set: (services, value) => choose(services, element, node, asked, value),
    options: choices(operations.map(({ name }) => ({ name, title: name }))),
    description: known?.help,
  })];
  if (!asked) return entries;
  const given = asked.get('parameterList')?.get('parameters') ?? [];
  const names = [...new Set([...(known?.inputs ?? []), ...given.map((one) => one.get('id'))])];
  entries.push(...names.map((name) => input(element, asked, name)));
  entries.push(text(element, {
    id: 'result',
    label: 'Spara svaren under namnet',
    description: 'Utan namn blir varje svar en egen variabel.',
    get: () => asked.get('resultVariable') ?? '',
    set: (services, value) => run(services, element, [[asked, { resultVariable: value.trim() || undefined }]]),
    validate: variable,
  }));
  const said = (id, label, lines) => lines?.length && entries.push({ id, component: SaidEntry, label, lines });
  said('reads', 'Läser svaren', known?.reads);
  said('outputs', 'Svarar med', known?.outputs);
  said('codes', 'Kan säga nej med felet', known?.codes?.map((code) => `${code}: fånga det med en felhändelse på kanten`));
  return entries;
}

const variable = (value) => (!value || /^[^\W\d]\w{0,99}$/u.test(value) ? null : 'En variabel har bokstäver, siffror och understreck.');

function choose(services, element, node, asked, value) {
  if (asked && value) return run(services, element, [[asked, { id: value, parameterList: undefined }]]);
  if (asked) return removeExtension(services, element, node, asked);
  if (value) return addExtension(services, element, node, services.make('spiffworkflow:ServiceTaskOperator', { id: value }));
}

const input = (element, asked, name) => text(element, {
  id: `input-${name}`,
  label: `Får ${name}`,
  description: 'Ett uttryck: en variabel, eller en text inom citattecken.',
  get: () => found(asked, name)?.get('value') ?? '',
  set: (services, value) => give(services, element, asked, name, value),
});

const found = (asked, name) => asked.get('parameterList')?.get('parameters').find((one) => one.get('id') === name);

function give(services, element, asked, name, value) {
  const there = found(asked, name);
  const list = asked.get('parameterList');
  if (there && value) return run(services, element, [[there, { value }]]);
  if (there) return run(services, element, [[list, { parameters: list.get('parameters').filter((one) => one !== there) }]]);
  const made = services.make('spiffworkflow:Parameter', { id: name, type: 'str', value });
  if (list) {
    made.$parent = list;
    return run(services, element, [[list, { parameters: [...list.get('parameters'), made] }]]);
  }
  const parameters = services.make('spiffworkflow:Parameters', { parameters: [made] });
  made.$parent = parameters;
  parameters.$parent = asked;
  return run(services, element, [[asked, { parameterList: parameters }]]);
}
