// Which fields an element has.
import { getBusinessObject, is, isAny } from 'bpmn-js/lib/util/ModelUtil';
import { Group } from '@bpmn-io/properties-panel';
import { property } from '../extensions.js';
import { lanesAround, roleOf } from '../roles.js';
import { translate } from '../swedish.js';
import { area, check, choices, ours, select, text } from './fields.jsx';
import { NamesEntry } from './names.jsx';
import { operation } from './operation.jsx';
import { decision, event, instances, flow } from './parts.jsx';
import { LinkEntry, SaidEntry } from './said.jsx';

const ID = /^[^\W\d][\w.-]{0,199}$/u;

export default function groupsOf(element, catalogue) {
  const groups = [group('general', 'Allmänt', general(element, catalogue))];
  const add = (id, label, entries) => entries.length && groups.push(group(id, label, entries));
  if (is(element, 'bpmn:UserTask')) add('task', 'Vem, vad och när', task(element, catalogue));
  if (is(element, 'bpmn:ServiceTask')) add('operation', 'Åtgärd', operation(element, catalogue));
  if (is(element, 'bpmn:BusinessRuleTask')) add('decision', 'Beslut', decision(element, catalogue));
  if (is(element, 'bpmn:SequenceFlow')) add('flow', 'Väg', flow(element));
  if (isAny(element, ['bpmn:Event', 'bpmn:ReceiveTask'])) add('event', 'Händelse', event(element, catalogue));
  if (is(element, 'bpmn:StartEvent') && !is(element.parent, 'bpmn:SubProcess')) add('start', 'Hur det börjar', start(element));
  if (isAny(element, ['bpmn:Activity', 'bpmn:Gateway', 'bpmn:BoundaryEvent'])) add('why', 'Varför', why(element, catalogue));
  if (is(element, 'bpmn:Activity')) add('instances', 'Flera gånger', instances(element));
  add('words', 'Anvisning', words(element, catalogue));
  return groups;
}

const group = (id, label, entries) => ({
  id, label, entries, translate, component: Group, shouldOpen: !['words', 'instances'].includes(id),
});

function general(element, catalogue) {
  const node = getBusinessObject(element);
  if (is(element, 'bpmn:Collaboration')) {
    return [{ id: 'nothing', component: SaidEntry, lines: ['Markera ett steg, ett flöde eller en bana för att se vad som kan ändras.'] }];
  }
  if (is(element, 'bpmn:Lane')) return [laneRole(element, catalogue)];
  const entries = [text(element, {
    id: 'name', label: 'Namn', get: () => named(node),
    set: ({ modeling }, value) => name(modeling, element, node, value),
  })];
  if (is(element, 'bpmn:Participant') && node.processRef) {
    entries.push(text(element, {
      id: 'process-name', label: 'Processens namn', get: () => node.processRef.name ?? '',
      set: ({ modeling }, value) => modeling.updateModdleProperties(element, node.processRef, { name: value }),
    }));
  }
  if (isAny(element, ['bpmn:FlowElement', 'bpmn:TextAnnotation'])) entries.push(identity(element, node));
  return entries;
}

const named = (node) => (is(node, 'bpmn:TextAnnotation') ? node.get('text') : node.name) ?? '';

function name(modeling, element, node, value) {
  if (is(node, 'bpmn:Process')) return modeling.updateProperties(element, { name: value });
  return modeling.updateLabel(element, value);
}

const identity = (element, node) => text(element, {
  id: 'id',
  label: 'Id',
  description: 'Namnet som formulär, texter, scenarier och pågående ärenden känner steget vid.',
  get: () => node.id,
  set: ({ modeling }, value) => modeling.updateProperties(element, { id: value }),
  validate: (value) => {
    if (!ID.test(value ?? '')) return 'Börja med en bokstav; sedan bokstäver, siffror, punkt, bindestreck och understreck.';
    const owner = node.$model.ids.assigned(value);
    return owner && owner !== node ? 'Ett annat steg heter så.' : null;
  },
});

const laneRole = (element, { roles }) => select(element, {
  id: 'lane-role',
  label: 'Roll',
  description: 'De som har rollen gör uppgifterna i banan.',
  get: () => getBusinessObject(element).name ?? '',
  set: ({ modeling }, value) => modeling.updateLabel(element, value),
  options: choices(roles),
});

