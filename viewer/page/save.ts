/** Files and the clipboard, from the browser. */

/** Pixels of a PNG per unit of its drawing: sharp in print. */
const PNG_SCALE = 2;

/** Saves an SVG drawing. */
export function saveSvg(svg: string, name: string): void {
  saveBlob(new Blob([svg], { type: 'image/svg+xml' }), name);
}

/** Saves an SVG drawing as pixels. */
export async function savePng(svg: string, name: string): Promise<void> {
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth * PNG_SCALE;
    canvas.height = image.naturalHeight * PNG_SCALE;
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (!blob) throw new Error('the canvas is too large');
    saveBlob(blob, name);
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Copies text. Over plain HTTP, browsers have no clipboard but the old command. */
export async function copyText(text: string): Promise<void> {
  // Undefined there, against its type.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard) return clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand('copy');
  area.remove();
  if (!isCopied) throw new Error('the browser refused');
}

function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // Later, as the browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
