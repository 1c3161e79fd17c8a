// The live view: asks Python for a result at each move and paints the raw levels that come back.

function toPixels(levels, channels) {
  const count = levels.length / channels;
  const rgba = new Uint32Array(count);
  if (channels === 1) {
    for (let i = 0; i < count; i++) rgba[i] = 0xff000000 | (levels[i] * 0x010101);
  } else {
    for (let i = 0, j = 0; i < count; i++, j += 3) {
      rgba[i] = 0xff000000 | (levels[j + 2] << 16) | (levels[j + 1] << 8) | levels[j];
    }
  }
  return rgba;
}

function toGrey(levels, channels) {
  if (channels === 1) return levels;
  const grey = new Uint8Array(levels.length / 3);
  for (let i = 0, j = 0; i < grey.length; i++, j += 3) {
    grey[i] = (299 * levels[j] + 587 * levels[j + 1] + 114 * levels[j + 2] + 500) / 1000;
  }
  return grey;
}

function countLevels({ levels, channels }, bins, mask = null) {
  const counts = new Array(bins).fill(0);
  const grey = toGrey(levels, channels);
  const shift = 8 - Math.log2(bins);
  for (let i = 0; i < grey.length; i++) if (!mask || mask[i] > 127) counts[grey[i] >> shift]++;
  return counts;
}

function differencePixels(original, result, gain) {
  let [a, b, channels] = [original.levels, result.levels, original.channels];
  if (original.channels !== result.channels) {
    [a, b, channels] = [toGrey(a, original.channels), toGrey(b, result.channels), 1];
  }
  const out = new Uint8ClampedArray(b.length);
  for (let i = 0; i < out.length; i++) out[i] = 128 + gain * (b[i] - a[i]);
  return toPixels(out, channels);
}

function overlayPixels(original, mask) {
  const rgba = toPixels(original.levels, original.channels);
  for (let i = 0; i < rgba.length; i++) {
    if (mask[i] < 128) continue;
    const [r, g, b] = [rgba[i] & 255, (rgba[i] >> 8) & 255, (rgba[i] >> 16) & 255];
    rgba[i] = 0xff000000 | ((b >> 1) << 16) | (((g + 159) >> 1) << 8) | ((r + 230) >> 1);
  }
  return rgba;
}

function bytes(buffer) {
  return new Uint8Array(buffer.buffer ?? buffer, buffer.byteOffset ?? 0, buffer.byteLength);
}

function render({ model, el }) {
  const spec = model.get("spec");
  const ask = (positions) => {
    model.set("request", { sequence: (model.get("request").sequence ?? 0) + 1, positions });
    model.save_changes();
  };
  const view = buildExplorer(el, spec, ask);
  const original = { levels: bytes(model.get("original")), channels: spec.channels };
  const contexts = view.canvases.map((canvas) => canvas.getContext("2d", { willReadFrequently: true }));
  const put = (i, pixels) => {
    contexts[i].putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), spec.columns, spec.rows), 0, 0);
  };
  put(0, toPixels(original.levels, original.channels));
  const originalCounts = countLevels(original, spec.bins);
  let painted = -1;

  const paint = (result) => {
    let counts;
    if (spec.mask) {
      counts = countLevels(original, spec.bins, result.levels);
      put(1, overlayPixels(original, result.levels));
      put(2, toPixels(result.levels, 1));
    } else {
      counts = countLevels(result, spec.bins);
      put(1, toPixels(result.levels, result.channels));
      if (contexts.length > 2) put(2, differencePixels(original, result, spec.gain));
    }
    view.histogram(originalCounts, counts);
  };

  const newest = () => model.get("request").sequence ?? 0;
  // While a key is held, results of earlier positions are painted but stay dimmed, without their numbers:
  // only the answer to the newest request counts as the result.
  const receive = (message, buffers) => {
    if (message.sequence < painted) return;
    if (message.kind === "pixels") {
      painted = message.sequence;
      paint({ levels: bytes(buffers[0]), channels: message.channels });
      el.dataset.painted = message.sequence;
    }
    if (message.sequence !== newest()) return;
    if (message.kind === "pixels") { view.fresh(); view.name(); }
    if (message.kind === "numbers") view.numbers(message.text);
    if (message.kind === "error") view.fail(message.text);
  };
  const follow = () => {
    view.setPositions(model.get("request").positions);
    view.stale();
  };
  model.on("msg:custom", receive);
  model.on("change:request", follow);

  if (newest() === 0) {
    painted = 0;
    paint({ levels: bytes(model.get("first")), channels: spec.result_channels });
    view.numbers(spec.numbers);
    view.name();
  } else {
    ask(model.get("request").positions); // a second view, or the page was loaded anew
  }
  // The picture stored above this view is for readers without a kernel; it comes back when the last view goes.
  const hide = make("style", document.head, {
    textContent: `[data-mediedu-fallback="${spec.fallback}"] { display: none !important; }`,
  });
  // After a kernel restart the view stays on the page, but its model is cut off for good and nobody answers it.
  const end = () => {
    hide.disabled = true;
    el.style.display = "none";
  };
  model.on("comm_live_update", end);
  return () => {
    hide.remove();
    model.off("comm_live_update", end);
    model.off("msg:custom", receive);
    model.off("change:request", follow);
  };
}

export default { render };