function task(element, catalogue) {
  const { lanes, pool } = lanesAround(element);
  const drawn = new Set(lanes.map((lane) => getBusinessObject(lane).name));
  const form = property(element, 'form');
  const entries = [
    pool ? select(element, {
      id: 'role',
      label: 'Roll',
      description: 'Steget flyttas till rollens bana.',
      get: () => roleOf(element),
      set: ({ roles }, value) => value && roles.give(element, value),
      options: [
        { value: '', label: '(ingen bana)' },
        { label: 'Banor i ritningen', children: options(catalogue.roles.filter((one) => drawn.has(one.name))) },
        { label: 'Ny bana', children: options(catalogue.roles.filter((one) => !drawn.has(one.name))) },
      ],
    }) : { id: 'role', component: SaidEntry, label: 'Roll', lines: ['Dra in en pool från paletten: rollerna är poolens banor.'] },
    ours('select', element, 'form', 'Formulär', { options: choices(catalogue.forms) }),
  ];
  entries.push(form
    ? { id: 'form-link', component: LinkEntry, href: catalogue.urls.form.replace('FORM', encodeURIComponent(form)), label: `Öppna formuläret ${form}` }
    : { id: 'form-link', component: LinkEntry, href: catalogue.urls.forms, label: 'Formulären i utkastet' });
  entries.push(
    ours('select', element, 'due', 'Tidsfrist', {
      options: choices(catalogue.due, '(ingen tidsfrist)'),
      description: 'En egen tid ritas som en tidsgräns på uppgiftens kant.',
    }),
    ours('check', element, 'guard', 'Kräver förseglat bevis', {
      get: () => property(element, 'guard') === 'sealed',
      set: (services, value) => ours('text', element, 'guard').set(services, value ? 'sealed' : ''),
    }),
    {
      id: 'four_eyes', component: NamesEntry, element, label: 'En annan person än i steget',
      found: others(element), unknown: '(finns inte)',
      description: 'Den som har gjort något av de här stegen får inte göra det här.',
    },
  );
  return entries;
}

const options = (found) => found.map(({ name: value, title }) => ({ value, label: title || value }));

function others(element) {
  const found = [];
  const gather = (container) => (container.get('flowElements') ?? []).forEach((node) => {
    if (is(node, 'bpmn:UserTask') && node.id !== element.id) found.push({ name: node.id, title: node.name });
    if (is(node, 'bpmn:SubProcess')) gather(node);
  });
  let process = getBusinessObject(element);
  while (process && !is(process, 'bpmn:Process')) process = process.$parent;
  if (process) gather(process);
  return found;
}

const start = (element) => [
  ours('select', element, 'starts', 'Ärendet öppnas', {
    options: [
      { value: '', label: 'av någon i banan, under Starta ärende' },
      { value: 'item', label: 'när ett inlägg eller meddelande kommer in' },
      { value: 'other', label: 'av en annan process eller av Ordna' },
    ],
  }),
  ours('text', element, 'starts_with', 'Uppgifter som det börjar med', { description: 'Variabler med mellanslag emellan.' }),
];

const why = (element, catalogue) => [{
  id: 'why', component: NamesEntry, element, label: 'Regel eller nyckel',
  found: catalogue.whys, unknown: '(ingen regel eller nyckel)', href: catalogue.urls.why,
  description: 'Skriv en del av namnet för att söka. Meningen bakom visas bredvid uppgiften.',
}];

function words(element, catalogue) {
  const node = getBusinessObject(element);
  const entries = [];
  if (is(element, 'bpmn:Activity')) {
    entries.push(ours('select', element, 'text', 'Vägledning', {
      options: choices(catalogue.texts),
      description: 'Visas för den som gör uppgiften.',
    }));
  }
  if (!is(element, 'bpmn:Collaboration')) {
    entries.push(area(element, {
      id: 'documentation',
      label: 'Anteckning',
      description: 'För den som äger processen. Visas inte i ärenden.',
      get: () => node.get('documentation')?.[0]?.text ?? '',
      set: ({ modeling, make }, value) => {
        const made = value ? [make('bpmn:Documentation', { text: value })] : [];
        modeling.updateModdleProperties(element, node, { documentation: made });
      },
    }));
  }
  return entries;
}
