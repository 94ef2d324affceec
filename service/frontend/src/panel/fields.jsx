// The few kinds of field that the panel is made of. Each gets `get` and `set(services, value)`.
import {
  CheckboxEntry, SelectEntry, TextAreaEntry, TextFieldEntry,
  isCheckboxEntryEdited, isSelectEntryEdited, isTextAreaEntryEdited, isTextFieldEntryEdited,
} from '@bpmn-io/properties-panel';
import { useService } from 'bpmn-js-properties-panel';
import { property, setProperty } from '../extensions.js';

export function useServices() {
  const bpmnFactory = useService('bpmnFactory');
  return {
    commandStack: useService('commandStack'),
    modeling: useService('modeling'),
    roles: useService('roles'),
    elements: useService('elementRegistry'),
    canvas: useService('canvas'),
    make: (type, properties) => bpmnFactory.create(type, properties),
  };
}

const KINDS = {
  text: [TextFieldEntry, isTextFieldEntryEdited],
  area: [TextAreaEntry, isTextAreaEntryEdited],
  select: [SelectEntry, isSelectEntryEdited],
  check: [CheckboxEntry, isCheckboxEntryEdited],
};

function Field({ element, id, label, kind, get, set, validate, options, description, disabled }) {
  const services = useServices();
  const debounce = useService('debounceInput');
  const [Kind] = KINDS[kind];
  return (
    <Kind
      element={element}
      id={id}
      label={label}
      debounce={debounce}
      disabled={disabled}
      autoResize={kind === 'area' || undefined}
      getValue={() => get(element)}
      setValue={(value, error) => (error ? undefined : set(services, value ?? '', element))}
      getOptions={() => withUnknown(options, get(element))}
      validate={validate}
      description={description}
    />
  );
}

/** What stands in the model is shown even where it is none of the choices. */
function withUnknown(options, value) {
  if (!value || options.some((one) => one.value === value || one.children?.some((inner) => inner.value === value))) {
    return options;
  }
  return [...options, { value, label: `${value} (finns inte)` }];
}

export const field = (kind, element, given) => ({
  component: Field, isEdited: KINDS[kind][1], kind, element, ...given,
});
export const text = (element, given) => field('text', element, given);
export const area = (element, given) => field('area', element, given);
export const select = (element, given) => field('select', element, given);
export const check = (element, given) => field('check', element, given);

/** A field for one of our properties, of any kind. */
export const ours = (kind, element, id, label, given = {}) => field(kind, element, {
  id,
  label,
  get: () => property(element, id),
  set: (services, value) => setProperty(services, element, id, value.trim()),
  ...given,
});

export const choices = (found, nothing = '(inget valt)') => [
  { value: '', label: nothing },
  ...found.map(({ name, title }) => ({ value: name, label: title || name })),
];
