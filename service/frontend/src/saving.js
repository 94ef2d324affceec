// The draft is saved by itself a moment after each change. Until the server has said that it has it, the model
// lies in the browser's own store too, so that neither a lost network nor a dead browser loses work.
const SOON = 800; // ms after the latest change
const SLOWEST = 30_000; // ms between attempts when the server does not answer

export class Saving {
  /** `model` gives the XML as it is now; `show` gets a state and what belongs to it. */
  constructor({ url, sessionUrl, key, csrf, version, model, show }) {
    Object.assign(this, { url, sessionUrl, key, csrf, version, model, show });
    this.changes = 0;
    this.wait = SOON;
  }

  /** What was not saved when this draft was last open here, as {version, xml}, or null. */
  kept() {
    try {
      const found = JSON.parse(localStorage.getItem(this.key));
      return typeof found?.xml === 'string' && Number.isInteger(found.version) ? found : null;
    } catch {
      return null;
    }
  }

  forget() {
    try {
      localStorage.removeItem(this.key);
    } catch { /* a browser without a store */ }
  }

  changed() {
    this.changes += 1;
    if (this.stopped) return;
    this.wait = SOON;
    this.show('changed');
    this.later(SOON);
  }

  later(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), ms);
  }

  /** Save at once what is not saved. Resolves when the server has it, or has said no. */
  async now() {
    clearTimeout(this.timer);
    while (this.busy) await this.busy;
    if (!this.changes || this.stopped) return;
    this.busy = this.attempt().finally(() => {
      this.busy = null;
    });
    await this.busy;
  }

  async attempt() {
    const seen = this.changes;
    const xml = await this.model();
    this.keep(xml);
    this.show('saving');
    let answer;
    try {
      answer = await this.send(xml);
      if (answer.status === 401 || answer.status === 403) {
        await this.signedInAgain();
        answer = await this.send(xml);
      }
    } catch {
      return this.again('offline');
    }
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) {
      this.version = told.version;
      this.changes -= seen;
      if (this.changes) this.later(SOON);
      else this.forget();
      return this.show('saved', told);
    }
    if (answer.status === 412) {
      this.stopped = true;
      if (told.kept) this.forget(); // the server keeps it for the comparison
      return this.show('raced', told);
    }
    if (answer.status === 401 || answer.status === 403) return this.again('signed_out');
    if (answer.status === 409) {
      this.stopped = true;
      return this.show('closed', told);
    }
    if (answer.status < 500 && answer.status !== 429) return this.show('refused', told);
    return this.again('offline');
  }

  send(xml) {
    return fetch(this.url, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/xml', 'If-Match': `"${this.version}"`, 'X-CSRF-Token': this.csrf },
      body: xml,
      redirect: 'error',
    });
  }

  /** Somebody who has signed in again in another tab has a new token. */
  async signedInAgain() {
    const answer = await fetch(this.sessionUrl, { redirect: 'error' });
    if (answer.ok) this.csrf = (await answer.json()).csrf;
  }

  again(state) {
    this.wait = Math.min(this.wait * 2, SLOWEST);
    this.show(state);
    this.later(this.wait);
  }

  keep(xml) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ version: this.version, xml }));
    } catch { /* full, or no store: the server's copy is then the only one */ }
  }
}
