// In the place of CodeMirror and the FEEL editors, which none of the panel's fields that we use opens. What the
// panel calls when it is loaded does nothing; what it would call to open such an editor says so.
const none = () => {
  throw new Error('no code editor here');
};
const silent = () => none;

export default none;
// called when the panel is loaded
export const Annotation = { define: silent };
export const jsonParseLinter = silent;
// called to open an editor
export const EditorState = none;
export const EditorView = none;
export const FeelersEditor = none;
export const bracketMatching = none;
export const closeBrackets = none;
export const closeBracketsKeymap = [];
export const defaultHighlightStyle = none;
export const defaultKeymap = [];
export const drawSelection = none;
export const foldGutter = none;
export const foldKeymap = [];
export const getVariablesForElement = none;
export const getVariablesForScope = none;
export const highlightSpecialChars = none;
export const history = none;
export const historyKeymap = [];
export const json = none;
export const keymap = none;
export const lineNumbers = none;
export const linter = none;
export const placeholder = none;
export const syntaxHighlighting = none;
