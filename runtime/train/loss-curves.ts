/** Curves as an SVG picture: losses by step, or whatever else there is two numbers of. Text in, text out. */

export interface Curve {
  readonly name: string
  /** `[x, y]`, in order of x. Points that are no finite numbers are left out. */
  readonly points: readonly (readonly [x: number, y: number])[]
  /** Any colour of CSS; one of its own for each curve unless given. */
  readonly color?: string
  readonly dashed?: boolean
}

export interface CurveOptions {
  readonly title?: string
  readonly xLabel?: string
  readonly yLabel?: string
  /** A logarithmic y axis; values of 0 and less are left out. */
  readonly logarithmic?: boolean
  /** 760 x 420 unless given. */
  readonly width?: number
  readonly height?: number
}

const COLORS = ['#1f77b4', '#d62728', '#2ca02c', '#9467bd', '#ff7f0e', '#8c564b']
const MARGIN = { left: 64, right: 16, top: 36, bottom: 44 }

/** The picture. The same curves give the same text. */
export function lossCurves(curves: readonly Curve[], options: CurveOptions = {}): string {
  const { width = 760, height = 420, logarithmic = false } = options
  const drawn = curves.map((curve, i) => ({
    ...curve,
    color: curve.color ?? COLORS[i % COLORS.length]!,
    points: curve.points.filter(
      ([x, y]) => Number.isFinite(x) && Number.isFinite(y) && (!logarithmic || y > 0),
    ),
  }))
  const all = drawn.flatMap(c => c.points)
  const x = axis(
    all.map(p => p[0]),
    MARGIN.left,
    width - MARGIN.right,
    false,
  )
  const y = axis(
    all.map(p => p[1]),
    height - MARGIN.bottom,
    MARGIN.top,
    logarithmic,
  )
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(options.title ?? drawn.map(c => c.name).join(', '))}</title>`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    ...x.ticks.map(t => gridLine(x.at(t), height - MARGIN.bottom, x.at(t), MARGIN.top)),
    ...y.ticks.map(t => gridLine(MARGIN.left, y.at(t), width - MARGIN.right, y.at(t))),
    ...x.ticks.map(t => label(x.at(t), height - MARGIN.bottom + 16, tickText(t), 'middle')),
    ...y.ticks.map(t => label(MARGIN.left - 6, y.at(t) + 4, tickText(t), 'end')),
    ...drawn.map(c => path(c, x.at, y.at)),
    ...drawn.map((c, i) => legend(c, width - MARGIN.right - 150, MARGIN.top + 14 + 18 * i)),
  ]
  if (options.title !== undefined) lines.push(label(width / 2, 20, options.title, 'middle', 15))
  if (options.xLabel !== undefined) lines.push(label(width / 2, height - 8, options.xLabel, 'middle'))
  if (options.yLabel !== undefined) lines.push(label(12, 20, options.yLabel, 'start'))
  return `${lines.join('\n')}\n</svg>\n`
}

interface Axis {
  at(value: number): number
  readonly ticks: readonly number[]
}

function axis(values: readonly number[], from: number, to: number, logarithmic: boolean): Axis {
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  if (low > high) return { at: () => from, ticks: [] }
  const scale = logarithmic ? Math.log10 : (v: number): number => v
  const [first, last] = low === high ? [scale(low) - 0.5, scale(low) + 0.5] : [scale(low), scale(high)]
  const at = (value: number): number => from + ((scale(value) - first) / (last - first)) * (to - from)
  const ticks = logarithmic ? decades(first, last) : evenTicks(first, last)
  return { at, ticks }
}

/** Five or so round numbers within a range. */
function evenTicks(low: number, high: number): readonly number[] {
  const rough = (high - low) / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5, 10].find(m => m * power >= rough) ?? 10)
  const ticks: number[] = []
  for (let i = Math.ceil(low / step); i * step <= high; i++) ticks.push(i * step)
  return ticks
}

/** 1, 2 and 5 times powers of ten; powers alone where the range has many. */
function decades(low: number, high: number): readonly number[] {
  const factors = high - low > 3 ? [1] : [1, 2, 5]
  const ticks: number[] = []
  for (let power = Math.floor(low); power <= high; power++)
    for (const factor of factors) {
      const log = power + Math.log10(factor)
      if (log >= low && log <= high) ticks.push(factor * 10 ** power)
    }
  return ticks
}

const coordinate = (value: number): string => String(Math.round(value * 10) / 10)
const tickText = (value: number): string => String(Number(value.toPrecision(3)))

const gridLine = (x1: number, y1: number, x2: number, y2: number): string =>
  `<line x1="${coordinate(x1)}" y1="${coordinate(y1)}" x2="${coordinate(x2)}" y2="${coordinate(y2)}" stroke="#ddd"/>`

const label = (x: number, y: number, text: string, anchor: string, size = 12): string =>
  `<text x="${coordinate(x)}" y="${coordinate(y)}" text-anchor="${anchor}" font-size="${size}">${escaped(text)}</text>`

interface Drawn extends Curve {
  readonly color: string
}

function path({ points, color, dashed }: Drawn, x: (v: number) => number, y: (v: number) => number): string {
  const places = points.map(([px, py]) => `${coordinate(x(px))},${coordinate(y(py))}`)
  const dash = dashed === true ? ' stroke-dasharray="6 4"' : ''
  return `<polyline points="${places.join(' ')}" fill="none" stroke="${escaped(color)}" stroke-width="1.5"${dash}/>`
}

function legend({ name, color, dashed }: Drawn, x: number, y: number): string {
  const dash = dashed === true ? ' stroke-dasharray="6 4"' : ''
  const line = `<line x1="${x}" y1="${y - 4}" x2="${x + 24}" y2="${y - 4}" stroke="${escaped(color)}" stroke-width="2"${dash}/>`
  return `${line}${label(x + 30, y, name, 'start')}`
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, c => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!)
