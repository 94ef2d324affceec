// The palette, the pads and the menus offer what Ordna can run. The server's checks decide; this spares detours.
const PALETTE = {
  'create.data-object': null,
  'create.data-store': null,
  'create.group': null,
};
const NOT_RUN = /script-task|send-task|manual-task|^replace-with-task$|complex-gateway|ad-hoc|transaction|event-subprocess|conditional-(start|inter|bound)|signal|escalation|compensation|cancel|throw-message|message-(end|intermediate-throw)|non-interrupting-conditional|toggle-loop|toggle-adhoc|error-start/;
const BELOW_THE_USUAL = 500;

class Offers {
  constructor(palette, contextPad, popupMenu, create, elementFactory, translate, injector) {
    Object.assign(this, { create, elementFactory, translate, autoPlace: injector.get('autoPlace', false) });
    palette.registerProvider(BELOW_THE_USUAL, this);
    contextPad.registerProvider(BELOW_THE_USUAL, this);
    popupMenu.registerProvider('bpmn-replace', BELOW_THE_USUAL, this);
  }

  getPaletteEntries() {
    return (entries) => {
      const kept = Object.entries(entries).filter(([name]) => !(name in PALETTE)).flatMap(([name, entry]) => (
        name === 'create.task' ? [
          [name, this.creating(entry, 'bpmn:UserTask', 'bpmn-icon-user-task', 'Uppgift för en person')],
          ['create.service-task', this.creating(entry, 'bpmn:ServiceTask', 'bpmn-icon-service-task', 'Tjänsteuppgift: Ordna gör det')],
          ['create.decision', this.creating(entry, 'bpmn:BusinessRuleTask', 'bpmn-icon-business-rule', 'Beslut enligt tabell')],
        ] : [[name, entry]]
      ));
      return Object.fromEntries(kept);
    };
  }

  creating(entry, type, className, title) {
    const start = (event) => this.create.start(event, this.elementFactory.createShape({ type }));
    return { ...entry, className, title, action: { dragstart: start, click: start } };
  }

  getContextPadEntries() {
    return (entries) => {
      const usual = entries['append.append-task'];
      for (const name of ['append.condition-intermediate-event', 'append.signal-intermediate-event', 'append.compensation-activity']) {
        delete entries[name];
      }
      if (usual) entries['append.append-task'] = this.appending(usual, 'bpmn:UserTask');
      return entries;
    };
  }

  appending(entry, type) {
    const shape = () => this.elementFactory.createShape({ type });
    const start = (event, source) => this.create.start(event, shape(), { source });
    const append = this.autoPlace ? (_, source) => this.autoPlace.append(source, shape()) : start;
    return { ...entry, className: 'bpmn-icon-user-task', action: { dragstart: start, click: append } };
  }

  getPopupMenuEntries() {
    return (entries) => Object.fromEntries(Object.entries(entries).filter(([name]) => !NOT_RUN.test(name)));
  }

  getPopupMenuHeaderEntries() {
    return (entries) => Object.fromEntries(Object.entries(entries).filter(([name]) => !NOT_RUN.test(name)));
  }
}
Offers.$inject = ['palette', 'contextPad', 'popupMenu', 'create', 'elementFactory', 'translate', 'injector'];

export default { __init__: ['offers'], offers: ['type', Offers] };
