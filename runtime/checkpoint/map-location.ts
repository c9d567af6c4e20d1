/** Where the storages of a file are said to be: PyTorch's `map_location`. */

/** What `torch.load(map_location=...)` takes: one device, a table of locations, or a function of the location. */
export type MapLocation = string | ReadonlyMap<string, string> | ((location: string) => string)

/** The location instead of the one in the file. */
export function mapped(location: string, map: MapLocation | undefined): string {
  if (map === undefined) return location
  if (typeof map === 'string') return map
  return typeof map === 'function' ? map(location) : (map.get(location) ?? location)
}
