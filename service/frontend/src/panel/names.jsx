// Fields that hold several names, divided by blanks: the rules behind a step, and other people's steps.
import { useState } from '@bpmn-io/properties-panel/preact/hooks';
import { property, setProperty } from '../extensions.js';
import { useServices } from './fields.jsx';

export const named = (text) => text.replaceAll(',', ' ').split(/\s+/).filter(Boolean);

export function NamesEntry({ element, id, label, description, found, unknown, href }) {
  const services = useServices();
  const [typed, setTyped] = useState('');
  const chosen = named(property(element, id));
  const titles = new Map(found.map((one) => [one.name, one.title]));
  const keep = (names) => setProperty(services, element, id, names.join(' '));
  const add = (value) => {
    const name = titles.has(value) ? value : found.find((one) => shown(one) === value)?.name;
    setTyped(name ? '' : value);
    if (name && !chosen.includes(name)) keep([...chosen, name]);
  };
  const field = `ordna-${id}`;
  return (
    <div class="bio-properties-panel-entry" data-entry-id={id}>
      {chosen.length > 0 && (
        <ul class="ordna-names" aria-label={label}>
          {chosen.map((name) => (
            <li key={name} class={titles.has(name) ? '' : 'unknown'}>
              <span>
                {href ? <a href={href + encodeURIComponent(name)} target="_blank" rel="noopener">{name}</a> : <b>{name}</b>}
                {' '}{titles.get(name) ?? unknown}
              </span>
              <button type="button" aria-label={`Ta bort ${name}`} onClick={() => keep(chosen.filter((one) => one !== name))}>×</button>
            </li>
          ))}
        </ul>
      )}
      <label class="bio-properties-panel-label" for={field}>{label}</label>
      <input
        class="bio-properties-panel-input"
        id={field}
        list={`${field}-list`}
        autocomplete="off"
        value={typed}
        aria-describedby={`${field}-hint`}
        onInput={(event) => add(event.target.value)}
      />
      <datalist id={`${field}-list`}>
        {found.filter((one) => !chosen.includes(one.name)).map((one) => <option key={one.name} value={shown(one)} />)}
      </datalist>
      <div class="bio-properties-panel-description" id={`${field}-hint`}>{description}</div>
    </div>
  );
}

const shown = ({ name, title }) => (title ? `${name} – ${title}` : name);
