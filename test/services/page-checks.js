/**
 * The checklist of docs/dashboard.md as code, run inside of the browser: an expression whose value is what was found wrong, and what
 * the page says.
 */
(() => {
  /** @param {Element} element */
  const visible = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });

  /** Text as it is painted: each piece of it with its boxes, without what is for screen readers alone. */
  const pieces = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const open = document.querySelector('dialog[open]');
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (parent === null || node.textContent.trim() === '' || !visible(parent)) continue;
    if (parent.closest('script, style, .skip, option') !== null) continue;
    if (open !== null && !open.contains(parent)) continue;
    const hidden = parent.closest('thead');
    if (hidden !== null && getComputedStyle(hidden).position === 'absolute') continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter(({ width, height }) => width > 0 && height > 0);
    if (rects.length > 0) pieces.push({ text: node.textContent.trim(), parent, rects });
  }

  const wrong = [];
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth)
    wrong.push(`the page is ${scrollWidth} px wide in a window of ${clientWidth}`);

  // Nothing is cut off: text stays inside of the window, of its card and of whatever clips.
  for (const { text, parent, rects } of pieces) {
    const scrolls = parent.closest('#notices');
    const card = parent.closest('.part, .tile, dialog, header, .banner');
    const frame = card?.getBoundingClientRect();
    for (const { left, right, top, bottom } of rects) {
      if (left < -0.5 || right > clientWidth + 0.5) wrong.push(`"${text}" leaves the window`);
      if (frame !== undefined && scrolls === null)
        if (
          left < frame.left - 0.5 ||
          right > frame.right + 0.5 ||
          top < frame.top - 0.5 ||
          bottom > frame.bottom + 0.5
        )
          wrong.push(`"${text}" leaves its card`);
    }
  }
  for (const element of document.querySelectorAll('main *, header *')) {
    if (!visible(element) || element.closest('.chart') !== null || element.id === 'notices') continue;
    const { overflowX } = getComputedStyle(element);
    if (
      overflowX !== 'visible' &&
      element.scrollWidth > element.clientWidth + 1 &&
      element.closest('thead') === null
    )
      wrong.push(`<${element.localName} class="${element.className}"> cuts off its content`);
  }

  // Nothing overlaps.
  const boxes = pieces.flatMap(({ text, parent, rects }) =>
    parent.closest('#notices') === null ? rects.map((rect) => ({ text, rect })) : [],
  );
  const header = document.querySelector('header');
  const sticky =
    header !== null && getComputedStyle(header).position === 'sticky'
      ? header.getBoundingClientRect()
      : undefined;
  boxes.sort((a, b) => a.rect.top - b.rect.top);
  for (const [nth, one] of boxes.entries()) {
    for (let other = nth + 1; other < boxes.length; other++) {
      const two = boxes[other];
      if (two.rect.top > one.rect.bottom) break;
      const width = Math.min(one.rect.right, two.rect.right) - Math.max(one.rect.left, two.rect.left);
      const height = Math.min(one.rect.bottom, two.rect.bottom) - two.rect.top;
      // Lines of text have room above and below their letters.
      if (width > 1 && height > 5) wrong.push(`"${one.text}" and "${two.text}" overlap`);
    }
  }

  // Contrast, by the formula of WCAG 2.
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const contrast = (a, b) => {
    const [light, dark] = [luminance(a), luminance(b)].sort((one, two) => two - one);
    return (light + 0.05) / (dark + 0.05);
  };
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const [r, g, b, alpha = 1] = channels(getComputedStyle(at).backgroundColor);
      if (alpha === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  let least = Number.POSITIVE_INFINITY;
  for (const { text, parent } of pieces) {
    const color = channels(getComputedStyle(parent).color);
    const bar = parent.querySelector('i');
    for (const back of [behind(parent), ...(bar === null ? [] : [behind(bar)])]) {
      const ratio = contrast(color, back);
      least = Math.min(least, ratio);
      if (ratio < 4.5) wrong.push(`"${text}" has a contrast of ${ratio.toFixed(2)}`);
    }
  }

  // Numbers stand under each other, each with its unit.
  const tables = {};
  for (const table of document.querySelectorAll('table.data')) {
    if (!visible(table)) continue;
    const rows = [...table.tBodies[0].rows];
    tables[table.id] = rows.map((row) => [...row.cells].map((cell) => cell.textContent));
    const columns = rows[0]?.cells.length ?? 0;
    for (let column = 0; column < columns; column++) {
      const cells = rows.map((row) => row.cells[column]).filter((cell) => cell.classList.contains('number'));
      for (const { textContent: text } of cells)
        if (!/^(|—|flat|none|.* (%|bp|s|min|h|d|[A-Z]{3,5}|contracts))$/.test(text))
          wrong.push(`"${text}" in #${table.id} has no unit`);
      if (getComputedStyle(table).display !== 'table') continue;
      const edges = cells
        .filter(({ textContent }) => textContent !== '')
        .map((cell) => {
          const range = document.createRange();
          range.selectNodeContents(cell);
          return range.getBoundingClientRect().right;
        });
      if (Math.max(...edges) - Math.min(...edges) > 0.6)
        wrong.push(`column ${column} of #${table.id} is not aligned`);
    }
  }
  const digits = getComputedStyle(document.body).fontVariantNumeric;
  if (digits !== 'tabular-nums') wrong.push(`digits are ${digits}`);

  // Charts were drawn.
  const drawn = [...document.querySelectorAll('.chart')].filter(visible).map((chart) => {
    const canvas = [...chart.querySelectorAll('canvas')];
    return {
      id: chart.id,
      pixels: canvas.reduce((sum, { width, height }) => sum + width * height, 0),
      label: chart.ariaLabel,
    };
  });

  const texts = Object.fromEntries(
    [...document.querySelectorAll('[id]')].map(({ id, textContent }) => [id, textContent.trim()]),
  );
  return {
    wrong: [...new Set(wrong)],
    least,
    tables,
    texts,
    drawn,
    sticky: sticky?.height ?? 0,
    pieces: pieces.length,
  };
})();
