// Progressive enhancement only: everything works without this file.
// Conditional fields, focus on what needs correcting, pasted screenshots, and quiet updates.

const conditional = (within) => {
  for (const part of within.querySelectorAll('[data-show-if]')) {
    const [name, wanted] = part.dataset.showIf.split(/=(.*)/s);
    const form = part.closest('form');
    const sync = () => {
      part.hidden = (new FormData(form).get(name) ?? '') !== wanted;
      for (const field of part.querySelectorAll('input, select, textarea')) field.disabled = part.hidden;
    };
    form.addEventListener('change', sync);
    sync();
  }
};
conditional(document);

document.getElementById('fel')?.focus();

// Ctrl-V anywhere on the page puts a picture in the file field.
const target = document.querySelector('input[type=file][data-paste]');
if (target) {
  const told = document.getElementById(target.dataset.paste);
  document.addEventListener('paste', (event) => {
    const pictures = [...event.clipboardData.files].filter((file) => file.type.startsWith('image/'));
    if (!pictures.length) return;
    event.preventDefault();
    const carrier = new DataTransfer();
    carrier.items.add(pictures[0]);
    target.files = carrier.files;
    target.dispatchEvent(new Event('change'));
  });
  target.addEventListener('change', () => {
    const file = target.files[0];
    told.textContent = file ? told.dataset.text.replace('{name}', file.name) : '';
  });
}

// Parts that change by themselves: asked for soon, then ever more seldom, while the page is looked at.
const SOON = 2000, SELDOM = 20000;
for (const part of document.querySelectorAll('[data-poll]')) {
  let etag = part.dataset.etag ?? '', wait = SOON;
  const ask = async () => {
    if (document.hidden || part.contains(document.activeElement)) return;
    const answer = await fetch(part.dataset.poll, { headers: { 'If-None-Match': etag }, redirect: 'error' });
    if (answer.status !== 200) return;
    if (etag) wait = SOON; // what has just changed may change again
    etag = answer.headers.get('ETag') ?? '';
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    part.replaceChildren(...page.body.childNodes);
  };
  const later = () => {
    setTimeout(() => ask().catch(() => {}).finally(later), wait);
    wait = Math.min(wait * 1.6, SELDOM);
  };
  later();
}
