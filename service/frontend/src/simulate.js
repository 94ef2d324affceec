// "Provkör flödet": tokens through the drawing, to see which way it goes. Conditions and answers are not
// followed here: the scenarios and the replay are the real tests.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import simulation from 'bpmn-js-token-simulation/lib/viewer';
import { beginning } from './beginning.js';
import spiffworkflow from './moddle.json';
import swedish from './swedish.js';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import 'bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css';
import './editor.css';

const desk = document.getElementById('provkor');
const told = desk.querySelector('[data-part=saved]');
const texts = JSON.parse(desk.dataset.texts);

desk.querySelector('[data-part=plain]').remove(); // what those read who have no JavaScript
start().catch(() => {
  told.textContent = texts.not_opened;
});

async function start() {
  const viewer = new NavigatedViewer({
    container: desk.querySelector('[data-part=canvas]'),
    moddleExtensions: { spiffworkflow },
    additionalModules: [simulation, swedish],
  });
  const answer = await fetch(desk.dataset.model, { redirect: 'error' });
  if (!answer.ok) throw new Error(answer.status);
  await viewer.importXML(await answer.text());
  beginning(viewer);
  viewer.get('toggleMode').toggleMode(true);
  told.textContent = texts.simulating;
  desk.dataset.ready = 'yes';
}
