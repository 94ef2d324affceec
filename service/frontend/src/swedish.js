// The canvas, its palette and its menus in Swedish. What has no word here is shown as it is written.
import words from './sv.json';

export function translate(template, values = {}) {
  const text = Object.hasOwn(words, template) ? words[template] : template;
  return text.replace(/{([^}]+)}/g, (_, name) => values[name] ?? `{${name}}`);
}

export default { translate: ['value', translate] };
