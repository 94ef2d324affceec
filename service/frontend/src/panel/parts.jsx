// Decisions, ways, events, and activities that are done several times.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { extension, run, setText } from '../extensions.js';
import { check, choices, ours, select, text } from './fields.jsx';
import { LinkEntry } from './said.jsx';

export function decision(element, { decisions, urls }) {
  const node = getBusinessObject(element);
  const called = extension(node, 'spiffworkflow:CalledDecisionId')?.get('value') ?? '';
  const table = decisions.find((one) => one.name === called);
  return [
    select(element, {
      id: 'decision',
      label: 'Beslutstabell',
      get: () => called,
      set: (services, value) => setText(services, element, node, 'spiffworkflow:CalledDecisionId', value),
      options: choices(decisions),
    }),
    {
      id: 'decision-link',
      component: LinkEntry,
      href: table ? urls.decision.replace('DECISION', encodeURIComponent(table.file)) : urls.decisions,
      label: table ? `Öppna tabellen ${table.title || called}` : 'Beslutstabellerna i utkastet',
    },
  ];
}

export function flow(element) {
  const node = getBusinessObject(element);
  const from = element.source;
  const splits = is(from, 'bpmn:ExclusiveGateway') || is(from, 'bpmn:InclusiveGateway') || is(from, 'bpmn:Activity');
  if (!splits || (is(from, 'bpmn:Activity') && from.outgoing.length < 2 && !node.conditionExpression)) return [];
  const source = getBusinessObject(from);
  return [
    text(element, {
      id: 'condition',
      label: 'Villkor',
      description: 'Till exempel: remove = "yes" and kind_of_item != "praise"',
      disabled: source.default === node,
      get: () => node.conditionExpression?.body ?? '',
      set: ({ modeling, make }, value) => modeling.updateProperties(element, {
        conditionExpression: value.trim() ? make('bpmn:FormalExpression', { body: value.trim() }) : undefined,
      }),
    }),
    check(element, {
      id: 'default',
      label: 'Vägen när inget villkor stämmer',
      get: () => source.default === node,
      set: ({ modeling }, value) => modeling.updateProperties(from, { default: value ? node : undefined }),
    }),
  ];
}

const TIMES = [
  ['timeDuration', 'Efter en viss tid', 'Till exempel PT24H (24 timmar), P5D (5 dagar) eller en variabel.'],
  ['timeDate', 'Vid ett klockslag', 'Ett datum, eller en variabel som answer_due.'],
  ['timeCycle', 'Upprepat', 'Till exempel R/P1M (varje månad) eller 0 8 * * 1 (måndagar klockan 8).'],
];

export function event(element, catalogue) {
  const node = getBusinessObject(element);
  const definition = node.get('eventDefinitions')?.[0];
  const entries = [];
  if (is(definition, 'bpmn:TimerEventDefinition')) entries.push(...timer(element, definition));
  if (is(definition, 'bpmn:ErrorEventDefinition')) entries.push(error(element, definition, catalogue));
  if (is(definition, 'bpmn:MessageEventDefinition')) entries.push(...message(element, definition));
  if (is(node, 'bpmn:ReceiveTask')) entries.push(...message(element, node));
  if (is(node, 'bpmn:BoundaryEvent') && !is(definition, 'bpmn:ErrorEventDefinition')) {
    entries.push(check(element, {
      id: 'interrupting',
      label: 'Avbryter uppgiften',
      get: () => node.cancelActivity !== false,
      set: ({ modeling }, value) => modeling.updateProperties(element, { cancelActivity: Boolean(value) }),
    }));
  }
  return entries;
}

function timer(element, definition) {
  const [kind, , hint] = TIMES.find(([name]) => definition.get(name)) ?? TIMES[0];
  const write = ({ make, ...services }, name, body) => {
    const expression = make('bpmn:FormalExpression', { body });
    expression.$parent = definition;
    const others = Object.fromEntries(TIMES.map(([other]) => [other, undefined]));
    run(services, element, [[definition, { ...others, [name]: expression }]]);
  };
  const body = () => definition.get(kind)?.body ?? '';
  return [
    select(element, {
      id: 'timer-kind',
      label: 'När',
      get: () => kind,
      set: (services, value) => write(services, value, body()),
      options: TIMES.map(([value, label]) => ({ value, label })),
    }),
    text(element, { id: 'timer', label: 'Tid', description: hint, get: body, set: (services, value) => write(services, kind, value.trim()) }),
  ];
}

/** Errors are declared once in the model and referred to; those that operations know are offered. */
function error(element, definition, { operations }) {
  const codes = [...new Set(['registration_cancelled', ...operations.flatMap((one) => one.codes)])].sort();
  return select(element, {
    id: 'error',
    label: 'Felkod',
    get: () => definition.errorRef?.errorCode ?? '',
    set: (services, value) => {
      const declared = declare(services, element, 'bpmn:Error', (one) => one.errorCode === value, { name: value, errorCode: value });
      run(services, element, value ? [...declared.changes, [definition, { errorRef: declared.found }]] : [[definition, { errorRef: undefined }]]);
    },
    options: choices(codes.map((name) => ({ name, title: name })), '(alla fel)'),
  });
}

function message(element, holder) {
  return [
    text(element, {
      id: 'message',
      label: 'Meddelandets namn',
      get: () => holder.messageRef?.name ?? '',
      set: (services, value) => {
        const declared = declare(services, element, 'bpmn:Message', (one) => one.name === value, { name: value });
        run(services, element, value ? [...declared.changes, [holder, { messageRef: declared.found }]] : [[holder, { messageRef: undefined }]]);
      },
    }),
    ours('text', element, 'correlation', 'Hör till ärendet där', {
      description: 'Ett uttryck vars värde meddelandet bär. Utan uttryck är det ärendets id.',
    }),
    text(element, {
      id: 'message-variable',
      label: 'Spara innehållet under namnet',
      get: () => extension(holder, 'spiffworkflow:MessageVariable')?.get('value') ?? '',
      set: (services, value) => setText(services, element, holder, 'spiffworkflow:MessageVariable', value.trim()),
    }),
  ];
}

/** A root element such as an error or a message: the one that is there, or a new one and the change for it. */
function declare(services, element, type, fits, properties) {
  let root = getBusinessObject(element);
  while (root.$parent) root = root.$parent;
  const there = root.get('rootElements').find((one) => is(one, type) && fits(one));
  if (there) return { found: there, changes: [] };
  const found = services.make(type, properties);
  found.$parent = root;
  return { found, changes: [[root, { rootElements: [...root.get('rootElements'), found] }]] };
}

export function instances(element) {
  const loop = getBusinessObject(element).loopCharacteristics;
  if (!is(loop, 'bpmn:MultiInstanceLoopCharacteristics')) return [];
  const expression = (id, label, description) => text(element, {
    id,
    label,
    description,
    get: () => loop.get(id)?.body ?? '',
    set: (services, value) => {
      const made = value.trim() ? services.make('bpmn:FormalExpression', { body: value.trim() }) : undefined;
      if (made) made.$parent = loop;
      run(services, element, [[loop, { [id]: made }]]);
    },
  });
  return [
    expression('loopCardinality', 'Antal gånger', 'Ett tal eller ett uttryck.'),
    expression('completionCondition', 'Klart i förtid när', 'Ett villkor. Utan villkor görs alla.'),
  ];
}
