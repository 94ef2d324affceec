// The properties panel: only our own groups, each field one thing that Ordna reads.
import groupsOf from './groups.jsx';

class Provider {
  constructor(propertiesPanel, catalogue) {
    this.catalogue = catalogue;
    propertiesPanel.registerProvider(this);
  }

  getGroups(element) {
    return (groups) => [...groups, ...groupsOf(element, this.catalogue)];
  }
}
Provider.$inject = ['propertiesPanel', 'config.catalogue'];

export default { __init__: ['ordnaProvider'], ordnaProvider: ['type', Provider] };
