// The one script of the interface. Every page works without it.

// say puts one sentence into the polite live region.
const say = (text) => {
  const live = document.getElementById('live');
  if (!live || !text) return;
  live.textContent = '';
  requestAnimationFrame(() => { live.textContent = text; });
};

// copy-field: a read-only input or text area with a copy button (hidden until this is defined).
class CopyField extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector('input, textarea');
    const button = this.querySelector('button');
    if (!input || !button) return;
    input.addEventListener('focus', () => input.select());
    button.addEventListener('click', () => this.copy(input, button));
  }

  async copy(input, button) {
    try {
      await navigator.clipboard.writeText(input.value);
    } catch {
      // Without clipboard access (plain http) the old command still works on a selection.
      input.select();
      if (!document.execCommand('copy')) { say('Copying was refused. The text is selected: copy it with the keyboard.'); return; }
    }
    const word = button.querySelector('[data-label]');
    word.textContent = 'Copied';
    say(`${input.labels?.[0]?.textContent.trim() || 'Value'} copied`);
    setTimeout(() => { word.textContent = 'Copy'; }, 2000);
  }
}
customElements.define('copy-field', CopyField);

// A link with data-dialog leads to a page; with script it opens the dialog of that id instead.
document.addEventListener('click', (e) => {
  const opener = e.target.closest('[data-dialog]');
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog?.showModal) { e.preventDefault(); dialog.showModal(); }
});

// The Enter that opens a dialog opens it when it is let go: going down, it would go on into the dialog's first field and
// press the first button there.
let pressed = null;
document.addEventListener('keydown', (e) => {
  pressed = (e.key === 'Enter' && !e.ctrlKey && !e.metaKey && e.target.closest?.('[data-dialog]')) || null;
  if (pressed) e.preventDefault();
});
document.addEventListener('keyup', (e) => {
  if (pressed && e.key === 'Enter') pressed.click();
  pressed = null;
});

// A failed form is announced and reached at once.
document.querySelector('[data-summary]')?.focus();

// A form that must not be sent twice.
document.addEventListener('submit', (e) => {
  if (!e.target.hasAttribute('data-once') || e.submitter?.formMethod === 'dialog') return;
  if (e.target.dataset.sent) e.preventDefault();
  e.target.dataset.sent = '1';
});
addEventListener('pageshow', () => {
  for (const f of document.querySelectorAll('[data-sent]')) delete f.dataset.sent;
});

// A select or check box with data-submit sends its form at once (its button stays for everybody else).
document.addEventListener('change', (e) => {
  if (e.target.hasAttribute?.('data-submit')) e.target.form.requestSubmit();
});

// Live regions: <div id data-live="events address" data-page="page address">.
// Any message of the event stream means "look again": the page is fetched and every live
// region is replaced by its new self; so does the stream's beginning, for what changed between
// the page and it. Without EventSource, or after three errors, poll.
const regions = () => document.querySelectorAll('[data-live]');
// What the server said last: a dialog that is open here or a mark of the browser's is no change.
const served = new Map([...regions()].map((n) => [n.id, n.outerHTML]));
const spoken = () => [...document.querySelectorAll('[data-live] [data-say]')].map((n) => n.textContent.trim()).join('. ');

const refresh = async () => {
  const first = regions()[0];
  if (!first) return;
  const answer = await fetch(first.dataset.page, { headers: { Accept: 'text/html' } });
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const before = spoken();
  for (const old of regions()) {
    const now = fresh.getElementById(old.id);
    if (!now || now.outerHTML === served.get(old.id)) continue;
    served.set(old.id, now.outerHTML);
    const focus = old.contains(document.activeElement) ? document.activeElement.id : '';
    const open = [...old.querySelectorAll('details[open][id]')].map((d) => d.id);
    old.replaceWith(document.adoptNode(now));
    for (const id of open) document.getElementById(id)?.setAttribute('open', '');
    if (focus) document.getElementById(focus)?.focus();
  }
  const after = spoken();
  if (after !== before) say(after);
};

const poll = () => setInterval(() => refresh().catch(() => {}), 5000);

const watch = (address) => {
  if (!window.EventSource) { poll(); return; }
  const stream = new EventSource(address);
  let errors = 0;
  stream.onopen = () => refresh().catch(() => {});
  stream.onmessage = () => { errors = 0; refresh().catch(() => {}); };
  stream.onerror = () => { if (++errors >= 3) { stream.close(); poll(); } };
  addEventListener('pagehide', () => stream.close());
};
const live = regions()[0];
if (live) {
  watch(live.dataset.live);
  // Back from the browser's page cache: the stream was closed, so begin again.
  addEventListener('pageshow', (e) => { if (e.persisted) { refresh().catch(() => {}); watch(live.dataset.live); } });
}
