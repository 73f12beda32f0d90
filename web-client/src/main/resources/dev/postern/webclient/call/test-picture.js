const WIDTH = 640;
const HEIGHT = 360;
const FRAMES_PER_SECOND = 24;
/** For people who asked for less motion: still enough to see that frames flow. */
const CALM_FRAMES_PER_SECOND = 4;

/**
 * A moving picture that needs no camera: a clock, a frame counter and a wave, drawn on a canvas. Two people can tell each other's apart
 * by colour and name.
 *
 * @param {string} name
 * @returns {MediaStream}
 */
export function testPicture(name) {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser draws no canvas.');
  const hue = Math.floor(Math.random() * 360);
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const rate = calm ? CALM_FRAMES_PER_SECOND : FRAMES_PER_SECOND;
  let frame = 0;
  const next = () => draw(context, name, hue, frame++, calm);
  next();
  const stream = canvas.captureStream(rate);
  const [track] = stream.getVideoTracks();
  // A timer, not animation frames: those stop in a tab that is not looked at, and the other side would see a frozen picture.
  const timer = setInterval(() => (track.readyState === 'ended' ? clearInterval(timer) : next()), 1000 / rate);
  return stream;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} name
 * @param {number} hue
 * @param {number} frame
 * @param {boolean} calm
 */
function draw(context, name, hue, frame, calm) {
  const sky = context.createLinearGradient(0, 0, WIDTH, HEIGHT);
  sky.addColorStop(0, `hsl(${hue} 45% 30%)`);
  sky.addColorStop(1, `hsl(${(hue + 50) % 360} 50% 16%)`);
  context.fillStyle = sky;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  const phase = calm ? 0 : frame / 18;
  for (const [layer, lightness] of [62, 50, 38].entries()) wave(context, phase * (1 + layer * 0.4), 236 + layer * 34, `hsl(${(hue + 20 * layer) % 360} 50% ${lightness}% / 0.55)`);
  context.textAlign = 'center';
  context.fillStyle = '#fff';
  context.font = '600 46px system-ui, sans-serif';
  context.fillText(new Date().toTimeString().slice(0, 8), WIDTH / 2, 150);
  context.font = '500 22px system-ui, sans-serif';
  context.fillText(name ? `${name} · test picture` : 'test picture', WIDTH / 2, 190, WIDTH - 40);
  context.font = '500 14px ui-monospace, monospace';
  context.textAlign = 'right';
  context.fillText(`frame ${frame}`, WIDTH - 16, 28);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} phase
 * @param {number} base
 * @param {string} colour
 */
function wave(context, phase, base, colour) {
  context.beginPath();
  context.moveTo(0, HEIGHT);
  for (let x = 0; x <= WIDTH; x += 16) context.lineTo(x, base + 20 * Math.sin(x / 80 + phase));
  context.lineTo(WIDTH, HEIGHT);
  context.fillStyle = colour;
  context.fill();
}
