// The form builder works without this file. With it the preview follows while somebody types, and the choices
// are asked for only where an answer is chosen.

const CHOSEN = ['one', 'list', 'several'], PAUSE = 300;
for (const form of document.querySelectorAll('form[data-preview]')) {
  const shown = document.getElementById('forhandsvisning');
  const kind = form.elements['b-kind'], choices = form.elements['b-choices'].closest('.field');
  const sync = () => { choices.hidden = !CHOSEN.includes(kind.value); };
  kind.addEventListener('change', sync);
  sync();

  let asked = 0, wait;
  const ask = async () => {
    const mine = ++asked;
    const answer = await fetch(form.dataset.preview, { method: 'POST', body: new FormData(form), redirect: 'error' });
    if (answer.status !== 200) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (mine !== asked) return; // something later has been typed
    shown.replaceChildren(...page.body.childNodes);
    conditional(shown);
  };
  form.addEventListener('input', () => {
    clearTimeout(wait);
    wait = setTimeout(() => ask().catch(() => {}), PAUSE);
  });
}
