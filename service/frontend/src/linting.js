// The server's findings, shown on the elements and in a list beside them. Nothing is judged here.
const SOON = 500; // ms after the latest change
const AT_MOST = 100; // findings shown

export class Linting {
  constructor({ url, csrf, modeler, model, list, told, texts }) {
    Object.assign(this, { url, csrf, modeler, model, list, told, texts });
    this.marked = [];
  }

  changed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), SOON);
  }

  async now() {
    this.asked?.abort();
    const asked = this.asked = new AbortController();
    try {
      const answer = await fetch(this.url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/xml', 'X-CSRF-Token': this.csrf() },
        body: await this.model(),
        redirect: 'error',
        signal: asked.signal,
      });
      if (!answer.ok) throw new Error(answer.status);
      const { findings, notes } = await answer.json();
      if (!asked.signal.aborted) this.show(findings, notes);
    } catch {
      if (!asked.signal.aborted) this.say(this.texts.not_checked);
    }
  }

  show(findings, notes) {
    const all = [...findings, ...notes];
    this.mark(all);
    this.list.replaceChildren(...all.slice(0, AT_MOST).map((finding) => this.line(finding)));
    const count = (level) => findings.filter((one) => one.level === level).length;
    const parts = [
      counted(count('error'), this.texts.error_one, this.texts.error_many),
      counted(count('warning'), this.texts.warning_one, this.texts.warning_many),
      counted(notes.length, this.texts.note_one, this.texts.note_many),
    ].filter(Boolean);
    this.say(parts.join(', ') || this.texts.no_findings);
    this.told.dataset.errors = count('error');
  }

  /** Said only when it changes, so that whoever listens is not told the same again. */
  say(text) {
    if (this.told.textContent !== text) this.told.textContent = text;
  }

  line({ level, element, text, hint }) {
    const item = document.createElement('li');
    item.className = level;
    const shape = element && this.modeler.get('elementRegistry').get(element);
    const holder = document.createElement(shape ? 'button' : 'p');
    if (shape) {
      holder.type = 'button';
      holder.addEventListener('click', () => this.go(shape));
    }
    const kind = document.createElement('strong');
    kind.textContent = `${this.texts[`level_${level}`]}: `;
    holder.append(kind, text, hint ? ` ${hint}` : '');
    item.append(holder);
    return item;
  }

  go(shape) {
    const canvas = this.modeler.get('canvas');
    canvas.setRootElement(canvas.findRoot(shape) ?? canvas.getRootElement());
    canvas.scrollToElement(shape, 120);
    this.modeler.get('selection').select(shape);
  }

  mark(findings) {
    const [canvas, overlays, registry] = ['canvas', 'overlays', 'elementRegistry'].map((name) => this.modeler.get(name));
    overlays.remove({ type: 'finding' });
    for (const [id, name] of this.marked) if (registry.get(id)) canvas.removeMarker(id, name);
    const worst = new Map();
    for (const { element, level } of findings) {
      if (registry.get(element) && !(worst.get(element) === 'error')) worst.set(element, level);
    }
    this.marked = [...worst].map(([id, level]) => [id, `found-${level}`]);
    for (const [id, name] of this.marked) {
      canvas.addMarker(id, name);
      const badge = document.createElement('span');
      badge.className = `finding ${name}`;
      badge.textContent = name === 'found-note' ? 'i' : '!';
      badge.title = findings.filter((one) => one.element === id).map((one) => one.text).join('\n');
      if (!registry.get(id).waypoints) overlays.add(id, 'finding', { position: { top: -10, left: -10 }, html: badge });
    }
  }
}

const counted = (number, one, many) => (number ? (number === 1 ? one : many.replace('{n}', number)) : '');
