/** Numbers, sizes and durations as people read them. */

/** 0:07, 12:05, 3:11:09, 2 d 3:11. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const pad = (value: number) => String(value).padStart(2, '0');
  const days = Math.floor(whole / 86_400);
  const hours = Math.floor(whole / 3_600) % 24;
  const minutes = Math.floor(whole / 60) % 60;
  if (days > 0) {
    return `${days} d ${hours}:${pad(minutes)}`;
  }
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

/** How long something took, once it is over: 0.4 s, 12 s, 3 m 05 s, 2 h 11 m. */
export function took(seconds: number): string {
  if (seconds < 59.5) {
    return `${seconds.toFixed(seconds < 9.95 ? 1 : 0)} s`;
  }
  const minutes = Math.floor(Math.round(seconds) / 60);
  const pad = (value: number) => String(value).padStart(2, '0');
  return minutes < 60
    ? `${minutes} m ${pad(Math.round(seconds) % 60)} s`
    : `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} m`;
}

/** Four or five significant digits, thousands grouped, scientific only where plain digits would be long. */
export function value(number: number): string {
  if (!Number.isFinite(number)) {
    return Number.isNaN(number) ? 'NaN' : number > 0 ? '∞' : '−∞';
  }
  const size = Math.abs(number);
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) {
    return trimZeros(number.toExponential(3)).replace('-', '−').replace('e-', 'e−').replace('e+', 'e');
  }
  if (Number.isInteger(number)) {
    return count(number);
  }
  const digits = Math.max(0, 5 - Math.max(1, Math.floor(Math.log10(size)) + 1));
  return number
    .toLocaleString('en', { maximumFractionDigits: size < 1 ? digits + leadingZeros(size) : digits })
    .replace('-', '−');
}

/** A tick of an axis: short, and as exact as the distance between ticks asks for. */
export function tick(number: number, step: number): string {
  if (number === 0 && step < 1e-4) {
    return '0';
  }
  const size = Math.abs(number);
  if (size >= 1e15 || (size !== 0 && size < 1e-4)) {
    return trimZeros(number.toExponential(2)).replace('e+', 'e').replaceAll('-', '−');
  }
  for (const [unit, letter] of [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k']
  ] as const) {
    if (size >= unit * 10 || (size >= unit && unit > 1e3)) {
      return plain(number / unit, step / unit) + letter;
    }
  }
  return plain(number, step);
}

export function count(number: number): string {
  return number.toLocaleString('en').replace('-', '−');
}

export function bytes(number: number): string {
  if (number < 1_000) {
    return `${number} B`;
  }
  const units = ['kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length, Math.floor(Math.log10(number) / 3));
  return `${(number / 1_000 ** power).toFixed(1)} ${units[power - 1] ?? 'B'}`;
}

function plain(number: number, step: number): string {
  let decimals = 0;
  const isWhole = (scaled: number) => Math.abs(scaled - Math.round(scaled)) <= 1e-6 * Math.abs(scaled);
  while (decimals < 9 && !isWhole(step * 10 ** decimals)) {
    decimals++;
  }
  return number.toFixed(decimals).replace('-', '−');
}

function leadingZeros(size: number): number {
  return Math.max(0, -Math.floor(Math.log10(size)) - 1);
}

function trimZeros(text: string): string {
  return text.replace(/\.?0+e/, 'e');
}
