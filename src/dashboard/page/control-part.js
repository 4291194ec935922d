import { buttonById, byId, inputById, setText } from './dom.js';
import { reasonOf } from './stream.js';
import { authorization, currentToken, keepToken } from './token.js';

/** @typedef {import('../view.js').DashboardView} DashboardView */

const CONTROL_WORDS = {
  kill: {
    heading: 'Kill the desk?',
    about: 'Every open order is canceled, and nothing new that adds risk passes until somebody resumes.',
    send: '■ Kill the desk',
    expected: 'KILL',
  },
  resume: {
    heading: 'Resume the desk?',
    about: 'Risk lets orders pass again. Do it once the reason of the halt is understood.',
    send: '▶ Resume the desk',
    expected: 'RESUME',
  },
};

/** @type {keyof typeof CONTROL_WORDS} */
let action = 'kill';
const dialog = () => /** @type {HTMLDialogElement} */ (byId('control'));

export function startControl() {
  buttonById('kill').addEventListener('click', () => ask('kill'));
  buttonById('resume').addEventListener('click', () => ask('resume'));
  buttonById('control-back').addEventListener('click', () => dialog().close());
  inputById('control-word').addEventListener('input', confirmable);
  byId('control-form').addEventListener('submit', (event) => {
    event.preventDefault();
    void send();
  });
}

/** Two steps: a dialog, and a word that nobody types by chance. @param {keyof typeof CONTROL_WORDS} what */
function ask(what) {
  action = what;
  const { heading, about, send: button, expected } = CONTROL_WORDS[what];
  setText(byId('control-heading'), heading);
  setText(byId('control-about'), about);
  setText(byId('control-send'), button);
  setText(byId('control-expected'), expected);
  setText(byId('control-error'), '');
  inputById('control-word').value = '';
  showToken();
  confirmable();
  dialog().showModal();
  inputById('control-by').focus();
}

/** Asked for where the address did not hand it over. */
function showToken() {
  byId('control-token-label').hidden = currentToken() !== '';
  inputById('control-token').required = currentToken() === '';
}

function confirmable() {
  buttonById('control-send').disabled =
    inputById('control-word').value.trim().toUpperCase() !== CONTROL_WORDS[action].expected;
}

async function send() {
  if (buttonById('control-send').disabled) return;
  if (currentToken() === '') keepToken(inputById('control-token').value.trim());
  buttonById('control-send').disabled = true;
  setText(byId('control-error'), '');
  try {
    const response = await fetch('/control', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization() },
      body: JSON.stringify({
        action,
        by: inputById('control-by').value,
        reason: inputById('control-reason').value,
      }),
      signal: AbortSignal.timeout(10_000),
    });
    if (response.ok) {
      inputById('control-token').value = '';
      inputById('control-reason').value = '';
      dialog().close();
      return;
    }
    if (response.status === 401) {
      keepToken('');
      showToken();
      inputById('control-token').value = '';
      inputById('control-token').focus();
    }
    setText(byId('control-error'), `Refused: ${await reasonOf(response)}.`);
  } catch (error) {
    setText(
      byId('control-error'),
      `Nobody answered, and nobody knows whether it was heard: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  confirmable();
}

/** Which of the two can be asked for now. @param {DashboardView['state']} state */
export function showControl({ trading, ended }) {
  buttonById('kill').disabled = ended || trading === 'halted';
  const stopped = trading === 'halted' || trading === 'reducing';
  buttonById('resume').hidden = !stopped;
  buttonById('resume').disabled = ended;
}
