// The drawing as a file on one's own disk.
const SCALE = 2; // pixels of the picture for each of the drawing
const WIDEST = 16_000; // pixels that browsers draw

export async function asSvg(modeler, name) {
  const { svg } = await modeler.saveSVG();
  download(new Blob([svg], { type: 'image/svg+xml' }), `${name}.svg`);
}

export async function asPng(modeler, name) {
  const { svg } = await modeler.saveSVG();
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await picture.decode();
  const scale = Math.min(SCALE, WIDEST / Math.max(picture.width, picture.height));
  const sheet = document.createElement('canvas');
  sheet.width = picture.width * scale;
  sheet.height = picture.height * scale;
  const pen = sheet.getContext('2d');
  pen.fillStyle = 'white';
  pen.fillRect(0, 0, sheet.width, sheet.height);
  pen.drawImage(picture, 0, 0, sheet.width, sheet.height);
  download(await new Promise((done) => sheet.toBlob(done, 'image/png')), `${name}.png`);
}

function download(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
