// The static player: the same explorer over frames made beforehand. Its data and its root are handed in.

function play(root, data) {
  if (root.dataset.built) return;
  root.dataset.built = "yes";
  const still = root.querySelector("img");
  const spec = data.spec;
  const pictures = data.frames.map((frame, i) => {
    if (frame.error) return null;
    if (frame.picture === undefined) return still;
    const picture = new Image();
    picture.src = frame.picture;
    return picture;
  });
  const frameAt = (positions) => positions.reduce((at, p, i) => at * spec.controls[i].values.length + p, 0);
  let wanted = 0;

  const show = async (positions) => {
    const sequence = ++wanted;
    const index = frameAt(positions);
    const frame = data.frames[index];
    view.stale();
    if (frame.error) { view.fail(frame.error); return; }
    try {
      await pictures[index].decode();
    } catch {
      if (sequence === wanted) view.fail("This picture could not be read.");
      return;
    }
    if (sequence !== wanted) return;
    // The still holds all panes; every other frame holds them without the original.
    const offset = pictures[index] === still ? 1 : 0;
    for (let i = 1; i < view.canvases.length; i++) draw(i, pictures[index], offset + i - 1);
    view.histogram(data.original, frame.histogram);
    view.numbers(frame.numbers);
    view.fresh();
    view.name();
  };
  const draw = (i, picture, pane) => {
    const { columns, rows } = spec;
    view.canvases[i].getContext("2d").drawImage(picture, pane * columns, 0, columns, rows, 0, 0, columns, rows);
  };
  const view = buildExplorer(root, spec, show);
  still.decode().then(() => {
    draw(0, still, 0);
    root.querySelector("[data-still]").hidden = true;
    show(view.positions);
  });
}
