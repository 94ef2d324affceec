// The process editor: one draft, drawn, with the panel, the server's findings beside it and saving by itself.
import Modeler from 'bpmn-js/lib/Modeler';
import { BpmnPropertiesPanelModule } from 'bpmn-js-properties-panel';
import minimap from 'diagram-js-minimap';
import { beginning } from './beginning.js';
import { asPng, asSvg } from './exporting.js';
import { Linting } from './linting.js';
import spiffworkflow from './moddle.json';
import palette from './palette.js';
import panel from './panel/index.js';
import roles from './roles.js';
import { Saving } from './saving.js';
import swedish from './swedish.js';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import '@bpmn-io/properties-panel/dist/assets/properties-panel.css';
import 'diagram-js-minimap/assets/diagram-js-minimap.css';
import './editor.css';

const began = performance.now();
const desk = document.getElementById('rita');
const part = (name) => desk.querySelector(`[data-part=${name}]`);
const texts = JSON.parse(desk.dataset.texts);
const saved = part('saved');

part('plain').remove(); // what those read who have no JavaScript
start().catch(() => {
  saved.textContent = texts.not_opened;
  desk.dataset.state = 'broken';
});

async function start() {
  const [catalogue, first] = await Promise.all([
    asked(desk.dataset.catalogue).then((answer) => answer.json()),
    asked(desk.dataset.model).then((answer) => answer.text()),
  ]);
  const modeler = new Modeler({
    container: part('canvas'),
    propertiesPanel: { parent: part('properties') },
    catalogue,
    moddleExtensions: { spiffworkflow },
    additionalModules: [BpmnPropertiesPanelModule, minimap, panel, palette, roles, swedish],
  });
  const model = async () => (await modeler.saveXML({ format: true })).xml;
  const saving = new Saving({
    url: desk.dataset.model,
    sessionUrl: desk.dataset.session,
    key: `ordna.draft.${desk.dataset.draft}`,
    csrf: desk.dataset.csrf,
    version: Number(desk.dataset.version),
    model,
    show: (state, told) => show(state, told, saving),
  });
  const linting = new Linting({
    url: desk.dataset.lint, csrf: () => saving.csrf, modeler, model, texts,
    list: part('findings'), told: part('checked'),
  });
  await open(modeler, saving, first);
  modeler.on('commandStack.changed', () => {
    saving.changed();
    linting.changed();
    stepped(modeler);
  });
  commented(modeler, catalogue);
  buttons(modeler, saving);
  stepped(modeler);
  if (!saving.changes) say(saved, texts.opened);
  desk.dataset.ready = Math.round(performance.now() - began);
  await linting.now();
}

async function asked(url) {
  const answer = await fetch(url, { redirect: 'error' });
  if (!answer.ok) throw new Error(answer.status);
  return answer;
}

/** What was left unsaved here comes first: it is saved against the version that it was drawn from. */
async function open(modeler, saving, first) {
  const kept = saving.kept();
  if (kept && kept.xml !== first) {
    try {
      await modeler.importXML(kept.xml);
      saving.version = kept.version;
      saving.changed();
      say(part('restored'), texts.restored);
    } catch {
      saving.forget();
      await modeler.importXML(first);
    }
  } else {
    saving.forget();
    await modeler.importXML(first);
  }
  beginning(modeler);
  modeler.get('minimap').open();
}

function show(state, told = {}, saving) {
  desk.dataset.state = state;
  say(saved, (texts[`state_${state}`] ?? '').replace('{at}', told.at ?? '').replace('{text}', told.detail ?? ''));
  if (state === 'saved') {
    for (const field of document.querySelectorAll('[data-version]')) field.value = saving.version;
    part('by')?.remove();
  }
  if (state === 'raced') raced(told);
}

/** Somebody else was first: who, when, and the ways on. What was drawn here is kept by the server. */
function raced({ by, at, kept, compare }) {
  const dialog = part('raced');
  dialog.querySelector('[data-said]').textContent = texts.raced.replace('{by}', by).replace('{at}', at);
  dialog.querySelector('[data-snapshot]').value = kept ?? '';
  const link = dialog.querySelector('[data-compare]');
  if (compare) link.href = compare;
  link.hidden = !compare;
  dialog.showModal();
}

const say = (holder, text) => {
  holder.hidden = !text;
  if (holder.textContent !== text) holder.textContent = text;
};

function stepped(modeler) {
  const stack = modeler.get('commandStack');
  part('undo').disabled = !stack.canUndo();
  part('redo').disabled = !stack.canRedo();
}

function buttons(modeler, saving) {
  const name = desk.dataset.name;
  const on = (button, act) => part(button)?.addEventListener('click', act);
  on('undo', () => modeler.get('commandStack').undo());
  on('redo', () => modeler.get('commandStack').redo());
  on('fit', () => modeler.get('canvas').zoom('fit-viewport', 'auto'));
  on('search', () => setTimeout(() => modeler.get('searchPad').open())); // this very click would close it
  on('svg', () => asSvg(modeler, name));
  on('png', () => asPng(modeler, name));
  on('retry', () => saving.now());
  on('reload', () => {
    saving.forget();
    location.reload();
  });
  // what the other pages show is what the server has
  for (const link of document.querySelectorAll('[data-after-saving]')) {
    link.addEventListener('click', async (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || desk.dataset.state === 'raced') return;
      event.preventDefault();
      await saving.now();
      location.assign(link.href);
    });
  }
  document.addEventListener('visibilitychange', () => document.hidden && saving.now());
  addEventListener('online', () => saving.now());
  dropped(saving);
}

/** How many comments wait on an element, with the way to them. */
function commented(modeler, { comments, urls }) {
  for (const [id, number] of Object.entries(comments)) {
    if (!modeler.get('elementRegistry').get(id)) continue;
    const badge = document.createElement('a');
    badge.className = 'commented';
    badge.href = urls.comments;
    badge.textContent = number;
    badge.title = texts.comments.replace('{n}', number);
    modeler.get('overlays').add(id, 'comments', { position: { top: -10, right: 10 }, html: badge });
  }
}

/** A file that is dropped on the drawing goes the way of every upload: through the server's reading of it. */
function dropped(saving) {
  const canvas = part('canvas');
  const form = part('upload');
  canvas.addEventListener('dragover', (event) => {
    if ([...event.dataTransfer.types].includes('Files')) event.preventDefault();
  });
  canvas.addEventListener('drop', (event) => {
    const { files } = event.dataTransfer;
    if (files.length !== 1) return;
    event.preventDefault();
    form.elements.file.files = files;
    form.closest('details').open = true;
    form.querySelector('button').focus();
  });
  form.addEventListener('submit', async (event) => {
    if (!saving.changes) return;
    event.preventDefault();
    await saving.now();
    if (desk.dataset.state === 'saved') form.requestSubmit(form.querySelector('button'));
  });
}
