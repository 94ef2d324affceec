// What the panel only says: links to other pages, and what an operation takes, gives and may answer.
export function LinkEntry({ id, href, label }) {
  return (
    <div class="bio-properties-panel-entry" data-entry-id={id}>
      <a class="ordna-link" href={href} target="_blank" rel="noopener">{label} <span aria-hidden="true">↗</span></a>
    </div>
  );
}

export function SaidEntry({ id, label, lines }) {
  return (
    <div class="bio-properties-panel-entry ordna-said" data-entry-id={id}>
      {label && <b>{label}</b>}
      {lines.map((line) => <p key={line}>{line}</p>)}
    </div>
  );
}
